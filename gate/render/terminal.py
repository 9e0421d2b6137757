"""The decision as plain lines for a job's log: one screen, verdict first."""

from __future__ import annotations

import textwrap

from gate.domain.decision import Decision, Verdict
from gate.domain.facts import Run
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import run_word
from gate.domain.policy.document import Policy
from gate.render.control_story import ControlStory
from gate.render.emergency_story import EmergencyStory
from gate.render.escape import log
from gate.render.steps import Step
from gate.render.story import Story, Trait, tell

_WIDTH = 110
_MARKS = {
    "pass": "ok  ",
    "fail": "FAIL",
    "unknown": "????",
    "none": "-   ",
    "set-aside": "(ok)",
    "warning": "warn",
}


def terminal(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> str:
    """Lines for a person at a log, safe against workflow commands in whatever they quote.

    `kept` says where the follow-up of an emergency is.
    """
    story = tell(decision, policy, kept)
    lines = [
        *_title(decision, story),
        *_steps(story.steps),
        *_emergency(story.emergency),
        *_change(story.traits),
        *_controls(story),
        *_left_out(decision),
    ]
    return "\n".join(lines) + "\n"


def _title(decision: Decision, story: Story) -> list[str]:
    lines = ["", f"== {log(story.headline)} =="]
    if not isinstance(decision.run, Missing):
        run = decision.run
        lines.append(
            f"   {log(run.repository)} {run.revision[:12]} to {log(run.environment)}"
            f"{_services(run)}, {run_word(run.forge)} {log(run.id)}, attempt {run.attempt}"
        )
    lines += [f"   {log(text)}" for text in (story.lead, *story.notices) if text]
    return [*lines, ""]


def _services(run: Run) -> str:
    return f" ({log(', '.join(run.services))})" if run.services else ""


def _steps(steps: tuple[Step, ...]) -> list[str]:
    if not steps:
        return []
    lines = ["What to do next"]
    for number, step in enumerate(steps, start=1):
        lines += _wrapped(f"{number:3}. ", step.what + (f"  [{step.who}]" if step.who else ""))
        lines += _wrapped("     because: ", step.why)
        lines += [f"     see {log(step.url)}"] if step.url else []
    return [*lines, ""]


def _emergency(story: EmergencyStory | None) -> list[str]:
    if story is None:
        return []
    lines = [log(story.title)]
    for line in story.lines:
        lines += _wrapped(f"  {line.name + ':':<15}", line.value)
        lines += [f"{'':<17}{log(line.url)}"] if line.url else []
    return [*lines, ""]


def _change(traits: tuple[Trait, ...]) -> list[str]:
    if not traits:
        return []
    lines = ["The change"]
    for trait in traits:
        lines += _wrapped("  ", f"{trait.name}: {trait.value}")
        for reason in trait.reasons:
            lines += _wrapped("      ", reason)
    return [*lines, ""]


def _controls(story: Story) -> list[str]:
    if not story.controls:
        return []
    lines = ["Controls"]
    width = max(len(control.id) for control in story.controls)
    for control in story.controls:
        lines += _control(control, width, brief=story.verdict is not Verdict.ALLOW)
    return [*lines, ""]


def _control(control: ControlStory, width: int, *, brief: bool) -> list[str]:
    head = f"  {_MARKS[control.mark]}  {control.id:<{width}} {control.title} ({control.guide})"
    lines = [head if control.mark in {"pass", "none"} else f"{head}: {control.label}"]
    if control.mark in {"fail", "unknown"}:
        return lines  # the steps above say why
    details = [*control.notes, *(reason.text for reason in control.reasons)]
    if not brief or control.mark in {"set-aside", "warning"}:
        details += [item.text for item in control.seen]
    for detail in details:
        lines += _wrapped(" " * (width + 9), detail)
    return lines


def _left_out(decision: Decision) -> list[str]:
    if isinstance(decision.scope, Missing) or not decision.scope.left_out:
        return []
    lines = ["Out of scope of this deploy"]
    for item in decision.scope.left_out:
        lines += _wrapped("  ", f"{item.what}: {item.why}")
    return [*lines, ""]


def _wrapped(first: str, text: str) -> list[str]:
    indent = " " * len(first)
    return textwrap.wrap(log(text), _WIDTH, initial_indent=first, subsequent_indent=indent) or [
        first.rstrip()
    ]
