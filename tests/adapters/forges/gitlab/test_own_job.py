from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab import own_job
from gate.adapters.forges.gitlab.own_job import OwnJob
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.gitlab.canned import HOST, JOB, M1, Raw, recorder, serving, user
from tests.adapters.forges.gitlab.canned import own_job as running
from tests.adapters.forges.gitlab.gaps import gap_of


def job(**more: Any) -> dict[str, Any]:
    return running(**{"ref": "main", "tag": False, **more})


def ask(answer: Any, server_url: str = f"https://{HOST}", token: str = JOB) -> OwnJob:
    with serving({"/job": answer}) as canned:
        api = f"{canned.url}/api/v4"
        return own_job.ask(api, server_url, token, recorder=recorder(), deadline=Deadline(30))


def test_the_job_says_what_it_deploys_and_who_runs_it() -> None:
    assert ask(job(user=user("dave", 105))) == OwnJob(
        repository="acme/app",
        pipeline_id="7001",
        revision=M1,
        ref="refs/heads/main",
        user=Identity(system="gitlab", login="dave", id="105", name="Dave"),
    )


def test_a_tag_is_no_branch() -> None:
    assert ask(job(ref="v1.2.0", tag=True)).ref == "refs/tags/v1.2.0"


def test_a_machine_is_told_as_one() -> None:
    assert ask(job(user=user("gate", 900, bot=True))).user.kind is Kind.BOT


def test_a_server_below_a_path_is_no_part_of_the_project() -> None:
    below = f"https://{HOST}/git"
    assert ask(job(web_url=f"{below}/Acme/App/-/jobs/1"), below).repository == "Acme/App"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "not-authenticated"), (403, "not-permitted"), (404, "not-found")],
)
def test_a_token_that_is_refused_is_not_helped_by_another_one(status: int, code: str) -> None:
    gap = gap_of(lambda: ask(Raw(status, {"message": f"{status} No"})))
    assert (gap.reason_code, gap.source) == (code, "GitLab: the job that deploys")
    assert "CI_JOB_TOKEN" in gap.remedy
    assert "CHANGE_GATE_GITLAB_TOKEN" not in gap.remedy


@pytest.mark.parametrize("answer", ["odd", {}, job(pipeline=None), job(web_url=1), job(user="x")])
def test_an_answer_that_is_no_job_is_not_read(answer: Any) -> None:
    assert gap_of(lambda: ask(answer)).reason_code == "unreadable"


def test_without_a_token_nothing_is_asked() -> None:
    assert gap_of(lambda: ask(job(), token="")).reason_code == "not-configured"
