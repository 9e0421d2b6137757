"""Kinds and values in words: for error messages, the reference and the prose."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import Enum
from typing import assert_never

from gate.policy.kinds import Choice, Items, Kind, Named, Number, Section, Text, Truth, Written
from gate.policy.problem import quoted
from gate.policy.tree import MappingNode, Node, ScalarNode, SequenceNode

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What a person, a role, a class and the like may be called; also for the JSON Schema."""


def allowed(kind: Kind) -> str:
    """What may be written, without saying where."""
    match kind:
        case Text():
            return _text(kind)
        case Number():
            return _number(kind)
        case Truth():
            return "true or false"
        case Choice():
            return f"one of {', '.join(kind.words)}"
        case Written():
            return kind.format.called
        case Items():
            return _items(kind)
        case Named():
            return f"names, and for each one {allowed(kind.value)}"
        case Section():
            return "keys and values"
        case _:
            assert_never(kind)


def found(node: Node) -> str:
    """What stands in the file instead."""
    match node:
        case ScalarNode():
            return quoted(node.text)
        case SequenceNode():
            return "a list"
        case MappingNode():
            return "keys and values"
        case _:
            assert_never(node)


def written(value: object) -> str:
    """Write a value as the file does."""
    match value:
        case timedelta():
            return _span(value)
        case datetime():
            return value.isoformat(timespec="minutes")
        case time():
            return f"{value:%H:%M}"
        case Enum():
            return str(value.value)
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    # Up to three days people count hours: a review is due within 48h.
    if seconds % 86_400 == 0 and span > timedelta(hours=72):
        return f"{seconds // 86_400}d"
    for unit, size in (("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _text(kind: Text) -> str:
    if kind.refers:
        return f"a name of `{kind.refers}`"
    if kind.name:
        return "a name: letters, digits, `.`, `-` and `_`"
    return "text" if kind.minimum <= 1 else f"text of at least {kind.minimum} characters"


def _number(kind: Number) -> str:
    low, high = kind.minimum, kind.maximum
    if low is not None and high is not None:
        return f"the number {low}" if low == high else f"a number from {low} to {high}"
    return "a whole number" if low is None else f"a whole number, at least {low}"


def _items(kind: Items) -> str:
    items = f"a list; each item is {allowed(kind.item)}"
    return f"{allowed(kind.item)}, or {items}" if kind.single else items
