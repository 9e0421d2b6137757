"""Change types and risk classes: guide §2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gate.domain.policy.document import RollbackRules, Waiver
from gate.domain.policy.people import ChangeTypeRule, Condition, RiskRule
from gate.domain.policy.windows import Windows
from gate.policy.at import At
from gate.policy.problem import Problem, quoted

NORMAL, STANDARD, EMERGENCY = "normal", "standard", "emergency"
LOWEST = "low"


def check_condition(condition: Condition, at: At) -> Iterator[Problem]:
    """Without a key it would hold for every change."""
    if condition == Condition():
        yield at.error(
            "the condition says nothing, so that it would hold for every change",
            hint="give at least one of ticket, paths, labels, changed_lines_over",
        )


def check_types(at: At, change_types: Mapping[str, ChangeTypeRule]) -> Iterator[Problem]:
    """`normal` is what every other change is; the others say when they apply and what they need."""
    here = at.find("change_types")
    if NORMAL not in change_types:
        yield here.error(
            f"{quoted(NORMAL)} is missing: what matches no other type is normal",
            hint="add `normal:` with its approvals",
        )
    for name, rule in change_types.items():
        match name:
            case "normal":
                yield from _normal(rule, here.find(name))
            case "emergency":
                yield from _emergency(rule, here.find(name))
            case _:
                yield from _other(name, rule, here.find(name))


def _normal(rule: ChangeTypeRule, at: At) -> Iterator[Problem]:
    yield from _approvals(rule, at)
    if rule.when is not None:
        yield at.find("when").warning(
            "has no effect: a change is normal when it matches no other type", hint="remove it"
        )


def _emergency(rule: ChangeTypeRule, at: At) -> Iterator[Problem]:
    if rule.when is not None:
        yield at.find("when").error(
            "a change becomes an emergency by break-glass alone, never by what it looks like",
            hint="remove it",
        )


def _other(name: str, rule: ChangeTypeRule, at: At) -> Iterator[Problem]:
    if rule.when is None:
        yield at.error(
            "says not when it applies, so that no change ever gets this type", hint="add `when`"
        )
    if name == STANDARD and rule.template is None:
        yield at.error(
            "a standard change is pre-approved by a template, and there is none",
            hint="add `template` with its id, who approved it, and when it expires",
        )
    yield from _approvals(rule, at)


def _approvals(rule: ChangeTypeRule, at: At) -> Iterator[Problem]:
    if not rule.approvals:
        yield at.error(
            "names no role that approves such a change, and nothing to check is not a yes",
            hint="add `approvals`",
        )


def check_classes(
    at: At,
    risk: Mapping[str, RiskRule],
    windows: Windows,
    rollback: RollbackRules,
    waivers: Sequence[Waiver],
) -> Iterator[Problem]:
    """A class that nothing asks for changes nothing; `low` is what no class is called."""
    comms = windows.comms.risk if windows.comms else ()
    used = {*rollback.required_for, *comms, *(name for w in windows.allow for name in w.risk)}
    used |= {waiver.check for waiver in waivers if waiver.control == "risk"}
    for name, rule in risk.items():
        here = at.find("risk", name)
        if name == LOWEST:
            yield here.error(
                f"{quoted(LOWEST)} is what a change is called that is in no class",
                hint="choose another name",
            )
        elif not rule.approvals and name not in used:
            yield here.warning(
                "nothing uses this class, so that it changes nothing",
                hint="give it approvals, or name it under `rollback.required_for` or a window's "
                "`for`",
            )
