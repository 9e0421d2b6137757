"""record.json: who ran this where, what came of it, and the digest of every file. Its own digest is the id of the
evidence: this one document is what gets signed and chained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, dumps, loads

RECORD = "record.json"
RECORD_TYPE = "https://github.com/change-gate/change-gate/deploy-decision/v1"
"""Names this form of a record, and the predicate of the statement that is signed. A new form gets a new name."""
VERIFIER = "https://github.com/change-gate/change-gate"
NOT_CHAINED = "no archive is configured"

_ID = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The place of a record in the chain of its stream: of one repository and environment."""

    stream: str
    seq: int
    """1 for the first record of the stream."""
    previous: str | None
    """Id (`sha256:…`) of the record before it; None for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a record says, for those who only have that one file. Empty text stands for what was not known."""

    id: str
    gate_version: str
    """The version that wrote it."""
    verdict: str
    at: str
    """When it was decided, RFC 3339."""
    repository: str
    environment: str
    revision: str
    run: str
    """Run and attempt, `7001/1`."""
    policy_digest: str
    """Of the policy in use."""
    invocation: str
    """What the certificate of a GitHub workflow calls this attempt of this run; empty on another forge."""
    files: Mapping[str, str]
    """Digest (`sha256:…`) of every file, by its name."""
    link: Link | None
    """None when no archive was configured, so that nothing links to it."""


def record_json(decision: bytes, digests: Mapping[str, str], link: Link | None) -> bytes:
    """The record of a decision: a pure function of `decision.json`, the digests of all files, and the link.

    Field names are those of a SLSA verification summary where it has them. EvidenceInvalid when the decision is not
    what the gate writes.
    """
    match loads(decision, name="decision.json"):
        case {
            "verdict": str(verdict),
            "gate_version": str(version),
            "decided_at": None | str() as decided_at,
            "run": dict(run),
            "policy": dict(policy),
        }:
            pass
        case _:
            raise EvidenceInvalid("decision.json is not what the gate writes.")
    value: Json = {
        "type": RECORD_TYPE,
        "verifier": {"id": VERIFIER, "version": {"change-gate": version}},
        "timeVerified": decided_at,
        "resourceUri": _resource(run),
        "policy": _policy(policy, run),
        "verificationResult": "PASSED" if verdict == "allow" else "FAILED",
        "verdict": verdict,
        "run": run,
        "files": {name: _digest_set(found) for name, found in digests.items()},
        "chain": _chain(link),
    }
    return dumps(value)


@lru_cache(maxsize=4)  # one bundle asks for its record several times, and the next one never again
def read_record(content: bytes) -> Record:
    """Read a record. EvidenceInvalid when it is not what the gate writes."""
    match loads(content, name=RECORD):
        case {
            "type": str(kind),
            "verifier": {"version": {"change-gate": str(version)}},
            "verdict": str(verdict),
            "timeVerified": None | str() as at,
            "run": dict(run),
            "policy": dict(policy),
            "files": dict(files),
            "chain": dict(chain),
        } if kind == RECORD_TYPE and "decision.json" in files:
            return Record(
                id=digest(content),
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
                link=_read_chain(chain),
            )
        case {"type": str(kind)} if kind != RECORD_TYPE:
            raise EvidenceInvalid(
                f"{RECORD} has a form that this version does not read.",
                hint="Use the version of the gate that wrote it, or a newer one.",
            )
    raise _not_ours()


def _resource(run: Mapping[str, Json]) -> Json:
    """The revision in its repository, as pip and SLSA name one; None when the run is not known."""
    if "missing" in run:
        return None
    return f"git+https://{run.get('host')}/{run.get('repository')}@{run.get('revision')}"


def _policy(policy: Mapping[str, Json], run: Mapping[str, Json]) -> Json:
    match policy:
        case {"path": str(path), "revision": str(revision), "digest": str(found)}:
            pass
        case _:
            return dict(policy)
    place = "file:" + path
    if policy.get("origin") == "protected-branch" and "missing" not in run:
        place = f"git+https://{run.get('host')}/{run.get('repository')}@{revision}#{path}"
    return {"uri": place, "digest": _digest_set(found)}


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


def _chain(link: Link | None) -> Json:
    if link is None:
        return {"chained": False, "why": NOT_CHAINED}
    return {
        "chained": True,
        "stream": link.stream,
        "seq": link.seq,
        "previous": _digest_set(link.previous) if link.previous else None,
    }


def _read_chain(chain: dict[str, Json]) -> Link | None:
    match chain:
        case {"chained": False, "why": str(), **rest} if not rest:
            return None
        case {
            "chained": True,
            "stream": str(stream),
            "seq": int(seq),
            "previous": previous,
            **rest,
        } if (
            not rest and not isinstance(seq, bool) and (previous is None) is (seq == 1) and seq > 0
        ):
            before = None if previous is None else _from_digest_set("chain", previous)
            return Link(stream=stream, seq=seq, previous=before)
        case _:
            raise _not_ours()


def _digest_set(found: str) -> Json:
    algorithm, _, value = found.partition(":")
    return {algorithm: value}


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
