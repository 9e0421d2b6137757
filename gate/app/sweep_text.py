"""What `gate evidence show` reads aloud from sweep.json: how each release stood, who reviewed it, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from gate.domain.phrases import counted, listed, short
from gate.domain.sweep_release import State
from gate.evidence.canonical import Json
from gate.evidence.sweep_json import StoredSweep, SweepVerdict
from gate.render.escape import log
from gate.render.sweep_table import STATES, columns

_HEAD = ("state", "release", "environment", "deployed", "due", "ticket", "reviewed by", "outcome")
_DONE = {
    "open": "open a ticket",
    "reopen": "reopen it, since the review is still owed",
    "escalate": "say in it that the deadline has passed",
    "close": "close it, since the review is there",
    "closeduplicate": "close it, since another one keeps the same debt",
    "closenotdeployed": "close it, since the release never went out",
}
"""By the name of the action in sweep.json."""

Told = Mapping[str, Json]


def sweep_text(sweep: StoredSweep) -> str:
    """Lines for a person. What stands in the file is anybody's word, and safe to print."""
    table = columns([_HEAD, *(_cells(one) for one in sweep.releases)]) if sweep.releases else []
    lines = [
        headline(sweep),
        "",
        *table,
        *(f"  {log(text)}" for one in sweep.releases for text in _notes(one)),
        *(f"Had to:   {log(_action(one))}" for one in sweep.actions),
        *(f"Not seen or not done: {log(text)}" for text in sweep.problems),
    ]
    return "\n".join(lines)


def headline(sweep: StoredSweep) -> str:
    """What it found, in a sentence."""
    match sweep.verdict:
        case SweepVerdict.OVERDUE:
            return f"{counted(sweep.overdue, 'review')} overdue"
        case SweepVerdict.INCOMPLETE:
            return "Not everything could be seen or done"
        case SweepVerdict.OWED:
            return f"{counted(sweep.owed, 'review')} owed, none overdue"
        case SweepVerdict.CLEAR:
            return "No review is owed"
        case _:
            assert_never(sweep.verdict)


def _cells(one: Told) -> tuple[str, ...]:
    review = _part(one, "review")
    return (
        STATES[State(one["state"])],
        short(_text(one, "revision")) or "(not told)",
        _text(one, "environment"),
        _text(one, "deployed_at") or _text(one, "deployed"),
        _text(one, "due_at"),
        _text(_part(one, "ticket"), "key") or "(none)",
        _text(review, "by") or _text(review, "account") or "(nobody)",
        _outcome(review),
    )


def _outcome(review: Told) -> str:
    outcome, at = _text(review, "outcome"), _text(review, "at")
    return f"{outcome} on {at}" if outcome else ""


def _notes(one: Told) -> Iterator[str]:
    about = _text(_part(one, "ticket"), "key") or _text(one, "id") or "(not told)"
    if decision := _text(_part(one, "decision"), "digest"):
        yield f"{about}: let through by the decision {decision}"
    if findings := _text(_part(one, "review"), "findings"):
        yield f"{about}: {findings}"
    if note := _text(one, "note"):
        yield f"{about}: {note}"
    for refused in _objects(one, "refused"):
        who = _text(refused, "by") or _text(refused, "account")
        why = _text(refused, "why")
        yield f"{about}: the comment of {who} on {_text(refused, 'at')} does not count: {why}"
    could = [name for name in _list(one, "could_review") if isinstance(name, str)]
    if could and _text(one, "state") in {State.OPEN.value, State.OVERDUE.value}:
        yield f"{about}: {listed(could, 'or')} can review it"


def _action(one: Told) -> str:
    name, key = _text(one, "action"), _text(one, "key")
    where = f", {_text(one, 'system')} {key}" if key else ""
    return f"{_DONE.get(name, name)} (release {_text(one, 'release')}{where})"


def _text(one: Told, name: str) -> str:
    value = one.get(name)
    return value if isinstance(value, str) else ""


def _part(one: Told, name: str) -> Told:
    value = one.get(name)
    return value if isinstance(value, dict) else {}


def _list(one: Told, name: str) -> list[Json]:
    value = one.get(name)
    return value if isinstance(value, list) else []


def _objects(one: Told, name: str) -> list[Told]:
    return [value for value in _list(one, name) if isinstance(value, dict)]
