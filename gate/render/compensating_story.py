"""What people read about a release without an independent approver: the exception, the notice, what is owed (guide §4).

Texts are raw. Whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.compensation import Compensation, Stage
from gate.domain.decision import Decision, ReleaseClass
from gate.domain.follow_up import Kept
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.render.emergency_story import EmergencyStory, Line, kept_lines, names, owed_lines
from gate.render.times import both


def compensating_story(
    decision: Decision, policy: Policy | None, kept: Kept | None, zone: str
) -> EmergencyStory | None:
    """None where no notice stands in for an approver. `kept` says where the ticket with the notice is."""
    what = decision.compensating
    if what is None:
        return None
    lines = (
        *_exception(what, policy),
        *_notice(what, zone),
        Line(
            name="Set aside",
            value=listed([one.control for one in decision.results if one.notice] or ["nothing"]),
        ),
        *_review(decision, what, policy, zone),
        *(kept_lines(kept) if kept is not None else ()),
    )
    return EmergencyStory(title=_title(decision, what), lines=lines, sign="⚖️", control="separation")


def _title(decision: Decision, what: Compensation) -> str:
    if decision.release_class is ReleaseClass.COMPENSATING:
        return "Released in compensating mode: nobody independent approved it beforehand"
    if what.stage is Stage.MET:
        return "Compensating mode stands in for the approver, and something else keeps the deploy from going on"
    return "Compensating mode: the release is announced, and waits"


def _exception(what: Compensation, policy: Policy | None) -> Iterator[Line]:
    yield Line(
        name="Exception",
        value=f"granted by {names([what.granted_by], policy)} until the end of {what.expires:%d %b %Y}: {what.reason}",
    )


def _notice(what: Compensation, zone: str) -> Iterator[Line]:
    if what.notice is None:
        yield Line(name="Notice", value="given by this check")
    else:
        yield Line(
            name="Notice",
            value=f"{what.notice.key}, opened by {what.notice.opened_by}, {both(what.notice.opened_at, zone)}",
            url=what.notice.url,
        )
    if what.stage is Stage.ANNOUNCED:
        yield Line(name="Not before", value=both(what.deploy_from, zone))


def _review(
    decision: Decision, what: Compensation, policy: Policy | None, zone: str
) -> Iterator[Line]:
    if what.reviewed_by:
        yield Line(
            name="Reviewed by",
            value=f"{names([what.reviewed_by], policy)}, after an earlier deploy of this very revision",
        )
    could = f"{names(what.could_review, policy, 'or')} ({what.reviewer})"
    for owed in decision.obligations:
        yield from owed_lines(owed, policy, zone, could)
