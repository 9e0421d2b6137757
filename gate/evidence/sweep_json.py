"""sweep.json, read: how every release stood that owes a review, and what a sweep found to do and could not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, loads

SWEEP = "sweep.json"
SCHEMA_VERSION = 1
STATES: Mapping[str, bool] = {
    "open": True,
    "overdue": True,
    "paid": False,
    "paid-late": False,
    "not-deployed": False,
    "unknown": True,
}
"""How a release can stand, and whether a review is still owed then."""
_OVERDUE = "overdue"


class SweepVerdict(Enum):
    """What a sweep found, the worst first: it decides nothing, so this is no verdict on any release."""

    OVERDUE = "overdue"
    """A deadline has passed without a review that counts."""
    INCOMPLETE = "incomplete"
    """Not everything could be seen or done, so that more may be owed than the table says."""
    OWED = "owed"
    """Reviews are owed, and there is time."""
    CLEAR = "clear"
    """Nothing is owed."""

    @property
    def is_passed(self) -> bool:
        """Whether the promise of the guide is kept so far: everything was seen, and nothing is late."""
        return self in {SweepVerdict.OWED, SweepVerdict.CLEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSweep:
    """What the gate wrote about one sweep. What stands in the mappings is nobody's word but that of the file."""

    gate_version: str
    at: str
    """RFC 3339."""
    run: Mapping[str, Json]
    policy: Mapping[str, Json]
    releases: tuple[Mapping[str, Json], ...]
    """The lines of the table, as `render.sweep_table` writes them."""
    overdue: int
    owed: int
    is_silent: bool
    """Whether a desk did not answer."""
    actions: tuple[Mapping[str, Json], ...]
    problems: tuple[str, ...]

    @property
    def verdict(self) -> SweepVerdict:
        """What it found."""
        if self.overdue:
            return SweepVerdict.OVERDUE
        if self.problems or self.is_silent:
            return SweepVerdict.INCOMPLETE
        return SweepVerdict.OWED if self.owed else SweepVerdict.CLEAR


def read_sweep(content: bytes) -> StoredSweep:
    """Read sweep.json. EvidenceInvalid when it is not what the gate writes, or counts other lines than it holds."""
    match loads(content, name=SWEEP):
        case {
            "schema_version": int(form),
            "gate_version": str(version),
            "at": str(at),
            "run": dict(run),
            "policy": dict(policy),
            "table": {
                "overdue": int(overdue),
                "owed": int(owed),
                "silent_desks": list(silent),
                "releases": list(lines),
            },
            "actions": list(actions),
            "problems": list(problems),
        } if form == SCHEMA_VERSION:
            releases = _objects(lines)
            if (overdue, owed) != _counted(releases):
                raise _not_ours("its table counts other lines than it holds")
            return StoredSweep(
                gate_version=version,
                at=at,
                run=run,
                policy=policy,
                releases=releases,
                overdue=overdue,
                owed=owed,
                is_silent=bool(silent),
                actions=_objects(actions),
                problems=_texts(problems),
            )
    raise _not_ours(f"it has another form than version {SCHEMA_VERSION}")


def _counted(releases: Sequence[Mapping[str, Json]]) -> tuple[int, int]:
    """How many are overdue, and how many owe a review."""
    states = [_state(one.get("state")) for one in releases]
    return states.count(_OVERDUE), sum(STATES[state] for state in states)


def _state(value: Json) -> str:
    if isinstance(value, str) and value in STATES:
        return value
    raise _not_ours("its table has a state that this version does not know")


def _objects(values: Sequence[Json]) -> tuple[Mapping[str, Json], ...]:
    found = tuple(value for value in values if isinstance(value, dict))
    if len(found) != len(values):
        raise _not_ours("it lists something that is no object")
    return found


def _texts(values: Sequence[Json]) -> tuple[str, ...]:
    found = tuple(value for value in values if isinstance(value, str))
    if len(found) != len(values):
        raise _not_ours("it lists a problem that is no text")
    return found


def _not_ours(why: str) -> EvidenceInvalid:
    return EvidenceInvalid(
        f"{SWEEP} is not what the gate writes: {why}.",
        hint="It was altered, or written by a version of the gate that this one does not read.",
    )
