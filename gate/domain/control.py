"""What a control is: a module that answers one question about a change."""

# ruff: noqa: N802 (the properties of the protocol stand for constants of a module)

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gate.domain.facts import Fact
from gate.domain.missing import Missing


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was seen, and where to look at it.

    The text may quote hostile input; whoever shows it escapes it.
    """

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that is wrong, what to do about it, and who can."""

    code: str
    """Stable, a key of the control's REASONS; published as `<control>.<code>`."""
    text: str
    remedy: str
    who: tuple[str, ...] = ()
    """People (keys of `people`) or roles who can apply the remedy; empty means whoever asked for the deploy."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The control is met. `until`, when given, is the moment (UTC) from which this pass no longer holds."""

    observations: tuple[Observation, ...]
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The control is not met, for at least one reason. `observations` are things that were seen and are in order."""

    reasons: tuple[Reason, ...]
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The question does not arise for this change."""

    reason: str


Outcome = Passed | Failed | NotApplicable


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The control could not be evaluated, because facts are missing. Only the engine says so."""

    missing: tuple[Missing, ...]


class Control(Protocol):
    """A control module. As with any protocol that a module implements, `self` is ignored.

    The parameters of `evaluate`, apart from `settings`, are its list of needs: each is annotated with a fact type.
    """

    @property
    def ID(self) -> str:
        """The one name: module, test, docs page, policy key."""

    @property
    def TITLE(self) -> str:
        """The statement that is true when the control passes."""

    @property
    def GUIDE(self) -> str:
        """The section of the guide that it enforces, such as `§5`."""

    @property
    def SETTINGS(self) -> str:
        """The place of its settings in the policy file, such as `workflow.ticket`; empty when it has none."""

    @property
    def REASONS(self) -> Mapping[str, str]:
        """Every code that it can fail with, and what each one means."""

    @property
    def Settings(self) -> object:
        """The type of its settings."""

    @property
    def evaluate(self) -> Callable[..., Outcome]:
        """Judge the facts."""


def needs(control: Control) -> dict[str, type[Fact]]:
    """Return the facts that `control` asks for, by parameter name. TypeError when one is not a fact."""
    hints = inspect.get_annotations(control.evaluate, eval_str=True)
    wanted = {name: kind for name, kind in hints.items() if name not in {"settings", "return"}}
    for name, kind in wanted.items():
        if not (isinstance(kind, type) and issubclass(kind, Fact)):
            raise TypeError(f"{control.ID}: {name} is not a fact")
    return wanted
