"""Pull requests in REST's shapes. Reviews and commits of one are asked for over GraphQL."""

from __future__ import annotations

from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import WEB, GitHub
from gate.sandbox.github_rest.people import named_user, organisation
from gate.sandbox.github_rest.repository_shape import repository_shape
from gate.sandbox.world.git import number, sha
from gate.sandbox.world.reviews import PullRequest


def pull_request_shape(github: GitHub, request: PullRequest) -> dict[str, Any]:
    """A `pull-request-simple`."""
    name = request.repository or github.world.repository.name
    api, web = github.api(f"/repos/{name}"), f"{WEB}/{name}"
    pull, issue = f"{api}/pulls/{request.number}", f"{api}/issues/{request.number}"
    html, statuses = f"{web}/pull/{request.number}", f"{api}/statuses/{sha(request.head_commit)}"
    merged = iso(request.merged.at) if request.merged else None
    closed = merged or (iso(request.created) if request.state == "closed" else None)
    addresses = {
        "commits_url": f"{pull}/commits",
        "review_comments_url": f"{pull}/comments",
        "review_comment_url": f"{api}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": statuses,
    }
    links = {name.removesuffix("_url"): {"href": url} for name, url in addresses.items()}
    links["review_comments"] = {"href": addresses["review_comments_url"]}
    return {
        "id": number("pull", f"{name}#{request.number}"),
        "node_id": f"PR_{number('pull', f'{name}#{request.number}')}",
        "number": request.number,
        "url": pull,
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": issue,
        **addresses,
        "_links": {
            **links, "self": {"href": pull}, "html": {"href": html}, "issue": {"href": issue},
        },
        "state": "open" if request.state == "open" else "closed",
        "locked": False,
        "title": request.title,
        "body": request.body or None,
        "user": named_user(github, request.author),
        "labels": [label_shape(github, label) for label in request.labels],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "draft": False,
        "created_at": iso(request.created),
        "updated_at": merged or iso(request.created),
        "closed_at": closed,
        "merged_at": merged,
        "merge_commit_sha": sha(request.merged.commit) if request.merged else None,
        "head": _end(github, request.branch, sha(request.head_commit)),
        "base": _end(github, github.base_branch(request), github.graph.default_head.sha),
        "author_association": "CONTRIBUTOR",
        "auto_merge": None,
    }  # fmt: skip


def label_shape(github: GitHub, name: str) -> dict[str, Any]:
    """A label."""
    return {
        "id": number("label", name),
        "node_id": f"LA_{number('label', name)}",
        "url": github.repo_api(f"/labels/{name}"),
        "name": name,
        "description": "",
        "color": "ededed",
        "default": False,
    }


def _end(github: GitHub, branch: str, commit: str) -> dict[str, Any]:
    owner = github.world.repository.name.partition("/")[0]
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": commit,
        "user": organisation(github),
        "repo": repository_shape(github),
    }
