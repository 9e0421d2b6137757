"""Turn the gate's own Markdown into the Atlassian Document Format, which is all that Jira Cloud takes.

Only what Jira surely accepts is written: one node that it does not know, or an empty text, and it refuses the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gate.adapters.trackers.adf_nodes import Node, children_of, kind_of, text_in
from gate.adapters.trackers.adf_writer_inline import inline, plain

LONGEST = 30_000
"""Characters of text. Jira refuses fields of more than 32,767."""
CUT = "The rest did not fit into this ticket. It stands in the evidence of the run."

_DEEPEST = 4
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"(```+|~~~+)\s*([\w+-]*)\s*")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}\s*")
_TASK = re.compile(r"[-*+]\s+\[([ xX])\]\s+(.+)")
_BULLET = re.compile(r"[-*+]\s+(.*)")
_NUMBER = re.compile(r"(\d{1,9})[.)]\s+(.*)")
_QUOTE = re.compile(r">\s?(.*)")
_ROW = re.compile(r"\|(.*)\|\s*")
_UNDER_HEAD = re.compile(r"[\s|:-]+")
_BLOCKS = (_FENCE, _HEADING, _RULE, _TASK, _BULLET, _NUMBER, _QUOTE, _ROW)
_IN_ITEM = frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"})


def document(markdown: str, mark: str = "") -> Node:
    """The whole document, with `mark` (if any) as its last line, in plain sight: a document hides nothing.

    Comments are left out; what lies beyond `LONGEST` is replaced by a sentence that says so.
    """
    lines = _COMMENT.sub("", markdown).splitlines()
    content = list(_fitting(_blocks(lines, _DEEPEST)))
    if mark:
        code: Node = {"type": "text", "text": mark, "marks": [{"type": "code"}]}
        content.append({"type": "paragraph", "content": [code]})
    return {"type": "doc", "version": 1, "content": content}


def _fitting(blocks: Iterable[Node]) -> Iterator[Node]:
    left = LONGEST
    for block in blocks:
        left -= len(text_in(block))
        if left < 0:
            yield _paragraph([CUT])
            return
        yield block


def _blocks(lines: Sequence[str], depth: int) -> list[Node]:
    rest = [line.expandtabs(4).rstrip() for line in lines]
    found: list[Node] = []
    while rest:
        found += _block(rest, depth)
    return found


def _block(rest: list[str], depth: int) -> list[Node]:
    """Take one block off the front; none for an empty line."""
    line = rest[0]
    if not line.strip() or _RULE.fullmatch(line):
        return [{"type": "rule"}] if rest.pop(0).strip() else []
    if fence := _FENCE.fullmatch(line):
        return [_code(rest, fence)]
    if heading := _HEADING.fullmatch(line):
        rest.pop(0)
        return _heading(heading)
    return _group(rest, depth) or [_text(rest)]


def _group(rest: list[str], depth: int) -> list[Node]:
    """Take lines of one form off the front, when such a line is there."""
    if tasks := _taken(rest, _TASK):
        return [_tasks(tasks, len(rest))]
    if quoted := _taken(rest, _QUOTE):
        return [{"type": "blockquote", "content": _inside([line[1] for line in quoted], depth)}]
    if rows := _taken(rest, _ROW):
        return [_table([row[1] for row in rows])]
    for form, kind in ((_BULLET, "bulletList"), (_NUMBER, "orderedList")):
        if form.fullmatch(rest[0]):
            return [_list(rest, form, kind, depth)]
    return []


def _heading(match: re.Match[str]) -> list[Node]:
    text = inline([match[2]])
    level = {"level": len(match[1])}
    return [{"type": "heading", "attrs": level, "content": text}] if text else []


def _taken(rest: list[str], form: re.Pattern[str]) -> list[re.Match[str]]:
    """Take the lines of this form off the front."""
    taken: list[re.Match[str]] = []
    while rest and (match := form.fullmatch(rest[0])):
        taken.append(match)
        rest.pop(0)
    return taken


def _code(rest: list[str], fence: re.Match[str]) -> Node:
    rest.pop(0)
    lines: list[str] = []
    while rest and not (rest[0].startswith(fence[1]) and not rest[0].strip(fence[1][0])):
        lines.append(rest.pop(0))
    del rest[:1]
    return {
        "type": "codeBlock",
        "attrs": {"language": fence[2]} if fence[2] else {},
        "content": plain("\n".join(lines)),
    }


def _text(rest: list[str]) -> Node:
    """A paragraph: lines up to an empty one, or to another block. A line end stays one."""
    lines = [rest.pop(0).strip()]
    while rest and rest[0].strip() and not any(form.fullmatch(rest[0]) for form in _BLOCKS):
        lines.append(rest.pop(0).strip())
    return _paragraph(lines)


def _tasks(items: Sequence[re.Match[str]], place: int) -> Node:
    # Jira wants an id of each part; it only has to be another one for every part of the document.
    return {
        "type": "taskList",
        "attrs": {"localId": f"list-{place}"},
        "content": [
            {
                "type": "taskItem",
                "attrs": {
                    "localId": f"task-{place}-{number}",
                    "state": "TODO" if item[1] == " " else "DONE",
                },
                "content": inline([item[2]]),
            }
            for number, item in enumerate(items)
        ],
    }


def _list(rest: list[str], form: re.Pattern[str], kind: str, depth: int) -> Node:
    items: list[Node] = []
    first = form.fullmatch(rest[0])
    start = int(first[1]) if first and form is _NUMBER else 1
    while rest and (match := form.fullmatch(rest[0])) and not _TASK.fullmatch(rest[0]):
        rest.pop(0)
        lines = [match[form.groups]]
        while rest and rest[0].startswith("  "):
            lines.append(rest.pop(0))
        body = _inside([lines[0], *_outdented(lines[1:])], depth)
        # An item has to begin with a paragraph, also where it begins with another list.
        begins = bool(body) and kind_of(body[0]) == "paragraph"
        content = body if begins else [_paragraph([]), *body]
        items.append({"type": "listItem", "content": content})
    attrs = {"attrs": {"order": start}} if kind == "orderedList" else {}
    return {"type": kind, **attrs, "content": items}


def _outdented(lines: Sequence[str]) -> list[str]:
    width = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return [line[width:] for line in lines]


def _inside(lines: Sequence[str], depth: int) -> list[Node]:
    """Blocks of a list item or a quote, where nothing but text, code and lists may stand."""
    if depth == 0:
        return [_paragraph([line.strip() for line in lines if line.strip()])]
    found = _blocks(lines, depth - 1)
    kept = [node if kind_of(node) in _IN_ITEM else _flat(node) for node in found]
    return kept or [_paragraph([])]


def _flat(node: Node) -> Node:
    return {"type": "paragraph", "content": plain(" ".join(_texts(node)))}


def _texts(node: Node) -> Iterator[str]:
    """What its paragraphs say, one by one."""
    children = children_of(node)
    if any(kind_of(child) == "text" for child in children):
        yield text_in(node)
    else:
        for child in children:
            yield from _texts(child)


def _table(rows: Sequence[str]) -> Node:
    has_head = len(rows) > 1 and _UNDER_HEAD.fullmatch(rows[1]) is not None
    content: list[Node] = []
    for index, row in enumerate(rows):
        if has_head and index == 1:
            continue
        kind = "tableHeader" if has_head and index == 0 else "tableCell"
        cells: list[Node] = [
            {"type": kind, "attrs": {}, "content": [_paragraph([cell.strip()])]}
            for cell in row.split("|")
        ]
        content.append({"type": "tableRow", "content": cells})
    return {"type": "table", "content": content}


def _paragraph(lines: Sequence[str]) -> Node:
    return {"type": "paragraph", "content": inline(lines)}
