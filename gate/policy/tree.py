"""YAML as a tree of nodes that know their place and keep the text as it was typed.

Nothing is resolved here: YAML 1.1 would make a number of `22:00` and a truth of `no`. What a text
means is decided by the setting that it is for (`gate.policy.scalars`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from gate.policy.problem import PolicyProblems, Problem, quoted

_DEEPEST = 24
_MOST_NODES = 20_000

Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
FASTEST: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the file; both numbers count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode:
    """One value. `plain` means that it stands there without quotes."""

    text: str
    plain: bool
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingNode:
    """Keys and values, in their order; a key that stands there twice is there twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    spot: Spot


Node = ScalarNode | SequenceNode | MappingNode


def read(text: str, *, name: str, loader: Loader = FASTEST) -> Node:
    """Read the one document of `text`. PolicyProblems when it is not plain YAML of sane size."""
    reader = _Reader(text, name, loader)
    try:
        return reader.document()
    except yaml.YAMLError as error:
        raise PolicyProblems([_not_yaml(error)], name=name) from error


class _Reader:
    """Builds the tree from the parser's events, and refuses what could hide or explode."""

    def __init__(self, text: str, name: str, loader: Loader) -> None:
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=loader))
        self._name = name
        self._nodes = 0
        self._anchors: dict[str, tuple[Node, int]] = {}

    def document(self) -> Node:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise self._refusal(
                Spot(line=1, column=1), "the file is empty", "start with `version: 1`"
            )
        root = self._node(next(self._events), depth=0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refusal(
                _spot(after), "a second document begins here", "keep one and remove the `---` line"
            )
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        spot = _spot(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", spot)
        if getattr(event, "tag", None) is not None:
            raise self._refusal(spot, "tags such as `!!str` are not used here", "remove the tag")
        if depth > _DEEPEST:
            raise self._refusal(spot, f"nested more than {_DEEPEST} levels deep", "")
        before = self._nodes
        self._count(1, spot)
        node = self._build(event, depth)
        if anchor := getattr(event, "anchor", None):
            self._anchors[anchor] = (node, self._nodes - before)
        return node

    def _build(self, event: yaml.Event, depth: int) -> Node:
        spot = _spot(event)
        match event:
            case yaml.ScalarEvent():
                return ScalarNode(text=event.value, plain=event.implicit[0], spot=spot)
            case yaml.SequenceStartEvent():
                return SequenceNode(items=tuple(self._items(depth)), spot=spot)
            case _:
                return MappingNode(entries=tuple(self._entries(depth)), spot=spot)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, ScalarNode):
                raise self._refusal(key.spot, "a key is a list or a mapping", "write a word")
            yield key, self._node(next(self._events), depth + 1)

    def _alias(self, anchor: str, spot: Spot) -> Node:
        if anchor not in self._anchors:
            raise self._refusal(spot, f"{quoted('*' + anchor)} stands for nothing before it", "")
        node, size = self._anchors[anchor]
        # An alias counts as all that it stands for, or a few lines would become millions of nodes.
        self._count(size, spot)
        return node

    def _count(self, size: int, spot: Spot) -> None:
        self._nodes += size
        if self._nodes > _MOST_NODES:
            raise self._refusal(
                spot, f"more than {_MOST_NODES} values, aliases written out", "use fewer aliases"
            )

    def _refusal(self, spot: Spot, text: str, hint: str) -> PolicyProblems:
        problem = Problem(path="", line=spot.line, column=spot.column, text=text, hint=hint)
        return PolicyProblems([problem], name=self._name)


def _spot(event: yaml.Event) -> Spot:
    mark = event.start_mark
    return Spot(line=mark.line + 1, column=mark.column + 1) if mark else Spot(line=1, column=1)


def _not_yaml(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    return Problem(
        path="",
        line=mark.line + 1 if mark else 1,
        column=mark.column + 1 if mark else 1,
        text=f"not YAML: {said}{f' {context}' if context else ''}",
        hint="text that holds `: `, ` #` or begins with one of @ % * & ! [ { needs quotes",
    )
