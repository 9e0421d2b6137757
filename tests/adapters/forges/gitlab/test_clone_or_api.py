"""With a clone and without one the facts are the same, apart from what docs/gitlab.md lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.adapters.ci.gitlab_ci import read_context
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.api_history import ApiHistory
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.forge import GitLab
from gate.adapters.forges.gitlab.git_history import GitHistory
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.history import History
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Transport
from gate.domain.facts import MergeKind
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.sandbox import runner
from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.gitlab_rest.translate import translated
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.adapters.forges.gitlab.repositories import ENVIRON
from tests.benchmarks.worlds import many_commits
from tests.sandbox.asking import world
from tests.scenarios.forges import load_on_gitlab
from tests.scenarios.play import free_port


@dataclass(frozen=True, slots=True)
class Place:
    """A world in a sandbox, and the clone of its repository."""

    world: World
    url: str
    git: Git
    recorder: Recorder

    def tokens(self) -> Tokens:
        inside = runner.gitlab_environ(self.world, self.url)
        return Tokens(job=inside["CI_JOB_TOKEN"], read=inside["CHANGE_GATE_GITLAB_TOKEN"])

    def client(self) -> Client:
        reader = Transport(
            f"{self.url}/gitlab/api/v4",
            self.tokens().read,
            is_job_token=False,
            recorder=self.recorder,
            deadline=Deadline(60),
        )
        return Client("4242", job=reader, reader=reader)

    def forge(self, git: Git | None) -> GitLab:
        found = read_context(
            runner.gitlab_environ(self.world, self.url),
            revision="",
            gitlab_url=f"{self.url}/gitlab",
            remote_url="",
        )
        asked = Reference(
            repository=found.repository,
            project_id=found.project_id,
            environment="production",
            services=("api",),
            revision=found.revision,
            pipeline_id=found.pipeline_id,
            job_id=found.job_id,
            default_branch=found.default_branch,
            server_url=found.server_url,
        )
        return GitLab(
            asked,
            api_url=found.api_url,
            tokens=self.tokens(),
            recorder=self.recorder,
            deadline=Deadline(60),
            git=git,
            clock=lambda: self.world.now,
            pause=lambda _: None,
        )


@contextmanager
def placed(some: World, folder: Path, port: int) -> Iterator[Place]:
    folder.mkdir()
    url = f"http://127.0.0.1:{port}"
    some = clone(some, folder, url)
    git = Git(GitProcess(folder, deadline=Deadline(60), environ=ENVIRON))
    with Sandbox(some, port=port) as box:
        yield Place(some, box.url, git, Recorder(box.clock, []))


def told(forge: GitLab) -> Any:
    """What the history of the repository goes into: the change, its files, and where the revision stands."""
    try:
        change = forge.change(forge.baseline(), "main")
        return change, forge.files(change).files, forge.revision("main")
    except FactMissing as gap:
        return gap.missing
    finally:
        forge.close()


SCENARIOS = (
    "allow-normal", "approval-then-base-merge-with-a-conflict", "approval-then-clean-base-merge",
    "approval-then-push", "base-merge-that-slips-something-in", "branch-moved-back", "branch-moved-on",
    "commit-of-a-fork", "direct-push-below-a-clean-merge", "fake-merge-of-an-unreviewed-branch",
    "fast-forward", "first-deployment-ever", "force-push-after-approval", "history-rewritten",
    "history-rewritten-and-gone", "merge-made-on-a-desk", "merge-queue", "rebase-merge", "redeploy",
    "rollback-by-the-short-lane", "rollback-to-a-revision-never-deployed", "squash-made-on-a-desk",
    "squash-merge", "two-requests-in-one-deploy",
)  # fmt: skip
"""One of every shape that a history takes; the others differ in what people did with it."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_change_is_the_same_with_a_clone(name: str, tmp_path: Path) -> None:
    port = free_port()
    some = load_on_gitlab(name, f"http://127.0.0.1:{port}")
    with placed(some, tmp_path / "clone", port) as place:
        without = told(place.forge(None))
        found = told(place.forge(place.git))
    if isinstance(without, Missing):
        assert isinstance(found, Missing)
        assert found.reason_code == without.reason_code
    else:
        assert found == without


@pytest.mark.parametrize("count", [3, 250])
def test_a_merge_request_of_many_files_needs_the_clone_to_be_told(
    count: int, tmp_path: Path
) -> None:
    # GitLab lists 100 files of a comparison.
    port = free_port()
    some = World.of(translated(many_commits(count), f"http://127.0.0.1:{port}"))
    with placed(some, tmp_path / "clone", port) as place:
        without = told(place.forge(None))
        change, files, _ = found = told(place.forge(place.git))
    assert len(change.commits) == count
    assert len(files) == count - 1
    assert change.commits[-1].merge is MergeKind.CLEAN
    if count > 100:
        assert isinstance(without, Missing)
        assert without.reason_code == "too-large"
    else:
        assert found == without


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A few commits on top of each other, each with a file of its own or a file that several change."""
    count = draw(st.integers(2, 7))
    commits: dict[str, Any] = {"m0": {"author": "ann", "at": "-10d", "files": {"all": ADDED}}}
    for at in range(1, count):
        many = st.lists(st.integers(0, at - 1), min_size=1, max_size=2, unique=True)
        parents = [f"m{parent}" for parent in sorted(draw(many), reverse=True)]
        more: dict[str, Any] = {"parents": parents, "author": "ben", "at": f"-{count - at}h"}
        if len(parents) == 1 or draw(st.booleans()):
            files = {"all": {"added": 1}} if draw(st.booleans()) else {f"d/f{at}": ADDED}
            more |= {"files": files}
        commits[f"m{at}"] = more
    branches = {"main": f"m{count - 1}"} | {f"b{at}": f"m{at}" for at in range(count - 1)}
    run = {"commit": f"m{count - 1}", "started_by": "ann"}
    return {"commits": commits, "branches": branches, "run": run}


ADDED = {"added": 3, "status": "added"}


@settings(max_examples=12, deadline=None)
@given(worlds())
def test_two_revisions_stand_to_each_other_as_gitlab_says(
    tmp_path_factory: pytest.TempPathFactory, raw: dict[str, Any]
) -> None:
    port = free_port()
    folder = tmp_path_factory.mktemp("worlds") / "clone"
    with placed(world(**raw), folder, port) as place:
        client = place.client()
        api, local = ApiHistory(client), GitHistory(place.git, fetches=False)
        shas = sorted(place.world.branches.values())
        for base, head in combinations(shas, 2):
            compare_both(api, local, base, head)
            compare_both(api, local, head, base)
        client.close()


def compare_both(api: History, local: History, base: str, head: str) -> None:
    assert local.merge_base(base, head) == api.merge_base(base, head)
    found, said = local.compare(base, head), api.compare(base, head)
    assert {one.sha for one in found.commits} == {one.sha for one in said.commits}
    assert found.files == said.files
    own = frozenset(one.sha for one in found.commits)
    for merge in (one for one in found.commits if len(one.parents) > 1):
        # GitLab does not tell which side of a merge is the base branch's when both are the merge request's own.
        if (kind := api.kind(merge, own)) is not MergeKind.UNKNOWN:
            assert local.kind(merge, own) is kind
