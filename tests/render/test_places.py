"""The terminal, the summary, the annotations, the outputs and the report, on every shape of decision."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from gate.domain.control import Failed, Observation, Passed, Reason
from gate.domain.decision import Decision
from gate.domain.derived import OutOfScope, People
from gate.domain.emergency_facts import BreakGlass
from gate.domain.policy.document import Enforcement, Observe
from gate.domain.second_person import ALONE
from gate.errors import PolicyInvalid
from gate.render import summary as summaries
from gate.render.annotations import failure, workflow_commands
from gate.render.matrix import matrix
from gate.render.outputs import outputs
from gate.render.report import report
from gate.render.summary import summary
from gate.render.terminal import terminal
from tests import builders as b
from tests.render.decisions import (
    FAILED,
    GAP,
    NONE,
    PASSED,
    UNKNOWN,
    decision,
    emergency,
    nothing_known,
    result,
)
from tests.render.test_escape import HOSTILE

LEFT_OUT = (
    OutOfScope(what="#13", why="belongs to service web", url="https://github.com/acme/app/pull/13"),
    OutOfScope(what="services/web/x.ts", why="belongs to service web"),
)
SHAPES = {
    "allowed": decision(result(PASSED), result(NONE, "rollback")),
    "blocked": decision(
        result(FAILED),
        result(UNKNOWN, "tests"),
        result(FAILED, "ticket", waiver=b.waiver("ticket")),
        result(FAILED, "window", enforcement=Enforcement.WARN),
        run=b.run(services=("api",), rerun_by=b.CAROL, attempt=2),
        scope=b.scoped(left_out=LEFT_OUT),
    ),
    "undecided": decision(result(UNKNOWN)),
    "silent": decision(result(NONE)),
    "observed": decision(result(FAILED), observe=Observe(until=b.NOW.date(), reason="trial")),
    "first": decision(change=b.change(base="", merge_requests=(), commits=())),
    "rollback": decision(change=b.change(commits=(), merge_requests=(), undone=("a", "b"))),
    "emergency": emergency(),
    "emergency-while-trackers-are-down": emergency(
        result(PASSED, "emergency"),
        result(UNKNOWN, "ticket", grant=b.grant().id),
        result(UNKNOWN, "retroactive_review", grant=b.grant().id),
        emergency=b.grant(unverified="PagerDuty: PagerDuty answered 503.", incident_title=""),
    ),
    "emergency-of-one": emergency(emergency=b.grant(consent=ALONE, incident="", incident_title="")),
    "emergency-blocked": emergency(
        result(PASSED, "emergency"), result(FAILED, "prohibited"), obligations=()
    ),
    "emergency-refused": emergency(result(FAILED), result(FAILED, "emergency"), emergency=None),
    "emergency-unknown": emergency(
        result(UNKNOWN, "emergency"),
        emergency=None,
        run=GAP,
        break_glass=BreakGlass(asked=True),
    ),
    "bare": decision(decided_at=None, valid_until=None, change_type=GAP, risk=GAP),
    "unknown": nothing_known(GAP),
}
ALL = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


@ALL
def test_every_place_shows_every_shape(shape: Decision) -> None:
    for policy in (None, b.policy()):
        assert terminal(shape, policy).strip()
        assert summary(shape, policy).startswith("## ")
        assert report(shape, policy).startswith("<!doctype html>")
        workflow_commands(shape, policy)


def test_the_terminal_says_first_what_to_do() -> None:
    shown = terminal(SHAPES["blocked"], b.policy())
    assert shown.index("Blocked") < shown.index("What to do next") < shown.index("Controls")
    assert "1. Ask somebody else to approve #12.  [Alice Ng, carol]" in shown
    assert "because: #12 by bob has no approval that counts" in shown
    assert "FAIL  review" in shown
    assert "????  tests" in shown
    assert "(ok)  ticket" in shown
    assert "warn  window" in shown
    assert "#13: belongs to service web" in shown


def test_every_place_says_what_kind_of_change_it_is_and_why() -> None:
    kind = replace(b.change_type(), reasons=("template STD-001 expired",))
    shape = replace(SHAPES["blocked"], change_type=kind)
    for place in (terminal, summary, report):
        assert "expired" in place(shape, b.policy())
    shown = terminal(shape, b.policy())
    assert shown.index("What to do next") < shown.index("The change") < shown.index("Controls")


def test_the_terminal_shows_what_was_seen_when_it_allows() -> None:
    shown = terminal(SHAPES["allowed"], b.policy())
    assert "CHG-7 approved by alice" in shown
    assert "the change is in no class that needs a plan" in shown


def test_an_empty_text_still_has_its_line() -> None:
    reason = replace(FAILED.reasons[0], text="")
    assert "because:" in terminal(decision(result(Failed(reasons=(reason,)))), None)


def test_the_summary_holds_the_people_and_the_codes() -> None:
    shown = summary(SHAPES["blocked"], b.policy())
    assert "`review.not-approved`" in shown
    assert "| Alice Ng |" in shown
    assert "does not count" in shown


def test_a_summary_that_is_too_long_says_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "LARGEST", 900)
    shown = summary(SHAPES["blocked"], b.policy())
    assert len(shown.encode()) < 1100
    assert "more sections do not fit here: open report.html" in shown


def test_annotations_name_the_step_and_the_reason() -> None:
    lines = workflow_commands(SHAPES["blocked"], b.policy())
    assert lines[0].startswith("::error title=Change Gate%3A review::#12 by bob has no approval")
    assert "What to do: Ask somebody else" in lines[0]
    assert lines[-1].startswith("::warning title=Change Gate%3A window::not met, only a warning")


def test_observe_mode_annotates_with_warnings() -> None:
    assert all(line.startswith("::warning") for line in workflow_commands(SHAPES["observed"], None))


def test_silence_is_annotated() -> None:
    (line,) = workflow_commands(SHAPES["silent"], None)
    assert "silence is not consent" in line


def test_at_most_ten_errors_are_annotated() -> None:
    reasons = tuple(replace(FAILED.reasons[0], text=f"reason {n}") for n in range(15))
    lines = workflow_commands(decision(result(Failed(reasons=reasons))), None)
    assert len(lines) == 10
    assert "6 more: see the job summary." in lines[-1]


def test_a_failure_of_the_gate_is_one_line() -> None:
    line = failure(PolicyInvalid("a\nb", hint="do c"))
    assert "\n" not in line
    assert line.endswith("do c")


def test_outputs_are_one_line_each_and_codes_are_a_list() -> None:
    found = outputs(SHAPES["blocked"], evidence_path="/evidence", evidence_digest="sha256:0")
    assert json.loads(found["reason-codes"]) == [
        "review.not-approved",
        "tests.unavailable",
        "tests.not-permitted",
    ]
    assert (found["verdict"], found["change-type"], found["risk"]) == ("block", "normal", "high")
    assert all("\n" not in value for value in found.values())


def test_outputs_of_what_is_not_known_are_empty() -> None:
    found = outputs(SHAPES["unknown"], evidence_path="", evidence_digest="")
    assert (found["verdict"], found["change-type"], found["risk"]) == ("undecided", "", "")


def test_the_matrix_has_a_row_for_everybody_with_a_part() -> None:
    people = SHAPES["blocked"].people
    assert isinstance(people, People)
    rows = matrix(people, "UTC")
    assert [row.person for row in rows] == ["dana", "Bob Okafor", "Alice Ng", "carol", "mallory"]
    assert rows[1].void == "deployment production: he wrote #12"
    assert rows[4].void.endswith("stands under no name in `people`")


class Page(HTMLParser):
    """What a browser would load, run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.outside: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.outside += [
            value or ""
            for name, value in attrs
            if name in {"src", "srcset", "data", "action", "background", "poster"}
            or (name == "href" and tag != "a")
        ]


