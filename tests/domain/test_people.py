from dataclasses import replace

import pytest

from gate.domain.derived import OUTSIDE, JudgedTickets, People, Reviews, ScopedChange
from gate.domain.facts import (
    ApprovalState,
    Change,
    ChangeKind,
    DeploymentApproval,
    DeploymentApprovals,
    Fact,
    ReviewState,
    Run,
    Tickets,
)
from gate.domain.identity import Identity, Kind
from gate.domain.lookup import Facts
from gate.domain.missing import Missing
from gate.domain.people import people
from gate.domain.policy.document import Policy
from gate.domain.policy.people import (
    ApprovalRule,
    ApprovalSource,
)
from gate.domain.reviews import reviews
from tests.domain.who import (
    ALICE,
    ALICE_JIRA,
    BOB,
    CAROL,
    CUSTOMER,
    DANA,
    DANA_JIRA,
    DEPENDABOT,
    GHOST,
    MALLORY,
    at,
    commit,
    facts,
    policy,
    request,
    review,
    run,
    scoped,
    ticket,
)

GONE = Missing(
    source="GitHub",
    reason_code="not-permitted",
    detail="the token may not read it",
    remedy="Grant it.",
)
YES = ApprovalState.APPROVED
FROM_DEPLOYMENT = (ApprovalRule(role="engineer", sources=(ApprovalSource.DEPLOYMENT,)),)


def worked_out(known: Facts, using: Policy | None = None) -> People | Missing:
    using = using or policy()
    return people({Reviews: reviews(known, using), **known}, using)


def matrix(known: Facts, using: Policy | None = None) -> People:
    found = worked_out(known, using)
    assert isinstance(found, People), found
    return found


def released(*given_: tuple[Identity, ApprovalState]) -> DeploymentApprovals:
    return DeploymentApprovals(
        environment="production",
        approvals=tuple(
            DeploymentApproval(approver=who, state=state, comment="ok") for who, state in given_
        ),
    )


def test_the_matrix_says_who_requested_wrote_approved_and_deploys() -> None:
    change = scoped(request(review(ALICE)))
    found = matrix(facts(change, ticket(), by_request={12: ("CHG-7",)}))
    assert found.requesters == ("dana",)
    assert found.writers == {"bob": ("#12",)}
    assert found.deployers == ("carol",)
    assert found.approvers == ("alice",)
    approval = found.approvals[0]
    assert (approval.source, approval.where, approval.at) == (ApprovalSource.REVIEW, "#12", at(-4))
    assert (approval.code, approval.why_not, approval.shown) == ("counts", "", "@alice-ng")
    assert found.shown["alice"] == "Alice Ng"
    assert "erin" not in found.shown


def test_without_a_ticket_whoever_opened_the_merge_request_asked_for_it() -> None:
    two = scoped(request(review(ALICE)), request(number=13, author=ALICE))
    assert matrix(facts(two, ticket(), by_request={12: ("CHG-7",)})).requesters == ("dana", "alice")
    assert matrix(facts(scoped(request(review(ALICE))))).requesters == ("bob",)


def test_a_ticket_given_for_the_deploy_counts_and_one_of_nobody_in_scope_does_not() -> None:
    known = facts(
        scoped(request()), ticket("CHG-7", approver=ALICE_JIRA), ticket("CHG-8", approver=ALICE_JIRA),
        by_request={99: ("CHG-8",)}, named_for_run=("CHG-7",),
    )  # fmt: skip
    assert [item.where for item in matrix(known).approvals] == ["CHG-7"]


def test_every_approval_says_what_it_was_given_for() -> None:
    change = scoped(
        request(review(ALICE)),
        request(number=13, commits=[commit("d1", by=(13,))]),
        request(number=14),
    )
    tickets = [ticket(key, approver=ALICE_JIRA) for key in ("CHG-7", "CHG-8", "CHG-9")]
    known = facts(
        change,
        *tickets,
        by_request={12: ("CHG-7", "CHG-8"), 13: ("CHG-7",), 14: ("CHG-9",)},
        named_for_run=("CHG-9",),
        released=released((ALICE, YES)),
    )
    assert [(item.where, item.covers) for item in matrix(known).approvals] == [
        ("#12", (12,)),
        ("CHG-7", (12, 13)),
        ("CHG-8", (12,)),
        ("CHG-9", (14, OUTSIDE)),
        ("production", None),
    ]


