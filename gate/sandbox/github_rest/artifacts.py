"""Artifacts of workflow runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_rest.errors import not_found, refused
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.runs import as_number
from gate.sandbox.github_rest.storage import (
    archive,
    artifact_id,
    artifact_name,
    expires_at,
    is_expired,
    stored_at,
)
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import sha


def of_repository(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/artifacts`: of all runs, by name; the newest first."""
    return _listed(github, request, list(github.world.prior_evidence.values()))


def of_run(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}/artifacts`."""
    run_id = as_number(named["id"])
    if run_id not in github.runs():
        return not_found()
    found = [item for item in github.world.prior_evidence.values() if item.run == run_id]
    return _listed(github, request, found)


def artifact(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/artifacts/{id}`. An expired one is still told."""
    item = _item(github, named["id"])
    return answer(_shape(github, item)) if item else not_found()


def download(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/artifacts/{id}/zip`: leads to storage, where no token is wanted."""
    item = _item(github, named["id"])
    if item is None:
        return not_found()
    if is_expired(github, item):
        return refused(410, "Artifact has expired")
    address = f"{github.storage}/artifacts/{artifact_id(item)}.zip?sig=once"
    return Response(status=302, headers={"Location": address})


def _item(github: GitHub, id_: str) -> PriorEvidence | None:
    every = github.world.prior_evidence.values()
    return next((item for item in every if artifact_id(item) == as_number(id_)), None)


def _listed(github: GitHub, request: Request, found: Sequence[PriorEvidence]) -> Response:
    wanted = request.query.get("name")
    shown = [item for item in found if wanted in (None, artifact_name(item))]
    shown.sort(key=lambda item: (stored_at(github, item), artifact_id(item)), reverse=True)
    items, headers = page_of(github, request, shown)
    shapes = [_shape(github, item) for item in items]
    return answer({"total_count": len(shown), "artifacts": shapes}, headers=headers)


def _shape(github: GitHub, item: PriorEvidence) -> dict[str, Any]:
    id_, made = artifact_id(item), stored_at(github, item)
    address, content = github.repo_api(f"/actions/artifacts/{id_}"), archive(github, item)
    return {
        "id": id_,
        "node_id": f"AR_{id_}",
        "name": artifact_name(item),
        "size_in_bytes": len(content),
        "url": address,
        "archive_download_url": f"{address}/zip",
        "expired": is_expired(github, item),
        "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "created_at": iso(made),
        "updated_at": iso(made),
        "expires_at": iso(expires_at(github, item)),
        "workflow_run": {
            "id": item.run,
            "repository_id": github.world.repository.id,
            "head_repository_id": github.world.repository.id,
            "head_branch": github.world.repository.default_branch,
            "head_sha": sha(github.runs()[item.run].commit),
        },
    }


_ARTIFACTS = "/repos/{owner}/{repo}/actions/artifacts"
ROUTES: tuple[Route[GitHub], ...] = (
    Route(path=_ARTIFACTS, answer=of_repository, needs="actions"),
    Route(path="/repos/{owner}/{repo}/actions/runs/{id}/artifacts", answer=of_run, needs="actions"),
    Route(path=f"{_ARTIFACTS}/{{id}}", answer=artifact, needs="actions"),
    Route(path=f"{_ARTIFACTS}/{{id}}/zip", answer=download, needs="actions"),
)
