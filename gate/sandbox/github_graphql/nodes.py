"""Objects that a document can ask about, and what may go wrong when one of their fields is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gate.sandbox.github.forge import GitHub
from gate.sandbox.messages import cursor, cursor_position

T = TypeVar("T")
Arguments = Mapping[str, Any]
Resolver = Callable[[Arguments], Any]
MOST_ITEMS = 100
_PAGING = frozenset({"first", "last", "after"})

ABSTRACT: Mapping[str, frozenset[str]] = {
    "IssueComment": frozenset({"Comment"}),
    "User": frozenset({"Actor", "DeploymentReviewer"}),
    "Bot": frozenset({"Actor"}),
    "Commit": frozenset({"GitObject"}),
    "Blob": frozenset({"GitObject"}),
    "GpgSignature": frozenset({"GitSignature"}),
    "CheckRun": frozenset({"StatusCheckRollupContext"}),
    "StatusContext": frozenset({"StatusCheckRollupContext"}),
    "Issue": frozenset({"IssueOrPullRequest"}),
    "PullRequest": frozenset({"IssueOrPullRequest"}),
}
"""Interfaces and unions that a type belongs to, besides Node."""


@dataclass(frozen=True, slots=True)
class Node:
    """An object. A field's value may be a function of its arguments; a name that ends in `!` is never null."""

    type: str
    fields: Mapping[str, Any]

    def is_a(self, condition: str) -> bool:
        """Whether a fragment on that type applies."""
        return condition in ("", "Node", self.type) or condition in ABSTRACT.get(self.type, ())


@dataclass(slots=True)
class FieldFailed(Exception):
    """A field has no value; the answer says why, beside what else could be answered."""

    type: str
    message: str
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class QueryInvalid(Exception):
    """The document asks for something that the schema does not have; nothing at all is answered."""

    message: str
    extensions: Mapping[str, Any] = field(default_factory=dict)


def not_found(what: str, by: str) -> FieldFailed:
    """Nothing of that kind goes by that name or number."""
    return FieldFailed("NOT_FOUND", f"Could not resolve to {what} with the {by}.")


def needs(github: GitHub, permission: str, resolve: Resolver) -> Resolver:
    """A field that a token without the permission may not see."""

    def resolved(arguments: Arguments) -> Any:
        if permission in github.world.token.lacks:
            extensions = {"saml_failure": False}
            raise FieldFailed("FORBIDDEN", "Resource not accessible by integration", extensions)
        return resolve(arguments)

    return resolved


def connection(
    kind: str,
    items: Sequence[T],
    shape: Callable[[T], Node | None],
    arguments: Arguments,
    *,
    also: Collection[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> Node:
    """One page of a list. `also` names the further arguments that the caller has dealt with."""
    for name in arguments:
        if name not in _PAGING and name not in also:
            raise QueryInvalid(f"The sandbox knows no argument '{name}' of a {kind}")
    start, end = _window(kind, len(items), arguments)
    page = items[start:end]
    info = {
        "hasNextPage!": end < len(items),
        "hasPreviousPage!": start > 0,
        "startCursor": cursor(start + 1) if page else None,
        "endCursor": cursor(end) if page else None,
    }
    fields = {
        "totalCount!": len(items),
        "pageInfo!": Node("PageInfo", info),
        "nodes": lambda _: [shape(item) for item in page],
        "edges": lambda _: [
            Node(kind.replace("Connection", "Edge"), {"cursor!": cursor(at), "node": shape(item)})
            for at, item in enumerate(page, start=start + 1)
        ],
        **(extra or {}),
    }
    return Node(kind, fields)


def _window(kind: str, total: int, arguments: Arguments) -> tuple[int, int]:
    name = kind.removesuffix("Connection")
    first, last = arguments.get("first"), arguments.get("last")
    count = first if first is not None else last
    if count is None:
        raise FieldFailed(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    if not 0 <= count <= MOST_ITEMS:
        raise FieldFailed(
            "EXCESSIVE_PAGINATION",
            f"Requesting {count} records on the `{name}` connection exceeds the `first` limit of "
            f"{MOST_ITEMS} records.",
        )
    start = _position(arguments.get("after"))
    if first is None:
        start = max(start, total - count)
    return min(start, total), min(start + count, total)


def _position(after: str | None) -> int:
    if not after:
        return 0
    try:
        return cursor_position(after)
    except ValueError as error:
        raise FieldFailed(
            "INVALID_CURSOR_ARGUMENTS", f"`{after}` does not appear to be a valid cursor."
        ) from error
