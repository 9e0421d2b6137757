"""What GitLab's REST interface (v4) answers on the routes that the sandbox has, written by hand.

Community parts are from the entities in GitLab's source (lib/api/entities), those of the Enterprise Edition from the
examples in its documentation (doc/api). GitLab publishes both inside its source alone, in no package; where a copy is
at hand, CHANGE_GATE_GITLAB_SOURCE names it. Objects are closed, and every property is there unless it is optional.
"""

from typing import Any

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer"}
_NUMBER = {"type": "number"}
_ADDRESS = {"type": "string", "format": "uri"}
_MOMENT = {"type": "string", "format": "date-time"}
_SHA = {"type": "string", "pattern": "^[0-9a-f]{40}$"}
_MAPPING = {"type": "object"}


def _list(item: Any) -> Any:
    return {"type": "array", "items": item}


def _maybe(schema: Any) -> Any:
    return {**schema, "nullable": True}


def _enum(*words: str) -> Any:
    return {"type": "string", "enum": [*words]}


def _object(optional: Any = None, /, **properties: Any) -> Any:
    everything = {**properties, **(optional or {})}
    return {"type": "object", "properties": everything, "required": [*properties]}


_USER_FIELDS = {
    "id": _COUNT,
    "username": _TEXT,
    "public_email": _maybe(_TEXT),
    "name": _TEXT,
    "state": _enum("active", "blocked"),
    "locked": _FLAG,
    "avatar_url": _maybe(_ADDRESS),
    "web_url": _ADDRESS,
}
_USER = _object(**_USER_FIELDS)
_FULL_USER = _object(
    **_USER_FIELDS,
    created_at=_MOMENT,
    bio=_maybe(_TEXT),
    location=_maybe(_TEXT),
    linkedin=_TEXT,
    twitter=_TEXT,
    discord=_TEXT,
    website_url=_TEXT,
    github=_TEXT,
    job_title=_TEXT,
    pronouns=_maybe(_TEXT),
    organization=_TEXT,
    bot=_FLAG,
    work_information=_maybe(_TEXT),
    followers=_COUNT,
    following=_COUNT,
    local_time=_maybe(_TEXT),
)
_MEMBER = _object(
    {"membership_state": _enum("active", "awaiting")},
    **_USER_FIELDS,
    access_level=_COUNT,
    created_at=_MOMENT,
    expires_at=_maybe(_TEXT),
)
_COMMIT_FIELDS = {
    "id": _SHA,
    "short_id": _TEXT,
    "created_at": _MOMENT,
    "parent_ids": _list(_SHA),
    "title": _TEXT,
    "message": _TEXT,
    "author_name": _TEXT,
    "author_email": _TEXT,
    "authored_date": _MOMENT,
    "committer_name": _TEXT,
    "committer_email": _TEXT,
    "committed_date": _MOMENT,
    "trailers": _MAPPING,
    "extended_trailers": _MAPPING,
    "web_url": _ADDRESS,
}
_COMMIT = _object(**_COMMIT_FIELDS)
_PIPELINE_FIELDS = {
    "id": _COUNT,
    "iid": _COUNT,
    "project_id": _COUNT,
    "sha": _SHA,
    "ref": _TEXT,
    "status": _TEXT,
    "source": _TEXT,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "web_url": _ADDRESS,
}
_PIPELINE = _object({"name": _maybe(_TEXT)}, **_PIPELINE_FIELDS)
_WHOLE_PIPELINE = _object(
    **_PIPELINE_FIELDS,
    before_sha=_SHA,
    tag=_FLAG,
    yaml_errors=_maybe(_TEXT),
    user=_USER,
    started_at=_maybe(_MOMENT),
    finished_at=_maybe(_MOMENT),
    committed_at=_maybe(_MOMENT),
    duration=_maybe(_COUNT),
    queued_duration=_maybe(_COUNT),
    coverage=_maybe(_NUMBER),
    detailed_status=_MAPPING,
    archived=_FLAG,
)
_ARTIFACT = _object(file_type=_TEXT, size=_COUNT, filename=_TEXT, file_format=_maybe(_TEXT))
_JOB = _object(
    {"failure_reason": _TEXT, "artifacts_file": _object(filename=_TEXT, size=_COUNT)},
    id=_COUNT,
    status=_TEXT,
    stage=_TEXT,
    name=_TEXT,
    ref=_TEXT,
    tag=_FLAG,
    coverage=_maybe(_NUMBER),
    allow_failure=_FLAG,
    created_at=_MOMENT,
    started_at=_maybe(_MOMENT),
    finished_at=_maybe(_MOMENT),
    erased_at=_maybe(_MOMENT),
    duration=_maybe(_NUMBER),
    queued_duration=_maybe(_NUMBER),
    user=_FULL_USER,
    commit=_maybe(_COMMIT),
    pipeline=_object(**_PIPELINE_FIELDS),
    web_url=_ADDRESS,
    project=_object(ci_job_token_scope_enabled=_FLAG),
    artifacts=_list(_ARTIFACT),
    runner=_maybe(_MAPPING),
    runner_manager=_maybe(_MAPPING),
    artifacts_expire_at=_maybe(_MOMENT),
    archived=_FLAG,
    tag_list=_list(_TEXT),
)
_ENVIRONMENT_FIELDS = {
    "id": _COUNT,
    "name": _TEXT,
    "slug": _TEXT,
    "external_url": _maybe(_TEXT),
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_ENVIRONMENT = _object(
    **_ENVIRONMENT_FIELDS,
    tier=_enum("production", "staging", "testing", "development", "other"),
    state=_enum("available", "stopping", "stopped"),
    auto_stop_at=_maybe(_MOMENT),
    auto_stop_setting=_TEXT,
    description=_maybe(_TEXT),
    description_html=_TEXT,
    cluster_agent=_maybe(_MAPPING),
    kubernetes_namespace=_maybe(_TEXT),
    flux_resource_path=_maybe(_TEXT),
)
_DEPLOYMENT_FIELDS = {
    "id": _COUNT,
    "iid": _COUNT,
    "ref": _TEXT,
    "sha": _SHA,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "user": _maybe(_USER),
    "environment": _object(**_ENVIRONMENT_FIELDS),
    "deployable": _maybe(_JOB),
    "status": _enum("created", "running", "success", "failed", "canceled", "skipped", "blocked"),
}
_GIVEN = _object(
    user=_USER, status=_enum("approved", "rejected"), created_at=_MOMENT, comment=_maybe(_TEXT)
)
_RULE_FIELDS = {
    "id": _COUNT,
    "user_id": _maybe(_COUNT),
    "group_id": _maybe(_COUNT),
    "group_inheritance_type": _COUNT,
    "access_level": _maybe(_COUNT),
    "access_level_description": _TEXT,
}
_SUMMARY = _object(
    rules=_list(
        _object(**_RULE_FIELDS, required_approvals=_COUNT, deployment_approvals=_list(_GIVEN))
    )
)
_WHOLE_DEPLOYMENT = _object(
    {"pending_approval_count": _COUNT, "approvals": _list(_GIVEN), "approval_summary": _SUMMARY},
    **_DEPLOYMENT_FIELDS,
)
_PROTECTED_ENVIRONMENT = _object(
    name=_TEXT,
    deploy_access_levels=_list(_object(**_RULE_FIELDS)),
    required_approval_count=_COUNT,
    approval_rules=_list(_object(**_RULE_FIELDS, required_approvals=_COUNT)),
)
_FREEZE = _object(
    id=_COUNT,
    freeze_start=_TEXT,
    freeze_end=_TEXT,
    cron_timezone=_TEXT,
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
_TIME_STATS = _object(
    time_estimate=_COUNT,
    total_time_spent=_COUNT,
    human_time_estimate=_maybe(_TEXT),
    human_total_time_spent=_maybe(_TEXT),
)
_REFERENCES = _object(short=_TEXT, relative=_TEXT, full=_TEXT)
_TASKS = _object(count=_COUNT, completed_count=_COUNT)
_ISSUABLE_FIELDS = {
    "id": _COUNT,
    "iid": _COUNT,
    "project_id": _COUNT,
    "title": _TEXT,
    "description": _maybe(_TEXT),
    "state": _enum("opened", "closed", "locked", "merged"),
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "closed_by": _maybe(_USER),
    "closed_at": _maybe(_MOMENT),
    "user_notes_count": _COUNT,
    "upvotes": _COUNT,
    "downvotes": _COUNT,
    "author": _USER,
    "assignees": _list(_USER),
    "assignee": _maybe(_USER),
    "labels": _list(_TEXT),
    "imported": _FLAG,
    "imported_from": _TEXT,
    "milestone": _maybe(_MAPPING),
    "discussion_locked": _maybe(_FLAG),
    "references": _REFERENCES,
    "web_url": _ADDRESS,
    "time_stats": _TIME_STATS,
    "task_completion_status": _TASKS,
}
_REQUEST_OPTIONAL = {
    "allow_collaboration": _FLAG,
    "allow_maintainer_to_push": _FLAG,
    "approvals_before_merge": _maybe(_COUNT),
}
_REQUEST_FIELDS = {
    **_ISSUABLE_FIELDS,
    "merged_by": _maybe(_USER),
    "merge_user": _maybe(_USER),
    "merged_at": _maybe(_MOMENT),
    "target_branch": _TEXT,
    "source_branch": _TEXT,
    "reviewers": _list(_USER),
    "source_project_id": _maybe(_COUNT),
    "target_project_id": _COUNT,
    "draft": _FLAG,
    "work_in_progress": _FLAG,
    "merge_when_pipeline_succeeds": _FLAG,
    "merge_status": _TEXT,
    "detailed_merge_status": _TEXT,
    "merge_after": _maybe(_MOMENT),
    "sha": _SHA,
    "merge_commit_sha": _maybe(_SHA),
    "squash_commit_sha": _maybe(_SHA),
    "should_remove_source_branch": _maybe(_FLAG),
    "force_remove_source_branch": _maybe(_FLAG),
    "prepared_at": _maybe(_MOMENT),
    "reference": _TEXT,
    "squash": _FLAG,
    "squash_on_merge": _FLAG,
    "has_conflicts": _FLAG,
    "blocking_discussions_resolved": _FLAG,
}
_REQUEST = _object(_REQUEST_OPTIONAL, **_REQUEST_FIELDS)
_WHOLE_REQUEST = _object(
    _REQUEST_OPTIONAL,
    **_REQUEST_FIELDS,
    subscribed=_FLAG,
    changes_count=_maybe(_TEXT),
    latest_build_started_at=_maybe(_MOMENT),
    latest_build_finished_at=_maybe(_MOMENT),
    first_deployed_to_production_at=_maybe(_MOMENT),
    pipeline=_maybe(_MAPPING),
    head_pipeline=_maybe(_MAPPING),
    diff_refs=_object(base_sha=_maybe(_SHA), head_sha=_SHA, start_sha=_maybe(_SHA)),
    merge_error=_maybe(_TEXT),
    first_contribution=_FLAG,
    user=_object(can_merge=_FLAG),
)
_VERSION = _object(
    id=_COUNT,
    head_commit_sha=_SHA,
    base_commit_sha=_maybe(_SHA),
    start_commit_sha=_maybe(_SHA),
    created_at=_MOMENT,
    merge_request_id=_COUNT,
    state=_TEXT,
    real_size=_TEXT,
    patch_id_sha=_maybe(_SHA),
)
_NOTE = _object(
    id=_COUNT,
    type=_maybe(_TEXT),
    body=_TEXT,
    attachment=_maybe(_TEXT),
    author=_USER,
    created_at=_MOMENT,
    updated_at=_MOMENT,
    system=_FLAG,
    noteable_id=_COUNT,
    noteable_type=_enum("Issue", "MergeRequest"),
    project_id=_COUNT,
    resolvable=_FLAG,
    confidential=_FLAG,
    internal=_FLAG,
    imported=_FLAG,
    imported_from=_TEXT,
    noteable_iid=_COUNT,
    commands_changes=_MAPPING,
)
_APPROVED_BY = _list(_object({"approved_at": _MOMENT}, user=_USER))
_APPROVAL_RULE_FIELDS = {
    "id": _COUNT,
    "name": _TEXT,
    "rule_type": _TEXT,
    "report_type": _maybe(_TEXT),
    "eligible_approvers": _list(_USER),
    "approvals_required": _COUNT,
    "users": _list(_USER),
    "groups": _list(_MAPPING),
    "contains_hidden_groups": _FLAG,
}
_APPROVALS = _object(
    {
        "id": _COUNT,
        "iid": _COUNT,
        "project_id": _COUNT,
        "title": _TEXT,
        "description": _maybe(_TEXT),
        "state": _TEXT,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "merge_status": _TEXT,
        "approvals_required": _COUNT,
        "approvals_left": _COUNT,
        "require_password_to_approve": _FLAG,
        "suggested_approvers": _list(_USER),
        "approvers": _list(_MAPPING),
        "approver_groups": _list(_MAPPING),
        "approval_rules_left": _list(_object(**_APPROVAL_RULE_FIELDS)),
        "has_approval_rules": _FLAG,
        "merge_request_approvers_available": _FLAG,
        "multiple_approval_rules_available": _FLAG,
        "invalid_approvers_rules": _list(_MAPPING),
    },
    user_has_approved=_FLAG,
    user_can_approve=_FLAG,
    approved=_FLAG,
    approved_by=_APPROVED_BY,
)
_APPROVAL_STATE = _object(
    approval_rules_overwritten=_FLAG,
    rules=_list(
        _object(
            **_APPROVAL_RULE_FIELDS,
            source_rule=_maybe(_MAPPING),
            overridden=_FLAG,
            code_owner=_FLAG,
            approved=_FLAG,
            approved_by=_list(_USER),
        )
    ),
)
_DIFF = _object(
    diff=_TEXT,
    collapsed=_FLAG,
    too_large=_FLAG,
    new_path=_TEXT,
    old_path=_TEXT,
    a_mode=_TEXT,
    b_mode=_TEXT,
    new_file=_FLAG,
    renamed_file=_FLAG,
    deleted_file=_FLAG,
    generated_file=_maybe(_FLAG),
)
_STATUS = _object(
    id=_COUNT,
    sha=_SHA,
    ref=_TEXT,
    status=_TEXT,
    name=_TEXT,
    target_url=_maybe(_TEXT),
    description=_maybe(_TEXT),
    created_at=_MOMENT,
    started_at=_maybe(_MOMENT),
    finished_at=_maybe(_MOMENT),
    allow_failure=_FLAG,
    coverage=_maybe(_NUMBER),
    pipeline_id=_COUNT,
    author=_maybe(_USER),
)
_BRANCH = _object(
    name=_TEXT,
    commit=_COMMIT,
    merged=_FLAG,
    protected=_FLAG,
    developers_can_push=_FLAG,
    developers_can_merge=_FLAG,
    can_push=_FLAG,
    default=_FLAG,
    web_url=_ADDRESS,
)
_TAG = _object(
    name=_TEXT,
    message=_maybe(_TEXT),
    target=_SHA,
    commit=_COMMIT,
    release=_maybe(_MAPPING),
    protected=_FLAG,
    created_at=_maybe(_MOMENT),
)
_LEVEL = _object(
    {"user_id": _maybe(_COUNT), "group_id": _maybe(_COUNT), "deploy_key_id": _maybe(_COUNT)},
    id=_COUNT,
    access_level=_maybe(_COUNT),
    access_level_description=_TEXT,
)
_PROTECTED_BRANCH = _object(
    {"unprotect_access_levels": _list(_LEVEL), "code_owner_approval_required": _FLAG},
    id=_COUNT,
    name=_TEXT,
    push_access_levels=_list(_LEVEL),
    merge_access_levels=_list(_LEVEL),
    allow_force_push=_FLAG,
)
_ISSUE = _object(
    **_ISSUABLE_FIELDS,
    type=_TEXT,
    merge_requests_count=_COUNT,
    due_date=_maybe(_TEXT),
    confidential=_FLAG,
    issue_type=_TEXT,
    has_tasks=_FLAG,
    _links=_object(
        self=_ADDRESS,
        notes=_ADDRESS,
        award_emoji=_ADDRESS,
        project=_ADDRESS,
        closed_as_duplicate_of=_maybe(_ADDRESS),
    ),
    severity=_enum("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"),
    moved_to_id=_maybe(_COUNT),
    service_desk_reply_to=_maybe(_TEXT),
)
_EVENT_FIELDS = {
    "id": _COUNT,
    "user": _maybe(_USER),
    "created_at": _MOMENT,
    "resource_type": _TEXT,
    "resource_id": _COUNT,
}
_LABEL = _object(
    id=_COUNT,
    name=_TEXT,
    color=_TEXT,
    description=_maybe(_TEXT),
    description_html=_TEXT,
    text_color=_TEXT,
    archived=_FLAG,
)
_PROJECT, _ISSUES, _REQUESTS = "/projects/{id}", "/projects/{id}/issues/{iid}", "merge_requests"
_REPOSITORY = f"{_PROJECT}/repository"
SHAPES: dict[str, Any] = {
    "/job": _JOB,
    "/user": _USER,
    "/users": _list(_USER),
    "/version": _object(version=_TEXT, revision=_TEXT),
    "/groups/{id}/members/all": _list(_MEMBER),
    _PROJECT: _MAPPING,
    f"{_PROJECT}/members/all": _list(_MEMBER),
    f"{_PROJECT}/approvals": _MAPPING,
    f"{_PROJECT}/approval_rules": _list(
        _object(
            **_APPROVAL_RULE_FIELDS,
            protected_branches=_list(_MAPPING),
            applies_to_all_protected_branches=_FLAG,
        )
    ),
    f"{_PROJECT}/deployments": _list(_object(**_DEPLOYMENT_FIELDS)),
    f"{_PROJECT}/deployments/{{deployment_id}}": _WHOLE_DEPLOYMENT,
    f"{_PROJECT}/environments": _list(_ENVIRONMENT),
    f"{_PROJECT}/environments/{{environment_id}}": _ENVIRONMENT,
    f"{_PROJECT}/protected_environments": _list(_PROTECTED_ENVIRONMENT),
    f"{_PROJECT}/protected_environments/{{name}}": _PROTECTED_ENVIRONMENT,
    f"{_PROJECT}/freeze_periods": _list(_FREEZE),
    f"{_PROJECT}/protected_branches": _list(_PROTECTED_BRANCH),
    f"{_PROJECT}/protected_branches/{{name}}": _PROTECTED_BRANCH,
    f"{_PROJECT}/pipelines": _list(_PIPELINE),
    f"{_PROJECT}/pipelines/{{pipeline_id}}": _WHOLE_PIPELINE,
    f"{_PROJECT}/pipelines/{{pipeline_id}}/jobs": _list(_JOB),
    f"{_PROJECT}/jobs": _list(_JOB),
    f"{_PROJECT}/jobs/{{job_id}}": _JOB,
    f"{_PROJECT}/{_REQUESTS}": _list(_REQUEST),
    f"{_PROJECT}/{_REQUESTS}/{{iid}}": _WHOLE_REQUEST,
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/approvals": _APPROVALS,
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/approval_state": _APPROVAL_STATE,
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/closes_issues": _list(_ISSUE),
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/commits": _list(_COMMIT),
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/notes": _list(_NOTE),
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/versions": _list(_VERSION),
    f"{_PROJECT}/issues": _list(_ISSUE),
    _ISSUES: _ISSUE,
    f"{_ISSUES}/notes": _list(_NOTE),
    f"{_ISSUES}/resource_label_events": _list(
        _object(**_EVENT_FIELDS, label=_maybe(_LABEL), action=_enum("add", "remove"))
    ),
    f"{_ISSUES}/resource_state_events": _list(
        _object(
            **_EVENT_FIELDS,
            source_commit=_maybe(_TEXT),
            source_merge_request_id=_maybe(_COUNT),
            state=_enum("closed", "reopened", "opened", "merged"),
        )
    ),
    f"{_REPOSITORY}/branches": _list(_BRANCH),
    f"{_REPOSITORY}/branches/{{branch}}": _BRANCH,
    f"{_REPOSITORY}/tags": _list(_TAG),
    f"{_REPOSITORY}/tags/{{tag_name}}": _TAG,
    f"{_REPOSITORY}/compare": _object(
        commit=_maybe(_COMMIT),
        commits=_list(_COMMIT),
        diffs=_list(_DIFF),
        compare_timeout=_FLAG,
        compare_same_ref=_FLAG,
        web_url=_ADDRESS,
    ),
    f"{_REPOSITORY}/merge_base": _COMMIT,
    f"{_REPOSITORY}/commits/{{sha}}": _object(
        **_COMMIT_FIELDS,
        stats=_object(additions=_COUNT, deletions=_COUNT, total=_COUNT),
        status=_maybe(_TEXT),
        project_id=_COUNT,
        last_pipeline=_maybe(_object(**_PIPELINE_FIELDS)),
    ),
    f"{_REPOSITORY}/commits/{{sha}}/diff": _list(_DIFF),
    f"{_REPOSITORY}/commits/{{sha}}/merge_requests": _list(_REQUEST),
    f"{_REPOSITORY}/commits/{{sha}}/signature": _MAPPING,
    f"{_REPOSITORY}/commits/{{sha}}/statuses": _list(_STATUS),
    f"{_REPOSITORY}/files/{{file_path}}": _MAPPING,
}
WRITES: dict[tuple[str, str], tuple[int, Any]] = {
    ("post", f"{_PROJECT}/issues"): (201, _ISSUE),
    ("put", _ISSUES): (200, _ISSUE),
    ("post", f"{_ISSUES}/notes"): (201, _NOTE),
    ("put", f"{_ISSUES}/notes/{{note}}"): (200, _NOTE),
    ("post", f"{_PROJECT}/{_REQUESTS}/{{iid}}/notes"): (201, _NOTE),
    ("put", f"{_PROJECT}/{_REQUESTS}/{{iid}}/notes/{{note}}"): (200, _NOTE),
}
"""What is answered to a change: method and route, the status and the shape."""
ERRORS = {
    "anyOf": [
        _object(message=_TEXT),
        _object({"error_description": _TEXT, "scope": _TEXT}, error=_TEXT),
    ]
}
SOURCE_SCHEMAS = {
    f"{_PROJECT}/{_REQUESTS}/{{iid}}": "merge_request.json",
    f"{_PROJECT}/deployments/{{deployment_id}}": "deployment.json",
    f"{_PROJECT}/environments/{{environment_id}}": "environment.json",
    f"{_PROJECT}/jobs/{{job_id}}": "job.json",
    "/job": "job.json",
    f"{_PROJECT}/{_REQUESTS}/{{iid}}/notes": "notes.json",
    f"{_ISSUES}/notes": "notes.json",
    _ISSUES: "issue.json",
    f"{_REPOSITORY}/commits/{{sha}}": "commit/detail.json",
    f"{_REPOSITORY}/merge_base": "commit/basic.json",
    f"{_REPOSITORY}/branches/{{branch}}": "branch.json",
    f"{_REPOSITORY}/tags/{{tag_name}}": "tag.json",
    f"{_PROJECT}/members/all": "members.json",
    f"{_PROJECT}/pipelines/{{pipeline_id}}": "pipeline.json",
    f"{_PROJECT}/freeze_periods": "freeze_periods.json",
}
"""Routes for which GitLab's own tests have a schema (spec/fixtures/api/schemas/public_api/v4)."""
