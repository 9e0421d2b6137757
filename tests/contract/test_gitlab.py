"""Every answer of the sandbox's GitLab fits what GitLab's source and documentation say of that route."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from gate.sandbox.gitlab_rest.api import ROUTES
from gate.sandbox.gitlab_rest.deployed import FIRST_ID
from gate.sandbox.gitlab_rest.jobs import gate_job_id
from gate.sandbox.routing import find
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import number
from gate.sandbox.world.gitlab import FreezePeriod, GitLabSite
from tests.contract.conftest import WORLDS
from tests.contract.gitlab_shapes import ERRORS, SHAPES, SOURCE_SCHEMAS
from tests.contract.openapi import Description

NOWHERE = "https://gitlab.invalid"
SCHEMAS = "spec/fixtures/api/schemas"
JOB = {"JOB-TOKEN": "any"}
READ = {"PRIVATE-TOKEN": "any"}
FREEZES = {"weekend": FreezePeriod(start="0 23 * * 5", end="0 7 * * 1")}
SITES = {
    "premium": GitLabSite(freeze_periods=FREEZES),
    "free": GitLabSite(tier="free", version="18.3"),
    "community": GitLabSite(tier="free", edition="ce", version="17.11"),
}
OF_REQUESTS = ("approvals", "approval_state", "closes_issues", "commits", "notes", "versions")
OF_ISSUES = ("notes", "resource_label_events", "resource_state_events")
NO_JSON = ("/raw", "/artifacts", "/artifacts/{path*}")
Answer = tuple[str, int, Any]


@pytest.fixture(scope="module")
def by_hand() -> Description:
    """The hand-written description, in the form of an official one."""
    errors = {str(status): _response(ERRORS) for status in (400, 401, 403, 404, 405)}
    paths = {
        path: {"get": {"responses": {"200": _response(schema), **errors}}}
        for path, schema in SHAPES.items()
    }
    return Description({"paths": paths, "components": {"schemas": {}}})


def _response(schema: Any) -> Any:
    return {"content": {"application/json": {"schema": schema}}}


def questions(world: World) -> Iterator[str]:
    """Everything that can be asked about a world, found or not."""
    home = f"/projects/{world.repository.id}"
    yield from (
        "/job",
        "/user",
        "/users?username=nobody",
        "/users?username=bokafor",
        "/version",
        home,
        "/projects/1",
        "/groups/acme%2Feverybody/members/all",
    )
    yield from (f"{home}/{name}" for name in ("members/all", "approvals", "approval_rules"))
    yield from (f"{home}/deployments{query}" for query in ("", "?order_by=x", "?finished_after=x"))
    yield from (f"{home}/deployments/{FIRST_ID + count}" for count in range(1, 6))
    yield f"{home}/environments"
    for environment in (*world.environments, "production", "none"):
        yield f"{home}/environments/{number('environment', environment)}"
        yield f"{home}/protected_environments/{environment}"
    yield from (f"{home}/protected_environments", f"{home}/freeze_periods")
    yield from (f"{home}/protected_branches", f"{home}/protected_branches/main", f"{home}/jobs")
    yield from (f"{home}/pipelines", f"{home}/pipelines?page=x", f"{home}/jobs/1")
    yield from (f"{home}/pipelines?updated_{end}=x" for end in ("after", "before"))
    for left in world.prior_evidence.values():
        yield f"{home}/pipelines/{left.run}/jobs"
        yield f"{home}/jobs/{gate_job_id(left.run, left.attempt, left.job)}"
    for run in (world.run.id, 5000, 7000, 1):
        yield f"{home}/pipelines/{run}"
        yield f"{home}/pipelines/{run}/jobs?include_retried=true"
        yield f"{home}/jobs/{gate_job_id(run, world.run.attempt)}"
    yield f"{home}/merge_requests?per_page=3"
    for request in (*(item.number for item in world.pull_requests.values()), 1000):
        at = f"{home}/merge_requests/{request}"
        yield from (at, *(f"{at}/{part}" for part in OF_REQUESTS))
    for project in (str(world.repository.id), "acme%2Ftickets", "acme%2Fnone"):
        yield f"/projects/{project}/issues?per_page=2"
        for issue in (3, 5, 6):
            at = f"/projects/{project}/issues/{issue}"
            yield from (at, *(f"{at}/{part}" for part in OF_ISSUES))
    yield from repository_questions(world, f"{home}/repository")


def repository_questions(world: World, at: str) -> Iterator[str]:
    yield from (f"{at}/branches", f"{at}/tags", f"{at}/compare", f"{at}/merge_base")
    yield from (f"{at}/branches?pagination=keyset&per_page=1", f"{at}/branches/none")
    yield from (f"{at}/branches/{name.replace('/', '%2F')}" for name in world.branches)
    yield from (f"{at}/tags/{name}" for name in (*world.tags, "none"))
    yield from (f"{at}/files/.github%2Fchange-policy.yml", f"{at}/files/none")
    for commit in (*world.commits, "0" * 40):
        for part in ("", "/diff", "/merge_requests", "/signature", "/statuses?all=true"):
            yield f"{at}/commits/{sha(commit)}{part}"
        yield f"{at}/compare?from={sha('m0')}&to={sha(commit)}"
        yield f"{at}/merge_base?refs[]=main&refs[]={sha(commit)}"


def answers(world: World, token: dict[str, str]) -> Iterator[Answer]:
    """Path, status and body of every answer."""
    with Sandbox(world) as box, requests.Session() as session:
        for path in questions(world):
            headers = JOB if path == "/job" else token
            response = session.get(f"{box.url}/gitlab/api/v4{path}", headers=headers, timeout=10)
            yield path.partition("?")[0], response.status_code, response.json()


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("name", WORLDS)
def test_every_answer_fits_what_the_description_says(
    name: str, site: str, by_hand: Description
) -> None:
    asked = set()
    for path, status, body in answers(replace(World.load(WORLDS[name]), gitlab=SITES[site]), READ):
        assert list(by_hand.problems("GET", path, status, body)) == [], path
        match = find(ROUTES, "GET", path)
        assert match
        asked.add(match.route.path)
    assert asked == {
        route.path for route in ROUTES if route.method == "GET" and not route.path.endswith(NO_JSON)
    }


def test_evidence_of_several_jobs_fits_as_well(by_hand: Description) -> None:
    several = {
        "production": PriorEvidence(run=6001, commit="m0"),
        "again": PriorEvidence(run=6001, commit="m0", attempt=2),
        "staging": PriorEvidence(run=6001, commit="m0", job="gate-staging", expired=True),
    }
    world = replace(World.load(WORLDS["base"]), prior_evidence=several)
    for path, status, body in answers(world, READ):
        assert list(by_hand.problems("GET", path, status, body)) == [], path


@pytest.mark.parametrize("dead", ["job", "read"])
def test_refusals_fit_as_well(dead: Literal["job", "read"], by_hand: Description) -> None:
    site = GitLabSite(dead=(dead,))
    for path, status, body in answers(replace(World.load(WORLDS["rich"]), gitlab=site), JOB):
        assert list(by_hand.problems("GET", path, status, body)) == [], path
        assert status == 200 or status in (400, 401, 404)


@pytest.fixture(scope="module")
def source() -> Path:
    """A copy of GitLab's source, where one is at hand."""
    place = os.environ.get("CHANGE_GATE_GITLAB_SOURCE", "")
    if not place:
        pytest.skip(
            "CHANGE_GATE_GITLAB_SOURCE names no copy of GitLab's source (gitlab-org/gitlab-foss)"
        )
    return Path(place) / SCHEMAS


