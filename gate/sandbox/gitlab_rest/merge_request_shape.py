"""Merge requests as lists show them, and as one is shown by itself."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.landing import head, merge_commit, squash_commit
from gate.sandbox.gitlab_rest.people import Shape, named, somebody
from gate.sandbox.gitlab_rest.pushes import base_of, versions
from gate.sandbox.world.git import number, sha
from gate.sandbox.world.reviews import PullRequest

STATES = {"open": "opened", "merged": "merged", "closed": "closed"}


def updated_at(request: PullRequest) -> datetime:
    """When anything last happened to it."""
    moments = [request.created, *(review.at for review in request.reviews.values())]
    return max([*moments, request.merged.at]) if request.merged else max(moments)


def in_list(gitlab: GitLab, request: PullRequest) -> Shape:
    """A `MergeRequestBasic`."""
    merge, queue = request.merged, request.merge_queue
    merged_by = named(gitlab, merge.by) if merge else None
    closed = request.state == "closed"
    squash = squash_commit(request)
    return {
        **_issuable(gitlab, request),
        "merged_by": merged_by,
        "merge_user": merged_by or (named(gitlab, queue.by) if merge and queue else None),
        "merged_at": moment(merge.at) if merge else None,
        "closed_by": somebody(gitlab, request.author) if closed else None,
        "closed_at": moment(updated_at(request)) if closed else None,
        "target_branch": gitlab.target_branch(request),
        "source_branch": request.branch,
        "user_notes_count": 0,
        "upvotes": 0,
        "downvotes": 0,
        "author": somebody(gitlab, request.author),
        "assignees": [],
        "assignee": None,
        "reviewers": _reviewers(gitlab, request),
        "source_project_id": _source(gitlab, request),
        "target_project_id": gitlab.world.repository.id,
        "labels": sorted(request.labels),
        "draft": False,
        "imported": False,
        "imported_from": "none",
        "work_in_progress": False,
        "milestone": None,
        "merge_when_pipeline_succeeds": False,
        "merge_status": "can_be_merged",
        "detailed_merge_status": "mergeable" if request.state == "open" else "not_open",
        "merge_after": None,
        "sha": sha(head(request)),
        "merge_commit_sha": _maybe_sha(merge_commit(request)),
        "squash_commit_sha": _maybe_sha(squash),
        "discussion_locked": None,
        "should_remove_source_branch": None,
        "force_remove_source_branch": False,
        "prepared_at": moment(request.created),
        **({"allow_collaboration": True, "allow_maintainer_to_push": True} if request.fork else {}),
        "reference": f"!{request.number}",
        "references": _references(gitlab, request),
        "web_url": gitlab.web(f"/-/merge_requests/{request.number}"),
        "time_stats": _TIME_STATS,
        "squash": squash is not None,
        "squash_on_merge": squash is not None,
        "task_completion_status": {"count": 0, "completed_count": 0},
        "has_conflicts": False,
        "blocking_discussions_resolved": True,
        **({"approvals_before_merge": None} if gitlab.site.edition == "ee" else {}),
    }


def alone(gitlab: GitLab, request: PullRequest) -> Shape:
    """A `MergeRequest`."""
    last = versions(gitlab, request)[-1]
    return {
        **in_list(gitlab, request),
        "subscribed": False,
        "changes_count": str(len(request.commits)),
        "latest_build_started_at": None,
        "latest_build_finished_at": None,
        "first_deployed_to_production_at": None,
        "pipeline": None,
        "head_pipeline": None,
        "diff_refs": {
            "base_sha": base_of(gitlab, last),
            "head_sha": sha(last.head),
            "start_sha": last.start.sha if last.start else None,
        },
        "merge_error": None,
        "first_contribution": False,
        "user": {"can_merge": False},
    }


_TIME_STATS = {
    "time_estimate": 0,
    "total_time_spent": 0,
    "human_time_estimate": None,
    "human_total_time_spent": None,
}


def _issuable(gitlab: GitLab, request: PullRequest) -> Shape:
    return {
        "id": merge_request_id(request),
        "iid": request.number,
        "project_id": gitlab.world.repository.id,
        "title": request.title,
        "description": request.body or None,
        "state": STATES[request.state],
        "created_at": moment(request.created),
        "updated_at": moment(updated_at(request)),
    }


def merge_request_id(request: PullRequest) -> int:
    """Its number among those of all projects."""
    return number("merge request", str(request.number))


def _source(gitlab: GitLab, request: PullRequest) -> int:
    return number("fork", request.author) if request.fork else gitlab.world.repository.id


def _references(gitlab: GitLab, request: PullRequest) -> Shape:
    short = f"!{request.number}"
    return {"short": short, "relative": short, "full": f"{gitlab.world.repository.name}{short}"}


def _reviewers(gitlab: GitLab, request: PullRequest) -> list[Shape]:
    names = dict.fromkeys(review.by for review in request.reviews.values())
    return [somebody(gitlab, name) for name in names]


def _maybe_sha(name: str | None) -> str | None:
    return sha(name) if name else None
