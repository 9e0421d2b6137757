"""The end of the report: what the decision rests on, what it leaves out, and what the gate could not see."""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.domain.facts import Run
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.render.escape import element
from gate.render.report_parts import facts, link
from gate.render.times import both


def left_out(decision: Decision) -> str:
    """What the deploy does not touch."""
    if isinstance(decision.scope, Missing) or not decision.scope.left_out:
        return ""
    items = "".join(
        f"<li>{element(item.what)}: {element(item.why)} {link(item.url, 'open')}</li>"
        for item in decision.scope.left_out
    )
    return f'<h2>Out of scope of this deploy</h2><div class="card"><ul>{items}</ul></div>'


def unseen(decision: Decision) -> str:
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


def about(decision: Decision, policy: Policy | None, zone: str) -> str:
    """Under which policy it was decided, for which run, and what counts."""
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
        f"<h2>About this evidence</h2>{facts(rows)}<footer><p>This page is for reading. What counts is decision.json, "
        "the facts it follows from, and record.json, which lists their digests and is what is signed: "
        "<code>gate replay</code> decides again from the same facts.</p></footer>"
    )


def _run_rows(run: Run) -> list[tuple[str, str]]:
    started = str(run.started_by) + (f", attempt started by {run.rerun_by}" if run.rerun_by else "")
    return [
        ("Revision", f"<code>{element(run.revision)}</code>"),
        ("Started by", element(started)),
        ("Event", f"{element(run.event)} on {element(run.ref)}"),
        ("Job" if run.forge == "gitlab" else "Workflow", element(run.workflow)),
    ]
