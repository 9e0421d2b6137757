"""What came of a play: how it ended, and what was found of all that was planted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.sandbox.gitlab_rest.clone import clone
from tests.emergencies.listener import listening
from tests.redaction.planter import Planted
from tests.redaction.plays import FOLDER, Play
from tests.redaction.rig import TaintedStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that the tests ask about."""

    exit: int
    reasons: tuple[str, ...]
    """Empty where it did not come to a decision."""
    leaks: tuple[str, ...]
    planted_and_left: tuple[Planted, ...]
    """What leaked, without our own secrets."""
    endpoints: frozenset[tuple[str, str]]
    planted: int
    answered: int
    """Answers that went through the planter."""
    asked: int
    """Answers that the sandbox gave."""
    searched: tuple[str, ...]
    """Names of everything that was searched."""


def play(played: Play, folder: Path) -> Result:
    """Play it."""
    folder.mkdir(parents=True, exist_ok=True)
    # The folder of a runner is nobody's clone.
    with contextlib.chdir(folder), listening() as ear, story_of(played, folder, ear.url) as story:
        if played.in_clone:
            story.box.go_on(clone(story.world, folder, story.box.url))
        checked = story.check(*played.arguments)
        played.steps(story, checked)
        story.left += [("the webhook", repr(one).encode()) for one in ear.heard]
        planter, leaks = story.planter, story.leaks()
        return Result(
            exit=checked.exit_code,
            reasons=tuple(checked.reasons) if "decision.json" in checked.evidence else (),
            leaks=tuple(map(str, leaks)),
            planted_and_left=tuple(one.planted for one in leaks if one.planted),
            endpoints=frozenset(planter.endpoints),
            planted=len(planter.registry),
            answered=planter.answered,
            asked=len([one for one in story.box.requests if one.status]),
            searched=tuple(name for name, _ in story.everything()),
        )


def story_of(played: Play, folder: Path, webhook: str) -> TaintedStory:
    """Its story, before anything happened."""
    runs = folder / "runs"
    (runs / "archive").mkdir(parents=True)
    changes = _placed(played.changes, str(runs / "archive"))
    return TaintedStory(runs, played.forge, played.scenario, changes, webhook, played.archive)


def _placed(value: Any, place: str) -> Any:
    match value:
        case str():
            return value.replace(FOLDER, place)
        case list():
            return [_placed(item, place) for item in value]
        case dict():
            return {key: _placed(item, place) for key, item in value.items()}
        case _:
            return value
