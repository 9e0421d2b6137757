"""The notice of a release that nobody independent approved, as its ticket tells it (guide §4, compensating mode)."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.phrases import counted, moment
from gate.domain.policy.document import Policy
from gate.render.escape import markdown


def announcement(record: EmergencyRecord, policy: Policy) -> Iterator[str]:
    """What is about to happen, how to stop it, and what is to be done afterwards."""
    marker = record.marker
    yield (
        "This release is announced here because nobody independent approved it. It may go out once this ticket "
        f"has been open for {_delay(policy)}. **To stop it, write a comment that begins with `Objection:`**; whoever "
        "wrote it takes it back by a later comment that begins with `Objection withdrawn`. While this ticket is "
        "closed, the release does not go out either."
    )
    yield ""
    yield (
        "Once it is out, somebody who had no part in it reviews it until "
        f"**{moment(marker.due_at)}**. {otherwise(record)} If it does not go out until then, nothing is owed, and it "
        "needs a new notice."
    )


def otherwise(record: EmergencyRecord) -> str:
    """What comes of it when nobody reviews the release."""
    return (
        f"After that its absence stops every deploy of {markdown(record.marker.repository)} that is no emergency. "
        "Closing this ticket pays nothing: only a review that is written here does."
    )


def _delay(policy: Policy) -> str:
    exception = policy.separation_of_duties.compensating
    if exception is None:
        return "as long as the change policy says"
    return counted(-(-int(exception.delay.total_seconds()) // 60), "minute")
