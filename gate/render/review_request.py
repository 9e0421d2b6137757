"""What a follow-up ticket asks of the reviewer, and the form in which the review is written down."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.grant import Owed
from gate.domain.phrases import listed
from gate.domain.review_comment import FINDINGS_MIN_LENGTH, ReviewOutcome
from gate.render.escape import markdown


def checklist(record: EmergencyRecord) -> Iterator[str]:
    """What a retroactive review looks at, as Markdown: auditors ask for each of these."""
    yield "- [ ] The code: every line of exactly this revision, as in any review"
    yield "- [ ] The tests: all of them, run in full on this revision; which ones did not run before the release"
    if record.waived:
        waived = listed([markdown(name) for name in record.waived])
        yield f"- [ ] What was waived: what {waived} would have said"
    if record.marker.owed is Owed.RETROACTIVE_REVIEW:
        yield "- [ ] The emergency: whether it was a genuine one, and why"
        yield "- [ ] The scope: whether anything went out that the emergency did not need"
    if record.unverified:
        yield "- [ ] The incident: that it exists, and was about this, since no pager could say so then"
    yield "- [ ] Data and security: what was touched, what could be seen or lost"
    yield "- [ ] Customers: whom it affected, and whether they were told"
    yield "- [ ] The cause, and a ticket for each thing that is still to be done"
    yield "- [ ] The decision: keep it, replace it, or roll it back"
    yield "- [ ] The guide: whether a control was missing, or stood in the way"


def how_to(record: EmergencyRecord) -> Iterator[str]:
    """How the review is written down so that it counts, as Markdown."""
    yield "Write a comment in this ticket, with these three lines filled in:"
    yield from ("", *template(record), "")
    yield "- `Outcome:` is one of " + ", ".join(f"`{one.value}`" for one in ReviewOutcome)
    yield (
        f"- `Findings:` says what you looked at and what you found, in at least {FINDINGS_MIN_LENGTH} characters and "
        "as many lines as you like"
    )
    yield (
        "- It counts when the policy lists the account that you write with, you had no part in the release, and you "
        "write it after the release. If somebody else edits your comment, it no longer counts"
    )
    yield ""
    yield ("The next run of `gate follow-up` recognises the review and closes this ticket.")


def template(record: EmergencyRecord) -> list[str]:
    """The review to fill in. As it stands it is none: it has no outcome and no findings."""
    return ["```text", f"Reviewed: {record.marker.revision}", "Outcome:", "Findings:", "```"]
