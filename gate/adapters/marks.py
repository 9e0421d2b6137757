"""Marks at the end of comments, which no page shows: by them the gate knows its own words again."""

from __future__ import annotations

from urllib.parse import quote


def signed(text: str, marker: str) -> str:
    """The text (Markdown) with the mark below it."""
    return f"{text.rstrip()}\n\n{_mark(marker)}"


def is_signed(text: str, marker: str) -> bool:
    """Whether the text ends with this very mark. Anybody can write one, so look at who wrote the text as well."""
    return text.rstrip().rpartition("\n")[2].strip() == _mark(marker)


def _mark(marker: str) -> str:
    # Two hyphens or a `>` would end the comment that hides it.
    return f"<!-- change-gate {quote(marker, safe=':').replace('--', '-%2D')} -->"
