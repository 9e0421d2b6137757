"""The reviews that releases owe, as a table: for a terminal, for a page, and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from gate.domain.follow_up_review import JudgedComment
from gate.domain.landing import Landing
from gate.domain.phrases import counted, listed, moment, short
from gate.domain.sweep import Plan
from gate.domain.sweep_release import Row, State
from gate.render.escape import log, markdown
from gate.render.markdown_link import link

SCHEMA_VERSION = 1
"""Of `machine`. A field is never renamed and never means something else; new ones may come."""

_HEAD = ("state", "release", "environment", "deployed", "due", "ticket", "who")
STATES = {
    State.OPEN: "open",
    State.OVERDUE: "OVERDUE",
    State.PAID: "reviewed",
    State.PAID_LATE: "reviewed late",
    State.NOT_DEPLOYED: "not deployed",
    State.UNKNOWN: "unknown",
}
_SIGNS = {
    State.OPEN: "⏳",
    State.OVERDUE: "⛔",
    State.PAID: "✅",
    State.PAID_LATE: "⚠️",
    State.NOT_DEPLOYED: "➖",
    State.UNKNOWN: "❔",
}
_LANDED = {
    Landing.DEPLOYED: "yes",
    Landing.NO_SUCCESS: "no success",
    Landing.UNKNOWN: "unknown",
}
_FEW = 5
_WIDEST = 40


def terminal(plan: Plan) -> str:
    """Plain lines, safe against workflow commands in whatever they quote."""
    table = columns([_HEAD, *(_cells(row) for row in plan.rows)])
    notes = [f"  {log(text)}" for text in _notes(plan)]
    return "\n".join([log(headline(plan)), "", *(table if plan.rows else []), *notes, ""])


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the cells of each row below those of the first, the last one as long as it is. All have as many."""
    shown = [[log(cell)[:_WIDEST] for cell in row[:-1]] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*shown, strict=True)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), log(last)]
        )
        for cells, last in zip(shown, (row[-1] for row in rows), strict=True)
    ]


def page(plan: Plan) -> str:
    """Markdown, for a job's summary."""
    lines = [f"## {markdown(headline(plan))}", ""]
    if plan.rows:
        lines += [f"| {' | '.join(_HEAD)} |", f"|{'---|' * len(_HEAD)}"]
        lines += [_line(row) for row in plan.rows]
    notes = [f"- {markdown(text)}" for text in _notes(plan)]
    return "\n".join([*lines, *(["", *notes] if notes else []), ""])


def machine(plan: Plan) -> str:
    """JSON, versioned: times are RFC 3339 in UTC, what is not known is null."""
    return json.dumps(told(plan), indent=2) + "\n"


def told(plan: Plan) -> dict[str, object]:
    """The same as a value."""
    return {
        "schema_version": SCHEMA_VERSION,
        "overdue": len(plan.overdue),
        "owed": len(plan.owed),
        "silent_desks": [
            {"source": gap.source, "reason_code": gap.reason_code, "detail": gap.detail}
            for gap in plan.silent
        ],
        "releases": [_object(row) for row in plan.rows],
    }


def headline(plan: Plan) -> str:
    """How things stand, in a sentence."""
    if plan.overdue:
        return f"{counted(len(plan.overdue), 'review')} overdue"
    if plan.silent:
        return "Not everything that is owed could be told"
    if plan.owed:
        return f"{counted(len(plan.owed), 'review')} owed, none overdue"
    return "No review is owed"


def _cells(row: Row) -> tuple[str, ...]:
    marker = row.record.marker if row.record else None
    return (
        STATES[row.state],
        short(marker.revision) if marker else "(not told)",
        marker.environment if marker else "",
        moment(row.landed.at) if row.landed.at else _LANDED[row.landed.state],
        moment(row.due_at),
        row.key or "(none)",
        _who(row),
    )


def _line(row: Row) -> str:
    state, *middle, ticket, who = _cells(row)
    cells = [
        f"{_SIGNS[row.state]} {markdown(state)}",
        *(markdown(cell) for cell in middle),
        link(markdown(ticket), row.url),
        markdown(who),
    ]
    return f"| {' | '.join(cells)} |"


def _who(row: Row) -> str:
    if row.review is not None and row.review.outcome is not None:
        return f"{row.review.person} on {moment(row.review.at)}: {row.review.outcome.value}"
    if not row.state.is_owed:
        return "nobody has to"
    rest = len(row.could) - _FEW
    names = [*row.could[:_FEW], *([f"{rest} more"] if rest > 0 else [])]
    return f"{listed(names, 'or')} can" if names else "somebody without a part in it"


def _notes(plan: Plan) -> Iterator[str]:
    for row in plan.rows:
        if row.state.is_owed:
            about = row.key or row.name
            yield from ([f"{about}: {row.note}"] if row.note else [])
            yield from (f"{about}: {_refusal(one)}" for one in row.refused)
    yield from (f"{gap.source}: {gap.detail}" for gap in plan.silent)


def _refusal(one: JudgedComment) -> str:
    return f"the comment of {one.person or one.shown} on {moment(one.at)} does not count: {one.why}"


def _object(row: Row) -> dict[str, object]:
    marker = row.record.marker if row.record else None
    return {
        "id": marker.id if marker else None,
        "state": row.state.value,
        "owed": marker.owed.value if marker else None,
        "known_from": row.record.source.value if row.record else None,
        "repository": marker.repository if marker else None,
        "environment": marker.environment if marker else None,
        "revision": marker.revision if marker else None,
        "run": {"id": marker.run_id, "attempt": marker.attempt}
        if marker and not marker.is_notice
        else None,
        "decision": _decision(row),
        "granted_at": _written(marker.issued_at) if marker else None,
        "deployed": row.landed.state.value,
        "deployed_at": _written(row.landed.at) if row.landed.at else None,
        "due_at": _written(row.due_at),
        "ticket": {"system": row.system, "key": row.key, "url": row.url} if row.key else None,
        "review": _review(row.review) if row.review else None,
        "refused": [_review(one) | {"code": one.code, "why": one.why} for one in row.refused],
        "could_review": list(row.could),
        "note": row.note,
    }


def _decision(row: Row) -> dict[str, object] | None:
    """The decision that let the release through, where its evidence was found."""
    if row.record is None or not row.record.decision_digest:
        return None
    return {"digest": row.record.decision_digest, "url": row.record.evidence_url}


def _review(one: JudgedComment) -> dict[str, object]:
    return {
        "by": one.person or None,
        "account": one.shown,
        "at": _written(one.at),
        "outcome": one.outcome.value if one.outcome else None,
        "findings": one.findings,
        "url": one.url,
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
