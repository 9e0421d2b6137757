from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import StringIO

import pytest

from gate.app.context import Host
from gate.app.forge_sources import github_artifacts, gitlab_jobs
from gate.domain.evidence_ports import EvidenceSource
from gate.domain.ports import FactMissing
from gate.errors import UsageInvalid
from gate.sandbox.server import Sandbox
from tests.sandbox.asking import NOW, world

LEFT = world(
    prior_evidence={"5000": {"commit": "m0", "at": "-2d"}}, gitlab={"read_role": "developer"}
)


def host(environ: Mapping[str, str]) -> Host:
    return Host(environ=environ, clock=lambda: NOW, out=StringIO())


def pulled(source: EvidenceSource) -> list[bytes]:
    return [source.fetch(one) for one in source.offers(NOW - timedelta(days=9), NOW)]


def test_artifacts_of_a_repository_are_read_with_the_token_of_the_workflow() -> None:
    with Sandbox(LEFT) as box:
        at = host({"GITHUB_TOKEN": " sandbox-workflow-token\n"})
        with github_artifacts(at, "acme/app", api_url=f"{box.url}/github") as source:
            assert source.address.endswith("/acme/app")
            (content,) = pulled(source)
    assert content.startswith(b"PK")


def test_a_name_that_can_match_nothing_is_refused() -> None:
    at = host({"GITHUB_TOKEN": "t"})
    with (
        pytest.raises(UsageInvalid, match="no range"),
        github_artifacts(at, "acme/app", api_url="https://api.github.com", names=["[z-a]"]),
    ):
        raise AssertionError("it was connected")


@pytest.mark.parametrize("own", ["{}/gitlab/api/v4", "{}/gitlab/api/v4/", "{}/gitlab"])
@pytest.mark.parametrize("read", ["", "glpat"])
def test_jobs_of_a_project_are_read_with_the_token_that_is_there(own: str, read: str) -> None:
    with Sandbox(LEFT) as box:
        environ = {"CI_JOB_TOKEN": "jt", "CI_API_V4_URL": own.format(box.url)}
        at = host({**environ, "CHANGE_GATE_GITLAB_TOKEN": read})
        api = f"{box.url}/gitlab/api/v4"
        with gitlab_jobs(at, "acme/app", api_url=api, names=["gate"]) as source:
            (content,) = pulled(source)
    assert content.startswith(b"PK")


@pytest.mark.parametrize(
    "own", ["https://gitlab.com/api/v4", "", "https://[", "https://gitlab.example:x"]
)
def test_a_jobs_token_goes_to_the_gitlab_of_the_job_and_nowhere_else(own: str) -> None:
    at = host({"CI_JOB_TOKEN": "jt", "CI_API_V4_URL": own})
    with (
        pytest.raises(FactMissing, match="no token was given"),
        gitlab_jobs(at, "acme/app", api_url="https://gitlab.example/api/v4"),
    ):
        raise AssertionError("it was connected")


def test_nobody_says_which_gitlab() -> None:
    at = host({"CHANGE_GATE_GITLAB_TOKEN": "glpat"})
    with pytest.raises(FactMissing) as error, gitlab_jobs(at, "acme/app", api_url=" "):
        raise AssertionError("it was connected")
    assert error.value.missing.reason_code == "not-configured"
    assert "--gitlab-api-url" in error.value.missing.remedy
