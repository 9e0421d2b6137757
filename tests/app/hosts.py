"""Processes around the gate, as the wiring meets them: an environment, a clock, a stream."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from gate.app import wiring
from gate.app.context import Host
from gate.app.gather import World
from gate.app.pipeline import Pipeline
from gate.app.request import Request
from tests import builders as b

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/app",
    "GITHUB_RUN_ID": "7001",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_SHA": b.sha("m1"),
    "GITHUB_TOKEN": "ghs_workflowtoken0000000",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_COMMIT_SHA": b.sha("m1"),
    "CI_DEFAULT_BRANCH": "main",
    "CI_JOB_ID": "31",
    "CI_JOB_TOKEN": "glcbt-jobtoken000000000",
    "CI_PIPELINE_ID": "7001",
    "CI_PROJECT_ID": "4242",
    "CI_PROJECT_PATH": "acme/app",
    "CI_SERVER_URL": "https://gitlab.example",
}


def host(environ: dict[str, str], **changes: str) -> Host:
    """One with these variables, at the time of the other tests."""
    return Host(environ={**environ, **changes}, clock=lambda: b.NOW, out=io.StringIO())


def said(given: Host) -> str:
    """What went to the stream."""
    assert isinstance(given.out, io.StringIO)
    return given.out.getvalue()


def on_github(given: Host, **options: object) -> Pipeline:
    """The pipeline of a job of GitHub Actions."""
    return wiring.pipeline(given, _request(options))


def on_gitlab(given: Host, **options: object) -> Pipeline:
    """The pipeline of a job of GitLab CI/CD, whose server an option names."""
    return wiring.pipeline(given, _request({"gitlab_url": "https://gitlab.example", **options}))


@contextmanager
def world(pipeline: Pipeline) -> Iterator[World]:
    """Connect, and close at the end."""
    with pipeline.wired() as wired:
        yield wired.world


def _request(options: dict[str, object]) -> Request:
    return Request(**{"environment": "production", **options})  # type: ignore[arg-type]  # options of each test
