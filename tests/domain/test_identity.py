import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.identity import Identity
from tests import builders as b


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b.account("alice"), b.account("ALICE"), True),
        (b.account("alice"), b.account("alicia"), False),
        (b.account("alice", id="1"), b.account("renamed", id="1"), True),
        # the old login was taken over by somebody else
        (b.account("alice", id="1"), b.account("alice", id="2"), False),
        (b.account("alice", id="1"), b.account("alice"), True),
        (b.account("alice"), b.account("alice", system="gitlab"), False),
        (b.account("", name="Alice"), b.account("", name="Alice"), False),
        (b.account("", email="a@b.c"), b.account("", email="a@b.c"), False),
    ],
)
def test_the_same_account_is_told_by_its_id_or_else_by_its_login(
    one: Identity, other: Identity, same: bool
) -> None:
    assert one.is_same(other) is same


identities = st.builds(
    Identity,
    system=st.sampled_from(["github", "jira"]),
    login=st.sampled_from(["", "ada", "Ada", "bob"]),
    id=st.sampled_from(["", "1", "2"]),
)


@given(identities, identities)
def test_being_the_same_works_both_ways(one: Identity, other: Identity) -> None:
    assert one.is_same(other) == other.is_same(one)


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        (b.account("alice", name="Alice Ng", email="a@b.c", id="1"), "alice"),
        (b.account("", name="Alice Ng", email="a@b.c", id="1"), "Alice Ng"),
        (b.account("", email="a@b.c", id="1"), "a@b.c"),
        (b.account("", id="1"), "1"),
        (b.account(""), "somebody unknown"),
    ],
)
def test_is_shown_by_the_best_name_that_there_is(identity: Identity, shown: str) -> None:
    assert str(identity) == shown
