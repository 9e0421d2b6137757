"""Workflow commands: the verdict where GitHub shows annotations."""

from __future__ import annotations

from gate.domain.decision import Decision, Verdict
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.errors import GateError
from gate.render.escape import command_data, command_property
from gate.render.story import Story, tell

MOST = 10
"""GitHub shows ten errors and ten warnings of a step."""


def workflow_commands(
    decision: Decision, policy: Policy | None, kept: Kept | None = None
) -> tuple[str, ...]:
    """One line for each thing to do, as errors, or as warnings in observe mode; then what is only a
    warning, an emergency first. `kept` says where its follow-up is.
    """
    story = tell(decision, policy, kept)
    level = "error" if decision.observe is None else "warning"
    lines = [
        _command(level, f"Change Gate: {step.control}", f"{step.why} What to do: {step.what}")
        for step in story.steps
    ]
    if not lines and decision.verdict is not Verdict.ALLOW:
        lines = [_command(level, "Change Gate", f"{story.headline}. {story.lead}")]
    if len(lines) > MOST:
        rest = len(lines) - MOST + 1
        lines = [
            *lines[: MOST - 1],
            _command(level, "Change Gate", f"{rest} more: see the job summary."),
        ]
    warnings = [
        _command("warning", f"Change Gate: {control.id}", f"{control.label}. {control.title}")
        for control in story.controls
        if control.mark == "warning"
    ]
    return (*lines, *[*_emergency(decision, story), *warnings][:MOST])


def _emergency(decision: Decision, story: Story) -> list[str]:
    if story.emergency is None or decision.emergency is None:
        return []
    told = ". ".join(f"{line.name}: {line.value}" for line in story.emergency.lines)
    return [_command("warning", "Change Gate: emergency", f"{story.emergency.title}. {told}")]


def failure(error: GateError) -> str:
    """Say in one line that the gate itself failed."""
    return error_line(f"{error.message} {error.hint}".strip())


def error_line(message: str) -> str:
    """Make an error annotation of a message."""
    return _command("error", "Change Gate", message)


def warning_line(message: str) -> str:
    """Make a warning annotation of a message."""
    return _command("warning", "Change Gate", message)


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={command_property(title)}::{command_data(message)}"
