"""Hold answers against an OpenAPI 3.0 description: the route, the status, and the shape of the body."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT7

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or value == "" or bool(urlsplit(value).scheme)


class Description:
    """One OpenAPI 3.0 document. Its dialect is turned into JSON Schema draft 7, whose `$ref` works the same way."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.paths: Mapping[str, Any] = document["paths"]
        parts = document["components"]["schemas"]
        joined = {ref.rpartition("/")[2] for ref in _joined(document)}
        schemas = {
            name: translated(part, closed=name not in joined) for name, part in parts.items()
        }
        self._responses: Mapping[str, Any] = document["components"].get("responses", {})
        resource = DRAFT7.create_resource(
            {"$id": "urn:description", "components": {"schemas": schemas}}
        )
        self._registry: Registry[Any] = resource @ Registry()
        self._patterns: list[tuple[re.Pattern[str], str]] = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path)
            for path in sorted(self.paths, key=lambda path: (path.count("{"), path))
        ]

    def template(self, path: str) -> str:
        """The path in the description that fits; segments that hold encoded slashes count as one."""
        for pattern, template in self._patterns:
            if pattern.fullmatch(path):
                return template
        raise AssertionError(f"the description has no path for {path}")

    def problems(self, method: str, path: str, status: int, body: Any) -> Iterator[str]:
        """What is wrong with an answer. An error that the operation does not list must be a `basic-error`."""
        operation = self.paths[self.template(path)][method.lower()]
        listed = operation["responses"].get(str(status))
        if listed is None and status < 400:
            yield f"{method} {path}: status {status} is not listed"
            return
        schema = self._schema(listed or {}) or {"$ref": "#/components/schemas/basic-error"}
        yield from self.mismatches(schema, body)

    def mismatches(self, schema: Any, body: Any) -> Iterator[str]:
        """Where the body does not fit the schema."""
        absolute = _absolute(translated(schema))
        checker = Draft7Validator(absolute, registry=self._registry, format_checker=_FORMATS)
        for error in checker.iter_errors(body):
            yield f"{error.json_path}: {error.message[:300]}"

    def _schema(self, response: Mapping[str, Any]) -> Any:
        if "$ref" in response:
            response = self._responses[response["$ref"].rpartition("/")[2]]
        content = response.get("content", {})
        return content.get("application/json", {}).get("schema")


def _joined(schema: Any) -> Iterator[str]:
    """What stands in an `allOf` somewhere: alone it does not say which properties there are."""
    if isinstance(schema, list):
        for item in schema:
            yield from _joined(item)
    elif isinstance(schema, Mapping):
        yield from (part["$ref"] for part in schema.get("allOf", ()) if "$ref" in part)
        for item in schema.values():
            yield from _joined(item)


def translated(schema: Any, *, closed: bool = True) -> Any:
    """OpenAPI 3.0's own dialect as JSON Schema: `nullable`, and bounds that are flags.

    Objects are closed, so that an answer cannot hold what the system does not have.
    """
    if isinstance(schema, list):
        return [translated(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: translated(item) for key, item in schema.items() if not _is_foreign(key, item)}
    if "properties" in schema and closed:
        inner.setdefault("additionalProperties", False)
    for part in inner.get("allOf", ()):
        part.pop("additionalProperties", None)
    if schema.get("nullable") is True:
        return {"anyOf": [{"type": "null"}, inner]}
    return inner


def _is_foreign(key: str, item: Any) -> bool:
    if key in ("exclusiveMinimum", "exclusiveMaximum"):
        return isinstance(item, bool)
    return (key == "nullable" and isinstance(item, bool)) or key in ("discriminator", "example")


def _absolute(schema: Any) -> Any:
    """References of a schema that stands outside the document lead into it."""
    if isinstance(schema, list):
        return [_absolute(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: f"urn:description{item}" if key == "$ref" else _absolute(item)
        for key, item in schema.items()
    }
