"""Waivers and lowered controls: what is set aside, by whom, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gate.domain.never_excused import NEVER_EXCUSED
from gate.domain.policy.document import Enforcement, Waiver
from gate.domain.policy.people import RiskRule
from gate.domain.policy.workflow import Workflow
from gate.policy.at import At
from gate.policy.problem import Problem, listed, nearest, quoted


def check_enforcement(at: At, controls: Mapping[str, Enforcement]) -> Iterator[Problem]:
    """Some controls always block."""
    for name, enforcement in controls.items():
        if name in NEVER_EXCUSED and enforcement is not Enforcement.BLOCK:
            yield at.find("controls", name).error(
                f"{quoted(name)} cannot be set to {quoted(enforcement.value)}: "
                f"{NEVER_EXCUSED[name]}",
                allowed="block",
                hint="remove the line",
            )


def check_waivers(
    at: At, waivers: Sequence[Waiver], risk: Mapping[str, RiskRule], workflow: Workflow
) -> Iterator[Problem]:
    """A waiver of a part names a part that there is."""
    for index, waiver in enumerate(waivers):
        here = at.find("waivers", index)
        match waiver.control:
            case "risk":
                yield from _lowered(waiver, risk, here)
            case "tests":
                yield from _check(waiver, workflow, here)
            case _ if waiver.check:
                yield here.find("check").warning(
                    f"has no effect, and neither has the waiver: {quoted(waiver.control)} has no "
                    "parts that could be waived alone",
                    hint="remove `check` if the whole control is meant",
                )


def _lowered(waiver: Waiver, risk: Mapping[str, RiskRule], at: At) -> Iterator[Problem]:
    if not waiver.check:
        yield at.error(
            "says not which risk class is lowered", allowed=listed(risk), hint="add `check`"
        )
    elif waiver.check not in risk:
        yield at.find("check").error(
            f"there is no risk class {quoted(waiver.check)}",
            allowed=listed(risk),
            hint=nearest(waiver.check, list(risk)),
        )


def _check(waiver: Waiver, workflow: Workflow, at: At) -> Iterator[Problem]:
    required = [check.name for check in workflow.tests.required]
    part = waiver.check
    if part and not any(part == name.pattern or name.matches(part) for name in required):
        names = [name.pattern for name in required]
        yield at.find("check").warning(
            f"no required check is called {quoted(part)}, so that the waiver has no effect",
            allowed=listed(names),
            hint=nearest(part, names),
        )
