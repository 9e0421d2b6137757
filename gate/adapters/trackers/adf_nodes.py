"""Nodes of an Atlassian document, whatever was put in their place."""

from __future__ import annotations

DEEPEST = 200
MOST_NODES = 50_000

Node = dict[str, object]


class TooComplex(ValueError):
    """The document is larger or deeper than any that people write."""


def whole(document: object) -> list[Node]:
    """The document's own nodes, once it is known that all of it can be walked."""
    level, seen = _nodes([document]), 0
    top = children_of(level[0]) if level else []
    for _ in range(DEEPEST):
        if not level:
            return top
        seen += len(level)
        if seen > MOST_NODES:
            raise TooComplex(f"it has more than {MOST_NODES} parts")
        level = [child for node in level for child in children_of(node)]
    raise TooComplex(f"it is nested more than {DEEPEST} levels deep")


def kind_of(node: Node) -> str:
    """The node's type; empty when it has none."""
    return _text(node.get("type"))


def attrs_of(node: Node) -> Node:
    """The node's attributes; none when they are malformed."""
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def children_of(node: Node) -> list[Node]:
    """The nodes inside; what is no node is left out."""
    content = node.get("content")
    return _nodes(content) if isinstance(content, list) else []


def marks_of(node: Node) -> list[Node]:
    """The marks of a text: strong, strike, link …"""
    marks = node.get("marks")
    return _nodes(marks) if isinstance(marks, list) else []


def text_in(node: Node) -> str:
    """All text below the node, as it was typed, with its line breaks."""
    own = "\n" if kind_of(node) == "hardBreak" else _text(node.get("text"))
    return own + "".join(text_in(child) for child in children_of(node))


def _nodes(items: list[object]) -> list[Node]:
    return [item for item in items if isinstance(item, dict)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
