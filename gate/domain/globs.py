"""Path patterns, as people write them for repositories."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern over slash-separated paths, anchored at both ends and sensitive to case.

    `*` and `?` stay within one segment, `**` crosses segments (`infra/**` holds everything below infra, `**/x` also a
    top-level x), `[abc]`, `[a-z]` and `[!abc]` are sets. Nothing else is special. ValueError for a set that no
    character can be in, such as `[z-a]`: a rule that can never match protects nothing.
    """

    pattern: str

    def __post_init__(self) -> None:
        _automaton(self.pattern)

    def matches(self, text: str) -> bool:
        """Tell whether the whole of `text` fits the pattern."""
        return _automaton(self.pattern).accepts(text)

    def __str__(self) -> str:
        return self.pattern


_SET = r"\[(?:![^\]/]+|[^!\]/][^\]/]*)\]"
_PIECE = re.compile(rf"\*\*/|\*\*|\*|\?|{_SET}|.", re.DOTALL)
_WILD = re.compile(rf"\*+/?|\?|{_SET}")

Matches = Callable[[str], bool]


@dataclass(slots=True)
class _Automaton:
    """All positions in the pattern at which a text can stand, followed at once as the bits of one number.

    NOTE: not a regular expression. Whoever is gated chooses the paths, and with two or three wildcards a backtracking
    matcher takes minutes for a path made for it; here the time grows with the length of the path alone.
    """

    singles: list[tuple[int, Matches]] = field(default_factory=list)
    """Bit and test of each position that takes exactly one character."""
    within: int = 0
    """Positions of `*`, which takes any character but a slash and may take none."""
    across: int = 0
    """Positions of `**`, which takes anything and may take nothing."""
    at_bound: int = 0
    """First positions of `**/`, at the start of a segment, where it may also end."""
    inside: int = 0
    """Second positions of `**/`, within a segment."""
    end: int = 1
    literals: tuple[str, ...] = ()
    """What every text that fits holds somewhere; most paths are turned down by this alone."""
    _taking: dict[str, int] = field(default_factory=dict)

    def accepts(self, text: str) -> bool:
        """Follow `text` from the start of the pattern; it fits when the end of the pattern is reached with it."""
        if not all(literal in text for literal in self.literals):
            return False
        here = self._skip(1)
        for char in text:
            here = self._skip(self._step(here, char))
            if not here:
                return False
        return bool(here & self.end)

    def _step(self, here: int, char: str) -> int:
        there = (here & self._takers(char)) << 1 | here & self.across
        if char == "/":
            return there | (here & self.inside) >> 1
        return there | here & (self.within | self.inside) | (here & self.at_bound) << 1

    def _skip(self, here: int) -> int:
        optional = self.within | self.across
        while (more := here | (here & optional) << 1 | (here & self.at_bound) << 2) != here:
            here = more
        return here

    def _takers(self, char: str) -> int:
        if char not in self._taking:
            self._taking[char] = sum(bit for bit, matches in self.singles if matches(char))
        return self._taking[char]


@lru_cache(maxsize=1024)
def _automaton(pattern: str) -> _Automaton:
    built = _Automaton(literals=tuple(filter(None, _WILD.split(pattern))))
    for piece in _PIECE.findall(pattern):
        match piece:
            case "**/":
                built.at_bound |= built.end
                built.inside |= built.end << 1
                built.end <<= 1
            case "**":
                built.across |= built.end
            case "*":
                built.within |= built.end
            case _:
                built.singles.append((built.end, _single(piece)))
        built.end <<= 1
    return built


def _single(piece: str) -> Matches:
    if piece == "?":
        return partial(str.__ne__, "/")
    if len(piece) == 1:
        return partial(str.__eq__, piece)
    negated = piece[1] == "!"
    ranges = _ranges(piece[2:-1] if negated else piece[1:-1], piece)
    return lambda char: (
        char != "/" and any(low <= char <= high for low, high in ranges) is not negated
    )


def _ranges(body: str, piece: str) -> list[tuple[str, str]]:
    found = [(low, high or low) for low, high in re.findall(r"(.)(?:-(.))?", body, re.DOTALL)]
    if wrong := next((f"{low}-{high}" for low, high in found if low > high), None):
        raise ValueError(
            f"{wrong} in {piece} is no range: its first character comes after its last"
        )
    return found
