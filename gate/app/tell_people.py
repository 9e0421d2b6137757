"""Tell the people of the merge requests what was decided: best effort, once the evidence is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from gate.app.pipeline import Told
from gate.domain.decision import Decision
from gate.domain.missing import Missing
from gate.domain.phrases import counted
from gate.domain.ports import FactMissing, Notices
from gate.render.note import note, note_marker

MOST = 20
"""Merge requests that are told about one deploy."""
SECONDS = 30
"""That telling may take in all: the deploy waits meanwhile."""
MOST_FAILURES = 3
VAIN = frozenset({"not-authenticated", "not-configured", "timed-out", "rate-limited"})
"""After these the next merge request would be told nothing either. A single one may be locked, or gone."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def best_effort(write: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Warnings of what could not be told, whatever goes wrong: the verdict stands, and so does the exit code."""
    try:
        yield from write()
    except FactMissing as gap:
        yield warning(gap)
    except Exception as error:
        kind = type(error).__name__
        yield f"The note could not be written ({kind}: a fault of the gate, please report it). The verdict stands."


def tell_people(notices: Notices, told: Told, *, url: str = "") -> Iterator[str]:
    """Write the note on every merge request of the change. What could not be told comes back as warnings.

    `url` is the page of the job; without it the note leads to that of the run.
    """
    marker, numbers = note_marker(told.decision), _numbers(told.decision)
    if not marker or not numbers:
        return
    text = note(told.decision, told.policy, digest=told.digest, url=url, kept=told.kept)
    if len(numbers) > MOST:
        left = counted(len(numbers) - MOST, "earlier one")
        yield f"The note is written on the {MOST} latest merge requests; {left} got none."
    failures = 0
    for number in numbers[-MOST:]:
        try:
            notices.tell(number, text, marker)
        except FactMissing as gap:
            failures += 1
            yield warning(gap)
            if gap.missing.reason_code in VAIN or failures == MOST_FAILURES:
                return


def warning(gap: FactMissing) -> str:
    """Why nobody was told, and who can do what about it; it changes nothing about the verdict."""
    found = gap.missing
    remedy = f" To change that, {found.remedy}." if found.remedy else ""
    return f"The note could not be written: {found.source}: {found.detail}.{remedy} The verdict stands."


def _numbers(decision: Decision) -> list[int]:
    """The merge requests that this deploy brings, in the order in which they were merged."""
    found = decision.scope if not isinstance(decision.scope, Missing) else decision.change
    if isinstance(found, Missing):
        return []
    by_merge = sorted(
        found.merge_requests, key=lambda one: (one.merged_at is None, one.merged_at or _NEVER)
    )
    return [request.number for request in by_merge]
