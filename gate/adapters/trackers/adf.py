"""Turn the Atlassian Document Format into Markdown, so that every tracker's text is read in one form.

Headings, bold labels, lists, code, quotes and table rows keep what they mean on the page; text stays as it was typed.
Nothing is escaped: whoever shows the text does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gate.adapters.trackers.adf_inline import INLINE, address, lines_of
from gate.adapters.trackers.adf_nodes import Node, attrs_of, children_of, kind_of, text_in, whole

_DEEPEST_HEADING = 6
_CARDS = frozenset({"blockCard", "embedCard"})
_BULLETS = frozenset({"bulletList", "decisionList", "taskList"})


def markdown(document: object) -> str:
    """The text of a document as Markdown; empty for none.

    Nodes that nobody has heard of are descended into, what is malformed is left out. TooComplex when the document is
    larger or deeper than any that people write.
    """
    return "\n".join(_Page().blocks(whole(document)))


def addresses(document: object) -> tuple[str, ...]:
    """The http addresses that the document's links and cards point to, each once."""
    waiting, found = whole(document)[::-1], dict[str, None]()
    while waiting:
        node = waiting.pop()
        found.update(dict.fromkeys(address(node)))
        waiting += children_of(node)[::-1]
    return tuple(found)


class _Page:
    """Writes block by block and remembers the headings above."""

    def __init__(self) -> None:
        self._base = 0
        """The level of the collapsed part that we are in: its own headings lie below it."""
        self._last = 0

    def blocks(self, nodes: list[Node]) -> list[str]:
        """The lines of all nodes, with an empty line between two blocks. Loose inline nodes make a paragraph."""
        lines: list[str] = []
        for group in _grouped(nodes):
            block = lines_of(group) if kind_of(group[0]) in INLINE else self._block(group[0])
            if block:
                lines += ["", *block] if lines else block
        return lines

    def _block(self, node: Node) -> list[str]:
        match kind_of(node):
            case "heading":
                return self._heading(" ".join(lines_of(children_of(node))), _level(node))
            case "expand" | "nestedExpand":
                return self._collapsed(node)
            case "codeBlock":
                return _code(text_in(node))
            case "rule":
                return ["---"]
            case "blockquote":
                return [f"> {line}" for line in self.blocks(children_of(node))]
            case "table":
                return self._table(node)
            case "orderedList" | "bulletList" | "decisionList" | "taskList":
                return self._list(node)
            case _:
                return self.blocks(children_of(node))

    def _heading(self, text: str, level: int) -> list[str]:
        if not text:
            return []
        self._last = min(self._base + level, _DEEPEST_HEADING)
        return [f"{'#' * self._last} {text}"]

    def _collapsed(self, node: Node) -> list[str]:
        """A part that opens on a click: its title is a heading, and its own headings lie below that."""
        outer = self._base, self._last
        self._base = min(self._last, _DEEPEST_HEADING - 2)
        title = attrs_of(node).get("title")
        lines = self._heading(_one_line(title) if isinstance(title, str) else "", 1)
        self._base = self._last
        body = self.blocks(children_of(node))
        self._base, self._last = outer
        return [*lines, *([""] if lines and body else []), *body]

    def _list(self, node: Node) -> list[str]:
        lines: list[str] = []
        number = _first_number(node)
        for item in children_of(node):
            if kind_of(item) in _BULLETS | {"orderedList"}:
                # A nested task list stands beside the items, not inside one.
                lines += [f"  {line}" for line in self._list(item)]
                continue
            mark = "- " if kind_of(node) in _BULLETS else f"{number}. "
            mark += _box(item)
            number += 1
            body = (
                self.blocks([item]) if kind_of(item) in INLINE else self.blocks(children_of(item))
            )
            indent = " " * (2 if kind_of(node) in _BULLETS else len(mark))
            lines += [
                f"{indent if index else mark}{line}".rstrip() for index, line in enumerate(body)
            ]
        return lines

    def _table(self, node: Node) -> list[str]:
        """Rows as `| label | text |`; where a cell holds more than a line, its row begins with a bold label instead."""
        rows = [
            [self.blocks(children_of(cell)) for cell in children_of(row)]
            for row in children_of(node)
        ]
        if all(len(cell) < 2 for row in rows for cell in row):
            return [f"| {' | '.join(''.join(cell) for cell in row)} |" for row in rows if any(row)]
        lines: list[str] = []
        for first, *rest in filter(None, rows):
            label = " ".join(filter(None, first)).strip("*#- ")
            lines += [f"**{label}**", ""] if label else []
            for cell in rest:
                lines += [*cell, ""]
        return lines[:-1]


def _grouped(nodes: list[Node]) -> Iterator[list[Node]]:
    """Neighbouring inline nodes together, every other node alone."""
    group: list[Node] = []
    for node in nodes:
        if kind_of(node) in INLINE and kind_of(node) not in _CARDS:
            group.append(node)
            continue
        if group:
            yield group
        group = []
        yield [node]
    if group:
        yield group


def _code(text: str) -> list[str]:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 0)
    return [fence, *text.splitlines(), fence]


def _level(node: Node) -> int:
    level = attrs_of(node).get("level")
    return min(max(level, 1), _DEEPEST_HEADING) if isinstance(level, int) else 1


def _first_number(node: Node) -> int:
    order = attrs_of(node).get("order")
    return order if isinstance(order, int) and 0 <= order < 1000 else 1


def _box(item: Node) -> str:
    if kind_of(item) not in {"taskItem", "blockTaskItem"}:
        return ""
    return "[x] " if attrs_of(item).get("state") == "DONE" else "[ ] "


def _one_line(text: str) -> str:
    return " ".join(text.split())
