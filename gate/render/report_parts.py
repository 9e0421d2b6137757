"""Pieces of HTML that several sections of the report are made of."""

from __future__ import annotations

from gate.render.escape import address, element


def facts(rows: list[tuple[str, str]]) -> str:
    """Names with their values, which are HTML already."""
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f'<div class="card"><dl class="facts">{listed}</dl></div>'


def paragraph(text: str) -> str:
    """A text, or nothing."""
    return f"<p>{element(text)}</p>" if text else ""


def link(url: str, text: str) -> str:
    """A link where the address is one; else its text, unless that says only what to do with the link."""
    safe = address(url)
    shown = element(text)
    if not safe:
        return "" if text in {"open", "compare"} else shown
    return f'<a href="{safe}" rel="noopener noreferrer">{shown}</a>'
