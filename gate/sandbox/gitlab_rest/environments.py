"""Environments, how they are protected, and when deployments are frozen."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.deployed import records
from gate.sandbox.gitlab_rest.environment_shape import environment_shape
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape, somebody
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number
from gate.sandbox.world.gitlab import FreezePeriod


def environments(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/environments`: all, those of a `name`, or those that a `search` finds."""
    name, search = request.query.get("name"), request.query.get("search", "")
    found = [one for one in _names(gitlab) if name in (None, one) and search in one]
    return paged(gitlab, request, found, lambda one: environment_shape(gitlab, one))


def environment(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/environments/{environment}`, by its number."""
    for name in _names(gitlab):
        shape = environment_shape(gitlab, name)
        if str(shape["id"]) == named["environment"]:
            return answer(shape)
    raise not_found("Environment")


def protected_environments(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/protected_environments` (Premium)."""
    return paged(gitlab, request, _protected(gitlab), lambda name: _protection(gitlab, name))


def protected_environment(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/protected_environments/{name}` (Premium)."""
    if named["name"] not in _protected(gitlab):
        raise not_found()
    return answer(_protection(gitlab, named["name"]))


def freeze_periods(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/freeze_periods`."""
    found = [*gitlab.site.freeze_periods.items()]
    return paged(gitlab, request, found, lambda item: _freeze(gitlab, *item))


def _names(gitlab: GitLab) -> list[str]:
    deployed = [record.environment for record in records(gitlab)]
    return [*dict.fromkeys([*gitlab.world.environments, *deployed])]


def _protected(gitlab: GitLab) -> list[str]:
    if not gitlab.site.is_paid:
        raise not_found()
    return [name for name, item in gitlab.world.environments.items() if item.reviewers]


def _protection(gitlab: GitLab, name: str) -> Shape:
    level = {
        "id": number("deploy access level", name),
        "access_level": 40,
        "access_level_description": "Maintainers",
        "user_id": None,
        "group_id": None,
        "group_inheritance_type": 0,
    }
    rules = [
        {
            "id": number("environment rule", f"{name}/{who}"),
            "user_id": somebody(gitlab, who)["id"],
            "group_id": None,
            "access_level": None,
            "access_level_description": somebody(gitlab, who)["name"],
            "required_approvals": 1,
            "group_inheritance_type": 0,
        }
        for who in gitlab.world.environments[name].reviewers
    ]
    return {
        "name": name,
        "deploy_access_levels": [level],
        "required_approval_count": 0,
        "approval_rules": rules,
    }


def _freeze(gitlab: GitLab, name: str, item: FreezePeriod) -> Shape:
    return {
        "id": number("freeze period", name),
        "freeze_start": item.start,
        "freeze_end": item.end,
        "cron_timezone": item.timezone,
        "created_at": moment(gitlab.made),
        "updated_at": moment(gitlab.made),
    }


_ENVIRONMENTS, _PROTECTED = "/projects/{id}/environments", "/projects/{id}/protected_environments"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_ENVIRONMENTS, answer=environments, needs=access.CLASSIC_AND_LOGIN),
    Route(
        path=f"{_ENVIRONMENTS}/{{environment}}", answer=environment, needs=access.CLASSIC_AND_LOGIN
    ),
    Route(path=_PROTECTED, answer=protected_environments, needs=access.READ),
    Route(path=f"{_PROTECTED}/{{name}}", answer=protected_environment, needs=access.READ),
    Route(path="/projects/{id}/freeze_periods", answer=freeze_periods, needs=access.READ_AND_LOGIN),
)
