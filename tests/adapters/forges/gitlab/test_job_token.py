"""With the job token alone: the notes tell who approved, the clone tells what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gate.domain.facts import Change, ChangeKind, Files, MergeKind, Reach
from tests.adapters.forges.gitlab.canned import (
    ASKED,
    HOME,
    Canned,
    branch,
    deployment,
    gitlab,
    note,
    own_job,
    pipeline,
    pushed,
    request,
)
from tests.adapters.forges.gitlab.gaps import gap_of
from tests.adapters.forges.gitlab.repositories import Repository

REQUESTS = f"{HOME}/merge_requests"


@dataclass(frozen=True, slots=True)
class World:
    """M0 runs; c1 and c2 were merged as m1."""

    origin: Repository
    m0: str
    c1: str
    c2: str
    m1: str

    def table(self) -> dict[str, Any]:
        own = {"id": 7001, "project_id": 4242, "sha": self.m1, "ref": "main"}
        refs = {"base_sha": self.m0, "head_sha": self.c2, "start_sha": self.m0}
        merged = request(sha=self.c2, merge_commit_sha=self.m1, diff_refs=refs)
        return {
            "/job": own_job(pipeline=own),
            f"{HOME}/pipelines/7001": pipeline(sha=self.m1),
            f"{HOME}/deployments": [deployment(commit=self.m0)],
            f"{HOME}/repository/branches": [branch(head=self.m1)],
            REQUESTS: [merged],
            f"{REQUESTS}/12": merged,
            f"{REQUESTS}/12/notes": [
                pushed(1, self.c1, self.c2),
                note(2, "approved this merge request"),
            ],
        }


@pytest.fixture
def world(tmp_path: Path) -> World:
    origin = Repository.new(tmp_path / "origin")
    m0 = origin.commit({"a": "1\n"}, author="alice")
    c1 = origin.commit({"a": "1\n", "b": "1\n"}, m0, at=10)
    c2 = origin.commit({"a": "1\n", "b": "1\n2\n"}, c1, at=20)
    m1 = origin.commit({"a": "1\n", "b": "1\n2\n"}, m0, c2, author="dave", at=30)
    origin.point("refs/heads/main", m1)
    return World(origin, m0, c1, c2, m1)


def ask(
    world: World, changes: Mapping[str, Any] | None = None, *clone: str
) -> tuple[Change, Files, Canned]:
    made = world.origin.clone(world.origin.path.parent / "clone", *clone)
    asked = replace(ASKED, revision=world.m1)
    with gitlab(changes, read="", git=made.adapter(), asked=asked, base=world.table) as (
        forge,
        canned,
    ):
        change = forge.change(forge.baseline(), "main")
        return change, forge.files(change), canned


def test_a_whole_change_is_known_without_any_further_token(world: World) -> None:
    change, files, canned = ask(world)
    assert (change.kind, change.base) == (ChangeKind.FORWARD, world.m0)
    assert {one.sha: one.brought_by for one in change.commits} == dict.fromkeys(
        (world.c1, world.c2, world.m1), (12,)
    )
    assert change.commits[-1].merge is MergeKind.CLEAN
    (merged,) = change.merge_requests
    assert [(one.reviewer.login, one.revision) for one in merged.reviews] == [("carol", world.c2)]
    assert merged.paths == ("b",)
    assert [(file.path, file.added) for file in files.files] == [("b", 2)]
    assert all(
        "job-token" in headers and "private-token" not in headers for _, _, headers in canned.asked
    )


def test_an_approval_from_before_the_last_push_is_for_what_was_there_then(world: World) -> None:
    early = [
        note(2, "approved this merge request", at="2026-11-24T14:00:00Z"),
        pushed(1, world.c1, world.c2),
    ]
    change, _, _ = ask(world, {f"{REQUESTS}/12/notes": early})
    (merged,) = change.merge_requests
    assert merged.reviews[0].revision == world.c1


def test_an_approval_within_the_minute_after_a_push_may_be_older_than_it(world: World) -> None:
    notes = [
        pushed(1, world.c1, world.c2),
        note(2, "approved this merge request", at="2026-11-24T15:00:59Z"),
    ]
    change, _, _ = ask(world, {f"{REQUESTS}/12/notes": notes})
    assert change.merge_requests[0].reviews[0].revision == world.c1


def test_without_any_push_nobody_can_say_what_was_approved(world: World) -> None:
    gap = gap_of(
        lambda: ask(world, {f"{REQUESTS}/12/notes": [note(2, "approved this merge request")]})
    )
    assert gap.reason_code == "not-permitted"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


def test_a_shallow_clone_names_its_depth(world: World) -> None:
    gap = gap_of(lambda: ask(world, {}, "--depth=1"))
    assert gap.reason_code == "not-permitted"
    assert 'GIT_DEPTH: "0"' in gap.remedy


def test_a_squash_is_found_by_fetching_what_was_merged(world: World) -> None:
    squash = world.origin.commit({"a": "1\n", "b": "1\n2\n"}, world.m0, at=40)
    world.origin.point("refs/heads/main", squash)
    squashed = replace(world, m1=squash)
    merged = request(
        sha=world.c2,
        merge_commit_sha=None,
        squash_commit_sha=squash,
        diff_refs={"base_sha": world.m0, "head_sha": world.c2, "start_sha": world.m0},
    )
    change, _, _ = ask(squashed, {REQUESTS: [merged], f"{REQUESTS}/12": merged})
    assert [one.sha for one in change.commits] == [squash]
    assert [one.sha for one in change.merge_requests[0].commits] == [world.c1, world.c2]


def test_a_merge_from_a_desk_that_holds_more_is_content(world: World) -> None:
    evil = world.origin.commit({"a": "evil\n", "b": "1\n2\n"}, world.m0, world.c2, at=40)
    world.origin.point("refs/heads/main", evil)
    merged = request(
        sha=world.c2,
        merge_commit_sha=evil,
        diff_refs={"base_sha": world.m0, "head_sha": world.c2, "start_sha": world.m0},
    )
    change, _, _ = ask(replace(world, m1=evil), {REQUESTS: [merged], f"{REQUESTS}/12": merged})
    assert change.commits[-1].merge is MergeKind.CONTENT


def test_another_head_than_was_merged_is_a_gap(world: World) -> None:
    moved = request(
        sha=world.c2, diff_refs={"base_sha": world.m0, "head_sha": world.c1, "start_sha": world.m0}
    )
    assert gap_of(lambda: ask(world, {f"{REQUESTS}/12": moved})).reason_code == "wrong-object"


def test_an_older_revision_is_behind_the_branch_that_moved_on(world: World) -> None:
    made = world.origin.clone(world.origin.path.parent / "early")
    newer = world.origin.commit({"a": "2\n"}, world.m1, at=50)
    table = {f"{HOME}/repository/branches": [branch(head=newer)]}
    asked = replace(ASKED, revision=world.m1)
    with gitlab(table, read="", git=made.adapter(), asked=asked, base=world.table) as (forge, _):
        assert forge.revision("main").reach is Reach.BEHIND


def test_the_first_deployment_ever_and_a_rollback(world: World) -> None:
    change, files, _ = ask(world, {f"{HOME}/deployments": []})
    assert (change.kind, [one.sha for one in change.commits]) == (ChangeKind.FIRST, [world.m1])
    assert [file.path for file in files.files] == ["b"]


def test_going_back_undoes_commits(world: World) -> None:
    later = world.origin.commit({"a": "2\n"}, world.m1, at=50)
    change, files, _ = ask(world, {f"{HOME}/deployments": [deployment(commit=later)]})
    assert (change.kind, change.undone) == (ChangeKind.ROLLBACK, (later,))
    assert {file.path for file in files.files} == {"a", "b"}
