from dataclasses import replace
from typing import Any

import pytest

from gate.controls import rollback as control
from gate.domain.control import Failed, NotApplicable, Outcome, Passed, Reason
from gate.domain.derived import JudgedTicket, JudgedTickets, Risk, ScopedChange
from gate.domain.facts import Baseline, ChangeKind, Deployment
from gate.domain.policy.document import RollbackRules, RollbackTarget
from tests.domain.slips import jira, naming
from tests.domain.test_rollback_plan import GOOD, HEADINGS, LABELS
from tests.domain.who import at, run, scoped

RULES = RollbackRules(required_for=("high", "disruptive"))
HIGH = Risk(classes=("high",), reasons=("infra/** changed",))
LAST = Deployment(
    id="900", revision="m0" * 20, at=at(-240), url="https://github.com/acme/app/deployments/900"
)
BASELINE = Baseline(environment="production", history=(LAST,))


def evaluate(
    *, ticket: str = "", field: tuple[str, str] | None = None, request: str = "", **changed: Any
) -> Outcome:
    fields = {} if field is None else {field[0]: field[1]}
    given: dict[str, Any] = {
        "risk": HIGH,
        "scope": scoped(naming("CHG-7", body=request)),
        "judged": JudgedTickets(tickets=(JudgedTicket(ticket=jira(body=ticket, fields=fields)),)),
        "baseline": BASELINE,
        "run": run(),
        "settings": RULES,
    }
    return control.evaluate(**{**given, **changed})


def reasons(outcome: Outcome) -> tuple[Reason, ...]:
    assert isinstance(outcome, Failed)
    assert {reason.code for reason in outcome.reasons} <= set(control.REASONS)
    return outcome.reasons


@pytest.mark.parametrize("plan", GOOD)
def test_a_complete_plan_passes_wherever_it_stands(plan: str) -> None:
    for outcome, where in (
        (evaluate(ticket=plan), "CHG-7"),
        (evaluate(request=plan), "#12"),
        (evaluate(field=("Backout plan", plan)), "CHG-7, field Backout plan"),
    ):
        assert isinstance(outcome, Passed)
        assert [item.text for item in outcome.observations] == [
            "a rollback plan is needed: the change is in the risk class high",
            f"the rollback plan is in {where}, with its trigger, owner, steps and verification",
            "it can be rolled back to m0m0m0m0m0m0, deployed on 2026-11-15 12:00 UTC",
        ]


def test_without_a_plan_a_risky_change_fails() -> None:
    (reason,) = reasons(evaluate(request="We discussed the rollback plan."))
    assert reason.code == "no-plan"
    assert reason.text == "There is no rollback plan in CHG-7 or #12."
    assert "`Trigger: …` (what you would see" in reason.remedy


def test_parts_that_are_not_there_are_named() -> None:
    (reason,) = reasons(evaluate(request="# Rollback plan\nTrigger: 5xx\nSteps: make rollback"))
    assert reason.code == "part-missing"
    assert reason.text == "The rollback plan in #12 does not name its owner and verification."
    assert "Whoever owns #12 adds to it `Owner: …` (who decides)" in reason.remedy
    assert "approved again" not in reason.remedy
    assert reason.url == "https://github.com/acme/app/pull/12"


def test_a_plan_in_a_ticket_that_is_mended_needs_a_new_approval() -> None:
    (reason,) = reasons(evaluate(ticket=HEADINGS.replace("Alice Ng", "TBD")))
    assert reason.code == "placeholder"
    assert "in its owner" in reason.text
    assert "it is then approved again" in reason.remedy


def test_missing_parts_and_placeholders_are_told_together() -> None:
    found = reasons(
        evaluate(request="# Rollback\nTrigger: N/A\nSteps: restore from backup\nOwner: Alice")
    )
    assert [reason.code for reason in found] == ["part-missing", "placeholder"]
    assert "its trigger and steps" in found[1].text


@pytest.mark.parametrize("text", ["N/A", "TBD", "restore from backup", "Revert the PR.", "none"])
def test_a_plan_that_says_nothing_is_a_placeholder(text: str) -> None:
    (reason,) = reasons(evaluate(request=f"Rollback plan: {text}"))
    assert reason.code == "placeholder"
    assert f"says only: {text}" in reason.text


def test_an_empty_plan_is_a_placeholder_too() -> None:
    (reason,) = reasons(evaluate(ticket="## Rollback plan\n\n## Next"))
    assert "says only: nothing" in reason.text


def test_one_complete_plan_is_enough() -> None:
    outcome = evaluate(ticket="Rollback plan: TBD", request=f"# Backout plan\nN/A\n\n{LABELS}")
    assert isinstance(outcome, Passed)


def test_the_plan_that_is_nearest_to_complete_is_told_about() -> None:
    nearly = LABELS.replace("Owner: Alice Ng", "")
    (reason,) = reasons(evaluate(ticket="Rollback plan: TBD", request=nearly))
    assert reason.text == "The rollback plan in #12 does not name its owner."


