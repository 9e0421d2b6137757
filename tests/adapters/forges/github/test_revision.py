from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.domain.facts import Reach
from tests.adapters.forges.github.canned import (
    ASKED,
    C1,
    C2,
    HOME,
    M0,
    M1,
    Raw,
    branch,
    comparison,
    errors,
    graph,
    opening,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

COMPARE = f"GET {HOME}/compare/main...{M1}"
TAGGED = replace(ASKED, ref="refs/tags/release/v1")
TAG = f"GET {HOME}/git/ref/tags/release/v1"


def ref(target: str, sort: str = "commit", name: str = "refs/tags/release/v1") -> dict[str, Any]:
    return {"ref": name, "object": {"type": sort, "sha": target}}


@pytest.mark.parametrize(
    ("answer", "reach", "head"),
    [
        (comparison("identical", M1, M1), Reach.IDENTICAL, M1),
        (comparison("behind", C2, M1), Reach.BEHIND, C2),
        (comparison("ahead", M0, M0, M1), Reach.AHEAD, M0),
        (comparison("diverged", C2, C1, M1), Reach.DIVERGED, C2),
        (Raw(404, {"message": "No common ancestor between main and x"}), Reach.UNRELATED, M1),
    ],
)
def test_the_revision_stands_to_the_branch_in_one_way(
    github: Making, answer: Any, reach: Reach, head: str
) -> None:
    forge, transport = github({COMPARE: answer})
    found = forge.revision("main")
    assert (found.sha, found.branch, found.reach, found.branch_head, found.ref_sha) == (
        M1,
        "main",
        reach,
        head,
        head,
    )
    assert len(transport.asked) == 2


@pytest.mark.parametrize(
    ("told", "protected"),
    [
        ({}, True),
        ({"refUpdateRule": None}, False),
        ({"refUpdateRule": None, "rules": {"totalCount": 2}}, True),
        ({"refUpdateRule": None, "rules": None}, False),
    ],
)
def test_a_branch_is_protected_by_a_rule_of_either_kind(
    github: Making, told: Any, protected: bool
) -> None:
    forge, _ = github({"Opening": opening(defaultBranchRef={**branch(), **told})})
    assert forge.revision("main").branch_protected is protected


def test_what_the_token_may_not_see_is_neither(github: Making) -> None:
    parts = opening()["data"]["repository"]
    forge, _ = github(
        {"Opening": errors(("FORBIDDEN", "no", ["defaultBranchRef", "refUpdateRule"]), **parts)}
    )
    assert forge.revision("main").branch_protected is None


def test_a_branch_that_is_not_the_default_one_is_asked_for(github: Making) -> None:
    compare = f"GET {HOME}/compare/release...{M1}"
    forge, transport = github(
        {compare: comparison("behind", C2, M1), "Branch": graph(ref=branch("release", C2))},
        asked=replace(ASKED, ref="refs/heads/release"),
    )
    found = forge.revision("release")
    assert (found.branch_head, found.ref_sha) == (C2, C2)
    (asked,) = [asked for asked in transport.asked if asked.path == "Branch"]
    assert asked.parameters["branch"] == "refs/heads/release"


@pytest.mark.parametrize("default", [branch("other"), None])
def test_a_branch_that_does_not_exist_is_named(github: Making, default: Any) -> None:
    forge, _ = github({"Branch": graph(ref=None), "Opening": opening(defaultBranchRef=default)})
    gap = gap_of(lambda: forge.revision("main"))
    assert (gap.reason_code, gap.detail) == ("not-found", "there is no branch main")


def test_a_tag_is_looked_up(github: Making) -> None:
    forge, transport = github({TAG: ref(C1)}, asked=TAGGED)
    assert forge.revision("main").ref_sha == C1
    assert len(transport.asked) == 3


def test_an_annotated_tag_is_followed_to_its_commit(github: Making) -> None:
    changes = {
        TAG: ref(C2, "tag"),
        f"GET {HOME}/git/tags/{C2}": {"object": {"type": "tag", "sha": C1}},
        f"GET {HOME}/git/tags/{C1}": {"object": {"type": "commit", "sha": M1}},
    }
    forge, _ = github(changes, asked=TAGGED)
    assert forge.revision("main").ref_sha == M1


def test_a_tag_that_points_to_itself_is_not_followed_for_ever(github: Making) -> None:
    changes = {
        TAG: ref(C2, "tag"),
        f"GET {HOME}/git/tags/{C2}": {"object": {"type": "tag", "sha": C2}},
    }
    forge, transport = github(changes, asked=TAGGED)
    assert code_of(lambda: forge.revision("main")) == "unreadable"
    assert transport.count(f"GET {HOME}/git/tags/{C2}") == 5


def test_a_tag_that_is_gone_points_nowhere(github: Making) -> None:
    forge, _ = github({TAG: Raw(404, {"message": "Not Found"})}, asked=TAGGED)
    assert forge.revision("main").ref_sha is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ref(C1, name="refs/tags/release/v10"), "wrong-object"),
        (Raw(404, b"<html>", {"content-type": "text/html"}), "unreadable"),
        (Raw(403, {"message": "no"}), "not-permitted"),
    ],
)
def test_a_tag_that_cannot_be_told_makes_all_of_it_missing(
    github: Making, answer: Any, code: str
) -> None:
    forge, _ = github({TAG: answer}, asked=TAGGED)
    assert code_of(lambda: forge.revision("main")) == code


@pytest.mark.parametrize(
    "hostile", ["refs/tags/../../../evil", "refs/tags/..", "refs//x", "refs/.x"]
)
def test_a_ref_that_cannot_exist_is_not_asked_for(github: Making, hostile: str) -> None:
    forge, transport = github(asked=replace(ASKED, ref=hostile))
    assert forge.revision("main").ref_sha is None
    assert len(transport.asked) == 2


def test_another_branch_than_the_policys_is_looked_up(github: Making) -> None:
    changes = {f"GET {HOME}/git/ref/heads/hotfix": ref(C1, name="refs/heads/hotfix")}
    forge, _ = github(changes, asked=replace(ASKED, ref="refs/heads/hotfix"))
    assert forge.revision("main").ref_sha == C1
