from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.control import Failed, Reason
from gate.domain.decision import Decision, Verdict
from gate.domain.policy.document import Enforcement, Observe
from gate.render.junit import junit
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


def suite(found: Decision) -> ET.Element:
    root = ET.fromstring(junit(found, None))  # noqa: S314 (our own text)
    (only,) = root
    for name in ("tests", "failures", "errors", "skipped"):
        assert root.get(name) == only.get(name)
    assert only.get("tests") == str(len(only))
    return only


def kinds(found: Decision) -> list[str]:
    return [next((e.tag for e in case if e.tag != "system-out"), "passed") for case in suite(found)]


def test_each_control_is_one_case() -> None:
    found = decision(
        result(PASSED, "ticket"), result(FAILED), result(UNKNOWN, "tests"), result(NONE, "rollback")
    )
    assert kinds(found) == ["passed", "failure", "error", "skipped"]
    told = suite(found)
    assert [told.get(name) for name in ("failures", "errors", "skipped")] == ["1", "1", "1"]
    assert told[1].get("name") == "review: Every change was reviewed"


def test_a_failure_says_why_and_what_to_do() -> None:
    (failure,) = suite(decision(result(FAILED)))[0]
    assert failure.text is not None
    assert "review.not-approved: #12 by bob has no approval that counts" in failure.text
    assert "Ask somebody else to approve #12." in failure.text
    assert failure.get("message") == "not met"


def test_a_control_that_only_warns_fails_nothing() -> None:
    found = decision(result(PASSED, "ticket"), result(FAILED, enforcement=Enforcement.WARN))
    assert kinds(found) == ["passed", "passed"]


def test_in_observe_mode_nothing_fails() -> None:
    observe = Observe(until=date(2027, 1, 1))
    assert kinds(decision(result(FAILED), result(UNKNOWN, "tests"), observe=observe)) == [
        "passed",
        "passed",
    ]
    assert kinds(decision(result(NONE), observe=observe)) == ["skipped", "passed"]


def test_a_verdict_that_no_control_explains_is_a_case_of_its_own() -> None:
    assert kinds(nothing_known(GAP)) == ["error"]
    found = decision(result(NONE))
    assert found.verdict is Verdict.UNDECIDED
    assert kinds(found) == ["skipped", "error"]


@pytest.mark.parametrize(
    "hostile", ["</failure><testcase/>", "]]>&<\"'", "\x00\x1b[31m\ud800￾", "\u202etxet"]
)
def test_no_text_breaks_out_of_its_place(hostile: str) -> None:
    failed = Failed(reasons=(Reason(code="x", text=hostile, remedy=hostile),))
    found = suite(decision(result(failed, title=hostile)))
    assert len(found) == 1
    assert len(found[0]) == 1


@given(st.text())
def test_any_text_leaves_a_report_that_can_be_read(text: str) -> None:
    failed = Failed(reasons=(Reason(code="x", text=text, remedy=text),))
    assert kinds(decision(result(failed))) == ["failure"]


def test_a_very_long_story_is_cut_between_lines() -> None:
    reasons = tuple(Reason(code="x", text="&" * 1500, remedy=b.NOW.isoformat()) for _ in range(50))
    text = suite(decision(result(Failed(reasons=reasons))))[0][0].text
    assert text is not None
    assert len(text) < 20_000
    assert text.endswith(b.NOW.isoformat())
