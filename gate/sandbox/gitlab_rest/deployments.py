"""Deployments: what ran in an environment, and on Premium who let it in."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.deployed import Record, records
from gate.sandbox.gitlab_rest.environment_shape import environment_basic
from gate.sandbox.gitlab_rest.errors import bad_request, not_found
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.jobs import jobs
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape, named, somebody
from gate.sandbox.gitlab_rest.pipeline_shape import job_shape
from gate.sandbox.gitlab_rest.sorting import chosen, is_descending
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number

_ORDERS = ("id", "iid", "created_at", "updated_at", "finished_at", "ref")
_STATUSES = ("created", "running", "success", "failed", "canceled", "skipped", "blocked")


def deployments(gitlab: GitLab, request: Request, named_: Mapping[str, str]) -> Response:
    """`GET …/deployments`: by environment and status; the oldest first unless `sort` says otherwise."""
    order = chosen(request, "order_by", _ORDERS, "id")
    status = chosen(request, "status", _STATUSES, "")
    _check_filters(request, order, status)
    environment = request.query.get("environment")
    found = [
        record
        for record in records(gitlab)
        if environment in (None, record.environment) and status in ("", record.status)
    ]
    # Whatever it is ordered by, this world's numbers follow its times.
    shown = found[::-1] if is_descending(request, default=False) else found
    return paged(gitlab, request, shown, lambda record: _shape(gitlab, record))


def deployment(gitlab: GitLab, request: Request, named_: Mapping[str, str]) -> Response:
    """`GET …/deployments/{deployment}`. The Enterprise Edition tells approvals, on Free as an empty list."""
    for record in records(gitlab):
        if str(record.id) == named_["deployment"]:
            more = _approvals(gitlab, record) if gitlab.site.edition == "ee" else {}
            return answer({**_shape(gitlab, record), **more})
    raise not_found()


def _check_filters(request: Request, order: str, status: str) -> None:
    filters = {
        name.partition("_")[0] for name in request.query if name.endswith(("_after", "_before"))
    }
    if {"updated", "finished"} <= filters:
        raise bad_request("Both `updated_at` filter and `finished_at` filter can not be specified")
    if ("finished" in filters) != (order == "finished_at"):
        raise bad_request("`finished_at` filter and `finished_at` sorting must be paired")
    if "finished" in filters and status != "success":
        raise bad_request("`finished_at` filter must be combined with `success` status filter.")


def _shape(gitlab: GitLab, record: Record) -> Shape:
    job = next((one for one in jobs(gitlab) if one.id == record.job), None)
    return {
        "id": record.id,
        "iid": record.iid,
        "ref": record.ref,
        "sha": record.sha,
        "created_at": moment(record.at),
        "updated_at": moment(record.updated),
        "user": named(gitlab, record.by),
        "environment": environment_basic(gitlab, record.environment),
        "deployable": job_shape(gitlab, job) if job else None,
        "status": record.status,
    }


def _approvals(gitlab: GitLab, record: Record) -> Shape:
    given = [
        {
            "user": somebody(gitlab, item.by),
            "status": item.state,
            "created_at": moment(record.at),
            "comment": item.comment,
        }
        for item in record.approvals
    ]
    environment = gitlab.world.environments.get(record.environment)
    reviewers = environment.reviewers if environment and gitlab.site.is_paid else ()
    approved = {item.by for item in record.approvals if item.state == "approved"}
    rules = [
        {
            "id": number("environment rule", f"{record.environment}/{name}"),
            "user_id": somebody(gitlab, name)["id"],
            "group_id": None,
            "group_inheritance_type": 0,
            "access_level": None,
            "access_level_description": somebody(gitlab, name)["name"],
            "required_approvals": 1,
            "deployment_approvals": [
                shape
                for shape, item in zip(given, record.approvals, strict=True)
                if item.by == name
            ],
        }
        for name in reviewers
    ]
    return {
        "pending_approval_count": len(set(reviewers) - approved),
        "approvals": given,
        **({"approval_summary": {"rules": rules}} if gitlab.site.is_paid else {}),
    }


_DEPLOYMENTS = "/projects/{id}/deployments"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_DEPLOYMENTS, answer=deployments, needs=access.CLASSIC_AND_LOGIN),
    Route(path=f"{_DEPLOYMENTS}/{{deployment}}", answer=deployment, needs=access.CLASSIC_AND_LOGIN),
)
