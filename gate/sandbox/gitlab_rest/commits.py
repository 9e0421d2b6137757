"""Commits, their signatures, and the merge requests that brought them."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.github.forge import shown_name
from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.commit_shape import commit_shape
from gate.sandbox.gitlab_rest.diffs import listed
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.landing import landings, own_commits
from gate.sandbox.gitlab_rest.merge_request_shape import in_list
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.pipeline_shape import pipeline_basic
from gate.sandbox.gitlab_rest.work import newest_of
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import Commit
from gate.sandbox.world.reviews import PullRequest


def commit(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/commits/{sha}`; a branch or tag will do as well."""
    found = find(gitlab, named["sha"])
    differences = gitlab.trees.own_diff(found)
    added, removed = (sum(getattr(d, name) for d in differences) for name in ("added", "removed"))
    pipeline = newest_of(gitlab, found.sha)
    shape = {
        **commit_shape(gitlab, found),
        "stats": {"additions": added, "deletions": removed, "total": added + removed},
        "status": pipeline.status if pipeline else None,
        "project_id": gitlab.world.repository.id,
        "last_pipeline": pipeline_basic(gitlab, pipeline) if pipeline else None,
    }
    return answer(shape)


def diff(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/commits/{sha}/diff`."""
    shapes, _ = listed(gitlab.trees.own_diff(find(gitlab, named["sha"])))
    return paged(gitlab, request, shapes, dict)


def merge_requests(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/commits/{sha}/merge_requests`: those that brought it, of this project alone."""
    found = find(gitlab, named["sha"])
    state = request.query.get("state", "all") if gitlab.site.is_since(18, 2) else "all"
    shown = [
        item
        for item in gitlab.merge_requests()
        if brings(item, found) and state in ("all", {"open": "opened"}.get(item.state, item.state))
    ]
    return paged(gitlab, request, shown, lambda item: in_list(gitlab, item))


def signature(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/commits/{sha}/signature`: not found for a commit that is not signed."""
    found = find(gitlab, named["sha"])
    if found.by_forge:
        key = {"id": None, "title": None, "created_at": None, "expires_at": None, "key": None}
        shape = {"signature_type": "SSH", "verification_status": "verified_system", "key": key}
        return answer({**shape, "commit_source": "gitaly"})
    if not found.verified:
        raise not_found("Signature")
    who = gitlab.committer(found)
    return answer(
        {
            "signature_type": "PGP",
            "verification_status": "verified",
            "gpg_key_id": 1,
            "gpg_key_primary_keyid": found.sha[:16].upper(),
            "gpg_key_user_name": shown_name(who),
            "gpg_key_user_email": gitlab.email(who),
            "gpg_key_subkey_id": None,
            "commit_source": "gitaly",
        }
    )


def find(gitlab: GitLab, name: str) -> Commit:
    """The commit that a SHA, branch or tag names."""
    found = gitlab.graph.resolve(name)
    if found is None:
        raise not_found("Commit")
    return found


def brings(request: PullRequest, found: Commit) -> bool:
    """Whether GitLab says that this merge request brought the commit."""
    if found.pull_requests is not None:
        return request.number in found.pull_requests
    return found.name in own_commits(request) or found.name in landings(request)


_COMMIT = "/projects/{id}/repository/commits/{sha}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_COMMIT, answer=commit, needs=access.JOB),
    Route(path=f"{_COMMIT}/diff", answer=diff, needs=access.READ),
    Route(path=f"{_COMMIT}/merge_requests", answer=merge_requests, needs=access.JOB),
    Route(path=f"{_COMMIT}/signature", answer=signature, needs=access.READ),
)
