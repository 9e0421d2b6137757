"""How far a pull has come: one line that is written anew on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TextIO

from gate.render.escape import log

_OFTEN, _SELDOM = timedelta(seconds=0.2), timedelta(seconds=10)
_WIDTH = 100


@dataclass(slots=True)
class Progress:
    """Tells people who wait. `out` None: nobody does."""

    out: TextIO | None
    clock: Callable[[], datetime]
    _last: datetime | None = None
    _written: int = 0
    """Length of the line that stands on the terminal."""

    def tell(self, source: str, counts: Mapping[str, int]) -> None:
        """Say how far it is, unless that was said a moment ago."""
        if self.out is None:
            return
        now, pause = self.clock(), _OFTEN if self.out.isatty() else _SELDOM
        if self._last is not None and now - self._last < pause:
            return
        self._last = now
        line = f"{log(source)}: {said(counts)}"
        if self.out.isatty():
            line = line[:_WIDTH]
            self.out.write(f"\r{line.ljust(self._written)}")
            self._written = len(line)
        else:
            self.out.write(f"{line}\n")
        self.out.flush()

    def clear(self) -> None:
        """Make room on the terminal for something that stays."""
        if self.out is not None and self._written:
            self.out.write(f"\r{' ' * self._written}\r")
            self.out.flush()
            self._written = 0


def said(counts: Mapping[str, int]) -> str:
    """The counts in words: those that say something."""
    words = {
        "fetched": "fetched",
        "there": "were there",
        "copies": "copies of others",
        "left_out": "of another time or environment",
        "unproved": "of those by their own word alone, without the proof that is demanded",
        "broken": "broken",
        "absent": "not to be had",
    }
    parts = [f"{counts[key]} {word}" for key, word in words.items() if counts.get(key)]
    size = counts.get("bytes", 0)
    return ", ".join(parts + ([f"{size / 1e6:.1f} MB"] if size else [])) or "nothing yet"
