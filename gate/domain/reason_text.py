"""Tell a reason that a person typed from one that only fills the field."""

from __future__ import annotations

import re
import unicodedata

from gate.domain.phrases import counted
from gate.domain.placeholders import is_placeholder
from gate.domain.reading import comparable, visible

TOO_SHORT, NOT_TYPED = "reason-too-short", "reason-not-typed"
FEWEST_WORDS = 4

_WORD = re.compile(r"[^\W_]+")
_EMERGENCY_WORDS = """
    an asap because break breakglass bug bugfix critical details emergencies emergency fix fixed fixes
    fixing for glass hot hotfix hotfixes immediate immediately important incident incidents live now
    patch patches patching prio priority prod quick quickly reason see sev severity ticket tickets
    urgent urgently very
"""
_ANY_EMERGENCY = frozenset(_EMERGENCY_WORDS.split())
"""Words that go with any emergency, as those of `gate.domain.placeholders` go with any change."""


def wrong_with(reason: str, shortest: int) -> tuple[str, str] | None:
    """Return the code and a sentence when `reason` says nothing; None when it may stand.

    What cannot be seen does not count: invisible characters, spaces in a row, HTML comments.
    """
    text = " ".join(visible(reason).split())
    if len(text) < shortest:
        had = counted(len(text), "character") if text else "no text at all"
        return TOO_SHORT, f"The reason has {had}; the policy asks for {shortest}."
    if is_placeholder(text) or _fits_any_emergency(text):
        return NOT_TYPED, "The reason is a text that fits any deploy, or a placeholder."
    words = _words(text)
    if _is_repeated(words):
        return NOT_TYPED, "The reason says the same thing several times over."
    if len(set(words)) < FEWEST_WORDS:
        return NOT_TYPED, f"The reason has fewer than {FEWEST_WORDS} different words."
    return None


def _fits_any_emergency(text: str) -> bool:
    words = _WORD.findall(comparable(text))
    # The number of the incident has an input of its own.
    own = [word for word in words if word not in _ANY_EMERGENCY and not word.isdigit()]
    return is_placeholder(" ".join(own))


def _words(text: str) -> list[str]:
    """Its words; in scripts without capitals, and often without spaces, every letter says as much as a word."""
    found: list[str] = []
    for word in _WORD.findall(comparable(text)):
        letters = [char for char in word if unicodedata.category(char) == "Lo"]
        found += letters or [word]
    # A letter alone says nothing elsewhere, and "aaaa" is a key held down.
    return [word for word in found if len(set(word)) > 1 or unicodedata.category(word[0]) == "Lo"]


def _is_repeated(words: list[str]) -> bool:
    size = len(words)
    return any(
        size % length == 0 and words == words[:length] * (size // length)
        for length in range(1, size // 2 + 1)
    )
