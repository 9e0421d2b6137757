"""The project, who belongs to it and to groups, whose token this is, and which version answers."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import WRITER, GitLab, moment, token_owner
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import basic, member
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import Account
from gate.sandbox.world.git import digest, number


def project(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /projects/{id}`: what it is, and how merge requests are merged."""
    known = gitlab.world.repository
    group, _, name = known.name.rpartition("/")
    return answer(
        {
            "id": known.id,
            "description": None,
            "name": name,
            "name_with_namespace": known.name.replace("/", " / "),
            "path": name,
            "path_with_namespace": known.name,
            "created_at": moment(gitlab.made),
            "default_branch": known.default_branch,
            "visibility": "private" if known.private else "public",
            "web_url": gitlab.web(),
            "http_url_to_repo": f"{gitlab.web()}.git",
            "namespace": {"id": number("group", group), "path": group, "kind": "group"},
            "archived": False,
            "merge_method": "merge",
            "squash_option": "default_off",
            "only_allow_merge_if_pipeline_succeeds": bool(known.required_checks),
            "only_allow_merge_if_all_discussions_are_resolved": False,
            "merge_requests_enabled": True,
            "issues_enabled": True,
            "ci_forward_deployment_enabled": True,
            "ci_forward_deployment_rollback_allowed": True,
            "merge_pipelines_enabled": False,
            "merge_trains_enabled": False,
        }
    )


def project_members(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /projects/{id}/members/all`."""
    everybody = [name for name in gitlab.world.accounts if gitlab.account(name)]
    return paged(gitlab, request, everybody, lambda name: member(gitlab, name))


def group_members(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /groups/{group}/members/all`. What GitHub calls a team is a group here."""
    for team, people in gitlab.world.teams.items():
        if named["group"].casefold() in (team.casefold(), str(number("group", team))):
            return paged(gitlab, request, people, lambda name: member(gitlab, name))
    raise not_found("Group")


def user(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /user`: of a project's token, the account that GitLab made for it."""
    writes = access.caller(gitlab, request, access.READ_AND_LOGIN) is access.Caller.WRITER
    made = token_owner(gitlab.world.repository.id, WRITER if writes else "read")
    return answer(basic(gitlab, Account(gitlab=made, name="change-gate", type="bot")))


def users(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /users`: the one with that name, whatever its case."""
    wanted = request.query.get("username", "").casefold()
    accounts = filter(None, map(gitlab.account, gitlab.world.accounts))
    found = [one for one in accounts if gitlab.username(one).casefold() == wanted]
    return paged(gitlab, request, found, lambda one: basic(gitlab, one))


def version(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /version`."""
    number_ = f"{gitlab.site.version}-{gitlab.site.edition}"
    return answer({"version": number_, "revision": digest("version", number_)[:11]})


ROUTES: tuple[Route[GitLab], ...] = (
    Route(path="/projects/{id}", answer=project, needs=access.READ),
    Route(path="/projects/{id}/members/all", answer=project_members, needs=access.READ),
    Route(path="/groups/{group}/members/all", answer=group_members, needs=access.READ_AND_LOGIN),
    Route(path="/users", answer=users, needs=access.READ_AND_LOGIN),
    Route(path="/user", answer=user, needs=access.READ_AND_LOGIN),
    Route(path="/version", answer=version, needs=access.READ_AND_LOGIN),
)
