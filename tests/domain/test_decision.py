from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.control import NotApplicable, Outcome, Passed, Unknown
from gate.domain.decision import Decision, Result, Verdict, settle
from gate.domain.policy.document import Enforcement
from tests import builders as b
from tests.domain.toys import failed, idle, passed

UNKNOWN = Unknown(missing=(b.missing(), b.missing(reason_code="timed-out"), b.missing()))
ALLOW, BLOCK, UNDECIDED = Verdict.ALLOW, Verdict.BLOCK, Verdict.UNDECIDED


def result(outcome: Outcome | Unknown, **changes: Any) -> Result:
    base = Result(
        control="toy",
        title="The toy is happy",
        guide="§0",
        enforcement=Enforcement.BLOCK,
        outcome=outcome,
    )
    return replace(base, **changes)


def decision(*results: Result, **changes: Any) -> Decision:
    gap = b.missing()
    base = Decision(
        verdict=settle(results),
        results=results,
        decided_at=b.NOW,
        valid_until=None,
        observe=None,
        run=b.run(),
        policy_source=b.policy_source(),
        change=gap,
        scope=gap,
        change_type=gap,
        risk=gap,
        people=gap,
        waivers=gap,
    )
    return replace(base, **changes)


PASS, FAIL, GAP, IDLE = result(passed()), result(failed()), result(UNKNOWN), result(idle())


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], UNDECIDED),
        ([PASS], ALLOW),
        ([IDLE], UNDECIDED),
        ([PASS, IDLE], ALLOW),
        ([PASS, FAIL], BLOCK),
        ([PASS, GAP], UNDECIDED),
        ([GAP, FAIL], BLOCK),
        ([PASS, replace(FAIL, enforcement=Enforcement.WARN)], ALLOW),
        ([PASS, replace(GAP, enforcement=Enforcement.OFF)], ALLOW),
        ([PASS, replace(FAIL, waiver=b.waiver())], ALLOW),
        ([PASS, replace(GAP, lane="a rollback")], ALLOW),
        # somebody who counts must have said yes
        ([replace(PASS, enforcement=Enforcement.WARN)], UNDECIDED),
        ([replace(FAIL, waiver=b.waiver())], UNDECIDED),
        ([replace(FAIL, enforcement=Enforcement.WARN), IDLE], UNDECIDED),
    ],
)
def test_the_verdict_follows_from_the_results(results: list[Result], verdict: Verdict) -> None:
    assert settle(results) is verdict


any_result = st.sampled_from(
    [
        replace(one, enforcement=enforcement, waiver=waiver)
        for one, enforcement, waiver in product(
            (PASS, FAIL, GAP, IDLE), Enforcement, (None, b.waiver())
        )
    ]
)


@given(st.lists(any_result, max_size=5))
def test_allow_means_that_nothing_that_blocks_stands_and_somebody_said_yes(
    results: list[Result],
) -> None:
    strict = [one for one in results if one.enforcement is Enforcement.BLOCK and not one.excused]
    fine = all(isinstance(one.outcome, Passed | NotApplicable) for one in strict)
    somebody = any(
        isinstance(one.outcome, Passed) and one.enforcement is Enforcement.BLOCK for one in results
    )
    assert (settle(results) is ALLOW) == (fine and somebody)


@given(st.lists(any_result, max_size=5), any_result)
def test_one_more_control_never_turns_a_block_into_anything_else(
    results: list[Result], more: Result
) -> None:
    if settle(results) is BLOCK:
        assert settle([*results, more]) is BLOCK


@given(st.lists(any_result, max_size=5))
def test_the_order_of_the_controls_does_not_matter(results: list[Result]) -> None:
    assert settle(results) is settle(results[::-1])


def test_reason_codes_are_published_with_the_control_and_once_each() -> None:
    assert FAIL.reason_codes == ("toy.sad",)
    assert GAP.reason_codes == ("toy.unavailable", "toy.timed-out")
    assert PASS.reason_codes == IDLE.reason_codes == ()


def test_the_codes_of_a_decision_are_those_that_stand_in_the_way() -> None:
    warned = replace(GAP, enforcement=Enforcement.WARN)
    assert decision(PASS, FAIL, warned).reason_codes == ("toy.sad",)
    assert decision(PASS).reason_codes == ()


def test_silence_has_a_code_of_its_own() -> None:
    assert decision(IDLE).reason_codes == ("gate.nothing-passed",)
    assert decision().reason_codes == ("gate.nothing-passed",)


def test_without_a_policy_its_absence_is_the_reason() -> None:
    gap = b.missing(reason_code="not-found")
    bare = decision(policy_source=gap, run=b.missing(), decided_at=None)
    assert bare.reason_codes == ("gate.policy-not-found",)


def test_what_a_decision_is_bound_to_is_named_when_it_is_not_known() -> None:
    unbound = decision(
        PASS,
        verdict=UNDECIDED,
        decided_at=None,
        run=b.missing(),
        policy_source=b.missing(reason_code="unreadable"),
    )
    assert unbound.reason_codes == (
        "gate.policy-unreadable",
        "gate.run-unknown",
        "gate.clock-unknown",
    )


def test_a_result_is_excused_by_a_waiver_or_by_the_lane_of_a_rollback() -> None:
    assert not FAIL.excused
    assert replace(FAIL, waiver=b.waiver()).excused
    assert replace(FAIL, lane="rollback").excused
