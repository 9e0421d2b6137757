"""The reference of the policy file as Markdown tables, for docs/policy.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

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
from gate.policy.wording import allowed, written


def reference() -> str:
    """Return a table for the file, and one for each section of it, in the order of the file."""
    return "\n\n".join(_tables(POLICY, ""))


def _tables(section: Section, path: str) -> Iterator[str]:
    known = settings(section)
    rows = [_row(setting) for setting in known]
    head = ["| key | value | without it | what it is for |", "|---|---|---|---|"]
    title = f"### `{path}`" if path else "### The file"
    yield "\n".join([title, "", *head, *rows])
    for setting in known:
        inner, below = _inner(setting.kind)
        if inner is not None:
            yield from _tables(inner, f"{path}.{setting.key}{below}".lstrip("."))


def _row(setting: Setting) -> str:
    key = f"**`{setting.key}`**" if setting.required else f"`{setting.key}`"
    without = "required" if setting.required else _default(setting)
    return f"| {key} | {_value(setting.kind)} | {without} | {setting.doc} |"


def _default(setting: Setting) -> str:
    inner, _ = _inner(setting.kind)
    value = setting.default
    if inner is not None or value is None or value in ("", (), {}):
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"`{written(item)}`" for item in value)
    return f"`{written(value)}`"


def _value(kind: Kind) -> str:
    match kind:
        case Section():
            return "see below"
        case Items(item=Section()):
            return "list, see below" + (", or one" if kind.single else "")
        case Items():
            return f"list: {_value(kind.item)}" + (", or one" if kind.single else "")
        case Named(value=Section()):
            return "by name, see below"
        case Named():
            return f"by name: {_value(kind.value)}"
        case Choice():
            return ", ".join(f"`{word}`" for word in kind.words)
        case Text() | Number() | Truth() | Written():
            return allowed(kind)
        case _:
            assert_never(kind)


def _inner(kind: Kind) -> tuple[Section | None, str]:
    """The section that is behind a kind, and how the way to it is written."""
    match kind:
        case Section():
            return kind, ""
        case Items(item=item):
            return _inner(item)[0], "[]"
        case Named(value=value):
            return _inner(value)[0], ".<name>"
        case _:
            return None, ""
