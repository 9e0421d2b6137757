"""Artifacts of jobs: what an earlier run of the gate left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gate.sandbox.github_rest.storage import KEPT, zipped
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.jobs import Job
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import sha

FOLDER = "change-gate-evidence"
"""Where the component keeps the evidence; an `artifact` of the world stands for another folder."""


def files_of(gitlab: GitLab, job: Job) -> dict[str, str] | None:
    """The files that a job left, by path; None when it left none, or they are gone."""
    evidence = job.evidence
    if evidence is None or _is_gone(gitlab, job, evidence):
        return None
    folder = evidence.artifact or f"{FOLDER}/{job.name}/evidence"
    files = evidence.files or {"decision.json": _decision(gitlab, evidence)}
    return {f"{folder}/{name}": content for name, content in files.items()}


def expires_at(gitlab: GitLab, job: Job) -> datetime | None:
    """When GitLab deletes them; None for a job that left none. It is still told when they are gone."""
    if job.evidence is None:
        return None
    stored = job.finished or job.pipeline.at
    if job.evidence.expired and job.evidence.expires is None:
        return min(stored + timedelta(days=1), gitlab.clock())
    return job.evidence.expires or stored + KEPT


def archive(files: Mapping[str, str]) -> bytes:
    """The artifacts' zip. It is the same every time."""
    return zipped(files)


def artifacts_of(gitlab: GitLab, job: Job) -> list[Shape]:
    """How a job lists them."""
    files = files_of(gitlab, job)
    if files is None:
        return []
    shape = {"file_type": "archive", "size": len(archive(files)), "filename": "artifacts.zip"}
    return [{**shape, "file_format": "zip"}]


def _is_gone(gitlab: GitLab, job: Job, evidence: PriorEvidence) -> bool:
    ends = expires_at(gitlab, job)
    return evidence.expired or (ends is not None and ends <= gitlab.clock())


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
