"""From the tree to typed values, driven by the kinds of the settings; every problem is collected.

None stands for a value that could not be read: the file itself can never say None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from gate.policy.at import At
from gate.policy.kinds import (
    Choice,
    Items,
    Kind,
    Named,
    Number,
    Scalar,
    Section,
    Setting,
    Text,
    Truth,
    Written,
    settings,
)
from gate.policy.problem import Problem, listed, nearest, quoted
from gate.policy.scalars import NULLS, UnfitError, read_scalar
from gate.policy.tree import MappingNode, Node, ScalarNode, SequenceNode
from gate.policy.wording import allowed, found

Rule = Callable[[Any, At], Iterable[Problem]]
"""Checks one value on its own, such as a freeze: the value, and where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name that must be known in `section`, and where it stands."""

    at: At
    section: str
    name: str


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came to light while reading. `rules` check each value as soon as it can be read."""

    rules: Mapping[type[Any], Rule]
    problems: list[Problem] = field(default_factory=list)
    """What could not be read."""
    remarks: list[Problem] = field(default_factory=list)
    """What the rules say about what could."""
    references: list[Reference] = field(default_factory=list)


def read_settings(at: At, node: MappingNode, section: Section, into: Findings) -> dict[str, Any]:
    """Read the settings of a section by field name: as far as the file gives them and they fit.

    The reasons why one is absent that is required, or that the file gives, are in `into.problems`.
    """
    entries = _entries(at, node, into)
    known = settings(section)
    values: dict[str, Any] = {}
    for setting in known:
        if setting.key in entries:
            value = convert(*entries[setting.key], setting.kind, into)
            if value is not None:
                values[setting.name] = value
        elif setting.required:
            into.problems.append(_absent(at, setting))
    keys = [setting.key for setting in known]
    into.problems.extend(_unknown(entries[key][0], key, keys) for key in entries if key not in keys)
    return values


def convert(at: At, node: Node, kind: Kind, into: Findings) -> Any:
    """Read the value that stands at a place, or None."""
    match kind:
        case Section():
            return _section(at, node, kind, into)
        case Items():
            return _items(at, node, kind, into)
        case Named():
            return _named(at, node, kind, into)
        case Text() | Number() | Truth() | Choice() | Written():
            return _scalar(at, node, kind, into)
        case _:
            assert_never(kind)


def _section(at: At, node: Node, kind: Section, into: Findings) -> Any:
    if not isinstance(node, MappingNode):
        into.problems.append(_wrong(at, node, kind))
        return None
    values = read_settings(at, node, kind, into)
    known = settings(kind)
    if any(setting.required and setting.name not in values for setting in known):
        return None
    value = kind.of(**values)
    # A rule must not complain about a default that stands in for something that could not be read.
    read = {setting.key for setting in known if setting.name in values}
    if read.issuperset(at.keys()) and (rule := into.rules.get(kind.of)):
        into.remarks.extend(rule(value, at))
    return value


def _items(at: At, node: Node, kind: Items, into: Findings) -> Any:
    if isinstance(node, SequenceNode):
        return _many(at, node, kind, into)
    if not kind.single or _is_null(node):
        into.problems.append(_wrong(at, node, kind))
        return None
    one = convert(at, node, kind.item, into)
    return None if one is None else (one,)


def _many(at: At, node: SequenceNode, kind: Items, into: Findings) -> tuple[Any, ...] | None:
    if len(node.items) < kind.minimum:
        into.problems.append(at.error("the list is too short", allowed=f"at least {kind.minimum}"))
        return None
    values: list[Any] = []
    for index, item in enumerate(node.items):
        here = at.find(index)
        value = convert(here, item, kind.item, into)
        if not isinstance(kind.item, Section) and value is not None and value in values:
            into.problems.append(here.error("stands in the list twice", hint="remove one"))
        elif value is not None:
            values.append(value)
    return tuple(values)


def _named(at: At, node: Node, kind: Named, into: Findings) -> dict[str, Any] | None:
    if not isinstance(node, MappingNode):
        into.problems.append(_wrong(at, node, kind))
        return None
    entries = _entries(at, node, into)
    if len(entries) < kind.minimum:
        into.problems.append(at.error("nothing is named", allowed=f"at least {kind.minimum}"))
        return None
    values = {}
    for key, (here, item) in entries.items():
        # A key is text whatever it looks like: `123:` and `on:` are names as good as any.
        text = ScalarNode(text=key, plain=False, spot=here.spot)
        name = _scalar(here, text, kind.key, into)
        value = convert(here, item, kind.value, into)
        if name is not None and value is not None:
            values[name] = value
    return values


def _scalar(at: At, node: Node, kind: Scalar, into: Findings) -> Any:
    if not isinstance(node, ScalarNode):
        into.problems.append(_wrong(at, node, kind))
        return None
    try:
        value = read_scalar(node, kind)
    except UnfitError as error:
        into.problems.append(at.error(error.text, allowed=allowed(kind), hint=error.hint))
        return None
    if isinstance(kind, Text) and kind.refers:
        into.references.append(Reference(at=at, section=kind.refers, name=node.text))
    return value


def _entries(at: At, node: MappingNode, into: Findings) -> dict[str, tuple[At, Node]]:
    entries: dict[str, tuple[At, Node]] = {}
    for key, value in node.entries:
        here = At(node=value, steps=(*at.steps, key.text), spot=key.spot)
        if key.text in entries:
            first = entries[key.text][0].spot.line
            into.problems.append(
                here.error(f"stands here twice, first in line {first}", hint="keep one of them")
            )
        else:
            entries[key.text] = here, value
    return entries


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text in NULLS


def _wrong(at: At, node: Node, kind: Kind) -> Problem:
    if _is_null(node):
        return at.error("no value", allowed=allowed(kind), hint=_empty(kind))
    hint = "write it in brackets: [ … ]" if isinstance(kind, Items) else ""
    return at.error(f"found {found(node)}", allowed=allowed(kind), hint=hint)


def _empty(kind: Kind) -> str:
    return f"remove the key, or write {'[]' if isinstance(kind, Items) else '{}'} for none"


def _absent(at: At, setting: Setting) -> Problem:
    return at.find(setting.key).error(
        f"is missing: {setting.doc}", allowed=allowed(setting.kind), hint="add the key"
    )


def _unknown(at: At, key: str, known: list[str]) -> Problem:
    return at.error(
        f"there is no key {quoted(key)} here", allowed=listed(known), hint=nearest(key, known)
    )
