from dataclasses import replace
from datetime import timedelta

from gate.domain import facts as f
from gate.domain.derive import derive
from gate.domain.derived import People
from gate.domain.facts import Fact
from gate.domain.grant import Obligation, Owed
from gate.domain.missing import Missing
from gate.domain.obligations import review_owed
from tests import builders as b
from tests.domain.emergencies import OLD, Known, asked


def owed(known: Known, **changes: object) -> Obligation:
    policy = b.emergency_policy(emergency=b.emergency_rules(**changes))
    found = review_owed(b.grant(), derive(known, policy), policy)
    assert found is not None
    return found


def test_an_emergency_owes_its_review_counted_from_the_grant() -> None:
    found = owed(asked())
    assert (found.id, found.owed) == (b.grant().id, Owed.RETROACTIVE_REVIEW)
    assert found.due_at == b.NOW + timedelta(hours=48)
    assert owed(asked(), review_within=timedelta(hours=24)).due_at == b.NOW + timedelta(hours=24)
    assert "erin broke the glass because of incident PINC1" in found.why


def test_an_emergency_without_an_incident_says_none() -> None:
    policy = b.emergency_policy()
    found = review_owed(b.grant(incident=""), derive(asked(), policy), policy)
    assert found is not None
    assert found.why.startswith("erin broke the glass, so")


def test_a_policy_without_emergencies_owes_none() -> None:
    assert review_owed(b.grant(), asked(), b.policy()) is None


def test_nobody_who_had_a_part_can_do_it() -> None:
    # dana reported the ticket, bob wrote the change, alice approved it, carol took the incident, erin asked for it.
    assert owed(asked()).not_by == ("alice", "bob", "carol", "dana", "erin")


def test_an_approval_that_counts_for_nothing_is_no_part() -> None:
    people = b.matrix(
        b.approval("alice", counts=False, code="stale"),
        b.approval("frank", counts=False, code="deployer"),
        writers={"bob": ("#12",), "bot:renovate": ("#12",)},
    )
    known: dict[type[Fact], Fact | Missing] = {People: people}
    policy = b.emergency_policy()
    found = review_owed(b.grant(), known, policy)
    assert found is not None
    assert found.not_by == ("bob", "carol", "dana", "erin", "frank")


def test_while_the_tracker_is_down_the_forge_tells_who_had_a_part() -> None:
    known = asked(without={f.Tickets: b.missing(source="Jira")})
    assert owed(known).not_by == ("alice", "bob", "carol", "erin")


def test_then_commits_without_a_merge_request_and_approvals_of_the_deployment_count_too() -> None:
    direct = b.commit("d1", authors=(b.ALICE,), committer=b.ALICE, brought_by=())
    released = f.DeploymentApprovals(
        environment="production",
        approvals=(f.DeploymentApproval(approver=b.ALICE, state=f.ApprovalState.APPROVED),),
    )
    change = b.change(
        OLD, commits=(*OLD.commits, direct), merge_requests=(replace(OLD, reviews=()),)
    )
    down = {f.Tickets: b.missing(source="Jira")}
    assert owed(asked(change, without=down)).not_by == ("alice", "bob", "carol", "erin")
    plain = asked(b.change(replace(OLD, reviews=())), released, without=down)
    assert owed(plain).not_by == ("alice", "bob", "carol", "erin")


def test_where_nothing_is_known_whoever_asked_and_approved_is_left() -> None:
    assert owed({}).not_by == ("carol", "erin")
