from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gate.domain import facts as f
from gate.domain.compensating import Compensated, compensate
from gate.domain.compensation import Stage
from gate.domain.control import Failed, Unknown
from gate.domain.decision import Decision, ReleaseClass, Verdict
from gate.domain.derive import derive
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.facts import ApprovalState, ChangeKind
from gate.domain.grant import Obligation, Owed
from gate.domain.policy.document import Enforcement
from gate.domain.policy.people import RiskRule, Role, SeparationMode, SeparationOfDuties
from tests import builders as b
from tests import owed
from tests.domain import small_team as team
from tests.domain.small_team import ID, decided, duties, notice, policy, said

FRESH = team.marker(issued_at=b.ago(minutes=29))
OLD = team.marker(issued_at=b.ago(days=6))
OUT = b.baseline(b.deployment("m1", at=b.ago(days=1), run_id="6999"), b.deployment())


def codes(decision: Decision) -> list[str]:
    return [code.removeprefix("separation.") for code in decision.reason_codes]


def standard(decision: Decision) -> bool:
    """Whether nothing of the mode is left but what `separation` says about it."""
    return (
        decision.verdict is Verdict.BLOCK
        and decision.compensating is None
        and decision.obligations == ()
        and not any(result.notice for result in decision.results)
        and {"review.not-approved", "authority.row-not-met"} <= set(decision.reason_codes)
    )


# --- notice, delay, release -----------------------------------------------------------------


def test_the_first_check_blocks_and_gives_notice() -> None:
    found = decided()
    assert found.verdict is Verdict.BLOCK
    assert codes(found) == ["notice-given-now", "self-approved-only"]
    assert found.obligations == (
        Obligation(
            id=ID,
            owed=Owed.INDEPENDENT_REVIEW,
            due_at=b.NOW + timedelta(days=5),
            why="nobody independent approved the change; alice granted an exception until the end of 2026-12-31: "
            "Bob is the only engineer",
            not_by=("bob",),
        ),
    )
    what = found.compensating
    assert what is not None
    assert (what.stage, what.notice, what.could_review) == (Stage.ANNOUNCED, None, ("carol",))
    assert what.deploy_from == b.NOW + timedelta(minutes=31)
    assert found.release_class is None
    first = said(found).outcome
    assert isinstance(first, Failed)
    assert "Wait until 2026-11-25 15:31 UTC" in first.reasons[0].remedy


def test_what_else_wants_the_approver_waits_with_it() -> None:
    aside = [result.control for result in decided().results if result.notice]
    assert aside == ["review", "authority"]


def test_a_fresh_notice_blocks_and_says_when_to_come_back() -> None:
    found = decided(notice(about=FRESH))
    assert codes(found) == ["notice-too-fresh", "self-approved-only"]
    outcome = said(found).outcome
    assert isinstance(outcome, Failed)
    assert "CHG-90" in outcome.reasons[0].text
    assert "Wait until 2026-11-25 15:01 UTC" in outcome.reasons[0].remedy
    assert outcome.reasons[0].url == notice().url
    (owes,) = found.obligations
    assert owes.due_at == FRESH.due_at


def test_the_minute_that_is_named_is_late_enough() -> None:
    opened = b.ago(minutes=10, seconds=1)
    outcome = said(decided(notice(about=team.marker(issued_at=opened)))).outcome
    assert isinstance(outcome, Failed)
    assert "Wait until 2026-11-25 15:20 UTC" in outcome.reasons[0].remedy


@pytest.mark.parametrize(("length", "words"), [(30, "30 minutes"), (60, "60 minutes")])
def test_the_delay_is_named(length: int, words: str) -> None:
    outcome = said(decided(rules=policy(duties(delay=timedelta(minutes=length))))).outcome
    assert isinstance(outcome, Failed)
    assert words in outcome.reasons[0].text


def test_a_delay_of_odd_seconds_is_named_in_seconds() -> None:
    outcome = said(decided(rules=policy(duties(delay=timedelta(seconds=450))))).outcome
    assert isinstance(outcome, Failed)
    assert "for 450 seconds" in outcome.reasons[0].text


