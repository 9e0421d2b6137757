"""The same worlds on another forge: what a policy and links say of GitHub, said of GitLab.

`gitlab.yml` lists the scenarios that come out otherwise there, or cannot happen there, each with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.world import World, WorldInvalid
from gate.sandbox.world.git import digest
from gate.sandbox.world.merging import merged, parse, read_file, with_policy_changes
from tests.scenarios.play import SCENARIOS, Played, expectation, free_port, names, play

DIFFERENCES: Mapping[str, Any] = yaml.safe_load((SCENARIOS / "gitlab.yml").read_text())
ONLY: Mapping[str, Any] = yaml.safe_load((SCENARIOS / "gitlab-only.yml").read_text())
_PULL = re.compile(r"https://github\.com/(?P<project>[\w./-]+?)/pull/(?P<number>[0-9]+)")
_REFERENCE = re.compile(r"(?<![\w/])#(?P<number>[0-9]+)\b")
_EVENTS = {"workflow_dispatch": "web", "repository_dispatch": "trigger"}


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
    folder = SCENARIOS / (changed.get("of", "base") if name in ONLY else name)
    raw = with_policy_changes(merged(read_file(folder), changed.get("world", {})), name=name)
    return World.of(_translated(raw, url), name=name)


def _translated(raw: Mapping[str, Any], url: str) -> dict[str, Any]:
    accounts = {key: item for key, item in raw["accounts"].items() if item}
    logins = {item["github"]: _login(raw, item) for item in accounts.values() if item.get("github")}
    numbers = frozenset(str(number) for number in raw.get("pull_requests", {}))
    linked = _Links(server=f"{url}/gitlab", numbers=numbers)
    found: dict[str, Any] = linked.value({**raw, "policy": None, "faults": []})
    found["faults"] = raw.get("faults", [])
    found["policy"] = _policy(raw.get("policy"), logins)
    found["accounts"] = {
        key: {**item, "gitlab": logins[item["github"]]} if item.get("github") else item
        for key, item in accounts.items()
    }
    return found


def _login(raw: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    """Machines are called there as the owner of a project's token is."""
    github = str(account["github"])
    if account.get("type") != "bot":
        return github
    return f"project_{raw['repository']['id']}_bot_{digest('token', github)[:32]}"


@dataclass(frozen=True, kw_only=True)
class _Links:
    """Turns pull requests in texts into merge requests: their addresses, and `#12` into `!12`."""

    server: str
    numbers: frozenset[str]

    def value(self, value: Any) -> Any:
        """The same value with every text in it turned."""
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, str):
            return value
        text = _PULL.sub(rf"{self.server}/\g<project>/-/merge_requests/\g<number>", value)
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, match: re.Match[str]) -> str:
        return f"!{match['number']}" if match["number"] in self.numbers else match[0]


def _policy(text: str | None, logins: Mapping[str, str]) -> str | None:
    try:
        policy = parse(text or "", name="policy")
    except WorldInvalid:
        return text
    return yaml.safe_dump(_section(policy, logins), sort_keys=False, allow_unicode=True)


_KEYS = {"github": "gitlab", "github_id": "gitlab_id", "github_team": "gitlab_group"}


def _section(value: Any, logins: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_section(item, logins) for item in value]
    if not isinstance(value, Mapping):
        return value
    found = {_KEYS.get(key, key): _section(item, logins) for key, item in value.items()}
    if "github" in value:
        found["gitlab"] = logins.get(value["github"], value["github"])
    if found.get("app") == "github-actions":
        found["app"] = "gitlab-ci"
    if found.get("tracker") == "github":
        found["tracker"] = "gitlab"
    if isinstance(found.get("events"), list):
        found["events"] = [_EVENTS.get(event, event) for event in found["events"]]
    return found
