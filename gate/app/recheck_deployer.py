"""Whether whoever runs the job that deploys is somebody that the decision was made for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.domain.directory import called, shown
from gate.domain.identity import Identity
from gate.domain.phrases import listed
from gate.evidence.canonical import Json
from gate.policy.load import parse


def objection(decision: Mapping[str, Json], policy: bytes | None, deployer: Identity) -> str:
    """Say why this account may not run the deploy; empty when it may.

    Duties were separated with certain people as the deployers, so the deploy is theirs alone: another one may have
    approved, or stand under no name. `policy` is that of the evidence, which says whose account this is.
    """
    judged = _Judged(decision)
    person = called(deployer, parse(policy, name="policy.yml").policy) if policy else ""
    if person and person in judged.deployers:
        return ""
    who = shown(deployer) + (f" ({person})" if person and person != deployer.login else "")
    if not any(deployer.is_same(account) for account in judged.accounts):
        also = ", and is among those who approved" if judged.approved(deployer, person) else ""
        return f"{who} runs this job{also}; the decision was made for a deploy by {judged.named}"
    # A push deploys by itself, and then it was judged whoever merged. Nothing tells whether this job started by itself
    # as well, or whether whoever started the pipeline played it later.
    if judged.approved(deployer, person):
        return f"{who} runs this job and approved; the decision was made for a deploy by {judged.named}"
    if judged.deployers and not person:
        return (
            f"{who} runs this job and stands under no name in `people`, so nobody can say that it is not somebody "
            "who approved"
        )
    return ""


class _Judged:
    """The people of a decision, as its JSON names them; without any, when they were not known."""

    def __init__(self, decision: Mapping[str, Json]) -> None:
        run, people = _mapping(decision.get("run")), _mapping(decision.get("people"))
        self.accounts = tuple(_accounts(run))
        self.deployers = tuple(str(name) for name in _items(people.get("deployers")))
        self._approvals = [_mapping(item) for item in _items(people.get("approvals"))]

    @property
    def named(self) -> str:
        return listed(self.deployers or [shown(account) for account in self.accounts])

    def approved(self, deployer: Identity, person: str) -> bool:
        """Whether one of the approvals is theirs, even one that does not count any more."""
        return any(
            item.get("account") == shown(deployer) or (person and item.get("person") == person)
            for item in self._approvals
        )


def _accounts(run: Mapping[str, Json]) -> Iterator[Identity]:
    """Who started the run, and who started it again."""
    for name in ("started_by", "rerun_by"):
        match run.get(name):
            case {"system": str() as system, "login": str() as login, "id": str() as number}:
                yield Identity(system=system, login=login, id=number)


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
