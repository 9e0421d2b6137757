"""The decision as a JUnit report: GitLab shows it in the pipeline's Tests tab and in merge requests."""

from __future__ import annotations

from gate.domain.decision import Decision, Verdict
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.render.control_story import ControlStory
from gate.render.escape import element
from gate.render.story import tell

_SUITE = "Change Gate"
_LONGEST = 20_000
"""Of the text of one test case. GitLab reads reports of up to 30 MB, and people read less."""


def junit(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> str:
    """One test case for each control, and one for the verdict itself when no control says why it is not ALLOW.

    What stands against the change is a failure, what could not be evaluated an error, what does not arise skipped. In
    observe mode, and where a control only warns, nothing fails. What is to be known about an emergency, such as where
    its follow-up is `kept`, stands in the case of its control.
    """
    story = tell(decision, policy, kept)
    about = (
        [f"{line.name}: {line.value}" for line in story.emergency.lines] if story.emergency else []
    )
    cases = [
        _case(
            control,
            observing=decision.observe is not None,
            more=about if story.emergency and control.id == story.emergency.control else [],
        )
        for control in story.controls
    ]
    stands = {"fail", "unknown"} & {control.mark for control in story.controls}
    if decision.verdict is not Verdict.ALLOW and not stands:
        kind = "error" if decision.observe is None else ""
        told = _body(kind, story.headline, [story.lead])
        cases.append((kind, _testcase("verdict", story.headline, told)))
    failures, errors, skipped = (
        sum(kind == wanted for kind, _ in cases) for wanted in ("failure", "error", "skipped")
    )
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{_SUITE}" {counts}>',
        f'  <testsuite name="{_SUITE}" {counts}>',
        *(case for _, case in cases),
        "  </testsuite>",
        "</testsuites>",
        "",
    ]
    return "\n".join(lines)


def _case(control: ControlStory, *, observing: bool, more: list[str]) -> tuple[str, str]:
    """What it counts as, and its lines."""
    kind = {"fail": "failure", "unknown": "error", "none": "skipped"}.get(control.mark, "")
    if observing and kind != "skipped":
        kind = ""
    told = [
        *(
            f"{control.id}.{reason.code}: {reason.text} What to do: {reason.remedy}"
            for reason in control.reasons
        ),
        *control.notes,
        *(item.text for item in control.seen),
        *more,
    ]
    return kind, _testcase(control.id, control.title, _body(kind, control.label, told))


def _testcase(name: str, title: str, body: str) -> str:
    return (
        f'    <testcase classname="{_SUITE}" name="{element(f"{name}: {title}")}" time="0">\n'
        f"{body}\n    </testcase>"
    )


def _body(kind: str, label: str, told: list[str]) -> str:
    text = "\n".join(element(line) for line in told if line)[:_LONGEST]
    # Cutting must not leave half an entity behind.
    text = text if len(text) < _LONGEST else text.rpartition("\n")[0]
    if kind == "skipped":
        return f'      <skipped message="{element(label)}"/>\n      <system-out>{text}</system-out>'
    if kind:
        return f'      <{kind} message="{element(label)}" type="{kind}">{text}</{kind}>'
    return f"      <system-out>{element(label)}\n{text}</system-out>"
