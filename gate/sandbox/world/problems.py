"""What is wrong with a world file: everything at once, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from gate.errors import UsageInvalid


class WorldInvalid(UsageInvalid):
    """A world file cannot be played. `problems` has one line for each thing to mend: `place: what is wrong`."""

    def __init__(self, problems: Sequence[str], *, name: str = "") -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            f"The world {name or 'description'} cannot be played:{lines}",
            hint="Mend the file; docs/sandbox.md describes the format.",
        )
        self.problems = tuple(problems)


def suggestion(wrong: str, known: Collection[str]) -> str:
    """` Did you mean x?` or, when nothing is near, what is known; empty when nothing is."""
    if near := difflib.get_close_matches(wrong, sorted(known), n=1):
        return f" Did you mean {near[0]!r}?"
    return f" Known: {', '.join(sorted(known))}." if known else ""
