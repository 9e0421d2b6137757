"""A repository in the two sizes in which GitHub shows it."""

from __future__ import annotations

from datetime import timedelta

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import WEB, GitHub
from gate.sandbox.github_rest.people import Shape, organisation

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
    "url": "",
}


def minimal_repository(github: GitHub) -> Shape:
    """A `minimal-repository`: how other objects show theirs."""
    known = github.world.repository
    return {
        "id": known.id,
        "node_id": f"R_{known.id}",
        "name": known.name.partition("/")[2],
        "full_name": known.name,
        "private": known.private,
        "owner": organisation(github),
        "html_url": f"{WEB}/{known.name}",
        "description": None,
        "fork": False,
        **{name: github.repo_api(path) for name, path in _LINKS.items()},
    }


def full_repository(github: GitHub) -> Shape:
    """A `full-repository`: what only the repository itself tells, on top of the rest."""
    return {**repository_shape(github), "network_count": 0, "subscribers_count": 1}


def repository_shape(github: GitHub) -> Shape:
    """A `repository`: how pull requests show theirs."""
    known = github.world.repository
    address = f"{WEB}/{known.name}"
    created, pushed = github.world.now - timedelta(days=900), github.graph.default_head.at
    counts = ("forks", "open_issues", "stargazers", "watchers")
    return {
        **minimal_repository(github),
        "default_branch": known.default_branch,
        "visibility": "private" if known.private else "public",
        "clone_url": f"{address}.git",
        "git_url": f"git://github.com/{known.name}.git",
        "ssh_url": f"git@github.com:{known.name}.git",
        "svn_url": address,
        "mirror_url": None,
        "homepage": None,
        "language": "Python",
        "license": None,
        "size": 108,
        "forks": 0,
        "open_issues": 0,
        "watchers": 0,
        **{f"{name}_count": 0 for name in counts},
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_downloads": True,
        "has_discussions": False,
        "archived": False,
        "disabled": False,
        "created_at": iso(created),
        "updated_at": iso(pushed),
        "pushed_at": iso(pushed),
        "permissions": {"admin": False, "push": False, "pull": True},
    }
