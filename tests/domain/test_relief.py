"""What a grant sets aside, through `decide`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from gate.controls import CONTROLS
from gate.domain import facts as f
from gate.domain.control import Failed, NotApplicable, Outcome, Passed, Unknown
from gate.domain.decide import decide, without_policy
from gate.domain.decision import Decision, Result, Verdict
from gate.domain.derived import ChangeType, JudgedTickets
from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident
from gate.domain.missing import OUTAGES, Missing
from gate.domain.never_excused import NEVER_EXCUSED
from gate.domain.policy.document import Enforcement, Policy, ProhibitedRule
from gate.domain.silence import Silence, silences, told
from tests import builders as b
from tests.domain.emergencies import asked
from tests.domain.toys import Toy, control, failed, passed, saying

JIRA_DOWN: Mapping[Any, Missing] = {
    f.Tickets: b.missing(source="Jira", detail="Jira answered 503.")
}
ALL_DOWN: Mapping[Any, Missing] = {
    **JIRA_DOWN,
    FollowUps: b.missing(source="Jira", detail="Jira answered 503."),
}


def decided(
    *changed: f.Fact,
    policy: Policy | None = None,
    controls: tuple[Any, ...] = CONTROLS,
    without: Mapping[Any, Missing] | None = None,
    **rules: Any,
) -> Decision:
    chosen = policy or b.emergency_policy(emergency=b.emergency_rules(**rules))
    return decide(asked(*changed, without=without), chosen, controls)


def result(decision: Decision, name: str) -> Result:
    (found,) = (one for one in decision.results if one.control == name)
    return found


def test_what_the_policy_lets_an_emergency_waive_is_set_aside_and_the_rest_stands() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red)
    assert found.verdict is Verdict.ALLOW
    assert isinstance(result(found, "tests").outcome, Failed)
    assert result(found, "tests").grant == b.grant().id
    assert "tests" in found.waived
    assert {"review", "revision", "prohibited"} <= set(found.not_waived)
    assert set(found.waived) | set(found.not_waived) == {one.ID for one in CONTROLS}
    assert "review" not in found.waived


def test_what_is_met_is_not_waived() -> None:
    found = decided(b.checks(b.check()))
    assert isinstance(result(found, "tests").outcome, Passed)
    assert result(found, "tests").grant == ""


def test_what_the_policy_does_not_let_it_waive_blocks_all_the_same() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red, waives=("ticket", "authority"))
    assert found.verdict is Verdict.BLOCK
    assert found.emergency is not None
    assert found.obligations == ()
    assert found.valid_until is None


def test_a_waiver_that_holds_anyway_needs_no_grant() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red, policy=b.emergency_policy(waivers=(b.waiver("tests"),)))
    assert result(found, "tests").waiver is not None
    assert result(found, "tests").grant == ""


def test_what_only_warns_needs_no_grant() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red, policy=b.emergency_policy(controls={"tests": Enforcement.WARN}))
    assert result(found, "tests").grant == ""


def test_a_refused_emergency_waives_nothing() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red, b.break_glass(reason="no"))
    assert found.verdict is Verdict.BLOCK
    assert found.emergency is None
    assert found.waived == ()
    assert found.asked_for_emergency
    assert {"tests.failed", "emergency.reason-too-short"} & set(found.reason_codes)


def test_a_refused_emergency_blocks_even_what_would_pass_the_normal_way() -> None:
    toy = (saying(passed(), id="yes"), *(one for one in CONTROLS if one.ID == "emergency"))
    assert decided(controls=toy).verdict is Verdict.ALLOW
    assert decided(b.break_glass(reason="no"), controls=toy).verdict is Verdict.BLOCK


PAGER_DOWN: Mapping[Any, Missing] = {Incident: b.missing(source="PagerDuty")}


def test_what_an_emergency_could_waive_is_undecided_while_nobody_can_tell_whether_it_is_one() -> (
    None
):
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    found = decided(red, without=PAGER_DOWN)
    assert found.verdict is Verdict.UNDECIDED
    assert found.emergency is None
    assert {"tests.failed", "emergency.unavailable"} <= set(found.reason_codes)
    assert decided(red, without=PAGER_DOWN, waives=("ticket",)).verdict is Verdict.BLOCK
    assert decided(red, without={BreakGlass: b.missing()}).verdict is Verdict.UNDECIDED


def test_what_nothing_excuses_blocks_while_nobody_can_tell_whether_it_is_an_emergency() -> None:
    toys = (saying(failed(), id="prohibited"), *(one for one in CONTROLS if one.ID == "emergency"))
    found = decided(controls=toys, waives=("prohibited",), without=PAGER_DOWN)
    assert found.verdict is Verdict.BLOCK


def test_a_deploy_that_is_no_emergency_is_as_it_was() -> None:
    found = decided(BreakGlass())
    assert found.emergency is None
    assert found.obligations == ()
    assert not found.asked_for_emergency
    assert isinstance(result(found, "emergency").outcome, NotApplicable)
    assert isinstance(found.change_type, ChangeType)
    assert found.change_type.name == "normal"


def test_the_change_is_shown_as_an_emergency() -> None:
    found = decided()
    assert isinstance(found.change_type, ChangeType)
    assert found.change_type.name == "emergency"
    assert found.change_type.reasons[0] == (
        f"break-glass was granted ({b.grant().id}); without it the change is normal"
    )


def test_an_allowed_emergency_owes_a_review() -> None:
    (owed,) = decided().obligations
    assert owed.id == b.grant().id
    assert owed.due_at == b.NOW + timedelta(hours=48)


@pytest.mark.parametrize("minutes", [5, 60, 600])
def test_the_decision_ends_with_the_grant(minutes: int) -> None:
    found = decided(expires_after=timedelta(minutes=minutes))
    assert found.valid_until == b.NOW + timedelta(minutes=min(minutes, 60))
    # Even where the control does not bring its own end along.
    toys = (saying(passed(), id="yes"),)
    found = decided(expires_after=timedelta(minutes=minutes), controls=toys)
    assert found.valid_until == b.NOW + timedelta(minutes=min(minutes, 60))


# --- trackers that do not answer -----------------------------------------------------------------


@pytest.mark.parametrize("waives", [("ticket", "authority", "tests", "window"), ()])
@pytest.mark.parametrize("down", [JIRA_DOWN, ALL_DOWN])
def test_a_tracker_that_is_down_stops_no_emergency(
    down: Mapping[Any, Missing], waives: tuple[str, ...]
) -> None:
    found = decided(without=down, waives=waives)
    assert found.reason_codes == ()
    assert found.verdict is Verdict.ALLOW
    assert isinstance(result(found, "ticket").outcome, Unknown)
    assert result(found, "ticket").grant == b.grant().id


@pytest.mark.parametrize(
    ("code", "lasting"),
    [
        ("unavailable", False),
        ("timed-out", False),
        ("rate-limited", False),
        ("unreadable", False),
        ("not-authenticated", True),
        ("not-permitted", True),
        ("not-configured", True),
    ],
)
def test_what_was_not_judged_is_named_with_its_cause_and_whether_that_passes(
    code: str, lasting: bool
) -> None:
    """A token that is refused stops no emergency either, but somebody may have brought that about."""
    gap = b.missing(source="Jira", reason_code=code, detail="no answer of use")
    found = decided(without={f.Tickets: gap, FollowUps: gap}, waives=("ticket", "authority"))
    assert found.verdict is Verdict.ALLOW
    assert {"retroactive_review"} <= set(found.not_judged) <= set(found.waived)
    assert not {"ticket", "authority"} & set(found.not_judged)
    (why,) = silences(found)
    assert why == Silence(
        source="Jira", reason_code=code, detail="no answer of use", lasting=lasting
    )
    assert told(why).startswith("Jira: no answer of use")
    assert ("This is no outage" in told(why)) is lasting


def test_where_every_tracker_answers_everything_is_judged() -> None:
    assert decided().not_judged == ()
    assert silences(decided()) == ()
    assert decided(BreakGlass(), without=JIRA_DOWN).not_judged == ()


def test_without_a_grant_a_tracker_that_is_down_leaves_it_undecided() -> None:
    assert decided(BreakGlass(), without=JIRA_DOWN).verdict is Verdict.UNDECIDED


def test_a_credential_that_somebody_wrote_into_a_ticket_makes_no_outage() -> None:
    """Whoever may write there would choose what is not judged."""
    hidden: Mapping[Any, Missing] = {
        f.Tickets: b.missing(source="the evidence", reason_code="masked"),
        FollowUps: b.missing(source="the evidence", reason_code="masked"),
    }
    for kind, control_ in ((f.Tickets, "ticket"), (FollowUps, "retroactive_review")):
        found = decided(without={kind: hidden[kind]}, waives=())
        assert found.verdict is not Verdict.ALLOW
        assert isinstance(result(found, control_).outcome, Unknown)
        assert result(found, control_).grant == ""
        assert found.not_judged == ()
    assert "masked" not in OUTAGES


@pytest.mark.parametrize("code", ["not-found", "wrong-object", "too-large"])
def test_naming_a_ticket_that_does_not_exist_makes_no_outage(code: str) -> None:
    odd = {f.Tickets: b.missing(source="Jira", reason_code=code)}
    found = decided(without=odd, waives=())
    assert found.verdict is Verdict.UNDECIDED
    assert result(found, "ticket").grant == ""


def test_what_is_missing_for_another_reason_stops_it() -> None:
    down: Mapping[Any, Missing] = {**JIRA_DOWN, f.Checks: b.missing()}
    found = decided(without=down, waives=())
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason_codes == ("tests.unavailable",)


def test_what_is_prohibited_stays_so_while_the_tracker_is_down() -> None:
    rule = ProhibitedRule(
        id="ops", why="no", paths=b.globs("services/**"), unless_approved_by="security"
    )
    found = decided(policy=b.emergency_policy(prohibited=(rule,)), without=JIRA_DOWN)
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason_codes == ("prohibited.unavailable",)
    assert decided(policy=b.emergency_policy(prohibited=(rule,))).verdict is Verdict.BLOCK


def test_what_nothing_excuses_is_set_aside_for_want_of_a_tracker_when_it_would_be_met() -> None:
    rule = ProhibitedRule(
        id="ops", why="no", paths=b.globs("ops/**"), unless_approved_by="security"
    )
    found = decided(policy=b.emergency_policy(prohibited=(rule,)), without=JIRA_DOWN)
    assert found.verdict is Verdict.ALLOW


def needing_tickets(outcome: Outcome, name: str) -> Toy:
    def evaluate(judged: JudgedTickets, settings: None) -> Outcome:
        return outcome

    return control(evaluate, id=name)


@pytest.mark.parametrize("name", sorted(NEVER_EXCUSED))
def test_a_no_of_what_nothing_excuses_blocks_whatever_the_policy_says(name: str) -> None:
    toys = (saying(passed(), id="yes"), saying(failed(), id=name))
    found = decided(controls=toys, waives=(name,))
    assert found.verdict is Verdict.BLOCK
    toys = (saying(passed(), id="yes"), needing_tickets(failed(), name))
    assert decided(controls=toys, without=JIRA_DOWN).verdict is Verdict.UNDECIDED
    toys = (saying(passed(), id="yes"), needing_tickets(passed(), name))
    assert decided(controls=toys, without=JIRA_DOWN).verdict is Verdict.ALLOW


def test_without_a_policy_what_was_asked_for_is_still_told() -> None:
    assert without_policy(asked()).asked_for_emergency
    assert not without_policy({}).asked_for_emergency