def test_a_ticket_given_for_the_run_is_for_nothing_where_everything_names_its_own() -> None:
    tickets = [ticket(key, approver=ALICE_JIRA) for key in ("CHG-7", "CHG-9")]
    known = facts(
        scoped(request()), *tickets, by_request={12: ("CHG-7",)}, named_for_run=("CHG-9",)
    )
    assert {item.where: item.covers for item in matrix(known).approvals} == {
        "CHG-7": (12,),
        "CHG-9": (OUTSIDE,),
    }


def test_a_ticket_given_for_a_change_without_merge_requests_is_for_all_of_it() -> None:
    for change in (scoped(kind=ChangeKind.ROLLBACK), scoped(direct=(commit("d1", by=()),))):
        known = facts(change, ticket(approver=ALICE_JIRA), named_for_run=("CHG-7",))
        (approval,) = matrix(known).approvals
        assert approval.covers is None


def test_a_machine_can_ask_for_a_change() -> None:
    assert matrix(facts(scoped(request(author=DEPENDABOT)))).requesters == ("bot:dependabot[bot]",)


@pytest.mark.parametrize("reporter", [CUSTOMER, None, replace(DANA_JIRA, id="5b-other")])
def test_a_requester_outside_people_could_be_the_approver_so_it_is_undecided(
    reporter: Identity | None,
) -> None:
    found = worked_out(
        facts(scoped(request()), ticket(reporter=reporter), by_request={12: ("CHG-7",)})
    )
    assert isinstance(found, Missing)
    assert found.reason_code == "identity-unmapped"
    assert "reported CHG-7" in found.detail


def test_approvals_by_writers_requesters_and_deployers_do_not_count_and_say_why() -> None:
    change = scoped(
        request(review(ALICE), review(DANA), review(CAROL)),
        request(
            review(BOB, sha="d1"), number=13, author=ALICE, commits=[commit("d1", ALICE, by=(13,))]
        ),
    )
    found = matrix(facts(change, ticket(), by_request={12: ("CHG-7",), 13: ("CHG-7",)}))
    assert {item.person: (item.code, item.why_not) for item in found.approvals} == {
        "alice": ("writer", "alice wrote #13"),
        "dana": ("requester", "dana reported CHG-7"),
        "carol": ("deployer", "carol started this run"),
        "bob": ("writer", "bob wrote #12"),
    }
    assert found.approvers == ()


def test_somebody_with_several_parts_is_told_all_of_them() -> None:
    known = facts(
        scoped(request(review(DANA))),
        ticket(),
        by_request={12: ("CHG-7",)},
        started=run(started_by=DANA),
    )
    (approval,) = matrix(known).approvals
    assert (approval.code, approval.why_not) == (
        "requester",
        "dana reported CHG-7 and started this run",
    )


def test_a_review_that_does_not_count_keeps_its_own_reason() -> None:
    (approval,) = matrix(facts(scoped(request(review(BOB))))).approvals
    assert (approval.counts, approval.code, approval.why_not) == (
        False,
        "self",
        "bob opened it and wrote 1 of its commits",
    )


def test_reviews_that_approve_nothing_are_no_approvals() -> None:
    assert (
        matrix(facts(scoped(request(review(ALICE, state=ReviewState.COMMENTED))))).approvals == ()
    )


def test_approvals_by_strangers_and_machines_are_shown_and_do_not_count() -> None:
    found = matrix(
        facts(
            scoped(request(review(MALLORY), review(DEPENDABOT))),
            released=released((MALLORY, YES), (DEPENDABOT, YES)),
        )
    )
    assert [(item.person, item.shown, item.code) for item in found.approvals] == [
        ("", "@mallory", "unmapped"),
        ("bot:dependabot[bot]", "@dependabot[bot]", "bot"),
        ("", "@mallory", "unmapped"),
        ("bot:dependabot[bot]", "@dependabot[bot]", "bot"),
    ]


def test_the_approval_of_a_ticket_counts_when_the_ticket_says_so() -> None:
    known = facts(
        scoped(request()),
        ticket("CHG-7", approver=ALICE_JIRA),
        ticket("CHG-8", approver=ALICE_JIRA, counts=False, code="changed", why="was changed later"),
        ticket("CHG-9"),
        by_request={12: ("CHG-7", "CHG-8", "CHG-9")},
    )
    assert [(i.where, i.counts, i.code, i.why_not) for i in matrix(known).approvals] == [
        ("CHG-7", True, "counts", ""),
        ("CHG-8", False, "changed", "CHG-8 was changed later"),
    ]


