"""Artifacts: what an earlier run of the gate left, and the storage that hands it out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub
from gate.sandbox.messages import Request, Response
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import number, sha

KEPT = timedelta(days=90)
"""How long GitHub keeps an artifact unless somebody says otherwise."""


def artifact_name(item: PriorEvidence) -> str:
    """Its name: the one that the Action gives, unless the world names another."""
    made = f"change-gate-evidence-{item.run}-{item.attempt}-{item.environment}"
    return item.artifact or f"{made}{_ending(item)}"


def artifact_id(item: PriorEvidence) -> int:
    """Its number."""
    return number("artifact", f"{item.run}/{artifact_name(item)}")


def stored_at(github: GitHub, item: PriorEvidence) -> datetime:
    """When it was uploaded."""
    return item.stored or item.at or github.runs()[item.run].started_at


def expires_at(github: GitHub, item: PriorEvidence) -> datetime:
    """When it is deleted."""
    stored = stored_at(github, item)
    if item.expired and item.expires is None:
        return min(stored + timedelta(days=1), github.clock())
    return item.expires or stored + KEPT


def is_expired(github: GitHub, item: PriorEvidence) -> bool:
    """Whether it is there no more."""
    return item.expired or expires_at(github, item) <= github.clock()


def archive(github: GitHub, item: PriorEvidence) -> bytes:
    """The artifact's zip. It is the same every time."""
    return zipped(item.files or {"decision.json": _decision(github, item)})


def zipped(files: Mapping[str, str]) -> bytes:
    """Files as a zip, which is the same every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return file.getvalue()


def stored_artifact(github: GitHub, request: Request, path: str) -> Response:
    """What storage answers. A token sent there is a leak, and refused as real storage does."""
    if "authorization" in request.headers:
        return Response(status=400, headers={"Content-Type": "application/xml"}, body=b"<Error/>")
    for item in github.world.prior_evidence.values():
        if path == f"/artifacts/{artifact_id(item)}.zip" and "sig" in request.query:
            return Response(headers={"Content-Type": "application/zip"}, body=archive(github, item))
    return Response(status=404, headers={"Content-Type": "application/xml"}, body=b"<Error/>")


def _ending(item: PriorEvidence) -> str:
    """Of the name of evidence that tells of a review that is owed."""
    if item.break_glass:
        return "-break-glass"
    let_through = '"release_class":"compensating"' in str(item.decision)
    return "-compensating" if let_through else ""


def _decision(github: GitHub, item: PriorEvidence) -> str:
    if isinstance(item.decision, str):
        return item.decision
    made: dict[str, Any] = {
        "schema_version": 1,
        "verdict": item.verdict,
        "reason_codes": [],
        "decided_at": iso(github.runs()[item.run].started_at),
        "run": {
            "forge": "github",
            "host": "github.com",
            "repository": github.world.repository.name,
            "repository_id": str(github.world.repository.id),
            "environment": item.environment,
            "revision": sha(item.commit),
            "id": str(item.run),
            "attempt": item.attempt,
        },
    }
    return json.dumps(made if item.decision is None else item.decision, sort_keys=True)
