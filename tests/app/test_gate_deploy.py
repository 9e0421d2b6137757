"""What a check tells when it fails, and to whom."""

import pytest

from gate.app.gate_deploy import gate_deploy
from gate.app.on_github import tell_failure
from gate.app.request import Request
from gate.errors import UsageInvalid
from tests.app.hosts import GITHUB, host, said


def test_a_job_is_told_why_the_gate_failed() -> None:
    job = host(GITHUB)
    with pytest.raises(UsageInvalid, match="No environment"):
        gate_deploy(job, Request())
    assert said(job).startswith("::error title=Change Gate")


def test_a_job_is_told_no_credential_with_it() -> None:
    job = host(GITHUB, GITHUB_TOKEN="own-token-of-no-form")
    tell_failure(
        job, UsageInvalid("It said own-token-of-no-form.", hint="Look at https://a:b@c.example.")
    )
    assert "own-token" not in said(job)
    assert "a%3Ab" not in said(job)
    assert "a:b" not in said(job)


def test_at_a_desk_the_failure_goes_up_alone() -> None:
    desk = host(GITHUB, GITHUB_ACTIONS="false")
    with pytest.raises(UsageInvalid, match="No environment"):
        gate_deploy(desk, Request())
    assert said(desk) == ""
