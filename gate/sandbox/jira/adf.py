"""Markdown to ADF, the document format of Jira Cloud: what people write in descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Node = dict[str, Any]
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*]\s+(.*)")
_NUMBER = re.compile(r"\d+[.)]\s+(.*)")
_ROW = re.compile(r"\|(.*)\|\s*")
_RULE = re.compile(r"[\s|:-]+")
_INLINE = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\*(?P<em>[^*\s][^*]*)\*|\[(?P<text>[^\]]*)\]\((?P<href>[^)\s]+)\)"
)


def document(markdown: str) -> Node:
    """The whole document."""
    return {"type": "doc", "version": 1, "content": _blocks(markdown.splitlines())}


def _blocks(lines: Sequence[str]) -> list[Node]:
    found: list[Node] = []
    rest = list(lines)
    while rest:
        line = rest[0]
        if not line.strip():
            rest.pop(0)
        elif line.startswith("```"):
            found.append(_code(rest))
        elif heading := _HEADING.fullmatch(line):
            rest.pop(0)
            level = {"level": len(heading[1])}
            found.append({"type": "heading", "attrs": level, "content": _inline(heading[2])})
        elif _ROW.fullmatch(line):
            found.append(_table(_taken(rest, _ROW)))
        elif _BULLET.fullmatch(line):
            found.append({"type": "bulletList", "content": _items(_taken(rest, _BULLET), _BULLET)})
        elif _NUMBER.fullmatch(line):
            items = _items(_taken(rest, _NUMBER), _NUMBER)
            found.append({"type": "orderedList", "attrs": {"order": 1}, "content": items})
        else:
            found.append(_paragraph(rest))
    return found


def _code(rest: list[str]) -> Node:
    language = rest.pop(0).removeprefix("```").strip()
    lines: list[str] = []
    while rest and not rest[0].startswith("```"):
        lines.append(rest.pop(0))
    del rest[:1]
    node: Node = {"type": "codeBlock", "attrs": {"language": language} if language else {}}
    text = "\n".join(lines)
    return {**node, "content": [{"type": "text", "text": text}] if text else []}


def _taken(rest: list[str], form: re.Pattern[str]) -> list[str]:
    """Take the lines of this form off the front."""
    taken: list[str] = []
    while rest and form.fullmatch(rest[0]):
        taken.append(rest.pop(0))
    return taken


def _items(lines: Sequence[str], form: re.Pattern[str]) -> list[Node]:
    texts = [match[1] for match in map(form.fullmatch, lines) if match]
    return [{"type": "listItem", "content": [_text_block(text)]} for text in texts]


def _table(lines: Sequence[str]) -> Node:
    rows: list[Node] = []
    has_head = len(lines) > 1 and _RULE.fullmatch(lines[1]) is not None
    for index, line in enumerate(lines):
        if has_head and index == 1:
            continue
        kind = "tableHeader" if has_head and index == 0 else "tableCell"
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        rows.append(
            {
                "type": "tableRow",
                "content": [
                    {"type": kind, "attrs": {}, "content": [_text_block(cell)]} for cell in cells
                ],
            }
        )
    return {"type": "table", "attrs": {"layout": "default"}, "content": rows}


def _paragraph(rest: list[str]) -> Node:
    """Lines up to the next blank line or block; a line end stays one, as Jira's editor makes them."""
    content: list[Node] = []
    starts = (_HEADING, _BULLET, _NUMBER, _ROW)
    while rest and rest[0].strip() and not rest[0].startswith("```"):
        if content and any(form.fullmatch(rest[0]) for form in starts):
            break
        if content:
            content.append({"type": "hardBreak"})
        content += _inline(rest.pop(0))
    return {"type": "paragraph", "content": content}


def _text_block(text: str) -> Node:
    return {"type": "paragraph", "content": _inline(text)}


def _inline(text: str) -> list[Node]:
    nodes: list[Node] = []
    end = 0
    for match in _INLINE.finditer(text):
        nodes += _plain(text[end : match.start()])
        nodes.append(_marked(match))
        end = match.end()
    return nodes + _plain(text[end:])


def _plain(text: str) -> list[Node]:
    return [{"type": "text", "text": text}] if text else []


def _marked(match: re.Match[str]) -> Node:
    if match["href"]:
        mark: Node = {"type": "link", "attrs": {"href": match["href"]}}
        return {"type": "text", "text": match["text"] or match["href"], "marks": [mark]}
    kind = match.lastgroup or ""
    return {"type": "text", "text": match[kind], "marks": [{"type": kind}]}
