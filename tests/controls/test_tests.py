from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.controls import tests
from gate.domain.control import Control, Failed, NotApplicable, Outcome, Passed
from gate.domain.derived import Waivers
from gate.domain.facts import Check, CheckState, Run
from tests import builders as b

DAY = timedelta(days=1)


def judged(
    *checks: Check,
    rules: tests.Settings | None = None,
    waivers: Waivers | None = None,
    run: Run | None = None,
    **facts: Any,
) -> Outcome:
    return tests.evaluate(
        checks=b.checks(*checks, **facts),
        run=run or b.run(),
        clock=b.clock(),
        waivers=waivers or b.waivers(),
        settings=rules or b.rules_of_tests(),
    )


def codes(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Failed)
    return [reason.code for reason in outcome.reasons]


def said(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Failed | Passed)
    return [one.text for one in outcome.observations]


def test_the_module_is_a_control() -> None:
    control: Control = tests
    assert control.ID == "tests"


def test_passes_when_every_required_check_succeeded() -> None:
    outcome = judged(b.check("unit"), b.check("lint"), rules=b.rules_of_tests("unit", "lint"))
    assert isinstance(outcome, Passed)
    assert outcome.until is None
    assert said(outcome) == [
        "unit by github-actions succeeded, ended 2026-11-25 13:10 UTC",
        "lint by github-actions succeeded, ended 2026-11-25 13:10 UTC",
    ]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CheckState.FAILURE, "failed"),
        (CheckState.SKIPPED, "skipped"),
        (CheckState.NEUTRAL, "neutral"),
        (CheckState.CANCELLED, "cancelled"),
        (CheckState.TIMED_OUT, "timed-out"),
        (CheckState.ACTION_REQUIRED, "action-required"),
        (CheckState.STALE, "stale"),
        (CheckState.PENDING, "pending"),
    ],
)
def test_everything_but_success_is_told_apart(state: CheckState, code: str) -> None:
    outcome = judged(b.check(state=state, url="https://github.com/acme/app/runs/1"))
    assert codes(outcome) == [code]
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].url == "https://github.com/acme/app/runs/1"
    assert outcome.reasons[0].text == (
        f"unit by github-actions on {b.sha('m1')[:12]}: {tests.REASONS[code]} ({state.value})."
    )


def test_success_is_the_only_state_without_a_code() -> None:
    assert set(CheckState) - set(tests._CODES) == {CheckState.SUCCESS}


def test_every_failure_is_reported_not_only_the_first() -> None:
    outcome = judged(
        b.check("lint", state=CheckState.FAILURE), rules=b.rules_of_tests("unit", "lint")
    )
    assert codes(outcome) == ["missing", "failed"]


def test_a_check_that_nobody_reported_is_missing_and_near_names_are_a_hint() -> None:
    outcome = judged(b.check("Units"), b.check("deploy"))
    assert codes(outcome) == ["missing"]
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text == (
        f"No check named unit was reported on {b.sha('m1')[:12]}. There is: Units."
    )


def test_one_of_several_that_is_still_under_way_holds_the_others_up() -> None:
    outcome = judged(
        b.check("e2e / chrome"),
        b.check("e2e / firefox", state=CheckState.PENDING, completed_at=None),
        rules=b.rules_of_tests("e2e / *"),
    )
    assert codes(outcome) == ["pending"]


def test_a_check_by_another_app_is_told_apart_from_a_missing_one() -> None:
    outcome = judged(b.check(app="jenkins"), b.check(app=""))
    assert codes(outcome) == ["wrong-app"]
    assert isinstance(outcome, Failed)
    assert "by an unknown app and jenkins, not by github-actions" in outcome.reasons[0].text


def test_a_success_by_another_app_does_not_hide_a_failure_by_the_right_one() -> None:
    outcome = judged(b.check(state=CheckState.FAILURE), b.check(app="jenkins", id="2"))
    assert codes(outcome) == ["failed"]
    assert said(outcome) == ["unit by jenkins is not looked at; github-actions must report it"]


def test_apps_are_the_same_whatever_the_case() -> None:
    assert isinstance(judged(b.check(app="GitHub-Actions")), Passed)


def test_a_check_on_another_revision_is_told_apart() -> None:
    assert codes(judged(b.check(revision=b.sha("c1")))) == ["wrong-revision"]
    assert isinstance(judged(b.check(revision=b.sha("c1"), id="2"), b.check()), Passed)


def test_checks_that_were_asked_for_another_revision_are_none() -> None:
    assert codes(judged(b.check(), revision=b.sha("c1"))) == ["wrong-revision"]


def test_the_newest_re_run_counts() -> None:
    failed = b.check(state=CheckState.FAILURE, started_at=b.ago(hours=3))
    again = b.check(id="2", started_at=b.ago(hours=1))
    assert isinstance(judged(failed, again), Passed)
    worse = replace(again, state=CheckState.FAILURE)
    assert codes(judged(b.check(started_at=b.ago(hours=3)), worse)) == ["failed"]


def test_a_re_run_that_has_not_finished_counts_as_well() -> None:
    pending = b.check(
        id="2", state=CheckState.PENDING, started_at=b.ago(minutes=1), completed_at=None
    )
    assert codes(judged(b.check(), pending)) == ["pending"]


def test_a_pattern_needs_a_match_and_all_of_them_to_succeed() -> None:
    rules = b.rules_of_tests("e2e / *")
    chrome, safari = b.check("e2e / chrome"), b.check("e2e / safari", state=CheckState.SKIPPED)
    assert codes(judged(b.check("unit"), rules=rules)) == ["missing"]
    assert codes(judged(chrome, safari, rules=rules)) == ["skipped"]
    outcome = judged(chrome, b.check("e2e / safari"), rules=rules)
    assert said(outcome) == ["2 checks of e2e / * by github-actions succeeded"]