def test_after_the_delay_the_release_goes_out_as_a_class_of_its_own_and_owes_its_review() -> None:
    found = decided(notice())
    assert found.verdict is Verdict.ALLOW
    assert found.reason_codes == ()
    assert found.release_class is ReleaseClass.COMPENSATING
    assert [result.control for result in found.results if result.notice] == [
        "review",
        "authority",
        "separation",
    ]
    assert all(result.notice in {"", ID} for result in found.results)
    (owes,) = found.obligations
    assert (owes.owed, owes.id, owes.due_at) == (Owed.INDEPENDENT_REVIEW, ID, team.marker().due_at)
    what = found.compensating
    assert what is not None
    assert what.notice is not None
    assert (what.stage, what.notice.key, what.notice.opened_at) == (Stage.MET, "CHG-90", team.GIVEN)
    assert what.notice.opened_by == "gate (Jira jira-gate)"


def test_it_goes_out_at_the_very_moment_and_not_before() -> None:
    exact = team.marker(issued_at=b.ago(minutes=30))
    assert decided(notice(about=exact)).verdict is Verdict.ALLOW
    assert decided(notice(opened_at=b.ago(minutes=30, microseconds=-1))).verdict is Verdict.BLOCK


def test_the_time_counts_by_the_clock_of_the_tracker_whatever_the_ticket_says() -> None:
    found = decided(notice(opened_at=b.ago(minutes=1)))
    assert codes(found)[0] == "notice-too-fresh"
    ahead = decided(notice(opened_at=b.ago(minutes=-3)))
    assert codes(ahead)[0] == "notice-too-fresh"


def test_whichever_run_gave_the_notice() -> None:
    again = b.run(started_by=b.BOB, id="7002", attempt=2, rerun_by=b.BOB)
    assert decided(notice(), Run=again).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "other",
    [{"revision": b.sha("m2")}, {"environment": "staging"}, {"repository_id": "4243"}],
    ids=str,
)
def test_a_notice_of_another_release_is_none(other: dict[str, str]) -> None:
    assert codes(decided(notice(about=team.marker(**other))))[0] == "notice-given-now"


def test_a_ticket_that_only_looks_like_a_notice_is_none() -> None:
    nameless = replace(notice(), marker={})
    assert codes(decided(nameless))[0] == "notice-given-now"


def test_the_decision_ends_with_the_exception_and_with_the_notice() -> None:
    late = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)  # 23:30 in New York
    last = policy(duties(expires=date(2026, 11, 25)))
    given = notice(about=team.marker(issued_at=late - timedelta(hours=1)))
    found = decided(given, rules=last, Clock=b.clock(late))
    assert found.valid_until == datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
    due = notice(about=team.marker(due_at=b.ago(minutes=-20)))
    assert decided(due).valid_until == b.ago(minutes=-20)


# --- when it does not apply -----------------------------------------------------------------


def test_in_standard_mode_nothing_of_this_happens() -> None:
    assert standard(decided(notice(), rules=policy(SeparationOfDuties())))
    kept = duties(mode=SeparationMode.STANDARD)
    found = decided(notice(), rules=policy(kept))
    assert standard(found)
    assert codes(found)[-1] == "self-approved-only"


def test_a_mode_without_an_exception_stands_in_for_nothing() -> None:
    bare = SeparationOfDuties(mode=SeparationMode.COMPENSATING)
    assert standard(decided(notice(), rules=policy(bare)))


def test_an_expired_exception_is_void_and_that_is_said() -> None:
    over = policy(duties(expires=date(2026, 11, 24)))
    found = decided(notice(), rules=over)
    assert standard(found)
    assert codes(found)[-2:] == ["exception-expired", "self-approved-only"]
    today = policy(duties(expires=date(2026, 11, 25)))
    assert decided(notice(), rules=today).verdict is Verdict.ALLOW


