from gate.domain.role_approval import given_by, invitation, named, who_could
from tests import builders as b


def test_only_approvals_that_count_by_holders_are_given_by_the_role() -> None:
    good = b.approval("alice")
    people = b.matrix(
        good,
        b.approval("carol"),
        b.approval("alice", counts=False),
        b.approval("bob"),
    )
    assert given_by("engineering-lead", people) == (good,)
    assert given_by("nobody-knows", people) == ()


def test_no_role_is_held_by_nobody() -> None:
    people = b.matrix(b.approval("alice"), roles={"": ("alice",)})
    assert given_by("", people) == ()
    assert who_could("", people) == ()


def test_who_could_approve_played_no_other_part() -> None:
    people = b.matrix(roles={"lead": ("alice", "bob", "carol", "dana", "eve")})
    assert who_could("lead", people) == ("alice", "eve")
    assert invitation("lead", people) == "lead (alice or eve)"


def test_a_role_that_nobody_is_free_to_fill_says_so() -> None:
    people = b.matrix(unresolved_roles={"on-call": "the pager was not asked"})
    assert invitation("security", people) == (
        "security (nobody who holds it is free: all asked for, wrote or deploy the change)"
    )
    assert invitation("on-call", people) == "on-call (the pager was not asked)"


def test_an_approval_is_named_so_that_people_recognise_it() -> None:
    assert named(b.approval("carol")) == "carol (review, #12)"
