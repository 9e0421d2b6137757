"""Inline parts of an Atlassian document: text with its marks, line breaks, mentions, dates, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gate.adapters.trackers.adf_nodes import Node, attrs_of, kind_of, marks_of

INLINE = frozenset(
    {
        "blockCard", "date", "embedCard", "emoji", "hardBreak", "inlineCard", "inlineExtension",
        "mediaInline", "mention", "placeholder", "status", "text",
    }
)  # fmt: skip

_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    strong: bool = False
    struck: bool = False

    @property
    def style(self) -> tuple[bool, bool]:
        return self.strong, self.struck


def lines_of(nodes: Sequence[Node]) -> list[str]:
    """The lines of a paragraph: only a hard break ends one, since a newline in a text is shown as a space.

    Bold text stands between `**`, struck-out text between `~~`.
    """
    lines: list[list[_Piece]] = [[]]
    for node in nodes:
        if kind_of(node) == "hardBreak":
            lines.append([])
        else:
            lines[-1].append(_piece(node))
    rendered = [_rendered(line) for line in lines]
    return [line for line in rendered if line]


def address(node: Node) -> tuple[str, ...]:
    """The http address that a link or a card points to, if it does."""
    attrs = attrs_of(node)
    data = attrs.get("data")
    found = [attrs.get("url"), data.get("url") if isinstance(data, dict) else None]
    found += [attrs_of(mark).get("href") for mark in marks_of(node) if kind_of(mark) == "link"]
    return tuple(
        _BREAKS.sub("", url)
        for url in found
        if isinstance(url, str) and url.lower().startswith(("http://", "https://"))
    )


def _piece(node: Node) -> _Piece:
    marks = {kind_of(mark) for mark in marks_of(node)}
    text = _BREAKS.sub(" ", _said(node))
    return _Piece(text, strong="strong" in marks, struck="strike" in marks)


def _said(node: Node) -> str:
    attrs = attrs_of(node)
    match kind_of(node):
        case "text":
            return _text(node.get("text"))
        case "mention" | "emoji" | "status":
            return _text(attrs.get("text")) or _text(attrs.get("shortName"))
        case "date":
            return _date(attrs.get("timestamp"))
        case "inlineCard" | "blockCard" | "embedCard":
            return "".join(address(node)[:1])
        case _:
            # A placeholder is what the template says where nobody has written anything.
            return ""


def _date(value: object) -> str:
    """Milliseconds, as a text or a number."""
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return _text(value)


def _rendered(line: Sequence[_Piece]) -> str:
    return "".join(_marked(piece) for piece in _joined(line)).strip()


def _joined(line: Sequence[_Piece]) -> Iterator[_Piece]:
    """Neighbours of one style as one piece; a space between two bold words is bold as well."""
    current: _Piece | None = None
    for piece in filter(lambda piece: piece.text, line):
        if current is None:
            current = piece
        elif piece.style == current.style or not piece.text.strip():
            current = replace(current, text=current.text + piece.text)
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def _marked(piece: _Piece) -> str:
    core = piece.text.strip()
    if not core:
        return piece.text
    marks = ("**" if piece.strong else "") + ("~~" if piece.struck else "")
    before, _, after = piece.text.partition(core)
    return f"{before}{marks}{core}{marks[::-1]}{after}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
