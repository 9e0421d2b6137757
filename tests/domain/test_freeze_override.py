import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.freeze_override import near_misses, override
from tests import builders as b

LINE = "override-freeze: customers cannot log in, INC-9"


def test_a_holder_of_the_role_opens_the_freeze_with_a_reason() -> None:
    approval = b.approval("alice", comment=f"Looks good.\n{LINE}\nThanks")
    found = override("engineering-lead", b.matrix(approval))
    assert found is not None
    assert (found.approval, found.reason) == (approval, "customers cannot log in, INC-9")
    assert list(near_misses("engineering-lead", b.matrix(b.approval()))) == []


@pytest.mark.parametrize("comment", [LINE.upper(), f"  \t{LINE}", f"{LINE}\r\nmore"])
def test_the_line_may_stand_anywhere_and_in_capitals(comment: str) -> None:
    assert override("engineering-lead", b.matrix(b.approval(comment=comment))) is not None


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "please override-freeze: customers cannot log in",
        f"> {LINE}",
        "override-freeze:\ncustomers cannot log in, INC-9",
        "override-freeze: too short",
        "override-freeze:                                   ",
        "override-freeze: a              b",
    ],
)
def test_anything_else_opens_nothing(comment: str) -> None:
    assert override("engineering-lead", b.matrix(b.approval(comment=comment))) is None


@given(st.text(max_size=60))
def test_fewer_than_fifteen_characters_never_are_a_reason(text: str) -> None:
    found = override("engineering-lead", b.matrix(b.approval(comment=f"override-freeze:{text}")))
    assert found is None or len(found.reason) >= 15


def test_attempts_that_open_nothing_say_why() -> None:
    people = b.matrix(
        b.approval("alice", comment="override-freeze: short"),
        b.approval("alice", comment=LINE, counts=False, why_not="alice deploys the change"),
        b.approval("carol", comment=LINE),
        b.approval(
            "", shown="stranger", comment=LINE, counts=False, why_not="nobody knows who it is"
        ),
    )
    assert override("engineering-lead", people) is None
    assert list(near_misses("engineering-lead", people)) == [
        "The override by alice (#12) opens nothing: its reason has fewer than 15 characters.",
        "The override by alice (#12) opens nothing: alice deploys the change.",
        "The override by carol (#12) opens nothing: carol does not hold engineering-lead.",
        "The override by stranger (#12) opens nothing: nobody knows who it is.",
    ]


def test_the_first_override_with_a_reason_stands() -> None:
    short, good = b.approval(comment="override-freeze: short"), b.approval(comment=LINE)
    found = override("engineering-lead", b.matrix(short, good))
    assert found is not None
    assert found.approval is good
