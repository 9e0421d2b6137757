from hypothesis import given
from hypothesis import strategies as st

from gate.domain.derived import OUTSIDE, Approval, People
from gate.domain.matrix_row import gathered, matrix, near_misses, places, review_only, row
from gate.domain.policy.people import ApprovalRule, ApprovalSource
from gate.domain.units import Unit
from tests import builders as b

REVIEW, TICKET, DEPLOYMENT = (
    ApprovalSource.REVIEW,
    ApprovalSource.TICKET,
    ApprovalSource.DEPLOYMENT,
)
LEAD = ApprovalRule(role="lead", sources=(TICKET, DEPLOYMENT))
TWELVE, THIRTEEN = Unit(number=12, reference="#12"), Unit(number=13, reference="#13")


def approval(
    person: str,
    source: ApprovalSource,
    *,
    counts: bool = True,
    covers: tuple[int, ...] | None = (12,),
) -> Approval:
    return Approval(
        person=person,
        shown=f"@{person or 'mallory'}",
        source=source,
        where="x",
        covers=covers,
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
    found = row(LEAD, "normal change", TWELVE, people(approval("alice", TICKET)))
    assert found.filled_by == ("alice",)
    assert found.candidates == ("erin",)
    assert found.met


def test_a_role_that_the_policy_does_not_resolve_has_no_holders() -> None:
    found = row(
        ApprovalRule(role="on-call"), "normal change", TWELVE, people(approval("alice", REVIEW))
    )
    assert (found.filled_by, found.candidates, found.met) == ((), (), False)


def test_a_row_says_where_its_approvals_are_given() -> None:
    assert places(LEAD) == "ticket or deployment"
    assert not review_only(LEAD)
    assert review_only(ApprovalRule(role="lead"))


def test_a_stranger_is_named_by_account_among_the_near_misses() -> None:
    known = people(approval("", TICKET, counts=False), approval("alice", TICKET))
    found = row(LEAD, "normal change", TWELVE, known)
    assert near_misses(found, known) == ("@mallory's ticket (x) does not count because it is void",)


def test_an_approval_of_something_else_fills_nothing_and_says_so() -> None:
    known = people(
        approval("alice", TICKET),
        approval("erin", TICKET, covers=None),
        approval("frank", TICKET),
        approval("alice", TICKET, counts=False),
        approval("alice", REVIEW),
    )
    found = row(LEAD, "normal change", THIRTEEN, known)
    assert found.filled_by == ("erin",)
    assert found.candidates == ("alice",)
    assert near_misses(found, known) == (
        "alice's ticket (x) does not count here because it is not for #13",
    )


def test_what_no_merge_request_brought_has_no_candidates_for_a_review() -> None:
    direct = Unit(number=OUTSIDE, reference="the change")
    assert row(ApprovalRule(role="lead"), "x", direct, people()).candidates == ()
    assert row(LEAD, "x", direct, people()).candidates == ("alice", "erin")


def test_type_and_classes_call_for_rows_and_the_same_row_of_two_classes_is_one() -> None:
    change = b.scoped(b.request(12), b.request(13))
    risk = b.risk(
        "high",
        "disruptive",
        approvals={"high": (LEAD,), "disruptive": (LEAD, ApprovalRule(role="lead"))},
        brought_by={"high": (13,), "disruptive": ()},
    )
    found = matrix(change, b.change_type(approvals=(LEAD,)), risk, people())
    assert {unit.reference: [one.origin for one in rows] for unit, rows in found.items()} == {
        "#12": ["normal change", "risk disruptive", "risk disruptive"],
        "#13": ["normal change", "risk high, disruptive", "risk disruptive"],
    }
    assert not found[TWELVE][0].alone


def test_a_class_of_which_nobody_knows_what_it_needs_or_whose_it_is_needs_nothing_more() -> None:
    change, risk = b.scoped(b.request(12), b.request(13)), b.risk("high")
    found = matrix(change, b.change_type(approvals=(LEAD,)), risk, people())
    assert [[one.origin for one in rows] for rows in found.values()] == [["normal change"]] * 2


def test_rows_that_say_the_same_of_several_merge_requests_are_told_once_and_in_order() -> None:
    known = people(approval("alice", TICKET), approval("erin", DEPLOYMENT, covers=None))
    rules = LEAD, ApprovalRule(role="lead")
    rows = [
        row(rule, "x", unit, known, alone=False)
        for unit in (TWELVE, THIRTEEN)
        for rule in (*rules, LEAD)
    ]
    assert [(one.rule, one.needs, one.filled_by) for one in gathered(rows)] == [
        (LEAD, "x needs 1 approval from lead (ticket or deployment) for #12", ("alice", "erin")),
        (LEAD, "x needs 1 approval from lead (ticket or deployment) for #13", ("erin",)),
        (rules[1], "x needs 1 approval from lead (review) for #12 and #13", ()),
    ]


sources = st.sampled_from(list(ApprovalSource))
names = st.sampled_from(["alice", "bob", "carol", "dana", "erin", "frank", ""])
covered = st.sampled_from([None, (), (12,), (13,), (12, 13)])
given_approvals = st.lists(
    st.builds(approval, names, sources, counts=st.booleans(), covers=covered), max_size=6
)


@given(given_approvals)
def test_only_counting_approvals_of_holders_from_the_rows_own_sources_fill_it(
    approvals: list[Approval],
) -> None:
    known = people(*approvals)
    for person in row(LEAD, "x", TWELVE, known).filled_by:
        assert person in known.roles["lead"]
        assert any(
            item.counts
            and item.person == person
            and item.source in LEAD.sources
            and (item.covers is None or 12 in item.covers)
            for item in approvals
        )


@given(given_approvals, st.integers(0, 5))
def test_taking_an_approval_away_never_fills_a_row(approvals: list[Approval], at: int) -> None:
    fewer = [item for n, item in enumerate(approvals) if n != at]
    assert set(row(LEAD, "x", TWELVE, people(*fewer)).filled_by) <= set(
        row(LEAD, "x", TWELVE, people(*approvals)).filled_by
    )