@ALL
def test_the_report_loads_and_runs_nothing(shape: Decision) -> None:
    page = Page()
    page.feed(report(shape, b.policy()))
    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    assert page.outside == ["data:,"]
    assert page.handlers == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_place(text: str) -> None:
    shape = decision(
        result(Failed(reasons=(Reason(code="not-approved", text=text, remedy=text, url=text),))),
        result(Passed(observations=(Observation(text, text),)), "ticket"),
        run=b.run(ref=text, workflow=text, url=text, repository=text, environment=text),
        change=b.change(b.request(title=text, author=b.account(text), reference=text, url=text)),
        scope=b.scoped(left_out=(OutOfScope(what=text, why=text, url=text),)),
        people=b.matrix(b.approval(person="", shown=text, counts=False, why_not=text)),
    )
    page = Page()
    page.feed(report(shape, b.policy()))
    assert page.tags <= tags_of_the_report()
    assert page.handlers == []
    for line in [*terminal(shape, b.policy()).splitlines(), *workflow_commands(shape, b.policy())]:
        assert "##[" not in line
        assert line.startswith("::error title=Change Gate") or not line.strip().startswith("::")
    assert "<img" not in summary(shape, b.policy())
    assert "<script" not in summary(shape, b.policy())
    assert "](http" not in summary(shape, b.policy())


def tags_of_the_report() -> set[str]:
    page = Page()
    for shape in SHAPES.values():
        page.feed(report(shape, b.policy()))
    return page.tags
