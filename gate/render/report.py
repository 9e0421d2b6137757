"""The decision as one self-contained HTML page: verdict first. No script, nothing loaded from
anywhere.
"""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.domain.facts import Run
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import run_word
from gate.domain.policy.document import Policy
from gate.render.emergency_story import EmergencyStory
from gate.render.escape import address, element
from gate.render.local_times import in_zone
from gate.render.matrix import Row, matrix
from gate.render.report_style import STYLE
from gate.render.story import ControlStory, Step, Story, Trait, tell, zone_of
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
        _left_out(decision),
        _unseen(decision),
        _about(decision, policy, zone),
    ]
    body = "\n".join(section for section in sections if section)
    return _PAGE.format(title=element(story.headline), style=STYLE, body=body)


def _verdict(decision: Decision, story: Story, zone: str) -> str:
    notices = "".join(f'<p class="notice">{element(notice)}</p>' for notice in story.notices)
    return (
        f'<section class="verdict {story.verdict.value}">'
        f'<span class="word">{story.verdict.value}</span>'
        f"<h1>{element(story.headline)}</h1>"
        f"{_paragraph(story.lead)}{_subject(decision, zone)}</section>{notices}"
    )


def _subject(decision: Decision, zone: str) -> str:
    if isinstance(decision.run, Missing):
        return ""
    run = decision.run
    parts = [
        f"<b>{element(run.repository)}</b> at <code>{element(run.revision[:12])}</code>",
        _link(run.url, f"{run_word(run.forge)} {run.id}, attempt {run.attempt}"),
    ]
    if decision.decided_at is not None:
        parts.append(element(both(decision.decided_at, zone)))
    return f'<p class="soft">{" · ".join(parts)}</p>'


def _steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return ""
    items = "".join(
        f'<li class="card"><div class="what">{element(step.what)}</div>'
        f'<div class="why">{element(step.why)} {_link(step.url, "open")}</div>'
        f"{_who(step.who)}</li>"
        for step in steps
    )
    return f'<h2>What to do next</h2><ol class="steps">{items}</ol>'


def _emergency(story: EmergencyStory | None) -> str:
    if story is None:
        return ""
    rows = [(line.name, f"{element(line.value)} {_link(line.url, 'open')}") for line in story.lines]
    return f'<h2 id="{story.control}-release">{element(story.title)}</h2>{_facts(rows)}'


def _who(who: str) -> str:
    return f'<div class="who"><b>Who can:</b> {element(who)}</div>' if who else ""


def _change(decision: Decision, story: Story) -> str:
    if isinstance(decision.change, Missing):
        return ""
    rows = [(trait.name, _trait(trait)) for trait in story.traits]
    requests = "".join(
        f"<li>{_link(r.url, r.reference)} {element(r.title)} "
        f"<span class=soft>by {element(str(r.author))}</span></li>"
        for r in decision.change.merge_requests
    )
    if requests:
        rows.append(("Brought by", f"<ul>{requests}</ul>"))
    return f"<h2>The change</h2>{_facts(rows)}"


def _trait(trait: Trait) -> str:
    link = f" {_link(trait.url, 'compare')}" if trait.url else ""
    return f"<b>{element(trait.value)}</b>{link}" + "".join(
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
        f"<code>{element(control.id)}.{element(reason.code)}</code> {element(reason.text)} {_link(reason.url, 'open')}"
        for reason in control.reasons
    ]
    items += [f"{element(seen.text)} {_link(seen.url, 'open')}" for seen in control.seen]
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        f'<section class="card control {control.mark}" id="{element(control.id)}">'
        f"<header><h3>{element(control.id)}</h3>"
        f'<span class="chip">{element(control.label)}</span>'
        f'<span class="soft">{element(control.title)} · guide {element(control.guide)}</span></header>'
        f"<ul>{listed}</ul></section>"
    )


def _left_out(decision: Decision) -> str:
    if isinstance(decision.scope, Missing) or not decision.scope.left_out:
        return ""
    items = "".join(
        f"<li>{element(item.what)}: {element(item.why)} {_link(item.url, 'open')}</li>"
        for item in decision.scope.left_out
    )
    return f'<h2>Out of scope of this deploy</h2><div class="card"><ul>{items}</ul></div>'


def _unseen(decision: Decision) -> str:
    """What the gate could not see, whether or not a control fell over it."""
    gaps = [
        fact
        for fact in (
            decision.run,
            decision.policy_source,
            decision.change,
            decision.change_type,
            decision.people,
            decision.break_glass,
        )
        if isinstance(fact, Missing)
    ]
    lines = dict.fromkeys(f"{gap.source}: {gap.detail}" for gap in gaps)
    if not lines:
        return ""
    items = "".join(f"<li>{element(line)}</li>" for line in lines)
    return f'<h2>What the gate could not see</h2><div class="card"><ul>{items}</ul></div>'


def _about(decision: Decision, policy: Policy | None, zone: str) -> str:
    rows: list[tuple[str, str]] = []
    if policy is not None:
        name = " ".join(part for part in (policy.guide.document, policy.guide.title) if part)
        rows.append(("Guide", element(name)))
    if not isinstance(decision.policy_source, Missing):
        source = decision.policy_source
        rows.append(
            (
                "Policy",
                f"{element(source.path)} on {element(source.branch)} at {element(source.revision[:12])}",
            )
        )
        rows.append(("Policy digest", f"<code>{element(source.digest)}</code>"))
    if not isinstance(decision.run, Missing):
        rows += _run_rows(decision.run)
    if decision.valid_until is not None:
        rows.append(("Valid until", element(both(decision.valid_until, zone))))
    if decision.frameworks:
        ids = "; ".join(
            f"{name}: {', '.join(values)}" for name, values in decision.frameworks.items()
        )
        rows.append(("Supports", element(ids)))
    return (
        f"<h2>About this evidence</h2>{_facts(rows)}<footer><p>This page is for reading. What counts is decision.json, "
        "the facts it follows from, and SHA256SUMS beside it: <code>gate replay</code> decides again from the same "
        "facts.</p></footer>"
    )


def _run_rows(run: Run) -> list[tuple[str, str]]:
    started = str(run.started_by) + (f", attempt started by {run.rerun_by}" if run.rerun_by else "")
    return [
        ("Revision", f"<code>{element(run.revision)}</code>"),
        ("Started by", element(started)),
        ("Event", f"{element(run.event)} on {element(run.ref)}"),
        ("Job" if run.forge == "gitlab" else "Workflow", element(run.workflow)),
    ]


def _facts(rows: list[tuple[str, str]]) -> str:
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f'<div class="card"><dl class="facts">{listed}</dl></div>'


def _paragraph(text: str) -> str:
    return f"<p>{element(text)}</p>" if text else ""


def _link(url: str, text: str) -> str:
    safe = address(url)
    shown = element(text)
    if not safe:
        return "" if text in {"open", "compare"} else shown
    return f'<a href="{safe}" rel="noopener noreferrer">{shown}</a>'