def test_somebody_independent_needs_no_exception() -> None:
    found = decided(notice(), Change=b.change(team.request(reviews=(b.review(),))))
    assert found.verdict is Verdict.ALLOW
    assert found.compensating is None
    assert found.release_class is ReleaseClass.REGULAR


def test_nothing_is_announced_that_could_not_go_out_anyway() -> None:
    found = decided(Checks=b.checks())
    assert standard(found)
    outcome = said(found).outcome
    assert isinstance(outcome, Failed)
    assert outcome.observations[-1].text == (
        "compensating mode: a notice can stand in for the approver once tests no longer stands against the change"
    )
    assert standard(decided(notice(), Checks=b.checks()))
    several = said(decided(Checks=b.missing(), Revision=b.missing())).outcome
    assert isinstance(several, Failed)
    assert "tests and revision no longer stand against" in several.observations[-1].text


def test_what_only_warns_keeps_nothing_from_going_out() -> None:
    lenient = policy(controls={"tests": Enforcement.WARN})
    assert decided(notice(), rules=lenient, Checks=b.checks()).verdict is Verdict.ALLOW


def test_where_separation_does_not_block_there_is_nothing_to_stand_in_for() -> None:
    lowered = policy(controls={"separation": Enforcement.WARN})
    found = decided(notice(), rules=lowered)
    assert found.compensating is None
    assert found.verdict is Verdict.BLOCK
    assert found.reason_codes == ("review.not-approved", "authority.row-not-met")
    waived = policy(waivers=(b.waiver("separation"),))
    assert decided(notice(), rules=waived).compensating is None


def test_a_rejected_deployment_is_a_no() -> None:
    no = f.DeploymentApproval(
        approver=b.account("cdiaz", id="103"), state=ApprovalState.REJECTED, comment="no", at=None
    )
    released = f.DeploymentApprovals(environment="production", approvals=(no,))
    found = decided(notice(), DeploymentApprovals=released)
    assert standard(found)
    assert "separation.deployment-rejected" in found.reason_codes


def test_a_request_for_changes_is_a_no() -> None:
    veto = b.review(reviewer=b.CAROL, state=f.ReviewState.CHANGES_REQUESTED)
    found = decided(notice(), Change=b.change(team.request(reviews=(veto,))))
    assert standard(found)


def test_what_came_without_a_merge_request_is_more_than_a_wanting_approver() -> None:
    pushed = b.commit("c9", brought_by=())
    change = b.change(team.request())
    whole = replace(change, commits=(*change.commits, pushed))
    assert decided(notice(), Change=whole).verdict is Verdict.BLOCK


def test_a_class_that_asks_for_an_approval_of_its_own_is_not_for_this_mode() -> None:
    rows = policy().change_types["normal"].approvals
    high = {"high": RiskRule(when=(b.condition(paths=("services/**",)),), approvals=rows)}
    found = decided(notice(), rules=policy(risk=high))
    assert standard(found)
    outcome = said(found).outcome
    assert isinstance(outcome, Failed)
    assert "the risk class high asks for an approval of its own" in outcome.observations[-1].text
    bare = {"high": RiskRule(when=(b.condition(paths=("services/**",)),))}
    assert decided(notice(), rules=policy(risk=bare)).verdict is Verdict.ALLOW


@pytest.mark.parametrize("kind", [f.Clock, f.Run, f.Change])
def test_without_the_facts_nothing_stands_in(kind: type[f.Fact]) -> None:
    found = decided(notice(), known={kind: b.missing()})
    assert found.verdict is not Verdict.ALLOW
    assert found.compensating is None
    assert found.obligations == ()


def test_without_a_clock_no_exception_is_in_force() -> None:
    results = decided(rules=policy(SeparationOfDuties())).results
    known = {**derive(team.facts(notice()), policy()), f.Clock: b.missing()}
    assert compensate(results, known, policy()) == Compensated(results=results)


def test_nobody_gets_a_notice_instead_of_an_emergency() -> None:
    asked = b.break_glass(incident="")
    found = decided(notice(), BreakGlass=asked)
    assert standard(found)


