"""The decision as Markdown, for the job summary and the bundle."""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.domain.facts import Run
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import run_word
from gate.domain.policy.document import Policy
from gate.render.control_story import ControlStory
from gate.render.emergency_story import EmergencyStory
from gate.render.escape import address, markdown
from gate.render.matrix import matrix
from gate.render.steps import Step
from gate.render.story import Story, tell, zone_of
from gate.render.times import both

LARGEST = 900 * 1024
"""Bytes. GitHub drops a summary above 1 MiB; the report in the evidence has no such limit."""

_SIGNS = {"allow": "✅", "block": "⛔", "undecided": "❔"}
_MARKS = {
    "pass": "✅",
    "fail": "⛔",
    "unknown": "❔",
    "none": "➖",
    "set-aside": "☑️",
    "warning": "⚠️",
}


def summary(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> str:
    """Markdown for people, inside the size limit: when something must go, it says so.

    `kept` says where the follow-up of an emergency is.
    """
    story = tell(decision, policy, kept)
    parts = [
        _title(decision, story, zone_of(policy)),
        _steps(story.steps),
        _emergency(story.emergency),
        _people(decision, zone_of(policy)),
        *(_control(control) for control in story.controls),
        _left_out(decision),
    ]
    return _fit([part for part in parts if part])


def _title(decision: Decision, story: Story, zone: str) -> str:
    lines = [f"## {_SIGNS[story.verdict.value]} {markdown(story.headline)}", ""]
    if story.lead:
        lines += [markdown(story.lead), ""]
    lines += [f"> ⚠️ {markdown(notice)}\n" for notice in story.notices]
    if not isinstance(decision.run, Missing):
        lines += _facts(decision, decision.run, story, zone)
    return "\n".join(lines)


def _facts(decision: Decision, run: Run, story: Story, zone: str) -> list[str]:
    rows = [
        ("Repository", run.repository),
        ("Revision", run.revision),
        ("Environment", run.environment),
    ]
    if run.services:
        rows.append(("Services", ", ".join(run.services)))
    told = f"{run.id}, attempt {run.attempt}, started by {run.started_by}"
    rows.append((run_word(run.forge).title(), told))
    rows += [(trait.name, "; ".join([trait.value, *trait.reasons])) for trait in story.traits]
    if decision.decided_at is not None:
        rows.append(("Decided", both(decision.decided_at, zone)))
    return ["| | |", "|---|---|", *(f"| {name} | {markdown(value)} |" for name, value in rows), ""]


def _steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return ""
    return "\n".join(["### What to do next", "", *(_step(step) for step in steps), ""])


def _step(step: Step) -> str:
    who = f" **{markdown(step.who)}**" if step.who else ""
    return f"1. {markdown(step.what)}{who}{_link(step.url)}<br>{markdown(step.why)}"


def _emergency(story: EmergencyStory | None) -> str:
    if story is None:
        return ""
    rows = [f"| {line.name} | {markdown(line.value)}{_link(line.url)} |" for line in story.lines]
    return "\n".join(
        [f"### {story.sign} {markdown(story.title)}", "", "| | |", "|---|---|", *rows, ""]
    )


def _people(decision: Decision, zone: str) -> str:
    if isinstance(decision.people, Missing):
        return ""
    head = [
        "### People",
        "",
        "| | requested | wrote | approved | deploys |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {markdown(row.person)} | {markdown(row.requested)} | {markdown(row.wrote)} "
        f"| {markdown(row.approved)}{_void(row.void)} | {markdown(row.deploys)} |"
        for row in matrix(decision.people, zone, decision.emergency)
    ]
    return "\n".join([*head, *rows, ""])


def _void(text: str) -> str:
    return f" <sub>does not count: {markdown(text)}</sub>" if text else ""


def _control(control: ControlStory) -> str:
    lines = [
        f"### {_MARKS[control.mark]} {control.id}: {markdown(control.label)}",
        "",
        f"{markdown(control.title)} (guide {control.guide})",
        "",
    ]
    lines += [f"- {markdown(note)}" for note in control.notes]
    lines += [
        f"- `{control.id}.{reason.code}` {markdown(reason.text)}{_link(reason.url)}"
        for reason in control.reasons
    ]
    lines += [f"- {markdown(item.text)}{_link(item.url)}" for item in control.seen]
    return "\n".join([*lines, ""])


def _left_out(decision: Decision) -> str:
    if isinstance(decision.scope, Missing) or not decision.scope.left_out:
        return ""
    items = [f"- {markdown(item.what)}: {markdown(item.why)}" for item in decision.scope.left_out]
    return "\n".join(["### Out of scope of this deploy", "", *items, ""])


def _link(url: str) -> str:
    safe = address(url)
    return f' (<a href="{safe}">link</a>)' if safe else ""


def _fit(parts: list[str]) -> str:
    """Keep whole parts from the top while they fit; the last lines say what was left out."""
    kept: list[str] = []
    room = LARGEST
    for part in parts:
        room -= len(part.encode()) + 1
        if room < 0:
            note = f"_{len(parts) - len(kept)} more sections do not fit here: open report.html in the evidence._"
            return "\n".join([*kept, note, ""])
        kept.append(part)
    return "\n".join(kept)
