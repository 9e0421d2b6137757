from dataclasses import replace
from pathlib import Path

from gate.controls.authority import REASONS, evaluate
from gate.domain.approvals import DEPLOYER
from gate.domain.control import Failed, NotApplicable, Outcome, Passed
from gate.domain.derived import Approval, ChangeType, OutOfScope, People, Risk, ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.policy.people import ApprovalRule, ApprovalSource
from gate.domain.policy.workflow import AuthorityRules
from tests.domain.who import request, scoped

REVIEW, TICKET, DEPLOYMENT = ApprovalSource.REVIEW, ApprovalSource.TICKET, ApprovalSource.DEPLOYMENT
ENGINEER = ApprovalRule(role="engineer")
LEAD = ApprovalRule(role="engineering-lead", sources=(TICKET, DEPLOYMENT))
SECURITY = ApprovalRule(role="security", sources=(REVIEW, TICKET, DEPLOYMENT))
ROLES = {
    "engineer": ("alice", "bob", "carol"),
    "engineering-lead": ("alice", "carol"),
    "security": ("carol",),
}
LOW = Risk(classes=(), reasons=())
HIGH = Risk(classes=("high",), reasons=("infra",), approvals=(SECURITY,))


def approval(person: str, source: ApprovalSource = REVIEW, why_not: str = "") -> Approval:
    where = {REVIEW: "#12", TICKET: "CHG-7", DEPLOYMENT: "production"}[source]
    return Approval(
        person=person,
        shown=f"@{person}",
        source=source,
        where=where,
        at=None,
        counts=not why_not,
        why_not=why_not,
    )


def who(
    *approvals: Approval, deployers: tuple[str, ...] = (), unresolved: dict[str, str] | None = None
) -> People:
    return People(
        requesters=("dana",),
        writers={"bob": ("#12",)},
        deployers=deployers,
        approvals=approvals,
        roles=ROLES,
        unresolved_roles=unresolved or {},
    )


def judge(
    *rules: ApprovalRule,
    people: People,
    risk: Risk = LOW,
    distinct: bool = False,
    change: ScopedChange | None = None,
) -> Outcome:
    kind = ChangeType(name="normal", reasons=(), approvals=rules)
    settings = AuthorityRules(distinct_people=distinct)
    return evaluate(change or scoped(request()), kind, risk, people, settings)


def failed(outcome: Outcome) -> Failed:
    assert isinstance(outcome, Failed)
    assert {reason.code for reason in outcome.reasons} <= REASONS.keys()
    return outcome


def test_passes_when_every_row_of_type_and_risk_is_filled() -> None:
    people = who(approval("alice"), approval("alice", TICKET), approval("carol", DEPLOYMENT))
    outcome = judge(ENGINEER, LEAD, people=people, risk=HIGH)
    assert isinstance(outcome, Passed)
    assert [item.text for item in outcome.observations] == [
        "normal change needs 1 approval from engineer (review): given by alice",
        "normal change needs 1 approval from engineering-lead (ticket or deployment): given by alice and carol",
        "risk high needs 1 approval from security (review, ticket or deployment): given by carol",
    ]


def test_an_unmet_row_says_who_can_meet_it_and_why_others_do_not_count() -> None:
    people = who(
        approval("bob", TICKET, "bob wrote #12"), approval("alice"), approval("erin", TICKET)
    )
    (reason,) = failed(judge(LEAD, people=people)).reasons
    assert reason.code == "row-not-met"
    assert reason.text == (
        "normal change needs 1 approval from engineering-lead (ticket or deployment); nobody gave one that counts. "
        "bob's ticket (CHG-7) does not count because bob wrote #12. "
        "alice's review (#12) does not count here because it is no ticket or deployment approval. "
        "erin's ticket (CHG-7) does not count here because erin does not hold engineering-lead."
    )
    assert (
        reason.remedy
        == "alice or carol can give it (ticket or deployment); then start the check again."
    )
    assert reason.who == ("alice", "carol")


def test_reviews_elsewhere_by_people_without_the_role_are_not_mentioned() -> None:
    (reason,) = failed(
        judge(LEAD, people=who(approval("frank"), approval("bob", REVIEW, "x")))
    ).reasons
    assert "frank" not in reason.text
    assert "bob" not in reason.text


def test_different_people_are_counted_and_one_person_only_once() -> None:
    two = ApprovalRule(role="engineer", count=2)
    (reason,) = failed(judge(two, people=who(approval("alice"), approval("alice")))).reasons
    assert "needs 2 approvals from engineer (review); alice gave one." in reason.text
    assert reason.who == ("carol",)
    assert isinstance(judge(two, people=who(approval("alice"), approval("carol"))), Passed)


def test_a_row_that_only_reviews_fill_says_that_the_merge_was_the_last_chance() -> None:
    (reason,) = failed(judge(ENGINEER, people=who())).reasons
    assert "a review counts only when it is given before the merge" in reason.remedy


