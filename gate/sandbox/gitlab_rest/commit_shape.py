"""A commit as every answer shows it."""

from __future__ import annotations

from gate.sandbox.github.forge import shown_name
from gate.sandbox.gitlab_rest.forge import GitLab, git_moment
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.world.git import Commit


def commit_shape(gitlab: GitLab, found: Commit) -> Shape:
    """A `Commit`."""
    author, committer = gitlab.person(found.author), gitlab.committer(found)
    at = git_moment(found.at)
    return {
        "id": found.sha,
        "short_id": found.sha[:8],
        "created_at": at,
        "parent_ids": [gitlab.world.commits[name].sha for name in found.parents],
        "title": found.headline,
        "message": gitlab.message(found),
        "author_name": shown_name(author),
        "author_email": gitlab.email(author),
        "authored_date": at,
        "committer_name": shown_name(committer),
        "committer_email": gitlab.email(committer),
        "committed_date": at,
        "trailers": {},
        "extended_trailers": {},
        "web_url": gitlab.web(f"/-/commit/{found.sha}"),
    }
