"""Read a GraphQL document: operations, fragments, fields, arguments and variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gate.sandbox.github_graphql.document import (
    Declared,
    Document,
    Field,
    Inline,
    Operation,
    Selection,
    Spread,
    Variable,
)
from gate.sandbox.github_graphql.tokens import Tokens

_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


def parse(text: str) -> Document:
    """Read a document; DocumentInvalid says at which line and column it stops making sense."""
    return _Parser(text).document()


class _Parser(Tokens):
    def document(self) -> Document:
        operations: list[Operation] = []
        fragments: dict[str, Inline] = {}
        while self.current.kind != "end":
            if self.skip("fragment"):
                name = self.take("name").text
                self.take("on")
                condition = self.take("name").text
                fragments[name] = Inline(condition=condition, selections=self._selections())
            else:
                operations.append(self._operation())
        return Document(operations=tuple(operations), fragments=fragments)

    def _operation(self) -> Operation:
        if self.peek("{"):
            return Operation(kind="query", name="", variables=(), selections=self._selections())
        kind = self.take("name").text
        name = "" if self.peek("{") or self.peek("(") else self.take("name").text
        variables: list[Declared] = []
        if self.skip("("):
            while not self.skip(")"):
                variables.append(self._declared())
        return Operation(
            kind=kind, name=name, variables=tuple(variables), selections=self._selections()
        )

    def _declared(self) -> Declared:
        self.take("$")
        name = self.take("name").text
        self.take(":")
        while self.skip("["):
            pass
        self.take("name")
        required = False
        while self.peek("!") or self.peek("]"):
            required = self.take("sign").text == "!"
        if self.skip("="):
            return Declared(name=name, required=False, default=self._value())
        return Declared(name=name, required=required)

    def _selections(self) -> tuple[Selection, ...]:
        self.take("{")
        found: list[Selection] = []
        while not self.skip("}"):
            found.append(self._selection())
        return tuple(found)

    def _selection(self) -> Selection:
        if not self.skip("..."):
            return self._field()
        if self.peek("on") or self.peek("{") or self.peek("@"):
            condition = self.take("name").text if self.skip("on") else ""
            directives = self._directives()
            return Inline(condition=condition, selections=self._selections(), directives=directives)
        return Spread(name=self.take("name").text, directives=self._directives())

    def _field(self) -> Field:
        first = self.take("name")
        line, column = self.place(first.at)
        name = self.take("name").text if self.skip(":") else first.text
        arguments, directives = self._arguments(), self._directives()
        return Field(
            key=first.text,
            name=name,
            arguments=arguments,
            directives=directives,
            selections=self._selections() if self.peek("{") else (),
            line=line,
            column=column,
        )

    def _arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.skip("("):
            while not self.skip(")"):
                name = self.take("name").text
                self.take(":")
                found[name] = self._value()
        return found

    def _directives(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        while self.skip("@"):
            name = self.take("name").text
            found[name] = self._arguments()
        return found

    def _value(self) -> Any:
        if self.skip("$"):
            return Variable(self.take("name").text)
        if self.skip("["):
            items = []
            while not self.skip("]"):
                items.append(self._value())
            return items
        if self.skip("{"):
            fields: dict[str, Any] = {}
            while not self.skip("}"):
                name = self.take("name").text
                self.take(":")
                fields[name] = self._value()
            return fields
        return self._literal()

    def _literal(self) -> Any:
        token = self.take_one_of("name", "number", "string", "block")
        match token.kind:
            case "name":
                return _WORDS.get(token.text, token.text)
            case "block":
                return token.text[3:-3]
            case _:
                return json.loads(token.text)
