"""Why a notice does not stand in for an independent approver, or not yet (guide §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gate.domain.compensation import Compensation
from gate.domain.control import Reason
from gate.domain.follow_up_review import JudgedComment
from gate.domain.notice_case import Case, Given
from gate.domain.objections import Objection
from gate.domain.phrases import counted, listed, moment, safe
from gate.domain.policy.people import Compensating
from gate.domain.review_comment import ReviewOutcome

_BAD = frozenset({ReviewOutcome.ROLLED_BACK, ReviewOutcome.NOT_GENUINE})
_AGAIN = "Then the deploy is started again, in a new run."


def against(case: Case, given: Given | None) -> Iterator[Reason]:
    """Whatever keeps a notice from standing in, whether it is old enough or not."""
    excluded = case.holders if given is None else given.not_by
    mixed = [one for one in case.holders if one in case.parts and one not in excluded]
    if set(case.holders) <= set(case.parts) or mixed:
        yield _no_reviewer(case, mixed)
    if given is None:
        return
    yield from (_objected(objection) for objection in given.objections)
    review = given.debt.review
    if review is not None and review.outcome in _BAD:
        yield _not_confirmed(given, review)
    elif given.reviewed_by:
        return
    elif case.now >= given.debt.due_at:
        yield _lapsed(given)
    elif not given.is_open:
        yield _closed(given)


def wait(case: Case, what: Compensation) -> Reason:
    """Nothing is in the way but time."""
    who = listed(what.could_review, "or")
    remedy = (
        f"Wait until {_from(what.deploy_from)}, then start the deploy again, in a new run. It goes out then unless "
        f"somebody objects in the ticket; {who} reviews it afterwards."
    )
    span = _span(case.rules.delay)
    if what.notice is None:
        return Reason(
            code="notice-given-now",
            text=f"Nobody independent approved this change. Under the exception that {what.granted_by} granted it may "
            f"go out once {who} ({what.reviewer}) has had notice of it for {span}; this check opens the ticket with "
            "the notice.",
            remedy=remedy,
        )
    return Reason(
        code="notice-too-fresh",
        text=f"Nobody independent approved this change, and its notice, {safe(what.notice.key)}, was opened on "
        f"{moment(what.notice.opened_at)}: the exception asks that it has been open for {span}.",
        remedy=remedy,
        url=what.notice.url,
    )


def expired(rules: Compensating) -> Reason:
    """The exception is over, and nothing of it holds."""
    return Reason(
        code="exception-expired",
        text=f"The exception that {rules.granted_by} granted for want of an independent approver ended on "
        f"{rules.expires} and is void.",
        remedy="Somebody independent approves; or whoever owns the policy grants the exception anew on the protected "
        "branch, with a reason and an end.",
    )


def _from(at: datetime) -> str:
    """The first whole minute from then on: whoever comes back at the minute that is shown is not too early."""
    return moment(at + timedelta(seconds=-at.second % 60))


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    unit, size = ("second", 1) if seconds % 60 else ("minute", 60)
    return counted(seconds // size, unit)


def _no_reviewer(case: Case, mixed: Sequence[str]) -> Reason:
    who = listed(mixed or case.holders)
    since = " since the notice was given" if mixed else ""
    return Reason(
        code="reviewer-took-part",
        text=f"{who}, who would review this release afterwards ({case.rules.reviewer}), had a part in it{since}, and "
        "nobody reviews their own work.",
        remedy="Somebody else asks for, writes or deploys it; or whoever owns the policy adds somebody to "
        f"roles.{case.rules.reviewer}.people.",
    )


def _objected(objection: Objection) -> Reason:
    return Reason(
        code="objected",
        text=f"{objection.person} objected to this release on {moment(objection.at)}: {objection.text}",
        remedy=f"Settle it with {objection.person}, who then writes a comment that begins with `Objection withdrawn`. "
        f"{_AGAIN}",
        who=(objection.person,),
        url=objection.url,
    )


def _lapsed(given: Given) -> Reason:
    return Reason(
        code="notice-lapsed",
        text=f"The notice of this release, {safe(given.notice.key)} of {moment(given.notice.opened_at)}, lapsed on "
        f"{moment(given.debt.due_at)}, when its review was due: who was told so long ago does not expect it now.",
        remedy="Bring the change as a new revision, of which a new notice is given; or somebody independent approves.",
        url=given.notice.url,
    )


def _closed(given: Given) -> Reason:
    key = safe(given.notice.key)
    return Reason(
        code="notice-closed",
        text=f"The notice of this release, {key}, was closed before it went out, so nobody can object in it.",
        remedy=f"Whoever closed {key} opens it again. {_AGAIN}",
        url=given.notice.url,
    )


def _not_confirmed(given: Given, review: JudgedComment) -> Reason:
    outcome = review.outcome.value if review.outcome else ""
    return Reason(
        code="objected",
        text=f"{review.person} reviewed this very revision in {safe(given.notice.key)}, and the outcome is: {outcome}.",
        remedy="Bring a new revision: this one was reviewed and not confirmed.",
        who=(review.person,),
        url=review.url,
    )