def test_a_failure_behind_a_hundred_successes_is_found() -> None:
    many = [b.check(f"e2e / {n}", id=str(n)) for n in range(120)]
    many.append(b.check("e2e / last", state=CheckState.FAILURE))
    outcome = judged(*many, rules=b.rules_of_tests("e2e / *"))
    assert codes(outcome) == ["failed"]
    assert said(outcome) == ["120 checks of e2e / * by github-actions succeeded"]


def test_a_result_holds_until_it_reaches_the_greatest_age() -> None:
    rules = b.rules_of_tests("unit", "lint", max_age=14 * DAY)
    older = b.check("lint", completed_at=b.NOW - 13 * DAY)
    outcome = judged(b.check("unit"), older, rules=rules)
    assert isinstance(outcome, Passed)
    assert outcome.until == b.NOW + DAY


@pytest.mark.parametrize(
    ("completed", "why"),
    [
        (b.NOW - 14 * DAY, "it ended on 2026-11-11 15:00 UTC, and max_age is 14 days"),
        (None, "nobody can tell when"),
        (b.NOW + timedelta(minutes=2), "at a time that is still to come (2026-11-25 15:02 UTC)"),
    ],
)
def test_a_result_whose_age_is_too_great_or_untold_is_stale(completed: Any, why: str) -> None:
    outcome = judged(b.check(completed_at=completed), rules=b.rules_of_tests(max_age=14 * DAY))
    assert codes(outcome) == ["stale"]
    assert isinstance(outcome, Failed)
    assert why in outcome.reasons[0].text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (DAY, "1 day."),
        (DAY / 2, "12 hours."),
        (timedelta(minutes=90), "90 minutes."),
        (timedelta(seconds=90), "90 seconds."),
    ],
)
def test_the_greatest_age_is_told_in_the_largest_unit_that_fits(age: timedelta, text: str) -> None:
    outcome = judged(b.check(completed_at=b.NOW - 2 * DAY), rules=b.rules_of_tests(max_age=age))
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text.endswith(text)


def test_clocks_may_differ_by_a_minute() -> None:
    soon = b.check(completed_at=b.NOW + timedelta(seconds=59))
    assert isinstance(judged(soon, rules=b.rules_of_tests(max_age=DAY)), Passed)


def test_without_a_greatest_age_nobody_needs_to_know_when_it_ended() -> None:
    outcome = judged(b.check(completed_at=None))
    assert said(outcome) == ["unit by github-actions succeeded"]


def test_a_waiver_of_a_check_lets_it_go_and_is_shown() -> None:
    rules = b.rules_of_tests("unit", "e2e / *")
    checks = (b.check("unit"), b.check("e2e / safari", state=CheckState.FAILURE))
    for part in ("e2e / safari", "e2e / *"):
        outcome = judged(*checks, rules=rules, waivers=b.waivers(b.waiver(check=part)))
        assert isinstance(outcome, Passed)
        assert said(outcome)[-1].endswith(
            "the check failed (failure). This is waived until the end of 2026-12-01 by alice: vendor outage INC-7"
        )


def test_a_waiver_of_another_check_or_an_expired_one_lets_nothing_go() -> None:
    failed = b.check(state=CheckState.FAILURE)
    for waivers in (
        b.waivers(b.waiver(check="lint")),
        b.waivers(b.waiver("window", check="unit")),
        b.waivers(expired=(b.waiver(check="unit"),)),
    ):
        assert codes(judged(failed, waivers=waivers)) == ["failed"]


def test_a_missing_check_can_be_waived_by_its_name() -> None:
    outcome = judged(
        b.check("lint"),
        rules=b.rules_of_tests("unit", "lint"),
        waivers=b.waivers(b.waiver(check="unit")),
    )
    assert isinstance(outcome, Passed)


def test_when_every_check_is_waived_nothing_was_tested_and_nothing_passes() -> None:
    outcome = judged(waivers=b.waivers(b.waiver(check="unit")))
    assert isinstance(outcome, NotApplicable)
    assert outcome.reason.startswith("every required check is waived: No check named unit")


def test_a_policy_without_required_checks_asks_for_none() -> None:
    outcome = judged(rules=tests.Settings(required=()))
    assert outcome == NotApplicable(reason="the policy requires no check")


def test_hostile_names_are_quoted_as_one_visible_line() -> None:
    name = "unit\n##[error]pwned \u202e"
    outcome = judged(b.check(name, state=CheckState.FAILURE), rules=b.rules_of_tests("*"))
    assert isinstance(outcome, Failed)
    assert "\n" not in outcome.reasons[0].text
    assert "\u202e" not in outcome.reasons[0].text


any_check = st.builds(
    lambda name, app, state, revision, number: b.check(
        name, app=app, state=state, revision=b.sha(revision), id=str(number)
    ),
    st.sampled_from(["unit", "lint", "e2e / a"]),
    st.sampled_from(["github-actions", "jenkins"]),
    st.sampled_from(CheckState),
    st.sampled_from(["m1", "c1"]),
    st.integers(1, 99),
)


@given(st.lists(any_check, max_size=6))
def test_a_pass_means_that_each_requirement_has_a_success_of_the_right_app_and_revision(
    checks: list[Check],
) -> None:
    rules = b.rules_of_tests("unit", "e2e / *")
    if isinstance(judged(*checks, rules=rules), Passed):
        good = {
            check.name
            for check in checks
            if check.state is CheckState.SUCCESS
            and check.app == "github-actions"
            and check.revision == b.sha("m1")
        }
        assert {"unit", "e2e / a"} <= good
