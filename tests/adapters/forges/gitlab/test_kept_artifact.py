from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab import kept_artifact
from gate.adapters.forges.gitlab.tokens import Tokens
from tests.adapters.forges.gitlab.canned import HOME, HOST, JOB, READ, Raw, recorder, serving
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

JOBS = f"{HOME}/pipelines/7001/jobs"


def job(number: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "change-gate",
        "pipeline": {"id": 7001},
        "artifacts": [{"file_type": "archive"}, {"file_type": "junit"}],
        "artifacts_expire_at": f"2028-11-{number:02}T15:00:00Z",
        **more,
    }


def asked(*jobs: Any, read: str = READ) -> datetime | None:
    with serving({JOBS: list(jobs)}) as canned:
        until = kept_artifact.ask(
            f"{canned.url}/api/v4",
            f"https://{HOST}",
            "4242",
            Tokens(job=JOB, read=read),
            pipeline="7001",
            job="change-gate",
            recorder=recorder(),
            deadline=Deadline(30),
        )
        sent = [headers for _, _, headers in canned.asked]
        assert {("private-token" in one) for one in sent} == {bool(read)}
    return until


@pytest.mark.parametrize("read", [READ, ""])
def test_the_newest_job_of_that_name_says_when_its_artifacts_are_deleted(read: str) -> None:
    found = asked(job(3), job(5), job(9, name="deploy"), job(4), read=read)
    assert found == datetime(2028, 11, 5, 15, tzinfo=UTC)


def test_artifacts_may_be_kept_for_ever() -> None:
    assert asked(job(artifacts_expire_at=None)) is None


@pytest.mark.parametrize("other", [{"name": "deploy"}, {"artifacts": []}])
def test_a_job_that_left_nothing_says_nothing(other: dict[str, Any]) -> None:
    gap = gap_of(lambda: asked(job(**other)))
    assert gap.reason_code == "not-found"
    assert "no job change-gate of pipeline 7001 has artifacts" in gap.detail
    assert gap.source == "GitLab: the artifacts of the job change-gate"


def test_a_job_that_left_only_reports_says_nothing() -> None:
    assert code_of(lambda: asked(job(artifacts=[{"file_type": "junit"}]))) == "not-found"


@pytest.mark.parametrize("odd", [{"artifacts": None}, {"artifacts_expire_at": 7}])
def test_an_answer_that_is_no_job_is_not_read(odd: dict[str, Any]) -> None:
    assert code_of(lambda: asked(job(**odd))) == "unreadable"


def test_a_token_that_may_not_read_jobs_is_told() -> None:
    with serving({JOBS: Raw(403, {"message": "403 Forbidden"})}) as canned:
        code = code_of(
            lambda: kept_artifact.ask(
                f"{canned.url}/api/v4",
                f"https://{HOST}",
                "4242",
                Tokens(job=JOB),
                pipeline="7001",
                job="change-gate",
                recorder=recorder(),
                deadline=Deadline(30),
            )
        )
    assert code == "not-permitted"
