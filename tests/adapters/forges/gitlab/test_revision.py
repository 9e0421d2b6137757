from __future__ import annotations

from typing import Any

import pytest

from gate.domain.facts import Reach, Revision
from tests.adapters.forges.gitlab.canned import (
    HOME,
    M0,
    M1,
    Raw,
    branch,
    commit,
    gitlab,
    given,
    pipeline,
    sha,
)
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

BRANCHES, TAGS = f"{HOME}/repository/branches", f"{HOME}/repository/tags"
BASE = f"{HOME}/repository/merge_base"
OTHER = sha("other")


def revision(changes: dict[str, Any] | None = None, name: str = "main", **more: Any) -> Revision:
    with gitlab(changes, **more) as (asked, _):
        return asked.revision(name)


@pytest.mark.parametrize("read", ["", "glpat"])
def test_the_tip_of_the_protected_branch(read: str) -> None:
    found = revision(read=read)
    assert (found.sha, found.branch, found.branch_head, found.branch_protected) == (
        M1,
        "main",
        M1,
        True,
    )
    assert (found.reach, found.ref, found.ref_sha) == (Reach.IDENTICAL, "refs/heads/main", M1)


@pytest.mark.parametrize(
    ("common", "reach"),
    [
        (commit(M0), Reach.BEHIND),
        (commit(M1), Reach.AHEAD),
        (commit(OTHER), Reach.DIVERGED),
        (Raw(404, {"message": "404 Merge Base Not Found"}), Reach.UNRELATED),
    ],
)
def test_how_another_revision_stands_to_it(common: Any, reach: Reach) -> None:
    assert revision({BASE: common}, asked=given(M0)).reach is reach


def test_the_job_token_without_a_clone_cannot_tell() -> None:
    gap = gap_of(lambda: revision(asked=given(M0), read=""))
    assert gap.reason_code == "not-permitted"
    assert "GIT_DEPTH" in gap.remedy
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


def test_an_unprotected_branch_is_told() -> None:
    assert revision({BRANCHES: [branch(protected=False)]}).branch_protected is False


def test_a_branch_of_exactly_that_name_is_meant() -> None:
    listed = [
        branch("Main", OTHER),
        branch("main-2", OTHER),
        *(branch(f"main-{at}") for at in range(3, 150)),
        branch(),
    ]
    assert revision({BRANCHES: listed}).branch_head == M1


def test_a_branch_that_is_not_there_is_a_gap() -> None:
    gap = gap_of(lambda: revision(name="trunk"))
    assert gap.reason_code == "not-found"
    assert "policy" in gap.remedy


def started_for(ref: str, *, tag: bool = False) -> dict[str, Any]:
    return {f"{HOME}/pipelines/7001": pipeline(ref=ref, tag=tag)}


def test_a_tag_points_to_its_commit_and_not_to_its_own_object() -> None:
    tag = {"name": "v1", "target": OTHER, "commit": {"id": M1}}
    found = revision({**started_for("v1", tag=True), TAGS: [{**tag, "name": "v1.1"}, tag]})
    assert (found.ref, found.ref_sha) == ("refs/tags/v1", M1)


def test_a_tag_that_is_gone_points_nowhere() -> None:
    assert revision(started_for("v1", tag=True)).ref_sha is None


def test_another_branch_is_looked_up() -> None:
    found = revision({**started_for("side"), BRANCHES: [branch(), branch("side", OTHER)]})
    assert found.ref_sha == OTHER


def test_a_merge_requests_ref_is_neither() -> None:
    found = revision(started_for("refs/merge-requests/12/head"))
    assert found.ref_sha is None


@pytest.mark.parametrize("path", [BRANCHES, TAGS])
def test_lists_that_may_not_be_read_are_gaps(path: str) -> None:
    changes = {**started_for("v1", tag=True), path: Raw(403, {"message": "403 Forbidden"})}
    assert code_of(lambda: revision(changes)) == "not-permitted"
