from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.gitlab import checks as module
from gate.domain.facts import Check, CheckState
from tests.adapters.forges.gitlab.canned import (
    HOME,
    M0,
    M1,
    Raw,
    gitlab,
    given,
    job,
    own_job,
    pipeline,
    status,
    user,
)
from tests.adapters.forges.gitlab.gaps import code_of

PIPELINES, OWN, EARLIER = (
    f"{HOME}/pipelines",
    f"{HOME}/pipelines/7001/jobs",
    f"{HOME}/pipelines/7000/jobs",
)
STATUSES = f"{HOME}/repository/commits/{M1}/statuses"


def checks(changes: dict[str, Any] | None = None, **more: Any) -> list[Check]:
    with gitlab(changes, **more) as (asked, _):
        found = asked.checks()
    assert found.revision == more.get("asked", given(M1)).revision
    return list(found.checks)


def told(found: list[Check]) -> list[tuple[str, str, CheckState]]:
    return [(one.name, one.app, one.state) for one in found]


def in_own(*jobs: Any) -> dict[str, Any]:
    return {OWN: [own_job(), *jobs]}


def test_jobs_of_all_pipelines_of_the_revision_and_statuses_of_others() -> None:
    assert told(checks()) == [
        ("e2e", "gitlab-ci", CheckState.SUCCESS),
        ("unit", "gitlab-ci", CheckState.SUCCESS),
        ("ci/legacy", "jenkins", CheckState.SUCCESS),
    ]


def test_with_the_job_token_alone_there_are_only_jobs() -> None:
    assert [one.name for one in checks(read="")] == ["e2e", "unit"]


def test_the_gates_own_jobs_are_left_out_in_its_own_pipeline_alone() -> None:
    earlier = job(60009, "deploy-gate", status="failed")
    found = checks({**in_own(own_job(70001, status="failed")), EARLIER: [earlier]})
    assert [(one.id, one.name) for one in found if one.app == "gitlab-ci"] == [
        ("60009", "deploy-gate")
    ]


def test_retried_jobs_are_results_of_their_own() -> None:
    with gitlab({EARLIER: [job(60001, status="failed"), job(60002)]}) as (asked, canned):
        found = asked.checks().checks
    assert [one.state for one in found if one.name == "unit"] == [
        CheckState.FAILURE,
        CheckState.SUCCESS,
    ]
    queries = [query for path, query, _ in canned.asked if path.endswith("/jobs")]
    assert all(query["include_retried"] == "true" for query in queries)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("success", CheckState.SUCCESS), ("failed", CheckState.FAILURE), ("canceled", CheckState.CANCELLED),
        ("canceling", CheckState.CANCELLED), ("skipped", CheckState.SKIPPED), ("manual", CheckState.ACTION_REQUIRED),
        ("created", CheckState.PENDING), ("pending", CheckState.PENDING), ("running", CheckState.PENDING),
        ("scheduled", CheckState.PENDING), ("preparing", CheckState.PENDING),
        ("waiting_for_resource", CheckState.PENDING), ("waiting_for_callback", CheckState.PENDING),
    ],
)  # fmt: skip
def test_every_state_has_its_meaning(state: str, wanted: CheckState) -> None:
    (found,) = [one for one in checks({EARLIER: [job(status=state)]}) if one.name == "unit"]
    assert found.state is wanted


def test_a_job_that_may_fail_and_did_is_a_failure() -> None:
    (found,) = [
        one
        for one in checks({EARLIER: [job(status="failed", allow_failure=True)]})
        if one.name == "unit"
    ]
    assert found.state is CheckState.FAILURE


@pytest.mark.parametrize("reason", ["job_execution_timeout", "stuck_or_timeout_failure"])
def test_a_job_that_ran_out_of_time_says_so(reason: str) -> None:
    found = checks({EARLIER: [job(status="failed", failure_reason=reason)]})
    assert CheckState.TIMED_OUT in {one.state for one in found}


def test_a_state_that_nobody_knows_is_a_gap() -> None:
    assert code_of(lambda: checks({EARLIER: [job(status="fine")]})) == "unreadable"


def test_a_status_goes_by_whoever_set_it_and_nobody_speaks_for_the_app() -> None:
    found = checks(
        {
            STATUSES: [
                status(),
                status(89, "unit", author=user("GitLab-CI", 5)),
                status(90, "x", author=None),
            ]
        }
    )
    assert [(one.name, one.app) for one in found[2:]] == [
        ("ci/legacy", "jenkins"),
        ("unit", "@GitLab-CI"),
        ("x", ""),
    ]


def test_jobs_that_the_statuses_repeat_are_not_told_twice() -> None:
    found = checks({STATUSES: [status(60001, "unit"), status(70010, "e2e")]})
    assert len(found) == 2


def test_a_page_that_shifted_repeats_no_job() -> None:
    assert len([one for one in checks({EARLIER: [job(), job()]}) if one.name == "unit"]) == 1


def test_of_another_revision_the_own_pipeline_proves_nothing() -> None:
    table = {PIPELINES: [pipeline(7000, sha=M0)], f"{HOME}/repository/commits/{M0}/statuses": []}
    found = checks(table, asked=given(M0))
    assert [one.name for one in found] == ["unit"]
    assert found[0].revision == M0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({PIPELINES: [pipeline(sha=M0)]}, "wrong-object"),
        ({PIPELINES: [pipeline(project_id=1)]}, "wrong-object"),
        ({EARLIER: [job(pipeline={"id": 1})]}, "wrong-object"),
        ({STATUSES: [status(sha=M0)]}, "wrong-object"),
        ({PIPELINES: Raw(403, {"message": "403 Forbidden"})}, "not-permitted"),
        ({EARLIER: Raw(502, {})}, "unavailable"),
        ({STATUSES: Raw(403, {"message": "403 Forbidden"})}, "not-permitted"),
        ({EARLIER: [job(web_url=7)]}, "unreadable"),
    ],
)
def test_what_cannot_be_believed_is_a_gap(changes: dict[str, Any], code: str) -> None:
    assert code_of(lambda: checks(changes)) == code


def test_more_pipelines_than_are_read_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIPELINES", 1)
    assert code_of(checks) == "too-large"


def test_a_failure_on_a_further_page_is_seen() -> None:
    jobs = [job(number, f"lint {number}") for number in range(60001, 60150)]
    found = checks({EARLIER: [*jobs, job(60200, "unit", status="failed")]})
    assert ("unit", "gitlab-ci", CheckState.FAILURE) in told(found)
