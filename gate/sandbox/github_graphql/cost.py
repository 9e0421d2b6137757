"""What GitHub charges for a document: points and nodes, by its documented formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gate.sandbox.github_graphql.document import (
    Document,
    Field,
    Operation,
    Selection,
    Variable,
)
from gate.sandbox.github_graphql.execute import bound, fragment_of

MOST_NODES = 500_000


@dataclass(slots=True, kw_only=True)
class Cost:
    """What an operation can come to at the most."""

    requests: int = 0
    nodes: int = 0

    @property
    def points(self) -> int:
        """Points of the hourly limit: one for each hundred requests, and at least one."""
        return max(1, round(self.requests / 100))


def cost(document: Document, operation: Operation, variables: Mapping[str, Any]) -> Cost:
    """Walk over the document: a connection inside another is asked for once for each item of the outer one."""
    found = Cost()
    _walk(document, operation.selections, bound(operation, variables), 1, found)
    return found


def _walk(
    document: Document,
    selections: Sequence[Selection],
    variables: Mapping[str, Any],
    times: int,
    found: Cost,
) -> None:
    for selection in selections:
        if not isinstance(selection, Field):
            inner = fragment_of(document, selection).selections
            _walk(document, inner, variables, times, found)
            continue
        size = _size(selection, variables)
        if size is not None:
            found.requests += times
            found.nodes += times * size
        _walk(document, selection.selections, variables, times * (size or 1), found)


def _size(asked: Field, variables: Mapping[str, Any]) -> int | None:
    raw = asked.arguments.get("first", asked.arguments.get("last"))
    size = variables.get(raw.name) if isinstance(raw, Variable) else raw
    return size if isinstance(size, int) else None
