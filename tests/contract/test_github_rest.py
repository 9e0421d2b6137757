"""Every REST answer of the sandbox fits GitHub's own description of that route and status."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
import requests

from gate.sandbox.github.forge import quoted
from gate.sandbox.github_rest.api import ROUTES
from gate.sandbox.github_rest.storage import artifact_id
from gate.sandbox.routing import find
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from gate.sandbox.world.forge import PriorEvidence, Token
from gate.sandbox.world.git import number
from tests.contract.conftest import WORLDS
from tests.contract.openapi import Description

TEAM = {"Authorization": "Bearer sandbox-team-token"}
WORKFLOW = {"Authorization": "Bearer sandbox-workflow-token"}


def paths_of(world: World) -> Iterator[str]:
    """Everything that can be asked about a world, found or not."""
    repo = f"/repos/{world.repository.name}"
    yield repo
    yield from ("/repos/acme/none", f"{repo}/nothing", f"{repo}/environments")
    for branch in (*world.branches, "none"):
        yield f"{repo}/branches/{quoted(branch)}"
        yield f"{repo}/rules/branches/{quoted(branch)}"
        yield f"{repo}/git/ref/{quote('heads/' + branch, safe='')}"
        yield f"{repo}/compare/{quoted(world.repository.default_branch)}...{quoted(branch)}"
    yield f"{repo}/git/matching-refs/heads"
    yield f"{repo}/contents/{quote('.github/change-policy.yml', safe='')}"
    yield f"{repo}/contents/none?ref=none"
    yield f"{repo}/git/blobs/{'0' * 40}"
    for commit in (*world.commits, "0" * 40):
        at = f"{repo}/commits/{sha(commit)}"
        yield at
        yield from (f"{at}/check-runs", f"{at}/check-runs?filter=all&per_page=7&page=2")
        yield from (f"{at}/status", f"{at}/statuses", f"{at}/pulls")
        yield f"{repo}/compare/{sha('m0')}...{sha(commit)}?per_page=2"
    yield from (f"{repo}/actions/runs", f"{repo}/actions/runs?event=push&per_page=1")
    yield from (f"{repo}/actions/artifacts{query}" for query in ("", "?per_page=1", "?name=none"))
    for item in world.prior_evidence.values():
        yield f"{repo}/actions/artifacts/{artifact_id(item)}"
    yield f"{repo}/actions/artifacts/1"
    for run in (world.run.id, 5000, 1):
        at = f"{repo}/actions/runs/{run}"
        yield from (at, f"{at}/attempts/1", f"{at}/attempts/9", f"{at}/approvals", f"{at}/jobs")
        yield from (f"{at}/attempts/1/jobs", f"{at}/artifacts", f"{at}/artifacts?name=none")
    yield f"{repo}/deployments"
    yield f"{repo}/deployments?environment=production&per_page=1"
    for deployment in (
        *(item.id or number("deployment", item.name) for item in world.deployments.values()),
        1,
    ):
        yield f"{repo}/deployments/{deployment}/statuses"
    for issue in (*(item.number for item in world.pull_requests.values()), 3, 1000):
        yield from (f"{repo}/issues/{issue}", f"{repo}/issues/{issue}/timeline")
        yield f"{repo}/issues/{issue}/comments"
        yield f"{repo}/pulls/{issue}/files"
    yield from (f"{repo}/issues?state=all&per_page=2", f"{repo}/issues", "/repos/acme/none/issues")
    yield from ("/repos/acme/tickets/issues/5", "/repos/acme/tickets/issues/6")
    for team in (*world.teams, "acme/none"):
        org, _, slug = team.partition("/")
        yield f"/orgs/{org}/teams/{slug}/members?per_page=2"
    for environment in (*world.environments, "none"):
        yield f"{repo}/environments/{environment}"


def problems_of(box: Sandbox, description: Description) -> tuple[list[str], set[str]]:
    """What does not fit in the answers of this sandbox, and the routes that were asked."""
    problems, asked = list[str](), set[str]()
    with requests.Session() as session:
        for path in paths_of(box.world):
            bare = path.partition("?")[0]
            headers = TEAM if path.startswith("/orgs") else WORKFLOW
            response = session.get(f"{box.url}/github{path}", headers=headers, timeout=10)
            if match := find(ROUTES, "GET", bare):
                asked.add(match.route.path)
                body = json.loads(response.content)
                found = description.problems("GET", bare, response.status_code, body)
                problems += [f"{response.status_code} {path} {problem}" for problem in found]
    return problems, asked


def test_every_answer_fits_the_description(box: Sandbox, github_description: Description) -> None:
    problems, asked = problems_of(box, github_description)
    assert problems == []
    redirect = {route.path for route in ROUTES if route.path.endswith("/zip")}
    assert asked | redirect == {route.path for route in ROUTES if route.method == "GET"}


@pytest.mark.parametrize(
    "token", [Token(dead=True), Token(lacks=("actions", "checks", "contents", "deployments"))]
)
def test_refusals_fit_the_description(token: Token, github_description: Description) -> None:
    world = replace(World.load(WORLDS["base"]), token=token)
    with Sandbox(world) as box:
        problems, _ = problems_of(box, github_description)
    assert problems == []


def test_an_artifact_is_handed_out_by_another_host_and_without_the_token(
    github_description: Description,
) -> None:
    with Sandbox(World.load(WORLDS["rich"])) as box:
        repo = f"{box.url}/github/repos/acme/app"
        listed = requests.get(f"{repo}/actions/runs/5000/artifacts", headers=WORKFLOW, timeout=10)
        (artifact,) = listed.json()["artifacts"]
        response = requests.get(artifact["archive_download_url"], headers=WORKFLOW, timeout=10)
    assert [hop.status_code for hop in response.history] == [302]
    assert response.headers["Content-Type"] == "application/zip"
    template = github_description.template("/repos/acme/app/actions/artifacts/1/zip")
    assert "302" in github_description.paths[template]["get"]["responses"]


def test_bundles_of_several_runs_and_environments_fit_the_description(
    github_description: Description,
) -> None:
    several = {
        "production": PriorEvidence(run=6001, commit="m0"),
        "staging": PriorEvidence(run=6001, commit="m0", environment="staging", expired=True),
        "sweep": PriorEvidence(run=6002, commit="m0", artifact="change-gate-follow-up-6002-1-x"),
    }
    world = replace(World.load(WORLDS["base"]), prior_evidence=several)
    with Sandbox(world) as box:
        problems, _ = problems_of(box, github_description)
    assert problems == []
