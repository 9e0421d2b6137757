from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import ApprovalState, DeploymentApproval
from tests.adapters.forges.gitlab.canned import HOME, Raw, deployment, gitlab, pending, user
from tests.adapters.forges.gitlab.gaps import code_of

PATH = f"{HOME}/deployments"


def said(state: str = "approved", login: str = "carol", **more: Any) -> dict[str, Any]:
    return {
        "user": user(login),
        "status": state,
        "created_at": "2026-11-25T14:56:00.000Z",
        "comment": "go",
        **more,
    }


def approvals(listed: Any = None, **details: Any) -> tuple[DeploymentApproval, ...]:
    answers = {f"{PATH}/{name[1:]}": answer for name, answer in details.items()}
    with gitlab({PATH: [pending(), deployment()] if listed is None else listed, **answers}) as (
        asked,
        _,
    ):
        found = asked.deployment_approvals()
    assert found.environment == "production"
    return found.approvals


def test_whoever_released_this_pipeline_stands_with_the_time() -> None:
    one, other = approvals(d950=pending(950, said(), said("rejected", "erin", comment=None)))
    assert (one.approver.login, one.state, one.comment) == ("carol", ApprovalState.APPROVED, "go")
    assert one.at == datetime(2026, 11, 25, 14, 56, tzinfo=UTC)
    assert (other.state, other.comment) == (ApprovalState.REJECTED, "")


def test_deployments_of_other_pipelines_are_not_asked_about() -> None:
    with gitlab() as (asked, canned):
        asked.deployment_approvals()
    assert canned.count(f"{PATH}/*") == 1


def test_a_pipeline_that_has_none_yet_has_no_approval() -> None:
    assert approvals([deployment()]) == ()


def test_every_deployment_of_a_retried_job_counts() -> None:
    listed = [pending(951), pending(950)]
    found = approvals(
        listed, d951=pending(951, said("approved", "erin")), d950=pending(950, said("rejected"))
    )
    assert [one.approver.login for one in found] == ["erin", "carol"]


def test_the_community_edition_knows_no_approvals() -> None:
    free = pending()
    del free["approvals"], free["pending_approval_count"]
    assert approvals(d950=free) == ()


@pytest.mark.parametrize("name", ["approvals", "pending_approval_count"])
def test_half_an_answer_is_a_gap_or_the_same(name: str) -> None:
    half = pending(950, said())
    del half[name]
    if name == "approvals":
        assert code_of(lambda: approvals(d950=half)) == "unreadable"
    else:
        assert len(approvals(d950=half)) == 1


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        (pending(951), "wrong-object"),
        (pending(deployable={"id": 1, "finished_at": None, "pipeline": {"id": 1}}), "wrong-object"),
        (pending(environment={"id": 5, "name": "staging"}), "wrong-object"),
        (pending(950, said("perhaps")), "unreadable"),
        (pending(950, said(created_at=None)), "unreadable"),
        (pending(950, said(user=[])), "unreadable"),
        (Raw(403, {"message": "403 Forbidden"}), "not-permitted"),
    ],
)
def test_what_is_no_approval_of_this_deployment_is_a_gap(detail: Any, code: str) -> None:
    assert code_of(lambda: approvals(d950=detail)) == code


def test_older_pages_are_read_until_they_are_older_than_the_pipeline() -> None:
    newer = [deployment(2000 - at, created_at="2026-11-25T14:59:00.000Z") for at in range(100)]
    assert len(approvals([*newer, pending()], d950=pending(950, said()))) == 1
    old = [deployment(900 - at) for at in range(300)]
    with gitlab({PATH: old}) as (asked, canned):
        assert asked.deployment_approvals().approvals == ()
    assert canned.count(PATH) == 1


def test_too_many_newer_deployments_hide_whether_there_is_one() -> None:
    newer = [deployment(2000 - at, created_at="2026-11-25T14:59:00.000Z") for at in range(501)]
    assert code_of(lambda: approvals(newer)) == "too-large"
