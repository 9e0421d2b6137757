"""What holds for every control, whoever writes the next one: codes, words, and that a gap in the facts never allows."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import gate.controls
from gate.controls import CONTROLS
from gate.domain import facts as f
from gate.domain.control import Control, Failed, Passed, Unknown, needs
from gate.domain.decide import decide
from gate.domain.decision import Verdict
from gate.domain.derive import DERIVED
from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident, OnCall
from gate.domain.facts import Fact
from gate.domain.gathered import GATHERED
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy, ProhibitedRule
from gate.domain.policy.people import ApprovalRule, ApprovalSource, ChangeTypeRule, RiskRule
from gate.domain.policy.windows import Freeze, Windows
from gate.domain.retention import Retention
from gate.domain.settings import settings_of
from tests import builders as b

each_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.ID)
SOURCES = Path(gate.controls.__path__[0])


JUDGED_IN = {
    "separation": ("notice_reasons",),
    "emergency": (
        "break_glass",
        "break_glass_run",
        "consenting",
        "emergency_scope",
        "incident_check",
        "reason_text",
        "second_person",
    ),
    "ticket": ("ticket_reasons",),
}
"""Modules of the domain that give the reasons of a control which only says what became of them."""


def source(control: Control) -> ast.Module:
    return ast.parse((SOURCES / f"{control.ID}.py").read_text(encoding="utf-8"))


def judging(control: Control) -> Iterator[ast.AST]:
    """Every part of the sources that its reasons come from."""
    yield from ast.walk(source(control))
    for name in JUDGED_IN.get(control.ID, ()):
        text = (SOURCES.parent / "domain" / f"{name}.py").read_text(encoding="utf-8")
        yield from ast.walk(ast.parse(text))


def constant(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def texts(node: ast.AST) -> Iterator[str]:
    """Every text in an expression: `"a" if x else "b"` holds two."""
    return (text for part in ast.walk(node) for text in constant(part))


@each_control
def test_its_name_is_that_of_its_module(control: Control) -> None:
    assert (SOURCES / f"{control.ID}.py").is_file()
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", control.ID)


@each_control
def test_it_says_what_it_holds_and_which_section_asks_for_it(control: Control) -> None:
    assert control.TITLE.strip()
    assert re.fullmatch(r"§([1-9]|1[0-2])", control.GUIDE)
    assert ast.get_docstring(source(control))


@each_control
def test_its_reasons_are_stable_codes_with_a_meaning(control: Control) -> None:
    assert control.REASONS
    for code, meaning in control.REASONS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert meaning.strip()
        assert not meaning.endswith(".")


@each_control
def test_every_code_in_its_source_is_one_of_its_reasons(control: Control) -> None:
    used = [
        text
        for call in judging(control)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "code"
        for text in texts(keyword.value)
    ]
    assert used, "codes are given as `code=`, so that this test sees them"
    assert set(used) <= set(control.REASONS)


@each_control
def test_every_one_of_its_reasons_is_used(control: Control) -> None:
    everywhere = [text for part in judging(control) for text in constant(part)]
    assert [code for code in control.REASONS if everywhere.count(code) < 2] == []


@each_control
def test_its_settings_exist_and_its_needs_can_be_told(control: Control) -> None:
    settings_of(b.policy(), control.SETTINGS)
    wanted = needs(control)
    assert set(wanted.values()) <= {*GATHERED, *DERIVED}
    parameters = control.evaluate.__annotations__
    assert set(parameters) == {*wanted, "settings", "return"}


# --- a deploy that every control lets through -------------------------------------------------

ANYWHERE = (ApprovalSource.REVIEW, ApprovalSource.TICKET, ApprovalSource.DEPLOYMENT)
POLICY: Policy = b.policy(
    change_types={
        "normal": ChangeTypeRule(approvals=(ApprovalRule(role="engineer", sources=ANYWHERE),))
    },
    windows=Windows(timezone="America/New_York", allow=(b.allow(),), freeze=(b.freeze(),)),
    prohibited=(
        ProhibitedRule(id="ops", why="no", paths=b.globs("ops/**")),
        ProhibitedRule(id="push", why="no", commits_outside_pull_requests=True),
    ),
    risk={"high": RiskRule(when=(b.condition(paths=("infra/**",)),))},
)
APPROVED = b.ticket(
    history=(
        f.TicketEvent(
            kind=f.TicketEventKind.STATUS,
            at=b.ago(days=2),
            by=b.account("Alice Ng", system="jira", id="jira-alice"),
            field="status",
            before="Review",
            after="Approved",
        ),
    ),
)
GOOD: dict[type[Fact], Fact | Missing] = {
    f.Clock: b.clock(),
    f.Run: b.run(started_by=b.CAROL),
    f.PolicySource: b.policy_source(),
    f.Revision: b.revision(),
    f.Baseline: b.baseline(),
    f.PriorDecision: f.PriorDecision(),
    f.Change: b.change(b.request(merged_by=b.CAROL)),
    f.Files: b.files(),
    f.EarlierUses: f.EarlierUses(),
    f.Checks: b.checks(b.check()),
    f.DeploymentApprovals: f.DeploymentApprovals(environment="production"),
    f.Tickets: f.Tickets(tickets=(APPROVED,)),
    f.Teams: f.Teams(),
    f.Calendars: f.Calendars(),
    BreakGlass: BreakGlass(),
    Incident: Incident(),
    OnCall: OnCall(),
    FollowUps: FollowUps(),
    Retention: Retention(),
}
OPTIONAL: tuple[type[Fact], ...] = (f.PriorDecision, f.Teams, Incident, OnCall, FollowUps)
"""Only a rollback asks for the earlier decision, only a role that names a team for its members, only an emergency for
the pager, and only a policy under which reviews are owed for the follow-ups.
"""


def test_a_good_deploy_is_allowed() -> None:
    decision = decide(GOOD, POLICY, CONTROLS)
    assert decision.reason_codes == ()
    assert decision.verdict is Verdict.ALLOW
    assert decision.valid_until == b.NOW + timedelta(hours=1)


@pytest.mark.parametrize("kind", [kind for kind in GATHERED if kind not in OPTIONAL])
def test_a_missing_fact_never_allows(kind: type[Fact]) -> None:
    for known in ({**GOOD, kind: b.missing()}, {k: v for k, v in GOOD.items() if k is not kind}):
        decision = decide(known, POLICY, CONTROLS)
        assert decision.verdict is not Verdict.ALLOW
        assert decision.reason_codes
        assert decision.valid_until is None


@pytest.mark.parametrize("kind", OPTIONAL)
def test_what_this_deploy_does_not_ask_for_may_be_missing(kind: type[Fact]) -> None:
    assert decide({**GOOD, kind: b.missing()}, POLICY, CONTROLS).verdict is Verdict.ALLOW


def test_every_control_speaks_about_the_good_deploy() -> None:
    decision = decide(GOOD, POLICY, CONTROLS)
    assert [result.control for result in decision.results] == [one.ID for one in CONTROLS]


# --- a tracker that is down leaves decided what does not rest on tickets ------------------------

TRACKER_DOWN = {**GOOD, f.Tickets: b.missing(source="Jira", detail="Jira answered 503.")}
LEAD, SECURITY = "engineering-lead", "security"


def found_without_tickets(control: str, **changes: Any) -> type[object]:
    """How one control comes out when the tracker is down."""
    decision = decide(TRACKER_DOWN, replace(POLICY, **changes), CONTROLS)
    assert decision.verdict is not Verdict.ALLOW
    (result,) = (one for one in decision.results if one.control == control)
    return type(result.outcome)


def test_without_tickets_the_window_is_known_unless_somebody_may_have_opened_what_holds_now() -> (
    None
):
    frozen_now = b.freeze("2026-11-20T00:00")

    def window(*freezes: Freeze, **changes: Any) -> type[object]:
        windows = replace(POLICY.windows, freeze=freezes, **changes)
        return found_without_tickets("window", windows=windows)

    assert window() is Passed
    assert window(b.freeze(override=LEAD)) is Passed
    assert window(replace(frozen_now, override=LEAD)) is Unknown
    assert window(frozen_now) is Failed
    night = b.allow("night", risk=("high",))
    assert window(allow=(b.allow(), night)) is Passed


def test_without_tickets_a_window_for_a_class_that_a_ticket_may_declare_is_not_known() -> None:
    high = {"high": RiskRule(when=(b.condition(ticket={"risk": "High"}),))}
    nights = replace(POLICY.windows, allow=(b.allow(), b.allow("night", risk=("high",))))
    assert found_without_tickets("window", risk=high, windows=nights) is Unknown
    assert found_without_tickets("window", risk=high) is Passed


def test_without_tickets_what_is_prohibited_is_known_unless_somebody_may_have_accepted_it() -> None:
    touched = ProhibitedRule(id="api", why="no", paths=b.globs("services/api/**"))
    accepted = replace(touched, unless_approved_by=SECURITY)
    other = replace(accepted, paths=b.globs("ops/**"))
    assert found_without_tickets("prohibited") is Passed
    assert found_without_tickets("prohibited", prohibited=(other,)) is Passed
    assert found_without_tickets("prohibited", prohibited=(accepted,)) is Unknown
    assert found_without_tickets("prohibited", prohibited=(touched,)) is Failed
