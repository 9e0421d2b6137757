"""Artifacts of workflow runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_rest.errors import not_found, refused
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.runs import as_number
from gate.sandbox.github_rest.storage import archive, artifact_id, artifact_name
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import sha


def artifacts(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}/artifacts`."""
    run_id = as_number(named["id"])
    if run_id not in github.runs():
        return not_found()
    found = [item for item in github.world.prior_evidence.values() if item.run == run_id]
    if "name" in request.query:
        found = [item for item in found if artifact_name(item) == request.query["name"]]
    items, headers = page_of(github, request, found)
    shapes = [_artifact(github, item) for item in items]
    return answer({"total_count": len(found), "artifacts": shapes}, headers=headers)


def download(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/artifacts/{id}/zip`: leads to storage, where no token is wanted."""
    for item in github.world.prior_evidence.values():
        if artifact_id(item) == as_number(named["id"]):
            if item.expired:
                return refused(410, "Artifact has expired")
            address = f"{github.storage}/artifacts/{artifact_id(item)}.zip?sig=once"
            return Response(status=302, headers={"Location": address})
    return not_found()


def _artifact(github: GitHub, item: PriorEvidence) -> dict[str, Any]:
    id_, made = artifact_id(item), github.runs()[item.run].started_at
    address = github.repo_api(f"/actions/artifacts/{id_}")
    return {
        "id": id_,
        "node_id": f"AR_{id_}",
        "name": artifact_name(item),
        "size_in_bytes": len(archive(github, item)),
        "url": address,
        "archive_download_url": f"{address}/zip",
        "expired": item.expired,
        "created_at": iso(made),
        "updated_at": iso(made),
        "expires_at": iso(made + timedelta(days=90)),
        "workflow_run": {
            "id": item.run,
            "repository_id": github.world.repository.id,
            "head_repository_id": github.world.repository.id,
            "head_branch": github.world.repository.default_branch,
            "head_sha": sha(github.runs()[item.run].commit),
        },
    }


ROUTES: tuple[Route[GitHub], ...] = (
    Route(
        path="/repos/{owner}/{repo}/actions/runs/{id}/artifacts",
        answer=artifacts,
        needs="actions",
    ),
    Route(
        path="/repos/{owner}/{repo}/actions/artifacts/{id}/zip", answer=download, needs="actions"
    ),
)
