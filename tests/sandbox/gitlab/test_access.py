"""What each token may read; where GitLab says 401, 403 and 404."""

import pytest

from gate.sandbox.gitlab_rest.api import ROUTES
from gate.sandbox.messages import Request
from gate.sandbox.routing import find
from gate.sandbox.site import Site
from gate.sandbox.world import World, sha
from tests.sandbox.asking import RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, NOBODY, READ, ask, refusal

rich = site_of(World.load(RICH))
HOME = "/projects/4242"
UNAUTHORIZED = (401, {"message": "401 Unauthorized"})
NO_PROJECT = (404, {"message": "404 Project Not Found"})
FOR_JOBS = [
    "/job",
    f"{HOME}/deployments",
    f"{HOME}/deployments/9001",
    f"{HOME}/environments",
    f"{HOME}/jobs",
    f"{HOME}/pipelines",
    f"{HOME}/pipelines/7001",
    f"{HOME}/pipelines/7001/jobs",
    f"{HOME}/merge_requests",
    f"{HOME}/merge_requests/12",
    f"{HOME}/merge_requests/12/notes",
    f"{HOME}/repository/branches",
    f"{HOME}/repository/tags",
    f"{HOME}/repository/commits/main",
    f"{HOME}/repository/commits/main/merge_requests",
    f"{HOME}/repository/files/.github%2Fchange-policy.yml/raw",
    f"{HOME}/issues",
    f"{HOME}/issues/3",
]
NOT_FOR_JOBS = {
    HOME: NO_PROJECT,
    f"{HOME}/approvals": NO_PROJECT,
    f"{HOME}/approval_rules": NO_PROJECT,
    f"{HOME}/protected_branches": NO_PROJECT,
    f"{HOME}/protected_environments": NO_PROJECT,
    f"{HOME}/members/all": NO_PROJECT,
    f"{HOME}/freeze_periods": UNAUTHORIZED,
    f"{HOME}/merge_requests/12/approvals": NO_PROJECT,
    f"{HOME}/merge_requests/12/approval_state": NO_PROJECT,
    f"{HOME}/merge_requests/12/commits": NO_PROJECT,
    f"{HOME}/merge_requests/12/closes_issues": NO_PROJECT,
    f"{HOME}/merge_requests/12/versions": UNAUTHORIZED,
    f"{HOME}/repository/branches/main": NO_PROJECT,
    f"{HOME}/repository/tags/v1.0.0": NO_PROJECT,
    f"{HOME}/repository/files/.github%2Fchange-policy.yml": NO_PROJECT,
    f"{HOME}/repository/compare?from=main&to=main": NO_PROJECT,
    f"{HOME}/repository/commits/main/diff": NO_PROJECT,
    f"{HOME}/repository/merge_base?refs[]=main&refs[]=main": NO_PROJECT,
    f"{HOME}/repository/commits/main/signature": NO_PROJECT,
    f"{HOME}/repository/commits/main/statuses": UNAUTHORIZED,
    f"{HOME}/issues/3/notes": NO_PROJECT,
    f"{HOME}/issues/3/resource_label_events": UNAUTHORIZED,
    f"{HOME}/issues/3/resource_state_events": UNAUTHORIZED,
    "/groups/acme%2Feverybody/members/all": UNAUTHORIZED,
    "/user": UNAUTHORIZED,
    "/users": UNAUTHORIZED,
    "/version": UNAUTHORIZED,
}


@pytest.mark.parametrize("path", FOR_JOBS)
def test_a_job_token_may_read_what_is_on_its_list(path: str) -> None:
    assert ask(rich, path, JOB).status == 200


@pytest.mark.parametrize("path", NOT_FOR_JOBS)
def test_elsewhere_a_job_token_is_nobody(path: str) -> None:
    place = rich
    if path.endswith("signature"):
        path = path.replace("main", sha("m1"))
    assert refusal(place, path, JOB) == NOT_FOR_JOBS[path.replace(sha("m1"), "main")]
    assert ask(place, path, READ).status == 200


def test_every_route_is_asked_above_but_for_those_of_single_things() -> None:
    api = [path.partition("?")[0] for path in (*FOR_JOBS, *NOT_FOR_JOBS)]
    asked = {match.route.path for path in api if (match := find(ROUTES, "GET", path))}
    left = {
        route.path.removeprefix("/projects/{id}")
        for route in ROUTES
        if route.method == "GET" and route.path not in asked
    }
    assert left == {
        "/environments/{environment}",
        "/jobs/{job}",
        "/jobs/{job}/artifacts",
        "/jobs/{job}/artifacts/{path*}",
        "/protected_branches/{branch}",
        "/protected_environments/{name}",
    }


def test_only_a_job_token_belongs_to_a_job() -> None:
    assert refusal(rich, "/job") == (404, {"message": "404 Job Not Found"})
    assert refusal(rich, "/job", NOBODY) == UNAUTHORIZED


def test_a_public_project_answers_anybody_where_no_user_is_needed() -> None:
    public = site(repository={"private": False})
    for headers in (JOB, NOBODY):
        path = f"{HOME}/repository/compare?from=main&to=main"
        assert ask(public, path, headers).status == 200
        assert refusal(public, f"{HOME}/freeze_periods", headers) == UNAUTHORIZED


@pytest.mark.parametrize("project", ["4242", "acme%2Fapp", "ACME%2FApp"])
def test_a_project_is_named_by_number_or_path(project: str) -> None:
    assert ask(rich, f"/projects/{project}/pipelines").status == 200


@pytest.mark.parametrize("project", ["1", "acme%2Fother"])
def test_another_project_is_not_found(project: str) -> None:
    assert refusal(rich, f"/projects/{project}/pipelines") == NO_PROJECT


def test_a_dead_token_is_told_so() -> None:
    place = site(gitlab={"dead": ["job", "read"]})
    assert refusal(place, f"{HOME}/deployments", JOB) == UNAUTHORIZED
    status, body = refusal(place, f"{HOME}/deployments")
    assert (status, body["error"]) == (401, "invalid_token")


def test_without_a_token_for_reading_none_is_known() -> None:
    place = site(gitlab={"read_token": False})
    assert refusal(place, f"{HOME}/deployments") == UNAUTHORIZED
    assert ask(place, f"{HOME}/deployments", JOB).status == 200


def test_before_18_3_a_job_token_read_little() -> None:
    old = site(gitlab={"version": "18.2"})
    for path in ("/job", f"{HOME}/deployments", f"{HOME}/environments"):
        assert ask(old, path, JOB).status == 200
    assert refusal(old, f"{HOME}/merge_requests", JOB) == NO_PROJECT
    assert refusal(old, f"{HOME}/jobs", JOB) == UNAUTHORIZED


@pytest.mark.parametrize("path", ["/nothing", f"{HOME}/nothing"])
def test_what_is_no_route_is_not_found(path: str) -> None:
    assert refusal(rich, path) == (404, {"error": "404 Not Found"})


def test_every_answer_tells_the_rate_limit() -> None:
    headers = ask(rich, f"{HOME}/pipelines").headers
    assert int(headers["RateLimit-Remaining"]) < int(headers["RateLimit-Limit"])
    assert int(headers["RateLimit-Reset"]) % 60 == 0


def test_the_rest_of_gitlab_is_no_system_of_the_sandbox() -> None:
    place: Site = rich
    response = place.answer(Request(method="GET", path="/gitlab/acme/app"))
    assert "the sandbox has no system" in response.json()["message"]
