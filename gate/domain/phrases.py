"""Small pieces of plain English for what people read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

_LONGEST = 80


def listed(items: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = items or ("nobody",)
    return f"{', '.join(most)} {word} {last}" if most else last


def counted(number: int, thing: str) -> str:
    """`1 approval`, `2 approvals`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def short(sha: str) -> str:
    """A commit as people write it."""
    return sha[:12]


def run_word(forge: str) -> str:
    """What the forge calls the run that deploys."""
    return "pipeline" if forge == "gitlab" else "run"


def moment(at: datetime) -> str:
    """A moment, always in UTC and always saying so."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def safe(text: str) -> str:
    """Text that others wrote, on one line, without invisible characters, and not too long.

    Whoever shows it still escapes it for the place where it is shown.
    """
    plain = "".join(char if _is_visible(char) else f"\\u{ord(char):04x}" for char in text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _is_visible(char: str) -> bool:
    # Control, format and bidirectional characters are category C; odd spaces and line separators are Z.
    return char == " " or unicodedata.category(char)[0] not in {"C", "Z"}
