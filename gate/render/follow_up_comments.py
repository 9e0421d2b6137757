"""What the gate says in a follow-up ticket, and in the merge requests of an emergency, and the marks of these words.

None of it can be taken for a review: no line begins like one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up_review import JudgedComment
from gate.domain.grant import Owed
from gate.domain.phrases import listed, moment, short
from gate.domain.review_comment import ReviewOutcome
from gate.render.escape import markdown
from gate.render.markdown_link import link


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment (Markdown, escaped), and the mark by which it is known again, so that it is never said twice."""

    text: str
    mark: str


def reviewed(record: EmergencyRecord, review: JudgedComment, *, late: bool) -> Remark:
    """Said when the ticket is closed because the review is there."""
    outcome = review.outcome or ReviewOutcome.CONFIRMED
    after = ", after the deadline" if late else ", in time"
    exception = (
        " It was found to be no genuine emergency: the release counts as an exception in the audit."
        if outcome is ReviewOutcome.NOT_GENUINE
        else ""
    )
    where = link("review", review.url)
    return Remark(
        text=f"The {where} of {_release(record)} by {markdown(review.person)} on {moment(review.at)} counts{after}. "
        f"The outcome is: **{outcome.value}**.{exception} Nothing more is owed, and this ticket is closed.",
        mark=f"reviewed:{record.marker.id}",
    )


def overdue(
    record: EmergencyRecord,
    due_at: datetime,
    could: tuple[str, ...],
    refused: tuple[JudgedComment, ...],
) -> Remark:
    """Said once, when the deadline has passed without a review that counts."""
    people = f"{markdown(listed(could, 'or'))} can do it" if could else _NOBODY
    attempts = "".join(
        f"\n- the comment of {markdown(one.person or one.shown)} on {moment(one.at)} does not count: "
        f"{markdown(one.why)}"
        for one in refused
    )
    return Remark(
        text=f"**The review of {_release(record)} is overdue since {moment(due_at)}.** Until it is there, no deploy of "
        f"{markdown(record.marker.repository)} goes out that is no emergency. {people}: how to write it down stands in "
        f"the text of this ticket.\n{attempts}".rstrip(),
        mark=f"overdue:{record.marker.id}",
    )


def reopened(record: EmergencyRecord, due_at: datetime) -> Remark:
    """Said when somebody closed a ticket whose review is still owed."""
    return Remark(
        text=f"This ticket was closed, but the review of {_release(record)} is still owed: no comment here counts as "
        f"one. It is due on {moment(due_at)}, and closing the ticket does not pay it.",
        mark=f"reopened:{record.marker.id}",
    )


def duplicate(of_key: str, record: EmergencyRecord) -> Remark:
    """Said when another ticket keeps the same debt."""
    return Remark(
        text=f"{markdown(of_key)} keeps the review of {_release(record)}. This ticket is a second one for the same "
        "release, and is closed; comments here are still read.",
        mark=f"duplicate:{of_key}",
    )


def not_deployed(record: EmergencyRecord) -> Remark:
    """Said when a notice has lapsed and the gate never let its release go."""
    return Remark(
        text=f"Nothing is owed for {_release(record)}: it was announced and never let through, the forge has no "
        "successful deployment of it, and its notice has lapsed. What it would have brought meets every control in the "
        "next deploy. This ticket is closed.",
        mark=f"not-deployed:{record.marker.id}",
    )


def notice(record: EmergencyRecord, ticket_url: str) -> Remark:
    """For the people of a merge request that an emergency took to production: they would have approved it."""
    marker = record.marker
    waived = [name for name in record.waived if name not in marker.not_judged]
    kind = {
        Owed.RETROACTIVE_REVIEW: "by break-glass",
        Owed.INDEPENDENT_REVIEW: "without an independent approval",
    }[marker.owed]
    lines = [
        f"**This was let through to {markdown(marker.environment)} {kind}** on {moment(marker.issued_at)}, in "
        f"{link(f'run {markdown(marker.run_id)}', record.run_url)}, revision `{short(marker.revision)}`.",
        "",
        *_said("Why", record.reason or record.why),
        *_said("Incident", f"{record.incident} {record.incident_title}".strip()),
        *_said("Asked for by", listed(record.invoked_by) if record.invoked_by else ""),
        *_said("Second person", record.consent.person if record.consent else ""),
        *_said("Waived", listed(waived) if waived else ""),
        *_said("Not judged, since no tracker answered", listed(marker.not_judged or [""])),
        "",
        f"Whoever had no part in it reviews it until **{moment(marker.due_at)}**, in "
        f"{link('the follow-up ticket', ticket_url)}.",
    ]
    return Remark(text="\n".join(lines), mark=f"break-glass:{marker.id}")


_NOBODY = "Somebody with an account here and no part in the release can do it"


def _said(what: str, text: str) -> list[str]:
    return [f"- {what}: {markdown(text)}"] if text else []


def _release(record: EmergencyRecord) -> str:
    marker = record.marker
    return f"`{short(marker.revision)}` in {markdown(marker.environment)}"
