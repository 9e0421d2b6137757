"""record.json, written: a pure function of the one file that it is about, the digests of all files, and the link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.record import NOT_CHAINED, Kind, Link
from gate.evidence.sweep_json import read_sweep

VERIFIER = "https://github.com/change-gate/change-gate"


def record_json(
    kind: Kind,
    content: bytes,
    digests: Mapping[str, str],
    link: Link | None,
    why_no_link: str = NOT_CHAINED,
) -> bytes:
    """The record of a decision or a sweep. `content` is its `kind.file`.

    Field names are those of a SLSA verification summary where it has them. EvidenceInvalid when the content is not what
    the gate writes.
    """
    value: Json = {
        "type": kind.type,
        **_about(kind, content),
        "files": {name: _digest_set(found) for name, found in digests.items()},
        "chain": _chain(link, why_no_link),
    }
    return dumps(value)


def _about(kind: Kind, content: bytes) -> dict[str, Json]:
    match kind:
        case Kind.DECISION:
            return _decision(content)
        case Kind.SWEEP:
            return _sweep(content)
        case _:
            assert_never(kind)


def _decision(content: bytes) -> dict[str, Json]:
    match loads(content, name=Kind.DECISION.file):
        case {
            "verdict": str(verdict),
            "gate_version": str(version),
            "decided_at": None | str() as decided_at,
            "run": dict(run),
            "policy": dict(policy),
        }:
            return {
                "verifier": _verifier(version),
                "timeVerified": decided_at,
                "resourceUri": _place(run, f"@{run.get('revision')}"),
                "policy": _policy(policy, run),
                "verificationResult": _result(verdict == "allow"),
                "verdict": verdict,
                "run": run,
            }
        case _:
            raise EvidenceInvalid(f"{Kind.DECISION.file} is not what the gate writes.")


def _sweep(content: bytes) -> dict[str, Json]:
    """The resource is the repository: a sweep is about every release of it, and about no revision."""
    sweep = read_sweep(content)
    return {
        "verifier": _verifier(sweep.gate_version),
        "timeVerified": sweep.at,
        "resourceUri": _place(sweep.run, ""),
        "policy": _policy(sweep.policy, sweep.run),
        "verificationResult": _result(sweep.verdict.is_passed),
        "verdict": sweep.verdict.value,
        "run": dict(sweep.run),
    }


def _verifier(version: str) -> Json:
    return {"id": VERIFIER, "version": {"change-gate": version}}


def _result(is_passed: bool) -> Json:
    return "PASSED" if is_passed else "FAILED"


def _place(run: Mapping[str, Json], revision: str) -> Json:
    """A repository, as pip and SLSA name one; None when the run is not known."""
    if "missing" in run:
        return None
    return f"git+https://{run.get('host')}/{run.get('repository')}{revision}"


def _policy(policy: Mapping[str, Json], run: Mapping[str, Json]) -> Json:
    match policy:
        case {"path": str(path), "revision": str(revision), "digest": str(found)}:
            pass
        case _:
            return dict(policy)
    place = "file:" + path
    if policy.get("origin") == "protected-branch" and "missing" not in run:
        place = f"{_place(run, f'@{revision}')}#{path}"
    return {"uri": place, "digest": _digest_set(found)}


def _chain(link: Link | None, why_no_link: str) -> Json:
    if link is None:
        return {"chained": False, "why": why_no_link}
    return {
        "chained": True,
        "stream": link.stream,
        "seq": link.seq,
        "previous": _digest_set(link.previous) if link.previous else None,
    }


def _digest_set(found: str) -> Json:
    algorithm, _, value = found.partition(":")
    return {algorithm: value}