@pytest.mark.parametrize("name", WORLDS)
def test_every_answer_fits_gitlabs_own_schemas(
    name: str, source: Path, by_hand: Description
) -> None:
    # mypy does not see that the parameter has this name, which is an alias.
    registry: Registry[Any] = Registry(retrieve=lambda uri: _resource(source, uri))  # type: ignore[call-arg]
    held = set()
    for path, status, body in answers(World.load(WORLDS[name]), READ):
        schema = SOURCE_SCHEMAS.get(by_hand.template(path))
        if status == 200 and schema:
            reference = {"$ref": f"{NOWHERE}/public_api/v4/{schema}"}
            errors = Draft7Validator(reference, registry=registry).iter_errors(body)
            assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == [], path
            held.add(schema)
    assert held <= {*SOURCE_SCHEMAS.values()}
    assert name == "base" or held == {*SOURCE_SCHEMAS.values()}


def _resource(source: Path, uri: str) -> Resource[Any]:
    """One of GitLab's schemas. It may be of another version, so what it does not know yet is no mistake."""
    schema = json.loads((source / uri.removeprefix(f"{NOWHERE}/")).read_bytes())
    return DRAFT7.create_resource({**_open(schema), "$id": uri})


def _open(schema: Any) -> Any:
    """The schema, open for more properties, and where null fits both halves of a `oneOf`, with that."""
    if isinstance(schema, list):
        return [_open(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        {"oneOf": "anyOf"}.get(key, key): _open(item)
        for key, item in schema.items()
        if key != "additionalProperties"
    }
