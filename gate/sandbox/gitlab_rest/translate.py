"""What a world file says of GitHub, said of GitLab: accounts in the policy, links, messages of merges, events.

A world is described once, for every forge. Most of it is neutral, and the sandbox speaks of it in each forge's words;
what is left are the texts that people and policies write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gate.sandbox.gitlab_rest.forge import PREFIX, token_owner
from gate.sandbox.world import World, WorldInvalid
from gate.sandbox.world.merging import merged, parse, read_file, with_policy_changes

_PULL = re.compile(r"https://github\.com/(?P<project>[\w./-]+?)/pull/(?P<number>[0-9]+)")
_REFERENCE = re.compile(r"(?<![\w/])#(?P<number>[0-9]+)\b")
_REQUEST = re.compile(r"\b(?P<first>[Pp])ull request")
_MERGE = re.compile(
    r"Merge pull request #(?P<number>[0-9]+) from [\w.-]+/(?P<branch>\S+)(?P<body>.*)", re.DOTALL
)
_POLICY_PATHS = (".github/change-policy.yml", ".gitlab/change-policy.yml")
_EVENTS = {"workflow_dispatch": "web", "repository_dispatch": "trigger"}
_KEYS = {"github": "gitlab", "github_id": "gitlab_id", "github_team": "gitlab_group"}


def load(path: Path, url: str, *, over: Mapping[str, Any] | None = None) -> World:
    """Read the world at `path` (a file, or a folder with `world.yml`) as GitLab has it, in a sandbox at `url`.

    `over` is laid over what the file says. WorldInvalid names every problem at once.
    """
    raw = with_policy_changes(merged(read_file(path), over or {}), name=str(path))
    return World.of(translated(raw, url, name=str(path)), name=str(path))


def translated(raw: Mapping[str, Any], url: str, *, name: str = "") -> dict[str, Any]:
    """The same description for GitLab, in a sandbox at `url`; `raw` is merged, as `World.of` takes it.

    Faults name routes of one forge, and are left as they are. WorldInvalid names every problem of `raw`.
    """
    world = World.of(raw, name=name)
    texts = _Texts(
        server=f"{url}{PREFIX}",
        project=world.repository.name,
        branch=world.repository.default_branch,
        numbers=frozenset(world.pull_requests),
    )
    neutral = {key: item for key, item in raw.items() if key not in {"policy", "faults"}}
    policy = {"policy": _policy(world), "policy_path": _POLICY_PATHS[1]}
    return {**raw, **texts.value(neutral), **policy}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Turns what texts say of pull requests: their addresses, their numbers, and messages of merges."""

    server: str
    project: str
    branch: str
    """The one that pull requests go into."""
    numbers: frozenset[str]
    """Those of pull requests. Every other `#7` is an issue, on either forge."""

    def value(self, value: Any) -> Any:
        """The same value with every text in it turned."""
        if isinstance(value, Mapping):
            return {_moved(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = _MERGE.sub(self._merge, _moved(text))
        text = _PULL.sub(rf"{self.server}/\g<project>/-/merge_requests/\g<number>", text)
        text = _REQUEST.sub(
            lambda match: f"{'M' if match['first'] == 'P' else 'm'}erge request", text
        )
        return _REFERENCE.sub(self._reference, text)

    def _merge(self, match: re.Match[str]) -> str:
        seen = f"See merge request {self.project}!{match['number']}"
        return f"Merge branch '{match['branch']}' into '{self.branch}'{match['body']}\n\n{seen}"

    def _reference(self, match: re.Match[str]) -> str:
        return f"!{match['number']}" if match["number"] in self.numbers else match[0]


def _moved(text: str) -> str:
    """The policy lies elsewhere there."""
    return text.replace(*_POLICY_PATHS)


def _policy(world: World) -> str | None:
    """The policy with GitLab's accounts; one that is no YAML stays as broken as it is."""
    try:
        policy = parse(_moved(world.policy or ""), name="policy")
    except WorldInvalid:
        return world.policy
    return yaml.safe_dump(_section(policy, _logins(world)), sort_keys=False, allow_unicode=True)


def _logins(world: World) -> Mapping[str, str]:
    """Names on GitLab by those on GitHub, where they differ: machines are owners of tokens."""
    return {
        account.github: account.gitlab or token_owner(world.repository.id, account.github)
        for account in world.accounts.values()
        if account.github and (account.gitlab or account.type == "bot")
    }


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