def test_when_nobody_in_the_role_is_free_the_remedy_says_so() -> None:
    people = who(approval("carol", TICKET, "carol started this run"), deployers=("carol",))
    rule = ApprovalRule(role="security", sources=(TICKET,))
    (reason,) = failed(judge(rule, people=people)).reasons
    assert reason.remedy == (
        "Nobody else who holds security is free to approve: have somebody else deploy in a new run or "
        "the owner of the policy adds a person to roles.security."
    )
    assert reason.who == ("security",)


def test_after_the_merge_another_deployer_helps_only_where_the_first_one_had_reviewed() -> None:
    rule = ApprovalRule(role="security")
    waive = "for what is merged already, the owner of the policy waives `authority` until a day, with a reason"
    reviewed = replace(approval("carol", why_not="carol started this run"), code=DEPLOYER)

    (reason,) = failed(judge(rule, people=who(deployers=("carol",)))).reasons
    assert reason.remedy == f"Nobody else who holds security is free to approve: {waive}."
    (reason,) = failed(judge(rule, people=who(reviewed, deployers=("carol",)))).reasons
    assert f"have somebody else deploy in a new run or {waive}." in reason.remedy


def test_a_rollback_cannot_be_reviewed_and_its_remedy_says_so() -> None:
    rollback = ScopedChange(kind=ChangeKind.ROLLBACK)
    (reason,) = failed(judge(ENGINEER, people=who(), change=rollback)).reasons
    assert reason.remedy.startswith("A rollback brings no merge request that could be reviewed")
    (reason,) = failed(judge(LEAD, people=who(), change=rollback)).reasons
    assert "can give it (ticket or deployment)" in reason.remedy


def test_a_failure_also_shows_the_rows_that_are_filled() -> None:
    outcome = failed(judge(ENGINEER, LEAD, people=who(approval("alice"))))
    assert len(outcome.reasons) == len(outcome.observations) == 1


def test_a_role_whose_holders_cannot_be_told_is_never_met_by_a_guess() -> None:
    people = who(unresolved={"on-call": "it is held by whoever is on call"})
    (reason,) = failed(judge(ApprovalRule(role="on-call"), people=people)).reasons
    assert reason.code == "role-unresolved"
    assert "it is held by whoever is on call" in reason.text
    assert "roles.on-call.people" in reason.remedy


def test_a_listed_holder_fills_a_row_although_the_rest_of_the_team_is_unknown() -> None:
    people = who(approval("carol"), unresolved={"security": "the team could not be read"})
    assert isinstance(judge(ApprovalRule(role="security"), people=people), Passed)


def test_one_person_may_fill_two_rows_unless_the_policy_wants_different_people() -> None:
    people = who(approval("alice"), approval("alice", TICKET))
    assert isinstance(judge(ENGINEER, LEAD, people=people), Passed)
    (reason,) = failed(judge(ENGINEER, LEAD, people=people, distinct=True)).reasons
    assert reason.code == "not-distinct"
    assert reason.who == ("carol",)
    assert "alice gave it but is needed for another row" in reason.text


def test_different_people_are_found_whatever_the_order_of_rows_and_approvals() -> None:
    people = who(approval("alice"), approval("carol"), approval("alice", TICKET))
    assert isinstance(judge(ENGINEER, LEAD, people=people, distinct=True), Passed)
    assert isinstance(judge(LEAD, ENGINEER, people=people, distinct=True), Passed)


def test_a_row_for_two_takes_two_different_people_away_from_the_others() -> None:
    two = ApprovalRule(role="engineer", count=2)
    people = who(approval("alice"), approval("carol"), approval("alice", TICKET))
    assert isinstance(judge(two, LEAD, people=people), Passed)
    outcome = failed(judge(two, LEAD, people=people, distinct=True))
    assert [reason.code for reason in outcome.reasons] == ["not-distinct"]


def test_no_matrix_at_all_is_not_a_yes() -> None:
    (reason,) = failed(judge(people=who(approval("alice")))).reasons
    assert reason.code == "no-matrix"
    assert "change_types.normal.approvals" in reason.remedy


def test_a_redeploy_and_a_change_out_of_scope_need_no_new_authority() -> None:
    for change in (
        ScopedChange(kind=ChangeKind.REDEPLOY),
        ScopedChange(kind=ChangeKind.FORWARD, left_out=(OutOfScope(what="#12", why="web"),)),
    ):
        assert isinstance(judge(LEAD, people=who(), change=change), NotApplicable)


def test_a_rollback_needs_authority() -> None:
    rollback = ScopedChange(kind=ChangeKind.ROLLBACK)
    assert isinstance(judge(LEAD, people=who(), change=rollback), Failed)
    assert isinstance(judge(LEAD, people=who(approval("alice", TICKET)), change=rollback), Passed)


def test_the_page_explains_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs/controls/authority.md").read_text(encoding="utf-8")
    for code in REASONS:
        assert f"`authority.{code}`" in page
