from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gate.controls.authority import REASONS, evaluate
from gate.domain.approvals import DEPLOYER
from gate.domain.control import Failed, NotApplicable, Outcome, Passed
from gate.domain.derived import (
    OUTSIDE,
    Approval,
    ChangeType,
    OutOfScope,
    People,
    Risk,
    ScopedChange,
)
from gate.domain.facts import ChangeKind, MergeRequest
from gate.domain.policy.people import ApprovalRule, ApprovalSource
from gate.domain.policy.workflow import AuthorityRules
from tests.domain.who import commit, request, scoped

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
HIGH = Risk(classes=("high",), reasons=("infra",), approvals={"high": (SECURITY,)})


def approval(
    person: str, source: ApprovalSource = REVIEW, why_not: str = "", *, of: int = 12
) -> Approval:
    where = {REVIEW: f"#{of}", TICKET: f"CHG-{of - 5}", DEPLOYMENT: "production"}[source]
    return Approval(
        person=person,
        shown=f"@{person}",
        source=source,
        where=where,
        covers=None if source is DEPLOYMENT else (of,),
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
    for given_ in (approval("alice", DEPLOYMENT), replace(approval("alice", TICKET), covers=None)):
        assert isinstance(judge(LEAD, people=who(given_), change=rollback), Passed)


# --- several merge requests in one deploy -----------------------------------------------------


def pull(number: int) -> MergeRequest:
    return request(number=number, commits=[commit(f"c{number}", by=(number,))])


TWO = scoped(pull(12), pull(13))


def high(*numbers: int) -> Risk:
    return replace(HIGH, brought_by={"high": numbers})


def texts(outcome: Outcome) -> list[str]:
    return [reason.text for reason in failed(outcome).reasons]


def test_each_merge_request_needs_its_own_review() -> None:
    people = who(approval("alice"), approval("erin", of=13))
    outcome = judge(ENGINEER, people=people, change=TWO)
    assert texts(outcome) == [
        "normal change needs 1 approval from engineer (review) for #13; nobody gave one that counts. "
        "alice's review (#12) does not count here because it is not for #13. "
        "erin's review (#13) does not count here because erin does not hold engineer."
    ]
    people = who(approval("alice"), approval("carol", of=13))
    outcome = judge(ENGINEER, people=people, change=TWO)
    assert isinstance(outcome, Passed)
    assert [item.text for item in outcome.observations] == [
        "normal change needs 1 approval from engineer (review) for #12: given by alice",
        "normal change needs 1 approval from engineer (review) for #13: given by carol",
    ]


def test_the_row_of_a_class_is_for_the_merge_requests_that_are_in_it() -> None:
    for_other = who(approval("alice"), approval("alice", of=13), approval("carol"))
    outcome = judge(ENGINEER, people=for_other, risk=high(13), change=TWO)
    assert texts(outcome) == [
        "risk high needs 1 approval from security (review, ticket or deployment) for #13; nobody gave one that counts. "
        "alice's review (#13) does not count here because alice does not hold security. "
        "carol's review (#12) does not count here because it is not for #13."
    ]
    assert isinstance(judge(ENGINEER, people=for_other, risk=high(12), change=TWO), Passed)
    for numbers in ((), (12, 13)):
        (text,) = texts(judge(ENGINEER, people=for_other, risk=high(*numbers), change=TWO))
        assert "(review, ticket or deployment) for #13;" in text


def test_what_all_of_them_lack_is_said_once_and_what_each_lacks_apart() -> None:
    (text,) = texts(judge(LEAD, people=who(), change=TWO))
    assert text.startswith(
        "normal change needs 1 approval from engineering-lead (ticket or deployment) for #12 and #13; nobody"
    )
    two = ApprovalRule(role="engineer", count=2)
    first, second = texts(judge(two, people=who(approval("alice")), change=TWO))
    assert "for #12; alice gave one." in first
    assert "for #13; nobody gave one that counts. alice's review (#12)" in second


def test_an_approval_of_the_deployment_or_of_a_shared_ticket_is_for_all() -> None:
    shared = replace(approval("alice", TICKET), covers=(12, 13))
    for people in (who(approval("alice", DEPLOYMENT)), who(shared)):
        outcome = judge(LEAD, people=people, change=TWO)
        assert isinstance(outcome, Passed)
        (seen,) = outcome.observations
        assert seen.text.endswith("(ticket or deployment) for #12 and #13: given by alice")
    (text,) = texts(judge(LEAD, people=who(approval("alice", TICKET)), change=TWO))
    assert (
        "for #13; nobody gave one that counts. alice's ticket (CHG-7) does not count here" in text
    )


def test_many_merge_requests_are_counted_and_cut() -> None:
    change = scoped(*(pull(number) for number in range(1, 10)))
    (text,) = texts(judge(LEAD, people=who(), change=change))
    assert "for #1, #2, #3, #4, #5 and 4 more; nobody" in text


def test_commits_outside_merge_requests_need_the_row_as_well() -> None:
    change = scoped(pull(12), direct=(commit("d1", by=()),))
    people = who(approval("alice"), approval("alice", TICKET))
    reviewed, ticketed = failed(judge(ENGINEER, LEAD, people=people, change=change)).reasons
    assert "for the commits that no merge request brought; nobody" in reviewed.text
    assert reviewed.remedy.startswith("Nobody can review commits that no merge request brought")
    assert "for the commits that no merge request brought; nobody" in ticketed.text
    assert ticketed.remedy == (
        "alice or carol can give it (ticket or deployment); then start the check again."
    )
    for covers in (None, (12, OUTSIDE)):
        whole = who(replace(approval("alice", TICKET), covers=covers))
        assert isinstance(judge(LEAD, people=whole, change=change), Passed)


def test_different_people_are_wanted_for_each_merge_request_by_itself() -> None:
    lead = replace(LEAD, sources=(REVIEW, TICKET))
    crossed = who(
        approval("alice"), approval("carol"), approval("carol", of=13), approval("alice", of=13)
    )
    assert isinstance(judge(ENGINEER, lead, people=crossed, distinct=True, change=TWO), Passed)
    one = who(approval("alice"), approval("carol"), approval("carol", of=13))
    (reason,) = failed(judge(ENGINEER, lead, people=one, distinct=True, change=TWO)).reasons
    assert reason.code == "not-distinct"
    assert "for #13; carol gave it but is needed for another row" in reason.text


def test_a_merge_request_that_lacks_a_row_says_nothing_about_different_people() -> None:
    people = who(approval("alice", DEPLOYMENT), approval("alice"))
    outcome = failed(judge(ENGINEER, LEAD, people=people, distinct=True, change=TWO))
    assert [reason.code for reason in outcome.reasons] == ["row-not-met", "not-distinct"]
    assert ["for #13;" in outcome.reasons[0].text, "for #12;" in outcome.reasons[1].text] == [
        True,
        True,
    ]


def test_a_merge_request_without_any_row_is_not_a_yes() -> None:
    people = who(approval("carol", of=13))
    assert texts(judge(people=people, risk=high(13), change=TWO)) == [
        "The policy names no role that approves #12 in a normal change. Nothing to check is not a yes."
    ]


def test_another_deployer_frees_only_a_review_of_the_merge_request_that_lacks_it() -> None:
    for of, freed in ((12, False), (13, True)):
        reviewed = replace(approval("carol", why_not="she deploys", of=of), code=DEPLOYER)
        people = who(approval("alice", DEPLOYMENT), reviewed, deployers=("carol",))
        security = replace(HIGH, approvals={"high": (ApprovalRule(role="security"),)})
        risk = replace(security, brought_by={"high": (13,)})
        (reason,) = failed(judge(LEAD, people=people, risk=risk, change=TWO)).reasons
        assert ("have somebody else deploy in a new run" in reason.remedy) is freed


# --- whatever the people and the merge requests -----------------------------------------------

RULES = (ENGINEER, LEAD, SECURITY, ApprovalRule(role="engineer", count=2, sources=(REVIEW, TICKET)))
names = st.sampled_from(["alice", "bob", "carol", "erin"])
covered = st.none() | st.sets(st.sampled_from([12, 13, 14, OUTSIDE]), max_size=3).map(tuple)
given_approvals = st.lists(
    st.builds(
        lambda person, source, covers, why_not: replace(
            approval(person, source, why_not), covers=covers
        ),
        names,
        st.sampled_from(list(ApprovalSource)),
        covered,
        st.sampled_from(["", "", "it is void"]),
    ),
    max_size=7,
)
rule_lists = st.lists(st.sampled_from(RULES), min_size=1, max_size=3)
some_numbers = st.sets(st.sampled_from([12, 13, 14]), max_size=3)


def deploy(numbers: Iterable[int], *, direct: bool) -> ScopedChange:
    pulls = [pull(number) for number in sorted(numbers)]
    return scoped(*pulls, direct=(commit("d1", by=()),) if direct else ())


def in_class(numbers: Iterable[int]) -> Risk:
    """Risk high for those merge requests of a deploy; for none at all it is in no class."""
    return high(*sorted(numbers)) if numbers else LOW


@given(rule_lists, given_approvals, given_approvals, some_numbers, st.booleans(), st.booleans())
def test_one_more_approval_never_turns_a_pass_into_a_failure(
    rules: list[ApprovalRule],
    given_: list[Approval],
    more: list[Approval],
    numbers: set[int],
    direct: bool,
    distinct: bool,
) -> None:
    change = deploy(numbers, direct=direct)

    def outcome(approvals: list[Approval]) -> Outcome:
        return judge(*rules, people=who(*approvals), risk=HIGH, distinct=distinct, change=change)

    if isinstance(outcome(given_), Passed):
        assert isinstance(outcome([*given_, *more]), Passed)


@given(
    rule_lists,
    given_approvals,
    some_numbers,
    some_numbers,
    st.tuples(st.booleans(), st.booleans()),
    some_numbers,
    st.booleans(),
)
def test_merging_two_changes_into_one_deploy_never_passes_where_one_of_them_fails(
    rules: list[ApprovalRule],
    approvals: list[Approval],
    ones: set[int],
    others: set[int],
    direct: tuple[bool, bool],
    risky: set[int],
    distinct: bool,
) -> None:
    def outcome(numbers: set[int], direct: bool) -> Outcome:
        change, risk = deploy(numbers, direct=direct), in_class(numbers & risky)
        return judge(*rules, people=who(*approvals), risk=risk, distinct=distinct, change=change)

    alone = [outcome(ones, direct[0]), outcome(others, direct[1])]
    # Only what is there can fail: nothing at all is judged as a change without merge requests.
    there = [
        one
        for one, some in zip(alone, (ones or direct[0], others or direct[1]), strict=True)
        if some
    ]
    if any(isinstance(one, Failed) for one in there):
        assert isinstance(outcome(ones | others, any(direct)), Failed)


@given(rule_lists, given_approvals, st.permutations([12, 13, 14]), st.booleans(), st.randoms())
def test_the_order_of_approvals_rows_and_merge_requests_does_not_matter(
    rules: list[ApprovalRule],
    approvals: list[Approval],
    numbers: list[int],
    distinct: bool,
    chance: Random,
) -> None:
    def verdict(rules: list[ApprovalRule], approvals: list[Approval], numbers: list[int]) -> object:
        change = scoped(*(pull(number) for number in numbers))
        found = judge(
            *rules, people=who(*approvals), risk=high(13), distinct=distinct, change=change
        )
        codes = {reason.code for reason in found.reasons} if isinstance(found, Failed) else None
        return type(found), codes

    before = verdict(rules, approvals, [12, 13, 14])
    for some in (rules, approvals):
        chance.shuffle(some)
    assert verdict(rules, approvals, numbers) == before


def test_the_page_explains_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs/controls/authority.md").read_text(encoding="utf-8")
    for code in REASONS:
        assert f"`authority.{code}`" in page
