"""The same scenarios on another forge.

`gitlab.yml` lists the scenarios that come out otherwise there, or cannot happen there, each with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.gitlab_rest.translate import load
from gate.sandbox.world import World
from tests.scenarios.play import (
    SCENARIOS,
    Later,
    Played,
    expectation,
    free_port,
    names,
    play,
    play_recheck,
)

DIFFERENCES: Mapping[str, Any] = yaml.safe_load((SCENARIOS / "gitlab.yml").read_text())
ONLY: Mapping[str, Any] = yaml.safe_load((SCENARIOS / "gitlab-only.yml").read_text())


def names_on_gitlab() -> list[str]:
    """Every scenario that can happen on GitLab."""
    return [name for name in names() if "not_on_gitlab" not in DIFFERENCES.get(name, {})]


def expectation_on_gitlab(name: str) -> dict[str, Any]:
    """What must come of it there: the same, unless the list says otherwise. What is said names other things."""
    if name in ONLY:
        only = ONLY[name]
        same = expectation_on_gitlab(only["of"]) if only["expect"].get("same") else only["expect"]
        return {**same, **_differs(only)}
    difference = DIFFERENCES.get(name, {})
    found = {key: value for key, value in expectation(name).items() if key != "says"}
    return {**found, **difference.get("expect", {}), **_differs(difference)}


def _differs(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ("differs",) if key in entry}


def play_on_gitlab(name: str, folder: Path) -> Played:
    """Play a scenario there."""
    port = free_port()
    return play(load_on_gitlab(name, f"http://127.0.0.1:{port}"), folder, forge="gitlab", port=port)


def play_recheck_on_gitlab(name: str, checked: Played, folder: Path, later: Later) -> Played:
    """Recheck there what was decided."""
    port = free_port()
    world = load_on_gitlab(name, f"http://127.0.0.1:{port}")
    return play_recheck(world, checked, folder, later, forge="gitlab", port=port)


def play_with_job_token(name: str, folder: Path) -> Played:
    """Play a scenario there with the job token alone, in a clone of its repository."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    world = load_on_gitlab(name, url)
    world = replace(world, gitlab=replace(world.gitlab, read_token=False))
    folder.mkdir(parents=True, exist_ok=True)
    world = clone(world, folder, url)
    return play(world, folder, forge="gitlab", port=port)


def load_on_gitlab(name: str, url: str) -> World:
    """Read the world of a scenario as GitLab has it, in a sandbox at `url`."""
    changed = {**DIFFERENCES, **ONLY}.get(name, {})
    folder = changed.get("of", "base") if name in ONLY else name
    return load(SCENARIOS / folder, url, over=changed.get("world"))
