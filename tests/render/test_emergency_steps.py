"""At 03:00 nobody reads twice: what keeps an emergency from being one stands apart from what it would waive."""

from dataclasses import replace

from gate.domain.decision import Decision
from gate.domain.emergency_facts import BreakGlass
from gate.render.emergency_steps import NEW_RUN
from gate.render.story import tell
from tests import builders as b
from tests.render.decisions import FAILED, GAP, UNKNOWN, decision, emergency, nothing_known, result

POLICY = b.emergency_policy()
ASKED = BreakGlass(asked=True, reason=b.REASON, incident="1234")
ASK = "Ask somebody else to approve #12."


def steps(shape: Decision) -> list[str]:
    return [step.what for step in tell(shape, POLICY).steps]


def test_what_an_emergency_would_waive_is_said_to_matter_only_without_it() -> None:
    shape = decision(result(FAILED, "ticket"), break_glass=ASKED)

    assert steps(shape) == [f"Only without break-glass: {ASK}"]


def test_what_it_would_not_waive_and_what_keeps_it_from_being_granted_has_to_be_done() -> None:
    assert steps(decision(result(FAILED, "prohibited"), break_glass=ASKED)) == [ASK]
    assert steps(decision(result(FAILED, "emergency"), break_glass=ASKED)) == [ASK]


def test_a_step_that_a_control_asks_for_which_is_not_waived_has_to_be_done() -> None:
    shape = decision(result(FAILED, "ticket"), result(FAILED, "prohibited"), break_glass=ASKED)

    assert steps(shape) == [ASK]


def test_asking_again_takes_a_new_run_since_a_second_attempt_is_refused() -> None:
    shape = decision(result(UNKNOWN, "emergency"), break_glass=ASKED)

    assert steps(shape)[0] == f"Ask GitHub again later. {NEW_RUN}"


def test_nothing_is_added_where_nobody_asked_or_the_grant_is_there() -> None:
    assert steps(decision(result(FAILED, "ticket"))) == [ASK]
    granted = emergency(result(FAILED, "prohibited"))
    assert granted.emergency is not None
    assert steps(granted) == [ASK]


def test_a_policy_that_is_missing_is_no_question_of_the_emergency() -> None:
    missing = replace(nothing_known(GAP), break_glass=ASKED)

    assert [step.what for step in tell(missing, None).steps] == ["Ask GitHub again later."]
