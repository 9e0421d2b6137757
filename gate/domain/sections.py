"""Markdown as lines that know what they are, and where the section that a line begins ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import takewhile

from gate.domain.reading import visible


class LineKind(Enum):
    """What a line is on the page."""

    BLANK = "blank"
    HEADING = "heading"
    LABEL = "label"
    """Bold text that stands alone, or a short name and a colon."""
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line without its markup. `level` is a heading's level, `indent` counts leading spaces."""

    kind: LineKind
    text: str = ""
    level: int = 0
    indent: int = 0
    numbered: bool = False


# Each of these is linear on hostile text: no two neighbours that can match the same characters.
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
_FENCE = re.compile(r"^\s*(?:[-*+] +)?(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t](.*))?$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|(\d{1,3}[.)]))[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$")
_DIVIDER = re.compile(r"^[ \t|:-]+$")
_BOLD = re.compile(r"^([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)(.*)$")
_LABEL = re.compile(r"^[^:：|.!?]{1,60}[:：](?:\s|$)")
_CAN_BE_UNDERLINED = frozenset({LineKind.TEXT, LineKind.LABEL})


def lines_of(markdown: str) -> tuple[Line, ...]:
    """Read Markdown line by line; only what a page shows of it."""
    found: list[Line] = []
    fence = ""
    for raw in visible(markdown).split("\n"):
        text = _QUOTE.sub("", raw.expandtabs(4))
        mark = _FENCE.match(text)
        if fence:
            closes = mark is not None and mark[1].startswith(fence) and not mark[2].strip()
            found += [] if closes else [Line(kind=LineKind.CODE, text=text.strip())]
            fence = "" if closes else fence
        elif mark is not None:
            fence = mark[1]
        elif found and found[-1].kind in _CAN_BE_UNDERLINED and (under := _UNDERLINE.match(text)):
            level = 1 if under[1].startswith("=") else 2
            found[-1] = replace(found[-1], kind=LineKind.HEADING, level=level)
        else:
            found.append(_line(text))
    return tuple(found)


def section_after(
    lines: Sequence[Line], start: int, belongs: Callable[[Line], object]
) -> tuple[Line, ...]:
    """The lines below `lines[start]` that belong to it.

    A heading holds everything down to the next heading of the same or a higher level, a list item
    what is indented below it, a table row what stands in it, and a label everything down to the
    next label or heading. Labels for which `belongs` is true do not end it.
    """
    first, below = lines[start], lines[start + 1 :]
    return tuple(takewhile(lambda line: not _ends(first, line, belongs), below))


def _line(text: str) -> Line:
    indent = len(text) - len(text.lstrip())
    if not text.strip() or _RULE.match(text) or _DIVIDER.match(text):
        return Line(kind=LineKind.BLANK)
    if heading := _HEADING.match(text):
        plain = _plain(_without_closing_marks(heading[2] or ""))
        return Line(kind=LineKind.HEADING, text=plain, level=len(heading[1]))
    if item := _ITEM.match(text):
        numbered = item[1] is not None
        return Line(kind=LineKind.ITEM, text=_plain(item[2]), indent=indent, numbered=numbered)
    if text.lstrip().startswith("|"):
        first, *rest = [_plain(cell) for cell in text.strip().strip("|").split("|")]
        return Line(kind=LineKind.ROW, text=f"{first.rstrip(':：')}: {' '.join(rest)}".strip())
    kind = LineKind.LABEL if _is_label(text.strip()) else LineKind.TEXT
    return Line(kind=kind, text=_plain(text), indent=indent)


def _without_closing_marks(heading: str) -> str:
    shorter = heading.rstrip().rstrip("#")
    return shorter if not shorter or shorter[-1].isspace() else heading


def _is_label(text: str) -> bool:
    if bold := _BOLD.match(text):
        after = bold[3].strip()
        return not after or bold[2].endswith((":", "：")) or after[0] in ":：–—-"
    return _LABEL.match(text) is not None


def _plain(text: str) -> str:
    bold = _BOLD.match(text.strip())
    return f"{bold[2]}{bold[3]}".strip() if bold else text.strip()


def _ends(first: Line, line: Line, belongs: Callable[[Line], object]) -> bool:
    if line.kind in {LineKind.BLANK, LineKind.CODE}:
        return first.kind is LineKind.ROW and line.kind is LineKind.BLANK
    match first.kind:
        case LineKind.HEADING:
            return line.kind is LineKind.HEADING and line.level <= first.level
        case LineKind.ITEM:
            return line.kind is LineKind.HEADING or line.indent <= first.indent
        case LineKind.ROW:
            return line.kind in {LineKind.ROW, LineKind.HEADING}
        case _:
            ends = line.kind is LineKind.LABEL and not belongs(line)
            return ends or line.kind is LineKind.HEADING
