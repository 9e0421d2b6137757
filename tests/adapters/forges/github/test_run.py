from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.domain.facts import Run
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import ASKED, C1, HOME, M1, Raw, run, user
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

KEY = f"GET {HOME}/actions/runs/7001/attempts/1"
ALICE = Identity(system="github", login="alice", id="101")
BOB = Identity(system="github", login="bob", id="102")


def test_the_run_is_as_github_tells_it(github: Making) -> None:
    forge, _ = github()
    found = forge.run()
    assert found == Run(
        forge="github",
        host="github.com",
        repository="acme/app",
        repository_id="4242",
        environment="production",
        services=("api",),
        revision=M1,
        ref="refs/heads/main",
        event="push",
        id="7001",
        attempt=1,
        url="https://github.com/acme/app/actions/runs/7001",
        workflow=".github/workflows/deploy.yml",
        started_by=ALICE,
        started_at=found.started_at,
    )


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"id": 7002}, "run"),
        ({"run_attempt": 2}, "attempt"),
        ({"repository": {"id": 1, "full_name": "evil/app"}}, "repository"),
        ({"event": "pull_request_target"}, "event"),
        ({"head_sha": C1}, "revision"),
        ({"head_branch": "evil"}, "ref"),
    ],
)
def test_another_run_than_the_runner_says_is_the_wrong_one(
    github: Making, wrong: Any, what: str
) -> None:
    forge, _ = github({KEY: run(**wrong)})
    gap = gap_of(forge.run)
    assert gap.reason_code == "wrong-object"
    assert f"the {what} of this run" in gap.detail
    assert "starts a new run" in gap.remedy


def test_a_revision_given_by_an_input_may_differ_from_the_runs(github: Making) -> None:
    forge, _ = github({KEY: run(head_sha=C1)}, asked=replace(ASKED, revision_given=True))
    assert forge.run().revision == M1


@pytest.mark.parametrize(
    ("event", "ref", "head"),
    [
        ("push", "refs/tags/v1", "v1"),
        ("release", "refs/tags/v1", None),
        ("push", "refs/heads/main", None),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-12", "another"),
    ],
)
def test_the_ref_is_compared_where_github_tells_it(
    github: Making, event: str, ref: str, head: str | None
) -> None:
    forge, _ = github(
        {KEY: run(event=event, head_branch=head)}, asked=replace(ASKED, event=event, ref=ref)
    )
    assert forge.run().ref == ref


def test_a_rerun_names_whoever_ran_it_again(github: Making) -> None:
    key = f"GET {HOME}/actions/runs/7001/attempts/2"
    changes = {key: run(run_attempt=2, triggering_actor=user("bob", 102))}
    forge, _ = github(changes, asked=replace(ASKED, attempt=2))
    assert (forge.run().started_by, forge.run().rerun_by) == (ALICE, BOB)


def test_a_rerun_by_the_same_person_names_that_person(github: Making) -> None:
    key = f"GET {HOME}/actions/runs/7001/attempts/2"
    forge, _ = github({key: run(run_attempt=2)}, asked=replace(ASKED, attempt=2))
    assert forge.run().rerun_by == ALICE


def test_whoever_released_a_held_run_counts_as_well(github: Making) -> None:
    forge, _ = github({KEY: run(triggering_actor=user("bob", 102))})
    assert forge.run().rerun_by == BOB


def test_a_deleted_starter_is_unknown_and_never_nobody(github: Making) -> None:
    forge, _ = github({KEY: run(actor=None)})
    assert forge.run().started_by.kind is Kind.UNKNOWN


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_run_that_may_not_be_read_names_its_permission(github: Making, status: int) -> None:
    forge, _ = github({KEY: Raw(status, {"message": "no"})})
    assert (
        code_of(forge.run) == {403: "not-permitted", 404: "not-found", 500: "unavailable"}[status]
    )
    assert status == 500 or "`actions: read`" in gap_of(forge.run).detail
