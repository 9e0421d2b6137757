"""Bytes to text, refusing what a reader of the file would not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from gate.policy.problem import PolicyProblems, Problem

_LARGEST = 1_000_000
_ENOUGH = 20
_TAB_INDENT = re.compile(r"^[ ]*\t", re.MULTILINE)

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that reorder text so that it reads otherwise than it is."""


def decode(content: bytes, *, name: str) -> str:
    """Return the file's text. PolicyProblems when it is too large, not UTF-8, or hides something."""
    problems = list(_of_bytes(content))
    if problems:
        raise PolicyProblems(problems, name=name)
    text = content.decode("utf-8-sig")
    problems = [*_tabs(text), *_hidden(text)]
    if problems:
        raise PolicyProblems(problems, name=name)
    return text


def _of_bytes(content: bytes) -> Iterator[Problem]:
    if len(content) > _LARGEST:
        yield Problem(
            path="",
            line=1,
            column=1,
            text=f"the file has {len(content)} bytes",
            allowed=f"at most {_LARGEST}",
        )
        return
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield Problem(
            path="",
            line=line,
            column=1,
            text="not UTF-8 from here on",
            hint="save the file as UTF-8",
        )


def _tabs(text: str) -> Iterator[Problem]:
    for found in islice(_TAB_INDENT.finditer(text), _ENOUGH):
        yield Problem(
            path="",
            line=text.count("\n", 0, found.start()) + 1,
            column=found.end() - found.start(),
            text="the line is indented with a tab, which YAML does not allow",
            hint="indent with spaces",
        )


def _hidden(text: str) -> Iterator[Problem]:
    for found in islice(HIDDEN.finditer(text), _ENOUGH):
        start = text.rfind("\n", 0, found.start()) + 1
        yield Problem(
            path="",
            line=text.count("\n", 0, found.start()) + 1,
            column=found.start() - start + 1,
            text=f"a hidden character (U+{ord(found.group()):04X}), so that the line reads "
            "otherwise than it is",
            hint="remove it",
        )