def test_parts_in_different_places_are_no_plan() -> None:
    halves = evaluate(
        ticket="# Rollback\nTrigger: 5xx\nOwner: Alice Ng",
        request="# Rollback\nSteps: make rollback\nVerification: /health",
    )
    assert [reason.code for reason in reasons(halves)] == ["part-missing"]


def test_the_policy_names_the_field_of_the_plan() -> None:
    held = jira(fields={"Recovery": LABELS.split("\n", 1)[1]})
    tickets = (JudgedTicket(ticket=held),)
    outcome = evaluate(judged=JudgedTickets(tickets=tickets, plan_field="Recovery"))
    assert isinstance(outcome, Passed)
    assert reasons(evaluate(judged=JudgedTickets(tickets=tickets)))[0].code == "no-plan"


def test_other_fields_hold_no_plan() -> None:
    assert reasons(evaluate(field=("Test plan", LABELS.split("\n", 1)[1])))[0].code == "no-plan"


@pytest.mark.parametrize(
    ("classes", "required", "text"),
    [
        ((), ("high",), "the risk is low, and a rollback plan is needed for high"),
        (("medium",), ("high", "disruptive"), "the risk is medium, and a rollback plan is needed for high or disr"),
        (("high",), (), "the policy asks for a rollback plan in no risk class"),
    ],
)  # fmt: skip
def test_only_the_risk_classes_of_the_policy_need_a_plan(
    classes: tuple[str, ...], required: tuple[str, ...], text: str
) -> None:
    outcome = evaluate(
        risk=Risk(classes=classes, reasons=()), settings=RollbackRules(required_for=required)
    )
    assert isinstance(outcome, NotApplicable)
    assert text in outcome.reason


def test_a_class_below_the_highest_counts_as_well() -> None:
    both = Risk(classes=("high", "disruptive"), reasons=())
    outcome = evaluate(risk=both, settings=replace(RULES, required_for=("disruptive",)))
    assert reasons(outcome)[0].code == "no-plan"


def test_what_brings_nothing_new_needs_no_plan() -> None:
    outcome = evaluate(scope=ScopedChange(kind=ChangeKind.REDEPLOY))
    assert isinstance(outcome, NotApplicable)
    assert "already runs" in outcome.reason


def test_a_risky_rollback_needs_a_plan_as_well() -> None:
    scope = ScopedChange(kind=ChangeKind.ROLLBACK)
    nowhere = reasons(evaluate(scope=scope, judged=JudgedTickets()))[0]
    assert nowhere.text == "There is no rollback plan in any ticket or merge request."
    assert reasons(evaluate(scope=scope))[0].text == "There is no rollback plan in CHG-7."
    assert isinstance(evaluate(scope=scope, ticket=LABELS), Passed)


def test_the_policy_names_the_parts() -> None:
    rules = replace(RULES, must_name=("target_version",))
    (reason,) = reasons(evaluate(request=LABELS, settings=rules))
    assert reason.text == "The rollback plan in #12 does not name its target_version."
    assert "`Target version: …` (in particular)" in reason.remedy
    assert isinstance(evaluate(request="# Rollback\nTarget version: v1.4", settings=rules), Passed)


def test_without_parts_any_plan_that_says_something_will_do() -> None:
    rules = replace(RULES, must_name=())
    outcome = evaluate(request="# Rollback\nmake rollback", settings=rules)
    assert isinstance(outcome, Passed)
    assert outcome.observations[1].text == "the rollback plan is in #12"
    (reason,) = reasons(evaluate(settings=rules))
    assert "with what is done, and by whom" in reason.remedy


@pytest.mark.parametrize(
    ("history", "text"),
    [
        ((), "In production nothing was deployed before"),
        ((replace(LAST, revision="m1"),), "only this revision was deployed"),
    ],
)
def test_without_something_to_go_back_to_a_plan_is_no_use(
    history: tuple[Deployment, ...], text: str
) -> None:
    baseline = Baseline(environment="production", history=history)
    (reason,) = reasons(evaluate(request=LABELS, baseline=baseline))
    assert reason.code == "no-target"
    assert text in reason.text
    assert "`rollback.target: none`" in reason.remedy


def test_a_missing_plan_and_a_missing_target_are_told_together() -> None:
    baseline = Baseline(environment="production")
    assert [reason.code for reason in reasons(evaluate(baseline=baseline))] == [
        "no-plan",
        "no-target",
    ]


def test_the_policy_may_ask_for_no_target() -> None:
    rules = replace(RULES, target=RollbackTarget.NONE)
    outcome = evaluate(request=LABELS, settings=rules, baseline=Baseline(environment="production"))
    assert isinstance(outcome, Passed)
    assert outcome.observations[2].text == "the policy asks for no deployment to go back to"


def test_hostile_plans_are_made_harmless() -> None:
    (reason,) = reasons(evaluate(request="Rollback plan: N/A\u202e"))
    assert "says only: N/A\\u202e" in reason.text
