from __future__ import annotations

from typing import Any

from gate.domain.facts import ApprovalState, DeploymentApproval
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import HOME, Raw, approvals
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of

KEY = f"GET {HOME}/actions/runs/7001/approvals"


def found(github: Making, *answers: Any) -> tuple[DeploymentApproval, ...]:
    forge, _ = github({KEY: [[answer for listed in answers for answer in listed]]})
    return forge.deployment_approvals().approvals


def test_an_approval_names_who_and_why_but_github_tells_no_time(github: Making) -> None:
    assert found(github, approvals()) == (
        DeploymentApproval(
            approver=Identity(system="github", login="carol", id="103"),
            state=ApprovalState.APPROVED,
            comment="go",
            at=None,
        ),
    )


def test_a_rejection_is_told_as_well(github: Making) -> None:
    (one,) = found(github, approvals(state="rejected", comment=None))
    assert (one.state, one.comment) == (ApprovalState.REJECTED, "")


def test_other_environments_and_open_questions_do_not_count(github: Making) -> None:
    listed = found(
        github,
        approvals(environments=[{"name": "staging"}]),
        approvals(environments=[]),
        approvals(state="pending"),
        approvals(environments=[{"name": "staging"}, {"name": "Production"}]),
    )
    assert len(listed) == 1


def test_a_deleted_approver_is_unknown(github: Making) -> None:
    assert found(github, approvals(user=None))[0].approver.kind is Kind.UNKNOWN


def test_a_state_that_nobody_knows_is_unreadable(github: Making) -> None:
    assert code_of(lambda: found(github, approvals(state="perhaps"))) == "unreadable"


def test_an_answer_that_may_not_be_read_is_not_an_empty_list(github: Making) -> None:
    forge, _ = github({KEY: Raw(404, {"message": "Not Found"})})
    assert code_of(forge.deployment_approvals) == "not-found"
