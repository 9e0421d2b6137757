"""Controls made on the spot, for tests of the engine that runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.facts import Clock


@dataclass(frozen=True, kw_only=True)
class Toy:
    """A control as a value instead of a module."""

    evaluate: Callable[..., Outcome]
    ID: str = "toy"
    TITLE: str = "The toy is happy"
    GUIDE: str = "§0"
    SETTINGS: str = ""
    REASONS: Mapping[str, str] = field(default_factory=lambda: {"sad": "the toy is sad"})
    Settings: object = None


def control(evaluate: Callable[..., Outcome], *, id: str = "toy", settings: str = "") -> Toy:  # noqa: A002 (the field's name)
    return Toy(evaluate=evaluate, ID=id, SETTINGS=settings)


def failed(code: str = "sad") -> Failed:
    return Failed(reasons=(Reason(code=code, text="It is sad.", remedy="Cheer it up."),))


def passed() -> Passed:
    return Passed(observations=(Observation("it smiles"),))


def idle() -> NotApplicable:
    return NotApplicable(reason="there is no toy")


def saying(outcome: Outcome, *, id: str = "toy") -> Toy:  # noqa: A002 (the field's name)
    """A control that needs the clock and always says the same."""

    def evaluate(clock: Clock, settings: None) -> Outcome:
        return outcome

    return control(evaluate, id=id)
