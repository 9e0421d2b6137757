"""Pipelines and jobs in GitLab's shapes."""

from __future__ import annotations

from gate.sandbox.gitlab_rest.artifacts import artifacts_of, expires_at
from gate.sandbox.gitlab_rest.commit_shape import commit_shape
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.jobs import Job
from gate.sandbox.gitlab_rest.people import Shape, full, somebody
from gate.sandbox.gitlab_rest.work import Pipeline

_DURATION = 42.0
_ENDED = ("success", "failed", "canceled", "skipped")


def pipeline_basic(gitlab: GitLab, found: Pipeline) -> Shape:
    """A `PipelineBasic`: how jobs and lists name theirs."""
    return {
        "id": found.id,
        "iid": found.id,
        "project_id": gitlab.world.repository.id,
        "sha": found.sha,
        "ref": found.ref,
        "status": found.status,
        "source": found.source,
        "created_at": moment(found.at),
        "updated_at": moment(found.updated),
        "web_url": gitlab.web(f"/-/pipelines/{found.id}"),
    }


def pipeline_shape(gitlab: GitLab, found: Pipeline) -> Shape:
    """A `Pipeline`."""
    ended = found.status in _ENDED
    status = {
        "icon": f"status_{found.status}",
        "text": found.status.capitalize(),
        "label": found.status,
        "group": found.status,
        "tooltip": found.status,
        "has_details": True,
        "details_path": f"/{gitlab.world.repository.name}/-/pipelines/{found.id}",
        "illustration": None,
        "favicon": f"/assets/ci_favicons/favicon_status_{found.status}.png",
    }
    return {
        **pipeline_basic(gitlab, found),
        "before_sha": "0" * 40,
        "tag": found.tag,
        "yaml_errors": None,
        "user": somebody(gitlab, found.by),
        "started_at": moment(found.at),
        "finished_at": moment(found.at) if ended else None,
        "committed_at": None,
        "duration": int(_DURATION) if ended else None,
        "queued_duration": 1,
        "coverage": None,
        "detailed_status": status,
        "archived": False,
    }


def job_shape(gitlab: GitLab, found: Job) -> Shape:
    """A `Job`. Who started it stands in full: the one place where GitLab says who is a machine."""
    commit = gitlab.commit(found.pipeline.sha)
    artifacts = artifacts_of(gitlab, found)
    files = [{name: one[name] for name in ("filename", "size")} for one in artifacts]
    failed = {"failure_reason": found.failure_reason} if found.status == "failed" else {}
    return {
        "id": found.id,
        "status": found.status,
        "stage": found.stage,
        "name": found.name,
        "ref": found.pipeline.ref,
        "tag": found.pipeline.tag,
        "coverage": None,
        "allow_failure": found.allow_failure,
        "created_at": moment(found.started or found.pipeline.at),
        "started_at": moment(found.started),
        "finished_at": moment(found.finished),
        "erased_at": None,
        "duration": _DURATION if found.finished else None,
        "queued_duration": 0.5,
        "user": full(gitlab, found.by),
        "commit": commit_shape(gitlab, commit) if commit else None,
        "pipeline": pipeline_basic(gitlab, found.pipeline),
        **failed,
        "web_url": gitlab.web(f"/-/jobs/{found.id}"),
        "project": {"ci_job_token_scope_enabled": False},
        **({"artifacts_file": files[0]} if files else {}),
        "artifacts": artifacts,
        "runner": None,
        "runner_manager": None,
        "artifacts_expire_at": moment(expires_at(gitlab, found)),
        "archived": False,
        "tag_list": [],
    }
