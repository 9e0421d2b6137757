"""The same waiting and the same limits, many times as fast: what an outage costs in an hour is seen in seconds."""

from __future__ import annotations

import time

import pytest

from gate.adapters import http
from gate.adapters.deadline import Deadline
from gate.adapters.forges.github import comments, forge, issue_api
from gate.adapters.forges.gitlab import forge as gitlab_forge
from gate.adapters.forges.gitlab import notes, transport, writer
from gate.adapters.pagers import incident_io, jsm, pagerduty
from gate.adapters.trackers import (
    github_desk,
    github_issues,
    gitlab_desk,
    gitlab_issues,
    jira,
    jira_connection,
    jira_desk,
)

FASTER = 12
LEAST_SECONDS = 1.0
"""For an answer: the machine may be busy with other things."""
TIMEOUT = "--timeout=300"
"""For the gathering as a whole, for the same reason."""

_WAIT = (
    http.Http, comments.GitHubComments, forge.GitHub, issue_api.IssueApi, gitlab_forge.GitLab, notes.GitLabNotes,
    transport.Transport, writer.Writer, incident_io.IncidentIo, jsm.Jsm, pagerduty.PagerDuty, github_desk.GitHubDesk,
    github_issues.GitHubIssues, gitlab_desk.GitLabDesk, gitlab_issues.GitLabIssues, jira.Jira,
    jira_connection.JiraConnection, jira_desk.JiraDesk,
)  # fmt: skip
"""Everything that waits, unless it is told how."""


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass faster for everything that waits for it or is limited by it, and change nothing else."""
    for kind in _WAIT:
        given: dict[str, object] = kind.__init__.__kwdefaults__ or {}
        monkeypatch.setitem(given, "sleep" if "sleep" in given else "pause", _sleep)
    monkeypatch.setattr(Deadline.__init__, "__defaults__", (_clock,))
    limit = Deadline.timeout

    def timeout(deadline: Deadline, cap: float, source: str = "the systems asked") -> float:
        return max(limit(deadline, cap, source) / FASTER, LEAST_SECONDS)

    monkeypatch.setattr(Deadline, "timeout", timeout)


def _sleep(seconds: float) -> None:
    time.sleep(seconds / FASTER)


def _clock() -> float:
    return time.monotonic() * FASTER
