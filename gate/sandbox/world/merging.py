"""Find, read and merge world files: `extends`, the policy beside the file, and changes to the policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gate.sandbox.world.problems import WorldInvalid

POLICY = "policy.yml"
_MERGE = "tag:yaml.org,2002:merge"
MOST_GENERATIONS = 10


def read_file(path: Path) -> dict[str, Any]:
    """The world at `path` (a file, or a folder with `world.yml`), merged with what it extends.

    `policy` is the policy's text in the result, or None. WorldInvalid when a file cannot be read.
    """
    return with_policy_changes(_merged(path, 1), name=str(path))


def parse(text: str, *, name: str) -> dict[str, Any]:
    """One document as a mapping; WorldInvalid with line and column when it is not YAML, or repeats a key."""
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that refuses repeated keys
    except yaml.YAMLError as error:
        raise WorldInvalid([f"not YAML: {' '.join(str(error).split())}"], name=name) from error
    if not isinstance(found, Mapping):
        raise WorldInvalid(["must be a mapping of sections"], name=name)
    return {str(key): item for key, item in found.items()}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `base`: mappings are merged, everything else is replaced. null stays, for the reader."""
    found = {str(key): item for key, item in base.items()}
    for raw_key, item in over.items():
        key = str(raw_key)
        below = found.get(key)
        if isinstance(item, Mapping) and isinstance(below, Mapping):
            found[key] = merged(below, item)
        else:
            found[key] = item
    return found


def inline(world: dict[str, Any], *, name: str) -> dict[str, Any]:
    """A world without files beside it: it extends nothing and its policy, if any, is written inline."""
    if "extends" in world or (isinstance(world.get("policy"), str) and "\n" not in world["policy"]):
        raise WorldInvalid(
            ["extends, policy: name files, and there are none beside a text"], name=name
        )
    return with_policy_changes(world, name=name)


def with_policy_changes(world: dict[str, Any], *, name: str) -> dict[str, Any]:
    """Apply `policy_changes` to the policy's text; null takes a setting away."""
    changes = world.pop("policy_changes", None)
    if changes is None:
        return world
    if not isinstance(changes, Mapping) or not isinstance(world.get("policy"), str):
        problem = (
            "policy_changes: must be a mapping of settings, and needs a policy that it changes"
        )
        raise WorldInvalid([problem], name=name)
    policy = _without_null(merged(parse(world["policy"], name=POLICY), changes))
    return {**world, "policy": yaml.safe_dump(policy, sort_keys=False, allow_unicode=True)}


def _merged(path: Path, generation: int) -> dict[str, Any]:
    file = path / "world.yml" if path.is_dir() else path
    if generation > MOST_GENERATIONS:
        raise WorldInvalid(["extends: goes round in a circle"], name=str(file))
    world = parse(_text(file), name=str(file))
    _include_policy(world, file)
    below = world.pop("extends", None)
    if below is None:
        return world
    return merged(_merged(file.parent / str(below), generation + 1), world)


def _include_policy(world: dict[str, Any], file: Path) -> None:
    """A policy is named, written inline (several lines), or simply lies beside the file."""
    named = world.get("policy")
    if "policy" not in world and (file.parent / POLICY).is_file():
        named = POLICY
    if isinstance(named, str):
        world["policy"] = named if "\n" in named else _text(file.parent / named)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldInvalid([f"cannot be read ({type(error).__name__})"], name=str(file)) from error


def _without_null(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return value


class _Loader(yaml.SafeLoader):
    """SafeLoader, but a key that stands twice is an error instead of silently winning."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == _MERGE:
            continue
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        seen.add(key)
    loader.flatten_mapping(node)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
