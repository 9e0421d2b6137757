import re
from dataclasses import replace
from typing import Any

import pytest

from gate.domain.control import Failed, Reason
from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.render.note import LARGEST, MOST_STEPS, note, note_marker
from tests import builders as b
from tests.render.decisions import FAILED, GAP, PASSED, decision, emergency, nothing_known, result
from tests.render.test_escape import HOSTILE

DIGEST = "sha256:" + "0" * 64
JOB = "https://gitlab.example/acme/app/-/jobs/31"


def text(found: Decision, **given: Any) -> str:
    return note(found, None, **{"digest": DIGEST, **given})


def plain(markdown: str) -> str:
    """As people read it: entities and links resolved."""
    shown = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), markdown)
    return shown.replace("\u200b", "")


def reasons(count: int, size: int = 1) -> Decision:
    many = [
        Reason(code=f"r{n}", text=f"why {n} " * size, remedy=f"do {n} " * size, who=())
        for n in range(count)
    ]
    return decision(result(Failed(reasons=tuple(many), observations=()), "review"))


def test_it_says_the_verdict_what_is_missing_who_can_do_it_and_where_the_evidence_is() -> None:
    shown = plain(text(decision(result(FAILED)), url=JOB))
    first, *_ = shown.splitlines()
    assert first == "### ⛔ Blocked: the deploy to production may not go on"
    assert "#12 by bob has no approval that counts" in shown
    assert "[Ask somebody else to approve #12.](https://github.com/acme/app/pull/12)" in shown
    assert "**Alice Ng, carol**" in shown
    assert f"[this job]({JOB})" in shown
    assert DIGEST in shown
    assert f"`{b.run().revision[:12]}`" in shown


def test_an_allowed_deploy_has_nothing_to_do() -> None:
    shown = plain(text(decision()))
    assert shown.startswith("### ✅ Allowed: the deploy to production may go on")
    assert "The decision holds until" in shown
    assert "1. " not in shown
    assert f"[this job]({b.run().url})" in shown


def test_an_emergency_tells_who_asked_who_approved_and_what_is_owed() -> None:
    kept = Kept(system="github", key="acme/app#9", url="https://github.com/acme/app/issues/9")
    shown = plain(text(emergency(), kept=kept))
    assert "Allowed as an emergency" in shown
    assert "Approved by" in shown
    assert "Review due" in shown
    assert "[acme/app#9](https://github.com/acme/app/issues/9)" in shown


def test_a_notice_is_told() -> None:
    again = replace(b.run(), attempt=2)
    assert "> ⚠️ This is attempt 2 of the run" in plain(text(decision(run=again)))


def test_without_any_fact_the_evidence_is_named_all_the_same() -> None:
    shown = plain(text(nothing_known(GAP)))
    assert shown.startswith("### ❔ Undecided")
    assert DIGEST in shown
    assert note_marker(nothing_known(GAP)) == ""


@pytest.mark.parametrize(
    ("count", "left"),
    [(MOST_STEPS, ""), (MOST_STEPS + 1, "1 more thing to do"), (40, "30 more things to do")],
)
def test_of_many_things_to_do_the_first_are_told_and_the_rest_is_counted(
    count: int, left: str
) -> None:
    shown = text(reasons(count))
    assert shown.count("\n1. ") == min(count, MOST_STEPS)
    assert ("more thing" in shown) is bool(left)
    assert left in shown


def test_it_stays_inside_its_size_and_keeps_its_end() -> None:
    shown = text(reasons(MOST_STEPS, size=400))
    assert len(shown) <= LARGEST
    assert "more lines do not fit here" in shown
    assert shown.rstrip().endswith("replaces this note.")


@pytest.mark.parametrize("words", [*HOSTILE, "/close", "x\n/close", "<!-- change-gate x -->"])
def test_hostile_words_stay_words(words: str) -> None:
    reason = Reason(code="x", text=words, remedy=words, who=(words,), url=words)
    found = decision(
        result(Failed(reasons=(reason,), observations=()), "review"),
        run=replace(b.run(), environment=words, url=words),
    )
    shown = text(found, url=words)
    for line in shown.splitlines():
        assert not line.lstrip().startswith("/")
    assert "<!--" not in shown
    assert "<script" not in shown
    assert not re.search(r"(?<!&)@\w", shown)
    assert "![" not in shown
    assert "javascript:" not in shown


def test_there_is_one_note_for_each_environment_and_choice_of_services() -> None:
    found = {
        note_marker(decision(run=replace(b.run(), environment=name, services=services)))
        for name in ("production", "pro:duction", "staging")
        for services in ((), ("api",), ("web", "api"), ("api", "web"), ("api:web",))
    }
    assert len(found) == 12
    assert note_marker(decision()) == "verdict:production"


def test_another_verdict_on_the_same_deploy_has_the_same_marker() -> None:
    assert note_marker(decision(result(FAILED))) == note_marker(decision(result(PASSED)))
