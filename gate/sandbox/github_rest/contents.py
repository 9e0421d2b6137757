"""Files on a branch or commit."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote

from gate.sandbox.differences import blob_sha
from gate.sandbox.github.forge import GitHub, quoted
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route


def contents(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/contents/{path}`: one file."""
    path, ref = named["path"], request.query.get("ref", "")
    commit = github.graph.resolve(ref)
    text = github.trees.read(commit, path) if commit else None
    if text is None or commit is None:
        return not_found()
    data = text.encode()
    shown = ref or github.world.repository.default_branch
    sha = blob_sha(text)
    address = github.repo_api(f"/contents/{quote(path)}?ref={quoted(shown)}")
    git, html = github.repo_api(f"/git/blobs/{sha}"), github.repo_web(f"/blob/{shown}/{path}")
    return answer(
        {
            "type": "file",
            "encoding": "base64",
            "size": len(data),
            "name": path.rpartition("/")[2],
            "path": path,
            "content": base64.encodebytes(data).decode(),
            "sha": sha,
            "url": address,
            "git_url": git,
            "html_url": html,
            "download_url": f"https://raw.githubusercontent.com/{github.world.repository.name}/{shown}/{path}",
            "_links": {"git": git, "self": address, "html": html},
        }
    )


def blob(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/git/blobs/{sha}`, for files at the tip of the default branch."""
    for text in github.trees.texts(github.graph.default_head):
        if blob_sha(text) == named["sha"]:
            data = text.encode()
            address = github.repo_api(f"/git/blobs/{named['sha']}")
            shape = {
                "sha": named["sha"],
                "node_id": f"B_{named['sha']}",
                "size": len(data),
                "url": address,
                "content": base64.encodebytes(data).decode(),
                "encoding": "base64",
            }
            return answer(shape)
    return not_found()


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/contents/{path*}", answer=contents, needs="contents"),
    Route(path="/repos/{owner}/{repo}/git/blobs/{sha}", answer=blob, needs="contents"),
)
