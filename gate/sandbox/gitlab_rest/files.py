"""Files at a branch, tag or commit."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from gate.sandbox.differences import blob_sha
from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import Commit


def raw(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/files/{path}/raw`: the bytes, and in headers which file of which commit they are."""
    commit, text = _read(gitlab, request, named["path"])
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'inline; filename="{named["path"].rpartition("/")[2]}"',
        "X-Content-Type-Options": "nosniff",
    }
    told = _told(request, named["path"], commit, text)
    headers |= {f"X-Gitlab-{name.replace('_', '-').title()}": value for name, value in told.items()}
    return Response(headers=headers, body=text.encode())


def file(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/files/{path}`: the content in Base64."""
    commit, text = _read(gitlab, request, named["path"])
    told = _told(request, named["path"], commit, text)
    typed = {"size": len(text.encode()), "execute_filemode": False}
    return answer({**told, **typed, "content": base64.b64encode(text.encode()).decode()})


def _read(gitlab: GitLab, request: Request, path: str) -> tuple[Commit, str]:
    commit = gitlab.graph.resolve(request.query.get("ref", "HEAD"))
    if commit is None:
        raise not_found("Commit")
    text = gitlab.trees.read(commit, path)
    if text is None:
        raise not_found("File")
    return commit, text


def _told(request: Request, path: str, commit: Commit, text: str) -> dict[str, str]:
    data = text.encode()
    return {
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": str(len(data)),
        "encoding": "base64",
        "content_sha256": hashlib.sha256(data).hexdigest(),
        "ref": request.query.get("ref", "HEAD"),
        "blob_id": blob_sha(text),
        "commit_id": commit.sha,
        "last_commit_id": commit.sha,
        "execute_filemode": "false",
    }


_FILE = "/projects/{id}/repository/files/{path}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=f"{_FILE}/raw", answer=raw, needs=access.JOB),
    Route(path=_FILE, answer=file, needs=access.READ),
)
