from hypothesis import given
from hypothesis import strategies as st

from gate.domain.derived import Approval, People
from gate.domain.matrix_row import near_misses, places, review_only, row
from gate.domain.policy.people import ApprovalRule, ApprovalSource

REVIEW, TICKET, DEPLOYMENT = (
    ApprovalSource.REVIEW,
    ApprovalSource.TICKET,
    ApprovalSource.DEPLOYMENT,
)
LEAD = ApprovalRule(role="lead", sources=(TICKET, DEPLOYMENT))


def approval(person: str, source: ApprovalSource, *, counts: bool = True) -> Approval:
    return Approval(
        person=person,
        shown=f"@{person or 'mallory'}",
        source=source,
        where="x",
        at=None,
        counts=counts,
        why_not="" if counts else "it is void",
    )


def people(*approvals: Approval) -> People:
    return People(
        requesters=("dana",),
        writers={"bob": ("#12",)},
        deployers=("carol",),
        approvals=approvals,
        roles={"lead": ("alice", "bob", "carol", "dana", "erin")},
    )


def test_only_free_holders_of_the_role_could_still_fill_it() -> None:
    found = row(LEAD, "normal change", people(approval("alice", TICKET)))
    assert found.filled_by == ("alice",)
    assert found.candidates == ("erin",)
    assert found.met


def test_a_role_that_the_policy_does_not_resolve_has_no_holders() -> None:
    found = row(ApprovalRule(role="on-call"), "normal change", people(approval("alice", REVIEW)))
    assert (found.filled_by, found.candidates, found.met) == ((), (), False)


def test_a_row_says_where_its_approvals_are_given() -> None:
    assert places(LEAD) == "ticket or deployment"
    assert not review_only(LEAD)
    assert review_only(ApprovalRule(role="lead"))


def test_a_stranger_is_named_by_account_among_the_near_misses() -> None:
    known = people(approval("", TICKET, counts=False), approval("alice", TICKET))
    found = row(LEAD, "normal change", known)
    assert near_misses(found, known) == ("@mallory's ticket (x) does not count because it is void",)


sources = st.sampled_from(list(ApprovalSource))
names = st.sampled_from(["alice", "bob", "carol", "dana", "erin", "frank", ""])
given_approvals = st.lists(st.builds(approval, names, sources, counts=st.booleans()), max_size=6)


@given(given_approvals)
def test_only_counting_approvals_of_holders_from_the_rows_own_sources_fill_it(
    approvals: list[Approval],
) -> None:
    known = people(*approvals)
    for person in row(LEAD, "x", known).filled_by:
        assert person in known.roles["lead"]
        assert any(
            item.counts and item.person == person and item.source in LEAD.sources
            for item in approvals
        )


@given(given_approvals, st.integers(0, 5))
def test_taking_an_approval_away_never_fills_a_row(approvals: list[Approval], at: int) -> None:
    fewer = [item for n, item in enumerate(approvals) if n != at]
    assert set(row(LEAD, "x", people(*fewer)).filled_by) <= set(
        row(LEAD, "x", people(*approvals)).filled_by
    )
