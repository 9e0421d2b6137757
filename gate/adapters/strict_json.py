"""JSON as it should be: each key once, finite numbers, text that is UTF-8, and no deeper than anybody would nest it."""

from __future__ import annotations

import json
import math

DEEPEST = 500
"""A document of 200 levels, the most that `trackers.adf` reads, takes twice as many here."""


def parse(content: bytes) -> object:
    """Parse an answer; ValueError says what is wrong with it.

    Parsers keep the last of two equal keys, so whoever can add one turns a no into a yes.
    """
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check(value)
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a key twice")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError("a number is too large")
    return value


def _check(value: object) -> None:
    level: list[object] = [value]
    for _ in range(DEEPEST):
        following: list[object] = []
        for item in level:
            match item:
                case str():
                    _check_text(item)
                case list():
                    following += item
                case dict():
                    following += [*item.keys(), *item.values()]
        if not following:
            return
        level = following
    raise ValueError("it is nested too deeply")


def _check_text(text: str) -> None:
    # An escape such as \ud800 makes a text that no file can hold.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("a text is not Unicode") from None
