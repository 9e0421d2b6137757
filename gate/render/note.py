"""The decision as a note on a merge request: short Markdown, for whoever can do something about it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import counted, short
from gate.domain.policy.document import Policy
from gate.render.emergency_story import EmergencyStory
from gate.render.escape import markdown
from gate.render.markdown_link import link
from gate.render.steps import Step
from gate.render.story import tell

LARGEST = 30_000
"""Characters. GitHub takes 65 536 of a comment, and nobody reads that many."""
MOST_STEPS = 10

_SIGNS = {"allow": "✅", "block": "⛔", "undecided": "❔"}


def note(
    decision: Decision,
    policy: Policy | None,
    *,
    digest: str,
    url: str = "",
    kept: Kept | None = None,
) -> str:
    """Verdict, what is missing and who can do it, and where the evidence is.

    `digest` is the id of the evidence; `url` the page of the job, otherwise that of the run; `kept` says where the
    follow-up of an emergency is.
    """
    story = tell(decision, policy, kept)
    end = _end(decision, digest, url)
    parts = [f"### {_SIGNS[story.verdict.value]} {markdown(story.headline)}\n", *_said(story.lead)]
    parts += [f"> ⚠️ {markdown(text)}\n" for text in story.notices]
    parts += _emergency(story.emergency)
    parts += [_step(step) for step in story.steps[:MOST_STEPS]]
    left = len(story.steps) - MOST_STEPS
    parts += (
        [f"- {counted(left, 'more thing')} to do: see the page of the job."] if left > 0 else []
    )
    return _fit(parts, end)


def note_marker(decision: Decision) -> str:
    """What the note is known by: there is one for each environment and choice of services, which is written anew.

    Empty when nobody can say which deploy this is.
    """
    if isinstance(decision.run, Missing):
        return ""
    names = (decision.run.environment, *sorted(decision.run.services))
    return ":".join(["verdict", *(quote(name, safe="") for name in names)])


def _said(lead: str) -> list[str]:
    return [f"{markdown(lead)}\n"] if lead else []


def _emergency(found: EmergencyStory | None) -> Iterator[str]:
    if found is None:
        return
    yield f"**{found.sign} {markdown(found.title)}**\n"
    for line in found.lines:
        yield f"- {markdown(line.name)}: {link(markdown(line.value), line.url)}"
    yield ""


def _step(step: Step) -> str:
    who = f" **{markdown(step.who)}**" if step.who else ""
    return f"1. {link(markdown(step.what), step.url)}{who}<br>{markdown(step.why)}"


def _end(decision: Decision, digest: str, url: str) -> str:
    if isinstance(decision.run, Missing):
        return f"\nEvidence `{markdown(digest)}`\n"
    page = link("this job", url or decision.run.url)
    return (
        f"\nRevision `{short(decision.run.revision)}`, decided by {page}, which keeps the evidence "
        f"(`{digest}`). A later check of the same deploy replaces this note.\n"
    )


def _fit(parts: list[str], end: str) -> str:
    """Keep whole parts from the top while they fit; the last line says what was left out."""
    kept: list[str] = []
    room = LARGEST - len(end) - 100
    for part in parts:
        room -= len(part) + 1
        if room < 0:
            kept.append(f"- {len(parts) - len(kept)} more lines do not fit here.")
            break
        kept.append(part)
    return "\n".join([*kept, end])
