"""The decision as one self-contained HTML page: verdict first. No script, nothing loaded from
anywhere.
"""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import run_word
from gate.domain.policy.document import Policy
from gate.render.control_story import ControlStory
from gate.render.emergency_story import EmergencyStory
from gate.render.escape import element
from gate.render.local_times import in_zone
from gate.render.matrix import Row, matrix
from gate.render.report_about import about, left_out, unseen
from gate.render.report_parts import facts, link, paragraph
from gate.render.report_style import STYLE
from gate.render.steps import Step
from gate.render.story import Story, Trait, tell, zone_of
from gate.render.times import both

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def report(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> str:
    """The page for whoever opens the bundle: an engineer today, an auditor in a year.

    `kept` says where the follow-up of an emergency is.
    """
    zone = zone_of(policy)
    story = in_zone(tell(decision, policy, kept), zone)
    sections = [
        _verdict(decision, story, zone),
        _steps(story.steps),
        _emergency(story.emergency),
        _change(decision, story),
        _people(decision, zone_of(policy)),
        _controls(story.controls),
        left_out(decision),
        unseen(decision),
        about(decision, policy, zone),
    ]
    body = "\n".join(section for section in sections if section)
    return _PAGE.format(title=element(story.headline), style=STYLE, body=body)


def _verdict(decision: Decision, story: Story, zone: str) -> str:
    notices = "".join(f'<p class="notice">{element(notice)}</p>' for notice in story.notices)
    return (
        f'<section class="verdict {story.verdict.value}">'
        f'<span class="word">{story.verdict.value}</span>'
        f"<h1>{element(story.headline)}</h1>"
        f"{paragraph(story.lead)}{_subject(decision, zone)}</section>{notices}"
    )


def _subject(decision: Decision, zone: str) -> str:
    if isinstance(decision.run, Missing):
        return ""
    run = decision.run
    parts = [
        f"<b>{element(run.repository)}</b> at <code>{element(run.revision[:12])}</code>",
        link(run.url, f"{run_word(run.forge)} {run.id}, attempt {run.attempt}"),
    ]
    if decision.decided_at is not None:
        parts.append(element(both(decision.decided_at, zone)))
    return f'<p class="soft">{" · ".join(parts)}</p>'


def _steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return ""
    items = "".join(
        f'<li class="card"><div class="what">{element(step.what)}</div>'
        f'<div class="why">{element(step.why)} {link(step.url, "open")}</div>'
        f"{_who(step.who)}</li>"
        for step in steps
    )
    return f'<h2>What to do next</h2><ol class="steps">{items}</ol>'


def _emergency(story: EmergencyStory | None) -> str:
    if story is None:
        return ""
    rows = [(line.name, f"{element(line.value)} {link(line.url, 'open')}") for line in story.lines]
    return f'<h2 id="{story.control}-release">{element(story.title)}</h2>{facts(rows)}'


def _who(who: str) -> str:
    return f'<div class="who"><b>Who can:</b> {element(who)}</div>' if who else ""


def _change(decision: Decision, story: Story) -> str:
    if isinstance(decision.change, Missing):
        return ""
    rows = [(trait.name, _trait(trait)) for trait in story.traits]
    requests = "".join(
        f"<li>{link(r.url, r.reference)} {element(r.title)} "
        f"<span class=soft>by {element(str(r.author))}</span></li>"
        for r in decision.change.merge_requests
    )
    if requests:
        rows.append(("Brought by", f"<ul>{requests}</ul>"))
    return f"<h2>The change</h2>{facts(rows)}"


def _trait(trait: Trait) -> str:
    compared = f" {link(trait.url, 'compare')}" if trait.url else ""
    return f"<b>{element(trait.value)}</b>{compared}" + "".join(
        f'<div class="soft">{element(reason)}</div>' for reason in trait.reasons
    )


def _people(decision: Decision, zone: str) -> str:
    if isinstance(decision.people, Missing):
        return ""
    heads = ("", "requested", "wrote", "approved", "deploys")
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(_person(row) for row in matrix(decision.people, zone, decision.emergency))
    return (
        '<h2>People</h2><div class="scroll"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _person(row: Row) -> str:
    roles = f'<span class="void">{element(row.roles)}</span>' if row.roles else ""
    void = f'<span class="void">does not count: {element(row.void)}</span>' if row.void else ""
    cells = [
        ("requested", element(row.requested)),
        ("wrote", element(row.wrote)),
        ("approved", element(row.approved) + void),
        ("deploys", element(row.deploys)),
    ]
    tail = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in cells)
    return f'<tr><td data-label=""><b>{element(row.person)}</b>{roles}</td>{tail}</tr>'


def _controls(controls: tuple[ControlStory, ...]) -> str:
    if not controls:
        return ""
    return "<h2>Controls</h2>" + "".join(_control(control) for control in controls)


def _control(control: ControlStory) -> str:
    items = [element(note) for note in control.notes]
    items += [
        f"<code>{element(control.id)}.{element(reason.code)}</code> {element(reason.text)} {link(reason.url, 'open')}"
        for reason in control.reasons
    ]
    items += [f"{element(seen.text)} {link(seen.url, 'open')}" for seen in control.seen]
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        f'<section class="card control {control.mark}" id="{element(control.id)}">'
        f"<header><h3>{element(control.id)}</h3>"
        f'<span class="chip">{element(control.label)}</span>'
        f'<span class="soft">{element(control.title)} · guide {element(control.guide)}</span></header>'
        f"<ul>{listed}</ul></section>"
    )
