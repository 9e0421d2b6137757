"""Artifacts of jobs: what an earlier run of the gate left."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.jobs import Job
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import sha

FOLDER = "change-gate-evidence"
"""Where the component keeps the evidence; an `artifact` of the world stands for another folder."""


def files_of(gitlab: GitLab, job: Job) -> dict[str, bytes] | None:
    """The files that a job left, by path; None when it left none, or they are gone."""
    evidence = job.evidence
    if evidence is None or evidence.expired:
        return None
    folder = evidence.artifact or f"{FOLDER}/{job.name}/evidence"
    return {f"{folder}/decision.json": _decision(gitlab, evidence).encode()}


def archive(files: dict[str, bytes]) -> bytes:
    """The artifacts' zip. It is the same every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return file.getvalue()


def artifacts_of(gitlab: GitLab, job: Job) -> list[Shape]:
    """How a job lists them."""
    files = files_of(gitlab, job)
    if files is None:
        return []
    shape = {"file_type": "archive", "size": len(archive(files)), "filename": "artifacts.zip"}
    return [{**shape, "file_format": "zip"}]


def _decision(gitlab: GitLab, item: PriorEvidence) -> str:
    if isinstance(item.decision, str):
        return item.decision
    made: dict[str, Any] = {
        "schema_version": 1,
        "verdict": item.verdict,
        "reason_codes": [],
        "decided_at": moment(gitlab.runs()[item.run].started_at),
        "run": {
            "forge": "gitlab",
            "host": gitlab.server.partition("://")[2],
            "repository": gitlab.world.repository.name,
            "repository_id": str(gitlab.world.repository.id),
            "environment": item.environment,
            "revision": sha(item.commit),
            "id": str(item.run),
            "attempt": item.attempt,
        },
    }
    return json.dumps(made if item.decision is None else item.decision, sort_keys=True)