# --- what keeps a notice from standing in ---------------------------------------------------


def refused(*tickets: FollowUpTicket, **changes: Any) -> str:
    """Why a notice does not stand in; the rest stands as on any day."""
    found = decided(*tickets, **changes)
    assert standard(found)
    outcome = said(found).outcome
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text
    assert outcome.reasons[0].remedy
    return outcome.reasons[0].code


def test_an_objection_stops_it_and_is_quoted() -> None:
    no = owed.comment(body="Objection: the migration locks the table", at=b.ago(minutes=20))
    assert refused(notice(no)) == "objected"
    outcome = said(decided(notice(no))).outcome
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text == (
        "carol objected to this release on 2026-11-25 14:40 UTC: Objection: the migration locks the table"
    )
    assert outcome.reasons[0].who == ("carol",)
    back = owed.comment(body="Objection withdrawn", at=b.ago(minutes=10))
    assert decided(notice(no, back)).verdict is Verdict.ALLOW


def test_an_objection_stops_a_fresh_notice_as_well() -> None:
    no = owed.comment(body="Objection: wait", at=b.ago(minutes=20))
    assert refused(notice(no, about=FRESH)) == "objected"


def test_an_objection_in_any_ticket_of_the_release_counts() -> None:
    no = owed.comment(body="Objection: wait", at=b.ago(minutes=20))
    second = notice(no, key="CHG-91", is_open=False, opened_at=b.ago(minutes=50))
    assert refused(notice(), second) == "objected"


def test_a_closed_notice_takes_no_objections() -> None:
    assert refused(notice(is_open=False)) == "notice-closed"


def test_a_notice_that_nobody_used_in_time_lapses() -> None:
    assert refused(notice(about=OLD)) == "notice-lapsed"
    # Until then the time is that of the exception, whatever the ticket says.
    forged = team.marker(issued_at=b.ago(days=6), due_at=b.ago(days=-60))
    assert refused(notice(about=forged)) == "notice-lapsed"
    exact = team.marker(due_at=b.NOW)
    assert refused(notice(about=exact)) == "notice-lapsed"


def test_somebody_must_be_left_to_review_it() -> None:
    own = policy(roles={**policy().roles, "advisor": Role(people=("bob",))})
    assert refused(notice(), rules=own) == "reviewer-took-part"
    assert refused(rules=own) == "reviewer-took-part"
    both = policy(roles={**policy().roles, "advisor": Role(people=("bob", "carol"))})
    assert decided(notice(), rules=both).verdict is Verdict.ALLOW


def test_a_reviewer_who_takes_part_after_the_notice_cannot_review_it_any_more() -> None:
    two = policy(roles={**policy().roles, "advisor": Role(people=("carol", "alice"))})
    by_carol = b.run(started_by=b.CAROL, event="workflow_dispatch")
    # bob alone was excluded when the notice was given, so that a review by carol would count.
    assert refused(notice(), rules=two, Run=by_carol) == "reviewer-took-part"
    excluded = notice(about=team.marker(not_by=("bob", "carol")))
    found = decided(excluded, rules=two, Run=by_carol)
    assert found.verdict is Verdict.ALLOW
    assert found.compensating is not None
    assert found.compensating.could_review == ("alice",)
    assert found.obligations[0].not_by == ("bob", "carol")


# --- the same revision again ----------------------------------------------------------------


def redeployed(*tickets: FollowUpTicket) -> Decision:
    """The revision went out a day ago, something else runs now, and it is to go out again."""
    history = b.baseline(
        b.deployment("m2", at=b.ago(hours=2), run_id="7000"),
        b.deployment("m1", at=b.ago(days=4), run_id="6999"),
        b.deployment(),
    )
    return decided(*tickets, Baseline=history)


