from typing import Any

from gate.sandbox.differences import FileDiff
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from tests.sandbox.asking import world


class History:
    """Commits by their files, to ask for differences by name."""

    def __init__(self, commits: dict[str, Any], **over: Any) -> None:
        described = {name: {"author": "ann", **item} for name, item in commits.items()}
        self.world = world(commits=described, **over)
        self.graph = Graph(self.world)
        self.trees = Trees(self.world, self.graph)

    def diff(self, base: str, head: str) -> list[FileDiff]:
        commits = self.graph.commits
        return list(self.trees.diff(commits[base], commits[head]))

    def brief(self, base: str, head: str) -> list[tuple[str, str, int, int]]:
        return [(d.path, d.status, d.added, d.removed) for d in self.diff(base, head)]

    def read(self, commit: str, path: str) -> str | None:
        return self.trees.read(self.graph.commits[commit], path)


def after(parent: str, **files: Any) -> dict[str, Any]:
    return {
        "parents": [parent],
        "files": {name.replace("_", "."): item for name, item in files.items()},
    }


def test_a_difference_adds_up_what_lies_between_and_reverses_the_other_way() -> None:
    history = History(
        {
            "a": after("m0", x_py={"added": 3, "removed": 1}),
            "b": after("a", x_py={"added": 2}, y_py={"added": 1}),
        }
    )
    assert history.brief("m0", "b") == [("x.py", "modified", 5, 1), ("y.py", "modified", 1, 0)]
    assert history.brief("b", "m0") == [("x.py", "modified", 1, 5), ("y.py", "modified", 0, 1)]
    assert history.diff("b", "b") == []
    forward, back = history.diff("m0", "a")[0].patch, history.diff("a", "m0")[0].patch
    assert forward == "@@ -1,1 +1,3 @@\n-line 1 before a\n+line 1 of a\n+line 2 of a\n+line 3 of a"
    assert back == "@@ -1,3 +1,1 @@\n+line 1 before a\n-line 1 of a\n-line 2 of a\n-line 3 of a"


def test_files_that_come_and_go() -> None:
    history = History(
        {
            "a": after("m0", new={"status": "added", "added": 1}),
            "b": after(
                "a",
                new={"status": "removed", "removed": 1},
                old={"status": "removed", "removed": 2},
            ),
        }
    )
    assert history.brief("m0", "a") == [("new", "added", 1, 0)]
    assert history.brief("a", "m0") == [("new", "removed", 0, 1)]
    assert history.brief("m0", "b") == [("old", "removed", 0, 2)]
    assert history.brief("b", "m0") == [("old", "added", 2, 0)]
    assert history.brief("a", "b") == [("new", "removed", 0, 1), ("old", "removed", 0, 2)]


def test_a_renamed_file_is_one_difference_in_both_directions() -> None:
    history = History(
        {
            "a": after("m0", one={"added": 4, "status": "added"}),
            "b": after("a", two={"status": "renamed", "previous": "one", "added": 1}),
            "c": after("b", three={"status": "renamed", "previous": "two"}),
        }
    )
    (forward,) = history.diff("a", "c")
    assert (forward.path, forward.previous, forward.status, forward.added) == (
        "three",
        "one",
        "renamed",
        1,
    )
    (back,) = history.diff("c", "a")
    assert (back.path, back.previous, back.status, back.removed) == ("one", "three", "renamed", 1)
    assert history.brief("m0", "b") == [("two", "added", 5, 0)]
    assert history.brief("b", "m0") == [("two", "removed", 0, 5)]


def test_what_was_made_renamed_and_removed_in_between_makes_no_difference() -> None:
    history = History(
        {
            "a": after("m0", one={"added": 4, "status": "added"}),
            "b": after("a", two={"status": "renamed", "previous": "one"}),
            "c": after("b", two={"status": "removed", "removed": 4}),
        }
    )
    assert history.diff("m0", "c") == history.diff("c", "m0") == []
    assert list(history.trees.texts(history.graph.commits["c"])) == []


