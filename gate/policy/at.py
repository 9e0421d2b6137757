"""A place in the file, from which problems are reported."""

from __future__ import annotations

from dataclasses import dataclass

from gate.policy.problem import Problem, Severity, path_of
from gate.policy.tree import MappingNode, Node, SequenceNode, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A node and the way to it. What is absent is reported at the nearest thing around it."""

    node: Node | None
    steps: tuple[str | int, ...]
    spot: Spot

    @classmethod
    def root(cls, node: Node) -> At:
        """The whole file."""
        return cls(node=node, steps=(), spot=node.spot)

    @property
    def exists(self) -> bool:
        """Whether the file says something here."""
        return self.node is not None

    @property
    def path(self) -> str:
        """The way to it, as people write it."""
        return path_of(self.steps)

    def find(self, *steps: str | int) -> At:
        """The place further down: keys of mappings and positions in lists.

        Position 0 of what is not a list is the thing itself: the one item written without brackets.
        """
        here = self
        for step in steps:
            here = here._down(step)
        return here

    def keys(self) -> tuple[str, ...]:
        """The keys that stand here; none when it is not a mapping."""
        if not isinstance(self.node, MappingNode):
            return ()
        return tuple(dict.fromkeys(key.text for key, _ in self.node.entries))

    def error(self, text: str, *, allowed: str = "", hint: str = "") -> Problem:
        """Something here keeps the file from being used."""
        return self._problem(Severity.ERROR, text, allowed, hint)

    def warning(self, text: str, *, allowed: str = "", hint: str = "") -> Problem:
        """Something here is allowed, yet is perhaps not meant, or has a price."""
        return self._problem(Severity.WARNING, text, allowed, hint)

    def _down(self, step: str | int) -> At:
        steps = (*self.steps, step)
        match self.node:
            case MappingNode(entries=entries):
                for key, value in entries:
                    if key.text == step:
                        return At(node=value, steps=steps, spot=key.spot)
            case SequenceNode(items=items) if isinstance(step, int) and step < len(items):
                return At(node=items[step], steps=steps, spot=items[step].spot)
        if step == 0 and self.node is not None:
            return self
        return At(node=None, steps=steps, spot=self.spot)

    def _problem(self, severity: Severity, text: str, allowed: str, hint: str) -> Problem:
        return Problem(
            path=self.path,
            line=self.spot.line,
            column=self.spot.column,
            text=text,
            allowed=allowed,
            hint=hint,
            severity=severity,
        )