def test_a_revision_that_was_reviewed_after_a_deploy_of_it_owes_nothing_more() -> None:
    review = owed.comment(at=b.ago(days=3))
    found = redeployed(notice(review, about=OLD, is_open=False))
    assert found.verdict is Verdict.ALLOW
    assert found.release_class is ReleaseClass.COMPENSATING
    assert found.obligations == ()
    assert found.compensating is not None
    assert found.compensating.reviewed_by == "carol"
    assert found.valid_until == b.NOW + timedelta(hours=1)


def test_a_revision_that_was_not_confirmed_does_not_go_out_again() -> None:
    review = owed.comment(body=owed.review(Outcome="rolled back"), at=b.ago(days=3))
    found = redeployed(notice(review, about=OLD))
    assert codes(found)[-2] == "objected"
    outcome = said(found).outcome
    assert isinstance(outcome, Failed)
    assert "the outcome is: rolled back" in outcome.reasons[0].text


def test_a_review_from_before_the_deploy_is_none_afterwards() -> None:
    early = owed.comment(at=b.ago(days=5))
    found = redeployed(notice(early, about=OLD))
    assert found.verdict is Verdict.BLOCK
    assert "retroactive_review.overdue" in found.reason_codes
    # Before it went out for the first time it is no review either, and the notice lapses.
    assert refused(notice(owed.comment(at=b.ago(days=5)), about=OLD)) == "notice-lapsed"


def test_an_overdue_review_of_an_earlier_release_blocks_the_next_one() -> None:
    earlier = team.marker(issued_at=b.ago(days=9), revision=b.sha("m0"))
    history = b.baseline(b.deployment(at=b.ago(days=8)), b.deployment("start", at=b.ago(days=20)))
    found = decided(notice(about=earlier), Baseline=history)
    assert "retroactive_review.overdue" in found.reason_codes
    assert standard(found)


def test_a_notice_that_never_went_out_owes_nothing_later() -> None:
    abandoned = team.marker(issued_at=b.ago(days=9), revision=b.sha("gone"))
    found = decided(notice(about=abandoned, key="CHG-80"), notice())
    assert found.verdict is Verdict.ALLOW


# --- the tracker must answer ----------------------------------------------------------------

DOWN = b.missing(source="Jira", detail="Jira answered 503.", retriable=True)


def test_while_the_tracker_does_not_answer_nobody_can_tell() -> None:
    found = decided(FollowUps=DOWN)
    assert found.verdict is Verdict.UNDECIDED
    assert set(found.reason_codes) == {
        "separation.unavailable",
        "retroactive_review.unavailable",
    }
    outcome = said(found).outcome
    assert isinstance(outcome, Unknown)
    assert outcome.missing[0].detail == (
        "whether notice of this release was given and anybody objected cannot be told: Jira answered 503."
    )
    assert found.obligations == ()
    assert found.compensating is None


def test_what_fails_otherwise_blocks_whether_the_tracker_answers_or_not() -> None:
    assert standard(decided(FollowUps=DOWN, Checks=b.checks()))
    other = decided(FollowUps=DOWN, Checks=b.missing(detail="GitHub answered 500."))
    assert other.verdict is Verdict.BLOCK


def test_a_rollback_gives_notice_as_well() -> None:
    history = b.baseline(
        b.deployment("m2", at=b.ago(hours=2)), b.deployment("m1", at=b.ago(days=4)), b.deployment()
    )
    back = replace(
        b.change(team.request()), kind=ChangeKind.ROLLBACK, commits=(), merge_requests=()
    )
    change = replace(back, base=b.sha("m2"), undone=(b.sha("m2"),))
    named = team.facts()[f.Tickets]
    assert isinstance(named, f.Tickets)
    given = replace(named, named_for_run=("CHG-7",))
    found = decided(Change=change, Baseline=history, Tickets=given)
    assert "notice-given-now" in codes(found)


def test_the_policy_keeps_debts_while_the_exception_stands_in_it() -> None:
    assert policy().owes_reviews
    assert policy(duties(mode=SeparationMode.STANDARD)).owes_reviews
    assert not policy(SeparationOfDuties()).owes_reviews
