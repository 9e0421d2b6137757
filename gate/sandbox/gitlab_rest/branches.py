"""Branches and tags, and how branches are protected."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.commit_shape import commit_shape
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import GitLab, quoted
from gate.sandbox.gitlab_rest.paging import keyset, paged, wants_keyset
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number

MAINTAINERS = {"access_level": 40, "access_level_description": "Maintainers"}


def branches(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/branches`, by `search`; pages by number or by the name that came last."""
    found = [name for name in sorted(gitlab.world.branches) if _matches(request, name)]
    if wants_keyset(request):
        return keyset(
            gitlab,
            request,
            found,
            lambda name: _branch(gitlab, name),
            key=str,
            parameter="page_token",
        )
    return paged(gitlab, request, found, lambda name: _branch(gitlab, name))


def branch(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/branches/{branch}`."""
    if named["branch"] not in gitlab.world.branches:
        raise not_found("Branch")
    return answer(_branch(gitlab, named["branch"]))


def tags(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/tags`, by `search`."""
    found = [name for name in sorted(gitlab.world.tags, reverse=True) if _matches(request, name)]
    return paged(gitlab, request, found, lambda name: _tag(gitlab, name))


def tag(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/tags/{tag}`."""
    if named["tag"] not in gitlab.world.tags:
        raise not_found("Tag")
    return answer(_tag(gitlab, named["tag"]))


def protected_branches(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/protected_branches`."""
    found = [name for name in gitlab.world.branches if _is_protected(gitlab, name)]
    return paged(gitlab, request, found, lambda name: _protection(gitlab, name))


def protected_branch(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/protected_branches/{branch}`."""
    if not _is_protected(gitlab, named["branch"]):
        raise not_found()
    return answer(_protection(gitlab, named["branch"]))


def _matches(request: Request, name: str) -> bool:
    """`^x` finds what begins with x, `x$` what ends with it, anything else what holds it; case does not matter."""
    wanted, folded = request.query.get("search", "").casefold(), name.casefold()
    if wanted.startswith("^"):
        return folded.startswith(wanted[1:])
    if wanted.endswith("$"):
        return folded.endswith(wanted[:-1])
    return wanted in folded


def _branch(gitlab: GitLab, name: str) -> Shape:
    tip = gitlab.world.commits[gitlab.world.branches[name]]
    protected = _is_protected(gitlab, name)
    default = name == gitlab.world.repository.default_branch
    return {
        "name": name,
        "commit": commit_shape(gitlab, tip),
        "merged": not default and gitlab.graph.contains(gitlab.graph.default_head, tip),
        "protected": protected,
        "developers_can_push": False,
        "developers_can_merge": False,
        "can_push": not protected,
        "default": default,
        "web_url": gitlab.web(f"/-/tree/{quoted(name)}"),
    }


def _tag(gitlab: GitLab, name: str) -> Shape:
    target = gitlab.world.commits[gitlab.world.tags[name]]
    return {
        "name": name,
        "message": "",
        "target": target.sha,
        "commit": commit_shape(gitlab, target),
        "release": None,
        "protected": False,
        "created_at": None,
    }


def _is_protected(gitlab: GitLab, name: str) -> bool:
    known = gitlab.world.repository
    return known.protected and name == known.default_branch


def _protection(gitlab: GitLab, name: str) -> Shape:
    paid = {"user_id": None, "group_id": None} if gitlab.site.is_paid else {}
    level = {"id": number("access level", name), **MAINTAINERS, **paid}
    more = {"unprotect_access_levels": [], "code_owner_approval_required": False}
    return {
        "id": number("protected branch", name),
        "name": name,
        "push_access_levels": [{**level, "deploy_key_id": None}],
        "merge_access_levels": [level],
        "allow_force_push": False,
        **(more if gitlab.site.is_paid else {}),
    }


_REPOSITORY, _PROTECTED = "/projects/{id}/repository", "/projects/{id}/protected_branches"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=f"{_REPOSITORY}/branches", answer=branches, needs=access.JOB),
    Route(path=f"{_REPOSITORY}/branches/{{branch}}", answer=branch, needs=access.READ),
    Route(path=f"{_REPOSITORY}/tags", answer=tags, needs=access.JOB),
    Route(path=f"{_REPOSITORY}/tags/{{tag}}", answer=tag, needs=access.READ),
    Route(path=_PROTECTED, answer=protected_branches, needs=access.READ),
    Route(path=f"{_PROTECTED}/{{branch}}", answer=protected_branch, needs=access.READ),
)
