"""Execute a document over nodes, by the GraphQL specification: what fails is null, as far up as need be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github_graphql.document import (
    Document,
    Field,
    Inline,
    Operation,
    Selection,
    Spread,
    Variable,
)
from gate.sandbox.github_graphql.nodes import FieldFailed, Node, QueryInvalid

Path = tuple[str | int, ...]
_MISSING = object()


class _NotNullable(Exception):
    """A null stands where none may be; the object around it becomes null instead."""


class Execution:
    """One operation being answered."""

    def __init__(
        self, document: Document, operation: Operation, variables: Mapping[str, Any]
    ) -> None:
        self.errors: list[dict[str, Any]] = []
        self._document = document
        self._variables = bound(operation, variables)

    def run(self, root: Node, operation: Operation) -> Any:
        """The data; QueryInvalid when the document does not fit the schema."""
        return self._complete(root, operation.selections, ())

    def _complete(self, value: Any, selections: Sequence[Selection], path: Path) -> Any:
        if isinstance(value, Node):
            try:
                return self._select(value, selections, path)
            except _NotNullable:
                return None
        if isinstance(value, list | tuple):
            return [
                self._complete(item, selections, (*path, index)) for index, item in enumerate(value)
            ]
        return iso(value) if isinstance(value, datetime) else value

    def _select(self, node: Node, selections: Sequence[Selection], path: Path) -> dict[str, Any]:
        grouped: dict[str, list[Field]] = {}
        self._collect(node, selections, grouped)
        return {key: self._field(node, fields, (*path, key)) for key, fields in grouped.items()}

    def _collect(
        self, node: Node, selections: Sequence[Selection], into: dict[str, list[Field]]
    ) -> None:
        """Fields by key, in order, with those of every fragment that applies to the object."""
        for selection in selections:
            if not self._is_included(selection.directives):
                continue
            if isinstance(selection, Field):
                into.setdefault(selection.key, []).append(selection)
                continue
            fragment = fragment_of(self._document, selection)
            if node.is_a(fragment.condition):
                self._collect(node, fragment.selections, into)

    def _is_included(self, directives: Mapping[str, Mapping[str, Any]]) -> bool:
        skip = self._value(directives.get("skip", {}).get("if", False))
        return bool(self._value(directives.get("include", {}).get("if", True))) and not skip

    def _field(self, node: Node, fields: Sequence[Field], path: Path) -> Any:
        asked = fields[0]
        if asked.name == "__typename":
            return node.type
        value, is_nullable = _lookup(node, asked)
        if callable(value):
            value = self._resolved(value, asked, path)
        selections = [selection for field in fields for selection in field.selections]
        found = self._complete(value, selections, path)
        if found is None and not is_nullable:
            raise _NotNullable
        return found

    def _resolved(self, resolve: Any, asked: Field, path: Path) -> Any:
        arguments = {
            name: value
            for name, raw in asked.arguments.items()
            if (value := self._value(raw)) is not _MISSING
        }
        try:
            return resolve(arguments)
        except FieldFailed as failed:
            error: dict[str, Any] = {"type": failed.type, "path": list(path)}
            if failed.extensions:
                error["extensions"] = dict(failed.extensions)
            place = {"line": asked.line, "column": asked.column}
            self.errors.append({**error, "locations": [place], "message": failed.message})
            return None

    def _value(self, raw: Any) -> Any:
        """An argument with its variables filled in."""
        match raw:
            case Variable(name=name):
                return self._variables.get(name, _MISSING)
            case list():
                return [self._value(item) for item in raw]
            case dict():
                return {name: self._value(item) for name, item in raw.items()}
            case _:
                return raw


def _lookup(node: Node, asked: Field) -> tuple[Any, bool]:
    """The field's value and whether it may be null."""
    if f"{asked.name}!" in node.fields:
        return node.fields[f"{asked.name}!"], False
    if asked.name in node.fields:
        return node.fields[asked.name], True
    raise QueryInvalid(
        f"Field '{asked.name}' doesn't exist on type '{node.type}'",
        {"code": "undefinedField", "typeName": node.type, "fieldName": asked.name},
    )


def fragment_of(document: Document, selection: Inline | Spread) -> Inline:
    """What a spread stands for; QueryInvalid when the document does not define it."""
    if isinstance(selection, Inline):
        return selection
    fragment = document.fragments.get(selection.name)
    if fragment is None:
        raise QueryInvalid(f"Fragment {selection.name} was used, but not defined")
    return fragment


def bound(operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The operation's variables with defaults; QueryInvalid when one is missing."""
    found: dict[str, Any] = {}
    for declared in operation.variables:
        given = variables.get(declared.name)
        if given is None and declared.required:
            raise QueryInvalid(
                f"Variable ${declared.name} was provided invalid value", {"value": None}
            )
        if declared.name in variables or declared.default is not None:
            found[declared.name] = declared.default if given is None else given
    return found
