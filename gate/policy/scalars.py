"""One value of the file, read for the setting that it is for."""

from __future__ import annotations

import re
from typing import assert_never

from gate.policy.decode import HIDDEN
from gate.policy.kinds import Choice, Number, Scalar, Text, Truth, Written
from gate.policy.problem import nearest, quoted
from gate.policy.tree import ScalarNode
from gate.policy.wording import NAME, allowed

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_OLD_TRUTHS = frozenset({"yes", "no", "on", "off", "y", "n"})
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")

# The numbers of YAML 1.2's core schema, which editors and the JSON Schema go by.
_YAML_NUMBER = re.compile(
    r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


class UnfitError(Exception):
    """A value does not fit its setting."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


def read_scalar(node: ScalarNode, kind: Scalar) -> object:
    """Return the value. UnfitError says what is wrong with it; what is allowed is `allowed(kind)`."""
    if node.plain and node.text in NULLS:
        raise UnfitError("no value", f"write {allowed(kind)}, or remove the key")
    match kind:
        case Text():
            return _text(node, kind)
        case Number():
            return _number(node, kind)
        case Truth():
            return _truth(node)
        case Choice():
            return _choice(node, kind)
        case Written():
            return _written(node, kind)
        case _:
            assert_never(kind)


def _text(node: ScalarNode, kind: Text) -> str:
    if node.plain and (node.text in _TRUTHS or _YAML_NUMBER.fullmatch(node.text)):
        raise UnfitError(
            f"{quoted(node.text)} is not text to YAML", f'write it in quotes: "{node.text}"'
        )
    if HIDDEN.search(node.text):
        raise UnfitError(f"{quoted(node.text)} holds a hidden character", "remove it")
    if kind.refers:
        # Whether the name is known is asked when the whole file was read.
        return node.text
    if kind.name:
        if not re.fullmatch(NAME, node.text):
            raise UnfitError(f"{quoted(node.text)} is no name")
        return node.text
    text = node.text.strip()
    if not text:
        raise UnfitError("blank text", "write something, or remove the key")
    if len(text) < kind.minimum:
        raise UnfitError(f"{quoted(text)} is too short")
    return text


def _number(node: ScalarNode, kind: Number) -> int:
    if not node.plain or not _WHOLE.fullmatch(node.text):
        hint = "remove the quotes" if _WHOLE.fullmatch(node.text) else ""
        raise UnfitError(f"{quoted(node.text)} is no whole number", hint)
    number = int(node.text)
    if kind.minimum is not None and number < kind.minimum:
        raise UnfitError(f"{number} is too small")
    if kind.maximum is not None and number > kind.maximum:
        raise UnfitError(f"{number} is too large")
    return number


def _truth(node: ScalarNode) -> bool:
    if node.plain and node.text in _TRUTHS:
        return _TRUTHS[node.text]
    old = node.text.lower() in _OLD_TRUTHS
    hint = "tools disagree about yes, no, on and off: write true or false" if old else ""
    raise UnfitError(f"{quoted(node.text)} is neither true nor false", hint)


def _choice(node: ScalarNode, kind: Choice) -> object:
    if node.text not in kind.words:
        raise UnfitError(f"{quoted(node.text)} is not known here", nearest(node.text, kind.words))
    return kind.of(node.text)


def _written(node: ScalarNode, kind: Written) -> object:
    form = kind.format
    text = node.text if form.pattern else _text(node, Text())
    if not re.fullmatch(form.pattern or r"[\s\S]*", text):
        raise UnfitError(f"{quoted(text)} cannot be read", form.hint)
    try:
        return form.read(text)
    except ValueError as error:
        raise UnfitError(f"{quoted(text)} cannot be read: {error}", form.hint) from error
