from pathlib import Path

import pytest

from gate.controls.separation import REASONS, evaluate
from gate.domain.control import Failed, NotApplicable, Outcome, Passed
from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.policy.people import ApprovalSource, SeparationOfDuties
from tests.domain.who import at, request, scoped

DEPLOYMENT = ApprovalSource.DEPLOYMENT


def approval(
    person: str,
    code: str = "counts",
    *,
    dated: bool = True,
    source: ApprovalSource = ApprovalSource.REVIEW,
) -> Approval:
    return Approval(
        person=person,
        shown=f"@{person or 'mallory'}",
        source=source,
        where="#12",
        covers=(12,),
        at=at(-4) if dated else None,
        counts=code == "counts",
        code=code,
        why_not="" if code == "counts" else f"of {code}",
    )


def who(*approvals: Approval) -> People:
    return People(
        requesters=("dana",),
        writers={"bob": ("#12", "#13")},
        deployers=("carol",),
        approvals=approvals,
        roles={"engineer": ("alice", "bob"), "lead": ("alice", "carol", "erin")},
    )


def judge(people: People, *, strict: bool = False, change: ScopedChange | None = None) -> Outcome:
    return evaluate(change or scoped(request()), people, SeparationOfDuties(strict=strict))


def codes(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Failed)
    assert {reason.code for reason in outcome.reasons} <= REASONS.keys()
    return [reason.code for reason in outcome.reasons]


def test_passes_when_an_approver_remains_and_shows_the_matrix() -> None:
    outcome = judge(
        who(approval("alice"), approval("carol", "deployer"), approval("erin", dated=False))
    )
    assert isinstance(outcome, Passed)
    assert [item.text for item in outcome.observations] == [
        "requested by dana",
        "written by bob (#12, #13)",
        "approved by alice: review (#12) on 2026-11-25 08:00 UTC",
        "approved by erin: review (#12)",
        "deployed by carol",
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "no-independent-approver"),
        (["self"], "self-approved-only"),
        (["self", "co-author", "writer"], "self-approved-only"),
        (["requester"], "requester-sole-approver"),
        (["deployer"], "deployer-sole-approver"),
        (["requester", "deployer"], "no-independent-approver"),
        (["stale"], "no-independent-approver"),
        (["self", "stale"], "no-independent-approver"),
    ],
)
def test_fails_when_nobody_remains_and_says_which_rule_took_them_away(
    given: list[str], code: str
) -> None:
    outcome = judge(who(*(approval("somebody", item) for item in given)))
    assert codes(outcome) == [code]


def test_the_reason_names_every_approval_that_was_set_aside_and_who_is_free() -> None:
    outcome = judge(who(approval("carol", "deployer")))
    assert isinstance(outcome, Failed)
    (reason,) = outcome.reasons
    assert reason.text == (
        "Only the person who deploys the change approved it. "
        "carol's review (#12) does not count because of deployer."
    )
    assert reason.who == ("alice", "erin")
    assert "alice or erin can approve" in reason.remedy
    assert "somebody other than carol deploys in a new run" in reason.remedy


def test_without_any_approval_or_anybody_free_it_still_says_what_to_do() -> None:
    nobody = People(requesters=(), writers={}, deployers=())
    outcome = judge(nobody)
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text.endswith("Nobody approved anything.")
    assert outcome.reasons[0].remedy.startswith("Somebody else approves in the ticket")
    assert outcome.observations[0].text == "requested by nobody"


def test_strict_fails_when_a_deployer_approved_even_if_others_did_too() -> None:
    people = who(approval("alice"), approval("carol", "deployer"))
    assert isinstance(judge(people), Passed)
    assert codes(judge(people, strict=True)) == ["deployer-is-approver"]


def test_strict_sees_a_deployer_whose_approval_is_void_for_another_part_too() -> None:
    people = who(approval("alice"), approval("carol", "writer"))
    assert codes(judge(people, strict=True)) == ["deployer-is-approver"]


def test_strict_does_not_mind_an_approval_that_was_never_valid() -> None:
    assert isinstance(
        judge(who(approval("alice"), approval("carol", "stale")), strict=True), Passed
    )


@pytest.mark.parametrize("kind", [ChangeKind.FORWARD, ChangeKind.REDEPLOY, ChangeKind.ROLLBACK])
def test_a_rejected_deployment_fails_whatever_is_deployed(kind: ChangeKind) -> None:
    outcome = judge(
        who(approval("alice"), approval("erin", "rejected", source=DEPLOYMENT)),
        change=ScopedChange(kind=kind),
    )
    assert codes(outcome) == ["deployment-rejected"]
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].who == ("erin",)


def test_a_rejection_by_a_stranger_counts_as_well() -> None:
    outcome = judge(who(approval("alice"), approval("", "rejected", source=DEPLOYMENT)))
    assert isinstance(outcome, Failed)
    assert outcome.reasons[0].text.startswith("@mallory rejected the deployment")
    assert outcome.reasons[0].who == ()


def test_a_rejected_ticket_is_no_rejected_deployment() -> None:
    rejected = approval("carol", "rejected", source=ApprovalSource.TICKET)
    assert isinstance(judge(who(approval("alice"), rejected)), Passed)


def test_a_redeploy_has_nothing_to_approve() -> None:
    assert isinstance(judge(who(), change=ScopedChange(kind=ChangeKind.REDEPLOY)), NotApplicable)


def test_a_rollback_still_needs_somebody_other_than_the_deployer() -> None:
    rollback = ScopedChange(kind=ChangeKind.ROLLBACK)
    assert codes(judge(who(approval("carol", "deployer")), change=rollback)) == [
        "deployer-sole-approver"
    ]
    assert isinstance(judge(who(approval("alice")), change=rollback), Passed)


def test_the_page_explains_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs/controls/separation.md").read_text(encoding="utf-8")
    for code in REASONS:
        assert f"`separation.{code}`" in page
