"""The cheap question right before the irreversible step: is this still that decision?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.domain.identity import Identity
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, POLICY, decision_in, verify
from gate.evidence.canonical import Json, loads

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """What is about to be deployed, by which run."""

    repository: str
    environment: str
    revision: str
    run_id: str
    attempt: int | None
    """None where the job that deploys cannot tell which attempt of the gate decided."""
    ref: str = ""
    """In full, `refs/heads/main`; empty where the run already binds it."""
    deployer: Identity | None = None
    """Who runs the job that deploys; None where only those can who were judged, since an attempt is bound."""


REASONS: Mapping[str, str] = {
    "not-allowed": "the decision was not to allow the deploy",
    "never-valid": "the decision was never valid for any time",
    "expired": "the time for which the decision, or the grant of break-glass, held is over",
    "other-repository": "the decision is for another repository",
    "other-environment": "the decision is for another environment",
    "other-revision": "the decision is for another revision",
    "other-run": "the decision is for another run",
    "other-attempt": "the decision is for another attempt of the run: a re-run is judged anew",
    "other-ref": "the decision is for another branch or tag",
    "other-deployer": "GitLab: somebody deploys for whom nothing was decided",
}
"""Why a decision does not hold any more, by code; published as `recheck.<code>`."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that stands against the deploy."""

    code: str
    """A key of `REASONS`."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """Whether the deploy may go on, and what stands against it."""

    objections: tuple[Objection, ...]
    observing: bool
    """Observe mode: the deploy goes on whatever the objections are."""
    valid_until: str


def recheck(
    files: Mapping[str, bytes], deploy: Deploy, now: datetime, *, expected: str = ""
) -> Recheck:
    """Compare the recorded decision with what is about to happen, at `now` (UTC).

    `expected` is the digest that the check printed (`evidence-digest`); with it a forged bundle is
    noticed as well. EvidenceInvalid when the bundle is not whole or is another one; PolicyInvalid when this version
    cannot read its policy.
    """
    bundle = verify(files)
    decision = _mapping(loads(decision_in(bundle), name=DECISION))
    if expected and bundle.digest != expected:
        raise EvidenceInvalid(
            f"This is not the evidence of the check: its digest is {bundle.digest}, expected was {expected}.",
            hint="Pass the folder and the digest of the same check, or run the check again.",
        )
    run = _mapping(decision.get("run"))
    valid_until = decision.get("valid_until")
    return Recheck(
        objections=(
            *_verdict(decision),
            *_bound(run, deploy),
            *_by_whom(decision, bundle.files.get(POLICY), deploy),
            *_in_time(valid_until, now),
        ),
        observing=not _bound(run, deploy) and _observing(decision.get("observe"), now),
        valid_until=str(valid_until or ""),
    )


def _verdict(decision: dict[str, Json]) -> list[Objection]:
    verdict = decision.get("verdict")
    if verdict == "allow":
        return []
    return [Objection("not-allowed", f"the decision was {verdict}, not allow")]


def _bound(run: dict[str, Json], deploy: Deploy) -> list[Objection]:
    """A decision holds for one repository, environment, revision, run, and where these are known, attempt and ref."""
    pairs: dict[str, tuple[Json, Json]] = {
        "repository": (run.get("repository"), deploy.repository),
        "environment": (run.get("environment"), deploy.environment),
        "revision": (run.get("revision"), deploy.revision),
        "run": (run.get("id"), deploy.run_id),
    }
    if deploy.attempt is not None:
        pairs["attempt"] = (run.get("attempt"), deploy.attempt)
    if deploy.ref:
        pairs["ref"] = (run.get("ref"), deploy.ref)
    return [
        Objection(
            f"other-{name}", f"the decision is for {name} {decided}, this deploy is for {actual}"
        )
        for name, (decided, actual) in pairs.items()
        if decided != actual
    ]


def _by_whom(decision: dict[str, Json], policy: bytes | None, deploy: Deploy) -> list[Objection]:
    if deploy.deployer is None:
        return []
    # Reading a policy takes longer to import than all the rest, and on GitHub nobody asks.
    from gate.app.recheck_deployer import objection

    text = objection(decision, policy, deploy.deployer)
    return [Objection("other-deployer", text)] if text else []


def _in_time(valid_until: Json, now: datetime) -> list[Objection]:
    if not isinstance(valid_until, str):
        return [Objection("never-valid", "the decision was never valid for any time")]
    end = datetime.fromisoformat(valid_until)
    if now < end:
        return []
    text = f"the decision held until {end:%Y-%m-%d %H:%M:%S} UTC, now it is {now:%H:%M:%S}"
    return [Objection("expired", text)]


def _observing(observe: Json, now: datetime) -> bool:
    """Whether observe mode still lasts. It excuses a verdict, not somebody else's evidence, and not for ever: a job
    that is retried weeks later brings the same evidence. The zone of its last day is not asked; UTC is never far off.
    """
    match observe:
        case {"until": str() as until}:
            return _DAY.fullmatch(until) is not None and now.date().isoformat() <= until
        case _:
            return False


def _mapping(value: Json) -> dict[str, Json]:
    # The record was rebuilt from it, so it is one; anything else would bind the decision to nothing.
    return value if isinstance(value, dict) else {}
