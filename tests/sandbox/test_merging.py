from pathlib import Path

import pytest

from gate.sandbox.world import World, WorldInvalid
from gate.sandbox.world.merging import merged, parse, read_file
from tests.sandbox.asking import BASE

MINIMUM = """
now: 2026-11-25T15:00:00Z
accounts: {ann: {github: ann-a, jira: j}}
commits: {m0: {author: ann}}
branches: {main: m0}
run: {commit: m0, started_by: ann}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def why_not(path: Path) -> str:
    with pytest.raises(WorldInvalid) as caught:
        read_file(path)
    return "; ".join(caught.value.problems)


def test_mappings_are_merged_deeply_and_everything_else_is_replaced() -> None:
    base = {"a": {1: {"x": 1, "y": [1, 2]}}, "b": "old", "c": {"d": 1}}
    over = {"a": {"1": {"y": [3]}}, "b": {"new": True}, "c": None}
    assert merged(base, over) == {
        "a": {"1": {"x": 1, "y": [3]}},
        "b": {"new": True},
        "c": None,
    }


def test_a_world_extends_another_and_its_policy_with_it(tmp_path: Path) -> None:
    write(tmp_path, "base/world.yml", MINIMUM)
    write(tmp_path, "base/policy.yml", "version: 1\nb: 2\n")
    child = write(tmp_path, "child/world.yml", "extends: ../base\nabout: the child\n")
    found = World.load(child)
    assert (found.about, found.policy) == ("the child", "version: 1\nb: 2\n")
    assert World.load(tmp_path / "child") == found


def test_the_policy_beside_a_world_wins_over_the_inherited_one(tmp_path: Path) -> None:
    write(tmp_path, "base/world.yml", MINIMUM)
    write(tmp_path, "base/policy.yml", "version: 1\n")
    write(tmp_path, "beside/world.yml", "extends: ../base/world.yml\n")
    write(tmp_path, "beside/policy.yml", "version: 2\n")
    write(tmp_path, "named/world.yml", "extends: ../base/world.yml\npolicy: other.yml\n")
    write(tmp_path, "named/other.yml", "version: 3\n")
    write(tmp_path, "inline/world.yml", "extends: ../base/world.yml\npolicy: |\n  version: 4\n")
    write(tmp_path, "none/world.yml", "extends: ../base/world.yml\npolicy: null\n")
    names = ("beside", "named", "inline", "none")
    policies = [World.load(tmp_path / name).policy for name in names]
    assert policies == ["version: 2\n", "version: 3\n", "version: 4\n", None]


def test_single_settings_of_the_inherited_policy_can_be_changed(tmp_path: Path) -> None:
    write(tmp_path, "base/world.yml", MINIMUM)
    write(tmp_path, "base/policy.yml", "version: 1\nwindows: {allow: [a], zone: UTC}\n")
    changes = "policy_changes: {windows: {allow: null, freeze: [b]}}\n"
    child = write(tmp_path, "child/world.yml", f"extends: ../base/world.yml\n{changes}")
    assert parse(World.load(child).policy or "", name="policy") == {
        "version": 1,
        "windows": {"zone": "UTC", "freeze": ["b"]},
    }


@pytest.mark.parametrize("changes", ["[]", "{a: 1}"])
def test_changes_need_a_policy_and_must_be_settings(tmp_path: Path, changes: str) -> None:
    text = f"{MINIMUM}policy_changes: {changes}\n"
    assert why_not(write(tmp_path, "world.yml", text)).startswith("policy_changes: must be")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert why_not(tmp_path / "none.yml") == "cannot be read (FileNotFoundError)"
    assert why_not(tmp_path) == "cannot be read (FileNotFoundError)"
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe")
    assert why_not(binary) == "cannot be read (UnicodeDecodeError)"


def test_what_is_no_yaml_is_told_with_line_and_column(tmp_path: Path) -> None:
    found = why_not(write(tmp_path, "world.yml", "a: [1,\nb: {"))
    assert found.startswith("not YAML: ")
    assert "line 2" in found
    assert why_not(write(tmp_path, "list.yml", "[1]")) == "must be a mapping of sections"


def test_a_key_that_stands_twice_is_an_error_and_merge_keys_work(tmp_path: Path) -> None:
    found = why_not(write(tmp_path, "world.yml", "a: {b: 1, b: 2}\n"))
    assert "the key 'b' stands twice" in found
    assert parse("a: &x {b: 1}\nc: {<<: *x, d: 2}\n", name="")["c"] == {"b": 1, "d": 2}


def test_a_circle_of_files_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", "extends: b.yml\n")
    circle = write(tmp_path, "b.yml", "extends: a.yml\n")
    assert why_not(circle) == "extends: goes round in a circle"


def test_a_world_can_be_read_from_text_if_it_names_no_files() -> None:
    assert World.load_text(f"{MINIMUM}policy: |\n  version: 1\n").policy == "version: 1\n"
    for line in ("extends: base.yml", "policy: policy.yml"):
        with pytest.raises(WorldInvalid, match="there are none beside a text"):
            World.load_text(f"{MINIMUM}{line}\n")


def test_the_base_world_is_whole() -> None:
    assert "business hours" in (World.load(BASE).policy or "")
