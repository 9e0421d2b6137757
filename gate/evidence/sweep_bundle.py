"""What a sweep leaves: how each release stands that owes a review, the tickets that say so, and who answered what.

The evidence of a release is sealed before anybody can have reviewed it. So whether it was reviewed, by whom and with
which outcome stands here, beside the digest of the decision that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.facts import PolicySource, Run
from gate.domain.missing import Missing
from gate.domain.sweep import Question, Shelf
from gate.domain.sweep_actions import Action, CloseDuplicate, Open
from gate.evidence.bundle import POLICY, Bundle, seal
from gate.evidence.canonical import Json, dumps
from gate.evidence.codec import encode, moment
from gate.evidence.stored_facts import masked
from gate.evidence.sweep_json import SCHEMA_VERSION, SWEEP

TICKETS = "tickets.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord:
    """Everything that a sweep knew and did."""

    run: Run
    """Of the sweep itself."""
    asked: Question
    days: int
    source: PolicySource
    policy: bytes
    shelves: Sequence[Shelf]
    actions: Sequence[Action]
    opened: Mapping[str, FollowUpTicket]
    """The tickets that were opened, by the id of their release."""
    table: Mapping[str, object]
    """How every release stands, as `--json` prints it."""
    problems: Sequence[str]
    """What could not be seen or done."""
    gate_version: str


def sweep_bundle(
    record: SweepRecord, raw: Mapping[str, bytes], mask: Callable[[str], str] = str
) -> Bundle:
    """The evidence of the sweep, sealed. `mask` takes credentials out of what people wrote."""
    files = {
        SWEEP: dumps(masked(_sweep(record), mask)),
        TICKETS: dumps(masked({"desks": [_desk(one) for one in record.shelves]}, mask)),
        POLICY: record.policy,
        **raw,
    }
    return seal(files)


def _sweep(record: SweepRecord) -> Json:
    run = record.run
    return {
        "schema_version": SCHEMA_VERSION,
        "gate_version": record.gate_version,
        "at": moment(record.asked.now),
        "run": {
            "forge": run.forge,
            "host": run.host,
            "repository": run.repository,
            "repository_id": run.repository_id,
            "environment": run.environment,
            "id": run.id,
            "attempt": run.attempt,
            "url": run.url,
        },
        "days": record.days,
        "policy": encode(record.source),
        "table": encode(record.table),
        "actions": [_action(one, record) for one in record.actions],
        "problems": list(record.problems),
    }


def _action(action: Action, record: SweepRecord) -> Json:
    """What was to be done; `problems` says what of it did not work. A ticket that could not be opened has no key."""
    release = action.record.marker.id
    found: dict[str, Json] = {"action": type(action).__name__.lower(), "release": release}
    if not isinstance(action, Open):
        found |= {"system": record.shelves[action.desk].system, "key": action.key}
    elif ticket := record.opened.get(release):
        found |= {"system": ticket.system, "key": ticket.key}
    if isinstance(action, CloseDuplicate):
        found["kept"] = action.kept
    return found


def _desk(shelf: Shelf) -> Json:
    kept = shelf.tickets
    name = "missing" if isinstance(kept, Missing) else "tickets"
    return {"system": shelf.system, name: encode(kept)}
