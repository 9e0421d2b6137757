"""record.json, read: who ran this where, what came of it, and the digest of every file. Its own digest is the id of the
evidence: this one document is what gets signed and chained.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, loads

RECORD = "record.json"
RECORD_TYPE = "https://github.com/change-gate/change-gate/deploy-decision/v1"
"""Names this form of a record, and the predicate of the statement that is signed. A new form gets a new name."""
SWEEP_TYPE = "https://github.com/change-gate/change-gate/follow-up-sweep/v1"
"""The same for the record of a sweep."""
NOT_CHAINED = "not archived when it was sealed"
"""Why nothing links to a record: no archive is configured, none took it, or nothing had to be archived."""
WITHOUT_LINK = frozenset({NOT_CHAINED, "no archive is configured"})
"""Every text that a version gives as the reason; the second stood there at first, and was not always true."""
SWEEP_STREAM = "__follow-up"
"""What the names of the streams of sweeps end with. That of an environment never does (`layout.part`)."""
MOST_RECORDS = 9_999_999_998
"""So many places a chain has: an archive gives them ten digits."""

_ID = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class Kind(Enum):
    """What a bundle is the evidence of."""

    DECISION = "decision"
    """Of one deploy."""
    SWEEP = "sweep"
    """Of one `gate follow-up`: whether releases were reviewed that owe it, by whom and with which outcome."""

    @property
    def file(self) -> str:
        """The file that the record follows from. A bundle holds one of them."""
        return f"{self.value}.json"

    @property
    def type(self) -> str:
        """The type of the record, and of the predicate of the statement that is signed."""
        return RECORD_TYPE if self is Kind.DECISION else SWEEP_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The place of a record in the chain of its stream: of one repository and environment, and one kind."""

    stream: str
    seq: int
    """1 for the first record of the stream."""
    previous: str | None
    """Id (`sha256:…`) of the record before it; None for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a record says, for those who only have that one file. Empty text stands for what was not known."""

    id: str
    kind: Kind
    gate_version: str
    """The version that wrote it."""
    verdict: str
    """Of a decision, or of a sweep (`sweep_json.SweepVerdict`)."""
    at: str
    """When it was decided or swept, RFC 3339."""
    repository: str
    environment: str
    revision: str
    """Empty for a sweep, which is about many."""
    run: str
    """Run and attempt, `7001/1`."""
    policy_digest: str
    """Of the policy in use."""
    invocation: str
    """What the certificate of a GitHub workflow calls this attempt of this run; empty on another forge."""
    files: Mapping[str, str]
    """Digest (`sha256:…`) of every file, by its name."""
    link: Link | None
    """None when it was not archived when it was sealed, so that nothing links to it."""
    why_no_link: str = ""
    """That in the words of the version that wrote it; empty when there is a link."""


@lru_cache(maxsize=4)  # one bundle asks for its record several times, and the next one never again
def read_record(content: bytes) -> Record:
    """Read a record. EvidenceInvalid when it is not what the gate writes."""
    match loads(content, name=RECORD):
        case {
            "type": str(named),
            "verifier": {"version": {"change-gate": str(version)}},
            "verdict": str(verdict),
            "timeVerified": None | str() as at,
            "run": dict(run),
            "policy": dict(policy),
            "files": dict(files),
            "chain": dict(chain),
        } if (kind := _kind(named)) and kinds_in(files) == [kind]:
            link = _read_chain(chain)
            if link and link.stream.endswith(SWEEP_STREAM) is not (kind is Kind.SWEEP):
                raise _not_ours()  # a sweep stands in no chain of decisions, and no decision in one of sweeps
            return Record(
                id=digest(content),
                kind=kind,
                gate_version=version,
                verdict=verdict,
                at=at or "",
                repository=_text(run, "repository"),
                environment=_text(run, "environment"),
                revision=_text(run, "revision"),
                run=f"{_text(run, 'id')}/{run.get('attempt', '')}".strip("/"),
                policy_digest=_policy_digest(policy),
                invocation=_invocation(run),
                files={name: _from_digest_set(name, found) for name, found in files.items()},
                link=link,
                why_no_link="" if link else str(chain["why"]),
            )
        case {"type": str(named)} if _kind(named) is None:
            raise EvidenceInvalid(
                f"{RECORD} has a form that this version does not read.",
                hint="Use the version of the gate that wrote it, or a newer one.",
            )
    raise _not_ours()


def _kind(named: str) -> Kind | None:
    return next((kind for kind in Kind if kind.type == named), None)


def kinds_in(files: Container[str]) -> list[Kind]:
    """What the files are the evidence of, by their names. Those of a bundle are of one kind."""
    return [kind for kind in Kind if kind.file in files]


def _policy_digest(policy: Mapping[str, Json]) -> str:
    match policy:
        case {"digest": {"sha256": str(found)}}:
            return f"sha256:{found}"
        case _:
            return ""


def _invocation(run: Mapping[str, Json]) -> str:
    if run.get("forge") != "github":
        return ""
    place = f"https://{run.get('host')}/{run.get('repository')}"
    return f"{place}/actions/runs/{run.get('id')}/attempts/{run.get('attempt')}"


def _read_chain(chain: dict[str, Json]) -> Link | None:
    match chain:
        case {"chained": False, "why": str(why), **rest} if not rest and why in WITHOUT_LINK:
            return None
        case {
            "chained": True,
            "stream": str(stream),
            "seq": int(seq),
            "previous": previous,
            **rest,
        } if (
            not rest
            and not isinstance(seq, bool)
            and (previous is None) is (seq == 1)
            and 0 < seq <= MOST_RECORDS
        ):
            before = None if previous is None else _from_digest_set("chain", previous)
            return Link(stream=stream, seq=seq, previous=before)
        case _:
            raise _not_ours()


def _from_digest_set(name: str, found: Json) -> str:
    match found:
        case {"sha256": str(value), **rest} if not rest and _ID.fullmatch(f"sha256:{value}"):
            if _NAME.fullmatch(name):
                return f"sha256:{value}"
    raise _not_ours()


def _text(run: Mapping[str, Json], key: str) -> str:
    value = run.get(key)
    return value if isinstance(value, str) else ""


def _not_ours() -> EvidenceInvalid:
    return EvidenceInvalid(
        f"{RECORD} is not what the gate writes.",
        hint="It was altered. Fetch the bundle again from where it is kept.",
    )
