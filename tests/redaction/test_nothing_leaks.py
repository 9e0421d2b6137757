"""Whatever systems answer, no credential reaches a bundle, a log, a report, or what the gate writes for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gate.sandbox.routing import Route
from tests.redaction.conftest import Played
from tests.redaction.planter import ROUTES
from tests.redaction.plays import CHECKS, EMERGENCIES, ON_GITLAB, Play, plays
from tests.scenarios.forges import expectation_on_gitlab
from tests.scenarios.play import expectation

ALL = {play.name: play for play in plays()}
AS_EXPECTED = [
    play
    for play in ALL.values()
    if play.scenario in (*CHECKS, *ON_GITLAB, *EMERGENCIES) and not play.about
]
ADAPTERS = Path(__file__).parents[2] / "gate" / "adapters"
NOT_ASKED: Mapping[str, frozenset[str]] = {
    "github": frozenset({
        "GET /repos/{owner}/{repo}",
        "GET /repos/{owner}/{repo}/actions/artifacts",
        "GET /repos/{owner}/{repo}/actions/artifacts/{id}",
        "GET /repos/{owner}/{repo}/actions/runs/{id}",
        "GET /repos/{owner}/{repo}/actions/runs/{id}/attempts/{attempt}/jobs",
        "GET /repos/{owner}/{repo}/actions/runs/{id}/jobs",
        "GET /repos/{owner}/{repo}/branches/{branch*}",
        "GET /repos/{owner}/{repo}/commits/{ref*}",
        "GET /repos/{owner}/{repo}/commits/{ref*}/pulls",
        "GET /repos/{owner}/{repo}/commits/{ref*}/status",
        "GET /repos/{owner}/{repo}/commits/{ref*}/statuses",
        "GET /repos/{owner}/{repo}/contents/{path*}",
        "GET /repos/{owner}/{repo}/deployments",
        "GET /repos/{owner}/{repo}/deployments/{id}/statuses",
        "GET /repos/{owner}/{repo}/environments",
        "GET /repos/{owner}/{repo}/environments/{name}",
        "GET /repos/{owner}/{repo}/issues/{number}/comments",
        "GET /repos/{owner}/{repo}/issues/{number}/timeline",
        "GET /repos/{owner}/{repo}/pulls/{number}/files",
        "GET /repos/{owner}/{repo}/rules/branches/{branch*}",
    }),
    "gitlab": frozenset({
        "GET /projects/{id}",
        "GET /projects/{id}/approvals",
        "GET /projects/{id}/environments",
        "GET /projects/{id}/environments/{environment}",
        "GET /projects/{id}/jobs",
        "GET /projects/{id}/jobs/{job}",
        "GET /projects/{id}/jobs/{job}/artifacts",
        "GET /projects/{id}/members/all",
        "GET /projects/{id}/merge_requests/{iid}/closes_issues",
        "GET /projects/{id}/merge_requests/{iid}/commits",
        "GET /projects/{id}/protected_branches",
        "GET /projects/{id}/protected_branches/{branch}",
        "GET /projects/{id}/protected_environments",
        "GET /projects/{id}/repository/branches/{branch}",
        "GET /projects/{id}/repository/commits/{sha}/diff",
        "GET /projects/{id}/repository/commits/{sha}/signature",
        "GET /projects/{id}/repository/files/{path}",
        "GET /projects/{id}/repository/tags/{tag}",
        "GET /version",
        "PUT /projects/{id}/issues/{iid}/notes/{note}",
    }),
    "jira": frozenset({
        "GET /rest/api/3/field",
        "GET /rest/api/3/issue/{key}/changelog",
        "POST /rest/api/3/changelog/bulkfetch",
    }),
}  # fmt: skip
"""What the sandbox can answer and no scenario asks: it is there for other clients, for `gate evidence pull`, or where a
list goes on over more pages than any scenario has. All of it travels the same way.
"""
FURTHER_PAGES = frozenset({"Branch", "CommitPage", "Deployments", "IssuePage", "MoreComments"})
"""Queries that go on with a list, or ask again for a part of another one."""


@pytest.mark.parametrize("name", ALL)
def test_no_credential_of_any_answer_is_left_anywhere(name: str, played: Played) -> None:
    found = played(ALL[name])
    assert found.leaks == ()


@pytest.mark.parametrize("name", ALL)
def test_every_answer_was_tainted(name: str, played: Played) -> None:
    found = played(ALL[name])
    assert found.answered == found.asked > 0
    assert found.planted > 10 * found.answered


@pytest.mark.parametrize("play", AS_EXPECTED, ids=lambda play: play.name)
def test_the_decision_is_the_same_as_without_anything_planted(play: Play, played: Played) -> None:
    expected = (
        expectation(play.scenario)
        if play.forge == "github"
        else expectation_on_gitlab(play.scenario)
    )
    found = played(play)
    assert (found.exit, list(found.reasons)) == (expected["exit"], expected["reasons"])


@pytest.mark.parametrize("name", [name for name, play in ALL.items() if play.about])
def test_names_archives_and_failures_change_what_they_would_change_anyway(
    name: str, played: Played
) -> None:
    play = ALL[name]
    assert played(play).exit == (4 if "fails" in play.about else 0)


def test_everything_that_is_left_is_searched(played: Played) -> None:
    searched = {
        re.sub(r"[0-9]+", "#", place) for play in ALL.values() for place in played(play).searched
    }
    assert searched >= {
        "the log of gate check", "the log of gate recheck", "the log of gate follow-up", "the webhook",
        "what the gate wrote into a system (#)", "#/output.txt", "#/step-summary.md", "#/outputs.env", "#/junit.xml",
        "#/annotations.json", "#/evidence/decision.json", "#/evidence/report.html", "#/evidence/summary.md",
        "#/evidence/record.json", "#/evidence/record.sigstore.json", "#/evidence/follow-up.json",
        "#/evidence/sweep.json", "#/evidence/tickets.json", "#/evidence/facts/change.json",
    }  # fmt: skip
    assert any(re.match(r"#/evidence/raw/", place) for place in searched)
    assert any(re.match(r"archive/.*index", place) for place in searched)


def test_every_endpoint_that_the_gate_asks_was_tainted(played: Played) -> None:
    tainted = {endpoint for play in ALL.values() for endpoint in played(play).endpoints}
    for system, routes in ROUTES.items():
        left = {_name(route) for route in routes} - {
            name for where, name in tainted if where == system
        }
        assert left <= NOT_ASKED.get(system, frozenset())
    assert {("calendars", "GET *"), ("storage", "GET *")} <= tainted


def test_every_query_of_graphql_was_tainted(played: Played) -> None:
    source = "".join(path.read_text() for path in ADAPTERS.rglob("*.py"))
    operations = set(re.findall(r"\bquery ([A-Z][A-Za-z]+)\(", source))
    tainted = {name for play in ALL.values() for _, name in played(play).endpoints}
    assert {name for name in operations if f"graphql {name}" not in tainted} == FURTHER_PAGES


def _name(route: Route[Any]) -> str:
    return f"{route.method} {route.path}"
