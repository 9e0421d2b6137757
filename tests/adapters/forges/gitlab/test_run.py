from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.domain.facts import Run
from gate.domain.identity import Identity
from tests.adapters.forges.gitlab.canned import (
    ASKED,
    HOME,
    HOST,
    M0,
    M1,
    Raw,
    commit,
    gitlab,
    given,
    job,
    own_job,
    pipeline,
    user,
)
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

PIPELINE, JOBS = f"{HOME}/pipelines/7001", f"{HOME}/pipelines/7001/jobs"
ALICE = Identity(system="gitlab", login="alice", id="101", name="Alice")


def run(changes: dict[str, Any] | None = None, **more: Any) -> Run:
    with gitlab(changes, **more) as (asked, _):
        return asked.run()


def test_the_run_is_the_pipeline_as_gitlab_knows_it() -> None:
    found = run()
    assert (found.forge, found.host, found.repository, found.repository_id) == (
        "gitlab",
        HOST,
        "acme/app",
        "4242",
    )
    assert (found.revision, found.ref, found.event, found.id, found.attempt) == (
        M1,
        "refs/heads/main",
        "push",
        "7001",
        1,
    )
    assert (found.started_by, found.rerun_by, found.workflow) == (ALICE, None, "deploy-gate")
    assert found.services == ("api",)


def test_it_works_with_the_job_token_alone() -> None:
    assert run(read="") == run()


def test_a_retry_is_another_attempt_by_whoever_retried_it() -> None:
    jobs = [
        own_job(),
        own_job(70001, status="failed"),
        own_job(70099, status="created"),
        job(70010, "e2e", pipeline={"id": 7001}),
    ]
    found = run({"/job": own_job(user=user("dave", 105)), JOBS: jobs})
    assert (found.attempt, found.rerun_by and found.rerun_by.login) == (2, "dave")


def test_a_retry_by_the_same_person_is_one_as_well() -> None:
    found = run({JOBS: [own_job(), own_job(70001)]})
    assert (found.attempt, found.rerun_by) == (2, ALICE)


def test_a_job_that_is_not_in_the_list_yet_counts() -> None:
    assert run({JOBS: []}).attempt == 1


def test_somebody_else_who_played_the_manual_job_deploys_too() -> None:
    found = run({"/job": own_job(user=user("dave", 105))})
    assert (found.attempt, found.started_by.login) == (1, "alice")
    assert found.rerun_by is not None
    assert found.rerun_by.login == "dave"


@pytest.mark.parametrize(
    ("ref", "tag", "full"),
    [
        ("v1.2.0", True, "refs/tags/v1.2.0"),
        ("feature/x", False, "refs/heads/feature/x"),
        ("refs/merge-requests/12/head", False, "refs/merge-requests/12/head"),
    ],
)
def test_branches_tags_and_merge_requests_are_told_apart(ref: str, tag: bool, full: str) -> None:
    assert run({PIPELINE: pipeline(ref=ref, tag=tag)}).ref == full


def test_a_server_below_a_path_is_no_other_project() -> None:
    asked = replace(ASKED, server_url=f"https://{HOST}/git")
    found = run(
        {PIPELINE: pipeline(web_url=f"https://{HOST}/git/Acme/App/-/pipelines/7001")}, asked=asked
    )
    assert found.repository == "acme/app"


def test_another_revision_may_be_named_by_an_input() -> None:
    assert run(asked=given(M0)).revision == M0


OTHER = {"id": 7002, "project_id": 4242, "sha": M1, "ref": "main"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"/job": own_job(1)}, "job"),
        ({"/job": own_job(pipeline=OTHER)}, "pipeline"),
        ({"/job": own_job(pipeline={**OTHER, "id": 7001, "project_id": 1})}, "project"),
        ({"/job": own_job(pipeline={**OTHER, "id": 7001, "sha": M0})}, "revision"),
        ({PIPELINE: pipeline(7002)}, "pipeline that was asked about"),
        ({PIPELINE: pipeline(project_id=1)}, "project of that pipeline"),
        ({PIPELINE: pipeline(sha=M0)}, "revision of that pipeline"),
        (
            {PIPELINE: pipeline(web_url=f"https://{HOST}/evil/app/-/pipelines/7001")},
            "path of the project",
        ),
    ],
)
def test_what_the_variables_say_is_compared_with_what_gitlab_says(
    changes: dict[str, Any], what: str
) -> None:
    gap = gap_of(lambda: run(changes))
    assert gap.reason_code == "wrong-object"
    assert what in gap.detail
    assert "dotenv" in gap.remedy


def test_the_revision_of_the_variables_is_compared_too() -> None:
    gap = gap_of(lambda: run(asked=replace(ASKED, revision=M0)))
    assert gap.reason_code == "wrong-object"


@pytest.mark.parametrize("path", ["/job", PIPELINE, JOBS])
def test_what_cannot_be_read_is_a_gap(path: str) -> None:
    assert code_of(lambda: run({path: Raw(403, {"message": "403 Forbidden"})})) == "not-permitted"
    assert code_of(lambda: run({path: "odd"})) == "unreadable"


def test_jobs_of_another_pipeline_are_a_gap() -> None:
    assert code_of(lambda: run({JOBS: [job(pipeline={"id": 1})]})) == "wrong-object"


def test_a_commit_of_the_job_is_not_what_counts() -> None:
    assert run({"/job": own_job(commit=commit(M0))}).revision == M1
