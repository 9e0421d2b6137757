"""Commits, comparisons, and the pull requests that brought a commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.differences import FileDiff
from gate.sandbox.github.forge import GitHub, quoted
from gate.sandbox.github_rest.errors import invalid, not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import git_person, user
from gate.sandbox.github_rest.pull_requests import pull_request_shape
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import Account
from gate.sandbox.world.git import Commit

MOST_COMMITS_UNPAGED = 250
MOST_FILES = 300


def commit(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/commits/{ref}`: one commit with its files."""
    found = github.graph.resolve(named["ref"])
    if found is None:
        return invalid(f"No commit found for SHA: {named['ref']}")
    files = github.trees.own_diff(found)
    items, headers = page_of(github, request, files, default=MOST_FILES, most=MOST_FILES)
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    shape = {
        **commit_shape(github, found),
        "stats": {"additions": added, "deletions": removed, "total": added + removed},
        "files": [file_shape(github, file, found) for file in items],
    }
    return answer(shape, headers=headers)


def compare(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/compare/{base}...{head}`: three dots, so files are those since the merge base."""
    start, dots, end = named["basehead"].partition("...")
    base, head = github.graph.resolve(start), github.graph.resolve(end)
    if not dots or base is None or head is None:
        return not_found()
    found = github.graph.compare(base, head)
    if found is None:
        return not_found()
    paged = "page" in request.query or "per_page" in request.query
    default, most = (30, 100) if paged else (MOST_COMMITS_UNPAGED, MOST_COMMITS_UNPAGED)
    commits, headers = page_of(github, request, found.ahead, default=default, most=most)
    first = request.number("page", 1) <= 1
    files = github.trees.diff(found.merge_base, head)[:MOST_FILES] if first else ()
    address = github.repo_web(f"/compare/{start}...{end}")
    shape = {
        "url": github.repo_api(f"/compare/{quoted(start)}...{quoted(end)}"),
        "html_url": address,
        "permalink_url": github.repo_web(f"/compare/{base.sha[:7]}...{head.sha[:7]}"),
        "diff_url": f"{address}.diff",
        "patch_url": f"{address}.patch",
        "base_commit": commit_shape(github, base),
        "merge_base_commit": commit_shape(github, found.merge_base),
        "status": found.status,
        "ahead_by": len(found.ahead),
        "behind_by": found.behind,
        "total_commits": len(found.ahead),
        "commits": [commit_shape(github, item) for item in commits],
        "files": [file_shape(github, file, head) for file in files],
    }
    return answer(shape, headers=headers)


def pulls_of_commit(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/commits/{sha}/pulls`."""
    found = github.graph.resolve(named["ref"])
    if found is None:
        return invalid(f"No commit found for SHA: {named['ref']}")
    items, headers = page_of(github, request, github.pull_requests_of(found))
    return answer([pull_request_shape(github, item) for item in items], headers=headers)


def commit_shape(github: GitHub, commit: Commit) -> dict[str, Any]:
    """A `commit`, without its files."""
    author, committer = github.person(commit.author), github.committer(commit)
    api, tree = github.repo_api(f"/commits/{commit.sha}"), github.trees.tree_sha(commit)
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "commit": {
            "author": git_person(author, commit.at),
            "committer": git_person(committer, commit.at),
            "message": github.message(commit),
            "tree": {"sha": tree, "url": github.repo_api(f"/git/trees/{tree}")},
            "url": github.repo_api(f"/git/commits/{commit.sha}"),
            "comment_count": 0,
            "verification": _verification(commit),
        },
        "url": api,
        "html_url": github.repo_web(f"/commit/{commit.sha}"),
        "comments_url": f"{api}/comments",
        "author": user(github, _with_account(author)),
        "committer": user(github, _with_account(committer)),
        "parents": [_parent(github, github.world.commits[name].sha) for name in commit.parents],
    }


def file_shape(github: GitHub, file: FileDiff, at: Commit) -> dict[str, Any]:
    """A `diff-entry`."""
    place = f"{at.sha}/{quoted(file.path)}"
    shape: dict[str, Any] = {
        "sha": file.blob,
        "filename": file.path,
        "status": file.status,
        "additions": file.added,
        "deletions": file.removed,
        "changes": file.added + file.removed,
        "blob_url": github.repo_web(f"/blob/{place}"),
        "raw_url": github.repo_web(f"/raw/{place}"),
        "contents_url": github.repo_api(f"/contents/{quoted(file.path)}?ref={at.sha}"),
    }
    if file.patch is not None:
        shape["patch"] = file.patch
    if file.status == "renamed":
        shape["previous_filename"] = file.previous
    return shape


def _with_account(person: Account) -> Account | None:
    return person if person.github else None


def _parent(github: GitHub, sha: str) -> dict[str, str]:
    return {
        "sha": sha,
        "url": github.repo_api(f"/commits/{sha}"),
        "html_url": github.repo_web(f"/commit/{sha}"),
    }


def _verification(commit: Commit) -> dict[str, Any]:
    signed = commit.verified or commit.by_forge
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None,
        "payload": f"tree of {commit.sha}" if signed else None,
        "verified_at": iso(commit.at) if signed else None,
    }


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/compare/{basehead*}", answer=compare, needs="contents"),
    Route(
        path="/repos/{owner}/{repo}/commits/{ref*}/pulls",
        answer=pulls_of_commit,
        needs="pull-requests",
    ),
)
LAST_ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/commits/{ref*}", answer=commit, needs="contents"),
)
"""After everything else below `commits/`, since a reference may hold slashes."""
