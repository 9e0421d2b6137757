"""What is wrong with a policy file, where, and what to do about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from gate.domain.phrases import counted
from gate.errors import PolicyInvalid

_SHOWN = 60
_MOST_PROBLEMS = 100
_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Severity(Enum):
    """Whether the file can be used nevertheless."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem at one place of the file. All texts are one line without hidden characters."""

    path: str
    """Such as `windows.freeze[0].end`; empty when it is about the file as a whole."""
    line: int
    """1 for the first line."""
    column: int
    text: str
    """What is wrong, and what it means."""
    allowed: str = ""
    """What would be right."""
    hint: str = ""
    """What to do."""
    severity: Severity = Severity.ERROR

    @property
    def section(self) -> str:
        """The top-level key that it is in; empty for the file as a whole."""
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]

    def __str__(self) -> str:
        parts = [self.text, f"allowed: {self.allowed}" if self.allowed else "", self.hint]
        said = "; ".join(part for part in parts if part)
        return f"{self.path}: {said}" if self.path else said

    def at(self, name: str) -> str:
        """The problem as one line that begins with the file's name and the line number."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return f"{name}:{self.line}: {kind}{self}"


class PolicyProblems(PolicyInvalid):
    """The policy file has errors. `problems` holds all of them, and the warnings, by line."""

    def __init__(self, problems: Iterable[Problem], *, name: str) -> None:
        self.problems = in_order(problems)
        errors = sum(problem.severity is Severity.ERROR for problem in self.problems)
        lines = [problem.at(name) for problem in self.problems[:_MOST_PROBLEMS]]
        if len(self.problems) > _MOST_PROBLEMS:
            lines.append(f"and {len(self.problems) - _MOST_PROBLEMS} more")
        super().__init__(
            "\n".join([f"{name} cannot be used: {counted(errors, 'error')}.", *lines]),
            hint="Whoever owns the policy corrects the file; `gate policy lint` checks it, and "
            "`gate policy schema` lets an editor check it while typing.",
        )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by their place in the file."""
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def path_of(steps: Sequence[str | int]) -> str:
    """Write a way into the file as people do: `people.alice.github`, `waivers[0].expires`."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            key = step if _SIMPLE_KEY.fullmatch(step) else f'"{visible(step)}"'
            path += f".{key}" if path else key
    return path


def visible(text: str) -> str:
    """A short text on one line in which nothing hides, whatever the file says."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in shown
    )


def quoted(text: str) -> str:
    """What the file says, so that it cannot be taken for our own words."""
    return f"`{visible(text)}`"


def listed(names: Iterable[str], *, most: int = 20) -> str:
    """Names as a list for people, cut off when it grows long."""
    shown = [visible(name) for name in names]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more


def nearest(word: str, known: Collection[str]) -> str:
    """A question that names the known word that `word` was perhaps meant to be; empty if none."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    close = close or [name for name in folded if word.casefold().startswith(name)]
    return f"did you mean {quoted(folded[close[0]])}?" if close else ""
