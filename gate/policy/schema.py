"""The JSON Schema of the policy file, so that editors complete and check it while typing.

It says what the types say: structure, spelling, formats. What needs the whole file (a role that
nobody holds) is said by `gate policy lint` alone. Whatever this schema refuses, the parser refuses.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any, assert_never

from gate.policy.kinds import (
    POLICY,
    Choice,
    Items,
    Kind,
    Named,
    Number,
    Section,
    Setting,
    Text,
    Truth,
    Written,
    settings,
)
from gate.policy.known_controls import OF_THE_GATE
from gate.policy.wording import NAME, written

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOT_BLANK = r"\S"


def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12), always the same."""
    sections: dict[str, Any] = {}
    root = _section(POLICY, sections)
    return {
        "$schema": DIALECT,
        "title": "Change Gate policy",
        **root,
        "$defs": dict(sorted(sections.items())),
    }


def _section(section: Section, sections: dict[str, Any]) -> dict[str, Any]:
    known = settings(section)
    required = [setting.key for setting in known if setting.required]
    return {
        "description": _summary(section.of),
        "type": "object",
        "properties": {setting.key: _setting(setting, sections) for setting in known},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _setting(setting: Setting, sections: dict[str, Any]) -> dict[str, Any]:
    default = {} if setting.required else _default(setting.default)
    return {"description": setting.doc, **_of(setting.kind, sections), **default}


def _of(kind: Kind, sections: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case Text():
            return _text(kind)
        case Number():
            bounds = {"minimum": kind.minimum, "maximum": kind.maximum}
            return {"type": "integer", **{k: v for k, v in bounds.items() if v is not None}}
        case Truth():
            return {"type": "boolean"}
        case Choice():
            return {"enum": list(kind.words)}
        case Written():
            return {"type": "string", "pattern": kind.format.pattern or _NOT_BLANK}
        case Items():
            return _items(kind, sections)
        case Named():
            return _named(kind, sections)
        case Section():
            return _reference(kind, sections)
        case _:
            assert_never(kind)


def _text(kind: Text) -> dict[str, Any]:
    if kind.refers in OF_THE_GATE:
        return {"enum": list(OF_THE_GATE[kind.refers])}
    if kind.name:
        return {"type": "string", "pattern": NAME}
    longer = {"minLength": kind.minimum} if kind.minimum > 1 else {}
    return {"type": "string", "pattern": _NOT_BLANK, **longer}


def _items(kind: Items, sections: dict[str, Any]) -> dict[str, Any]:
    item = _of(kind.item, sections)
    many: dict[str, Any] = {"type": "array", "items": item}
    if kind.minimum:
        many["minItems"] = kind.minimum
    if not isinstance(kind.item, Section):
        many["uniqueItems"] = True
    return {"oneOf": [item, many]} if kind.single else many


def _named(kind: Named, sections: dict[str, Any]) -> dict[str, Any]:
    least = {"minProperties": kind.minimum} if kind.minimum else {}
    names = _text(kind.key)
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": _of(kind.value, sections),
        **least,
    }


def _reference(section: Section, sections: dict[str, Any]) -> dict[str, Any]:
    name = section.of.__name__
    if name not in sections:
        sections[name] = _section(section, sections)
    return {"$ref": f"#/$defs/{name}"}


def _summary(section: type[Any]) -> str:
    return str(section.__doc__).strip().splitlines()[0]


def _default(value: object) -> dict[str, Any]:
    """What an editor shows as the value that holds without the key; nothing where it is empty."""
    match value:
        case bool() | int():
            return {"default": value}
        case str() if value:
            return {"default": value}
        case Enum():
            return {"default": value.value}
        case timedelta():
            return {"default": written(value)}
        case tuple() if value:
            return {"default": [_default(item)["default"] for item in value]}
        case _:
            return {}