def test_a_clean_merge_of_the_base_changes_nothing_of_the_branchs_own_difference() -> None:
    shared = {"x_py": {"added": 1}}
    history = History(
        {
            "f": after("m0", **shared, only_py={"added": 2}),
            "base": after("m0", x_py={"added": 7}),
            "clean": {"parents": ["f", "base"]},
            "conflict": {"parents": ["f", "base"], "files": {"x.py": {"added": 1, "removed": 1}}},
        }
    )
    own = history.diff("m0", "f")
    before = [(d.path, d.status, d.patch) for d in own]
    assert [(d.path, d.status, d.patch) for d in history.diff("base", "clean")] == before
    assert [(d.path, d.status, d.patch) for d in history.diff("base", "conflict")] != before
    assert history.brief("f", "clean") == [("x.py", "modified", 7, 0)]
    clean, commits = history.trees, history.graph.commits
    assert clean.tree_sha(commits["clean"]) != clean.tree_sha(commits["conflict"])
    assert [d.path for d in clean.own_diff(commits["f"])] == ["only.py", "x.py"]
    assert clean.own_diff(commits["m0"]) == ()


def test_the_same_patch_in_two_commits_is_the_same_change() -> None:
    patch = "@@ -1 +1 @@\n-a\n+b"
    history = History(
        {
            "one": after("m0", x={"added": 1, "removed": 1, "patch": patch}),
            "two": after("m0", x={"added": 1, "removed": 1, "patch": patch}),
        }
    )
    assert history.diff("one", "two") == []


def test_what_github_does_not_show_has_no_patch() -> None:
    history = History(
        {
            "a": after(
                "m0",
                logo={"added": 1, "patch": None},
                huge={"added": 4000},
                mode={"added": 0},
                both={"added": 1},
            ),
            "b": after("a", both={"added": 1, "patch": None}),
        }
    )
    assert {d.path: d.patch for d in history.diff("m0", "b")} == dict.fromkeys(
        ("both", "huge", "logo", "mode")
    )
    assert {d.path: d.patch for d in history.diff("b", "m0")} == dict.fromkeys(
        ("both", "huge", "logo", "mode")
    )


def test_files_hold_what_was_written_last_or_the_lines_that_were_added() -> None:
    history = History(
        {
            "a": after("m0", x={"added": 2}, y={"added": 1, "content": "whole\n"}),
            "b": after(
                "a",
                y={"added": 1},
                x={"status": "removed", "removed": 2},
                z={"added": 1, "patch": None},
            ),
        }
    )
    assert history.read("a", "x") == "line 1 of a\nline 2 of a\n"
    assert history.read("b", "y") == "whole\n"
    assert history.read("b", "z") == ""
    assert history.read("b", "x") is None
    assert history.read("m0", "y") is None


def test_the_policy_holds_on_the_default_branch_and_elsewhere_unless_a_commit_wrote_it() -> None:
    history = History(
        {
            "work": {
                "parents": ["m0"],
                "files": {".github/change-policy.yml": {"added": 1, "content": "weak: true\n"}},
            },
            "other": {"parents": ["m0"], "files": {".github/change-policy.yml": {"added": 1}}},
        },
        policy="strict: true\n",
        files_on_default_branch={"docs/x.md": "x"},
    )
    path = ".github/change-policy.yml"
    assert [history.read(name, path) for name in ("m0", "work", "other")] == [
        "strict: true\n",
        "weak: true\n",
        "strict: true\n",
    ]
    assert history.read("work", "docs/x.md") == "x"
    texts = list(history.trees.texts(history.graph.commits["work"]))
    assert texts == ["weak: true\n", "x"]


def test_the_policy_lies_where_the_world_says() -> None:
    history = History({}, policy="strict: true\n", policy_path=".gitlab/change-policy.yml")
    assert history.read("m0", ".gitlab/change-policy.yml") == "strict: true\n"
    assert history.read("m0", ".github/change-policy.yml") is None
