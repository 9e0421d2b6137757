"""What a follow-up ticket asks of the reviewer, and the form in which the review is written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.grant import Owed
from gate.domain.phrases import listed, moment
from gate.domain.review_comment import FINDINGS_MIN_LENGTH, ReviewOutcome
from gate.render.escape import markdown


def checklist(record: EmergencyRecord) -> Iterator[str]:
    """What a retroactive review looks at, as Markdown: auditors ask for each of these."""
    yield "- [ ] The code: every line of exactly this revision, as in any review"
    yield "- [ ] The tests: all of them, run in full on this revision; which ones did not run before the release"
    not_judged = record.marker.not_judged
    if waived := [name for name in record.waived if name not in not_judged]:
        yield f"- [ ] What was waived: what {_listed(waived)} would have said"
    if not_judged:
        yield (
            f"- [ ] What was not judged: what {_listed(not_judged)} would have said. The policy lets no emergency "
            "waive that; no tracker answered"
        )
    if any(silence.lasting for silence in record.silences):
        yield "- [ ] The tracker: since when it does not answer the gate, who brought that about, and who mends it"
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
    yield "Write a comment in this ticket, with these lines filled in:"
    yield from ("", *template(record), "")
    yield "- `Outcome:` is one of " + ", ".join(f"`{one.value}`" for one in ReviewOutcome)
    yield (
        f"- `{ReviewOutcome.NOT_DEPLOYED.value}` is for a release of which nothing went out: you made sure that no job "
        f"that deploys ever started, since one that failed may have changed something. It counts from {_end(record)} on"
    )
    yield (
        f"- `Findings:` says what you looked at and what you found, in at least {FINDINGS_MIN_LENGTH} characters and "
        "as many lines as you like"
    )
    if record.marker.not_judged:
        yield (
            f"- `Not judged:` says what {_listed(record.marker.not_judged)} would have said, now that you can look, in "
            f"at least {FINDINGS_MIN_LENGTH} characters"
        )
    yield (
        "- It counts when the policy lists the account that you write with, you had no part in the release, and you "
        "write it after the release. If somebody else edits your comment, it no longer counts"
    )
    yield ""
    yield ("The next run of `gate follow-up` recognises the review and closes this ticket.")


def _listed(controls: Sequence[str]) -> str:
    return listed([markdown(name) for name in controls])


def _end(record: EmergencyRecord) -> str:
    """From when on nothing more can go out."""
    is_notice, end = record.marker.is_notice, record.expires_at
    return moment(record.marker.due_at if is_notice or end is None else end)


def template(record: EmergencyRecord) -> list[str]:
    """The review to fill in. As it stands it is none: it has no outcome and no findings."""
    answer = ["Not judged:"] if record.marker.not_judged else []
    return [
        "```text",
        f"Reviewed: {record.marker.revision}",
        "Outcome:",
        "Findings:",
        *answer,
        "```",
    ]