@pytest.mark.parametrize(
    ("approver", "code"),
    [
        (CUSTOMER, "unmapped"),
        (replace(ALICE_JIRA, kind=Kind.BOT), "bot"),
        (replace(ALICE_JIRA, kind=Kind.UNKNOWN), "unmapped"),
    ],
)
def test_a_ticket_approved_by_nobody_in_people_gives_no_approval(
    approver: Identity, code: str
) -> None:
    known = facts(scoped(request()), ticket(approver=approver), by_request={12: ("CHG-7",)})
    (approval,) = matrix(known).approvals
    assert (approval.counts, approval.code) == (False, code)
    assert approval.why_not


def test_the_deployments_own_reviewers_approve_or_reject() -> None:
    found = matrix(
        facts(
            scoped(request()),
            released=released(
                (ALICE, ApprovalState.APPROVED),
                (DANA, ApprovalState.REJECTED),
                (CAROL, ApprovalState.APPROVED),
            ),
        )
    )
    assert [(i.person, i.counts, i.code, i.where) for i in found.approvals] == [
        ("alice", True, "counts", "production"),
        ("dana", False, "rejected", "production"),
        ("carol", False, "deployer", "production"),
    ]
    assert found.approvals[0].url.endswith("/runs/7001")
    assert found.approvals[0].comment == "ok"


def test_commits_outside_merge_requests_have_writers_too() -> None:
    found = matrix(
        facts(scoped(request(), direct=(commit("d" * 40, DANA, committer=ALICE, by=()),)))
    )
    assert found.writers == {"bob": ("#12",), "dana": ("d" * 12,), "alice": ("d" * 12,)}


def test_strangers_among_them_leave_it_undecided() -> None:
    found = worked_out(facts(scoped(direct=(commit("d1", GHOST, by=()),))))
    assert isinstance(found, Missing)
    assert "Ghost <ghost@nowhere.example>: wrote d1, which no merge request brought" in found.detail


# --- who deploys ----------------------------------------------------------------------------------

TWO = (
    request(),
    request(number=13, merged_by=DANA, merge_commit="m0", commits=[commit("d1", by=(13,))]),
)


@pytest.mark.parametrize(
    ("started", "deed"),
    [
        (run(started_by=MALLORY), "started this run"),
        (run(rerun_by=MALLORY, attempt=2), "started attempt 2 of this run"),
        (run(attempt=2), "started attempt 2 of this run"),
        (run(event="push"), "merged #12, which started this deploy of m1"),
    ],
)
def test_a_deployer_whom_nobody_can_name_leaves_it_undecided(started: Run, deed: str) -> None:
    found = worked_out(facts(scoped(request(merged_by=None)), started=started))
    assert isinstance(found, Missing)
    assert found.reason_code == "identity-unmapped"
    assert deed in found.detail


def test_a_merge_request_that_is_out_of_scope_can_still_have_started_the_deploy() -> None:
    change = scoped(request())
    known = facts(change, started=run(event="push", revision="m0"))
    whole = known[Change]
    assert isinstance(whole, Change)
    known[Change] = replace(whole, merge_requests=TWO)
    assert matrix(known).deployers == ("dana",)


# --- what is missing ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Run, Change, ScopedChange, Reviews, Tickets, JudgedTickets])
def test_without_a_fact_that_could_change_it_the_matrix_is_missing(kind: type[Fact]) -> None:
    known = facts(scoped(request()))
    found = worked_out({Reviews: reviews(known, policy()), **known, kind: GONE})
    assert isinstance(found, Missing)
    assert found.reason_code == "not-permitted"
    assert found.detail.startswith(
        "who requested, wrote, approved and deploys this change cannot be told"
    )
    assert found.remedy == "Grant it."


def test_without_the_approvals_of_the_deployment_nobody_knows_whether_it_was_rejected() -> None:
    known = facts(scoped(request(review(ALICE))), released=GONE)
    for using in (policy(), policy(approvals=FROM_DEPLOYMENT)):
        assert isinstance(worked_out(known, using), Missing)


def test_approvals_of_another_environment_are_not_believed() -> None:
    found = worked_out(
        facts(scoped(request()), released=DeploymentApprovals(environment="staging"))
    )
    assert isinstance(found, Missing)
    assert found.reason_code == "wrong-object"


def test_a_rollback_has_no_writers_but_requesters_and_deployers() -> None:
    known = facts(
        ScopedChange(kind=ChangeKind.ROLLBACK),
        ticket(approver=ALICE_JIRA),
        named_for_run=("CHG-7",),
    )
    found = matrix(known)
    assert (found.requesters, found.writers, found.deployers) == (("dana",), {}, ("carol",))
    assert found.approvers == ("alice",)
