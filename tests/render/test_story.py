from dataclasses import replace
from datetime import date

from gate.domain.control import Unknown
from gate.domain.decision import Verdict
from gate.domain.derived import Waivers
from gate.domain.facts import ChangeKind
from gate.domain.lookup import depends
from gate.domain.policy.document import Enforcement, Observe
from gate.render.story import tell, zone_of
from tests import builders as b
from tests.render.decisions import (
    FAILED,
    GAP,
    NONE,
    PASSED,
    UNKNOWN,
    decision,
    nothing_known,
    result,
)


def test_an_allowed_deploy_says_until_when_in_the_policys_zone() -> None:
    story = tell(decision(), b.policy())
    assert story.headline == "Allowed: the deploy to production may go on"
    assert story.lead == "The decision holds until Wed 25 Nov 2026, 11:00 EST (16:00 UTC)."
    assert story.steps == ()


def test_an_allowed_deploy_without_an_end_says_nothing_about_it() -> None:
    assert tell(decision(valid_until=None), None).lead == ""


def test_a_block_counts_what_is_not_met_and_says_who_can_do_what() -> None:
    story = tell(decision(result(FAILED), result(UNKNOWN, "tests")), b.policy())
    assert story.headline == "Blocked: the deploy to production may not go on"
    assert story.lead == "Of 2 controls, 1 is not met and 1 could not be evaluated."
    first = story.steps[0]
    assert (first.what, first.who) == ("Ask somebody else to approve #12.", "Alice Ng, carol")
    assert first.why == "#12 by bob has no approval that counts"


def test_several_failures_are_counted_in_the_plural() -> None:
    story = tell(decision(result(FAILED), result(FAILED, "ticket")), None)
    assert story.lead == "Of 2 controls, 2 are not met."


def test_a_gap_without_a_remedy_says_to_mend_it() -> None:
    steps = tell(decision(result(UNKNOWN)), None).steps
    assert [step.what for step in steps] == [
        "Ask GitHub again later.",
        "Mend it, then run the deploy again",
    ]


def test_a_gap_that_may_be_over_soon_says_to_run_again() -> None:
    gap = b.missing(retriable=True)
    (step,) = tell(decision(result(Unknown(missing=(gap,)))), None).steps
    assert step.what == "Run the deploy again; it may be over by then"


def test_the_same_gap_under_two_controls_is_one_step() -> None:
    unknown = Unknown(missing=(GAP,))
    assert len(tell(decision(result(unknown), result(unknown, "tests")), None).steps) == 1


def test_what_follows_from_one_gap_is_one_step_that_names_the_cause() -> None:
    unknown = Unknown(missing=(depends(GAP, "who approved"), depends(GAP, "which tickets count")))
    (step,) = tell(decision(result(unknown), result(Unknown(missing=(GAP,)))), None).steps
    assert step.why == "GitHub: GitHub answered 502."


def test_silence_is_said_to_be_no_consent() -> None:
    story = tell(decision(result(NONE)), None)
    assert story.verdict is Verdict.UNDECIDED
    assert story.lead == "No control said yes, and silence is not consent."


def test_a_missing_policy_is_the_one_step() -> None:
    story = tell(nothing_known(GAP), None)
    assert story.headline == "Undecided: the gate cannot tell, so this deploy may not go on"
    assert [step.what for step in story.steps] == ["Ask GitHub again later."]


def test_observe_mode_is_loud() -> None:
    observe = Observe(until=date(2027, 1, 31), reason="trying it out")
    story = tell(decision(result(FAILED), observe=observe), b.policy())
    assert story.headline == "Observe mode: nothing is stopped, but the verdict is BLOCK"
    assert story.notices == (
        "Observe mode (trying it out): the gate stops nothing until the end of 31 Jan 2027.",
    )


def test_observe_mode_of_an_allowed_deploy_is_noted_too() -> None:
    story = tell(decision(observe=Observe(until=date(2027, 1, 31))), None)
    assert story.headline.startswith("Allowed")
    assert story.notices == ("Observe mode: the gate stops nothing until the end of 31 Jan 2027.",)


def test_expired_waivers_and_later_attempts_are_noticed() -> None:
    told = tell(
        decision(
            run=b.run(attempt=2),
            waivers=Waivers(expired=(b.waiver(), b.waiver(check="e2e / safari"))),
        ),
        None,
    )
    assert told.notices == (
        "This is attempt 2 of the run.",
        "The waiver of tests ended on 01 Dec 2026 and is void.",
        "The waiver of tests (e2e / safari) ended on 01 Dec 2026 and is void.",
    )


def test_every_outcome_has_its_mark() -> None:
    waived = result(FAILED, waiver=b.waiver("review"))
    lane = result(FAILED, lane="rollback to abc")
    warned = result(FAILED, enforcement=Enforcement.WARN)
    off = result(UNKNOWN, enforcement=Enforcement.OFF)
    story = tell(
        decision(
            result(PASSED), result(NONE), result(FAILED), result(UNKNOWN), waived, lane, warned, off
        ),
        None,
    )
    assert [(control.mark, control.label) for control in story.controls] == [
        ("pass", "met"),
        ("none", "does not arise"),
        ("fail", "not met"),
        ("unknown", "could not be evaluated"),
        ("set-aside", "not met, set aside"),
        ("set-aside", "not met, set aside"),
        ("warning", "not met, only a warning"),
        ("warning", "could not be evaluated, switched off"),
    ]
    assert story.controls[4].notes == ("Waived until 01 Dec 2026 by alice: vendor outage INC-7",)
    assert story.controls[5].notes == ("Short lane: rollback to abc",)


def test_people_without_a_matrix_are_named_by_their_key() -> None:
    told = tell(replace(decision(result(FAILED)), people=GAP), None)
    assert told.steps[0].who == "alice, carol"


def test_without_a_policy_times_are_utc() -> None:
    assert zone_of(None) == "UTC"


def test_the_change_comes_with_its_type_and_its_risk_and_why() -> None:
    kind = replace(b.change_type(), name="normal", reasons=("template STD-001 expired",))
    told = tell(decision(change_type=kind, change=b.change(base="a" * 40, head="b" * 40)), None)
    assert [trait.name for trait in told.traits] == ["What changes", "Change type", "Risk"]
    assert told.traits[0].value.endswith(f"since {'a' * 12}, up to {'b' * 12}")
    assert told.traits[1].reasons == ("template STD-001 expired",)


def test_a_first_deployment_and_a_rollback_are_told_in_words() -> None:
    first = b.change(kind=ChangeKind.FIRST, base="", head="b" * 40, commits=())
    back = b.change(kind=ChangeKind.ROLLBACK, base="a" * 40, commits=(), undone=("c" * 40,))
    shown = [tell(decision(change=change), None).traits[0].value for change in (first, back)]
    assert shown[0] == f"first deployment: 0 commits, up to {'b' * 12}"
    assert shown[1].startswith(f"rollback: 1 commit undone since {'a' * 12}, up to ")


def test_nothing_is_told_of_a_change_that_is_not_known() -> None:
    assert tell(nothing_known(GAP), None).traits == ()
