from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.forges.gitlab.history import RawCommit, Signed, as_fact, ordered
from gate.domain.facts import MergeKind
from tests.adapters.forges.gitlab.canned import HOST

BOB = Signed(name="Bob", email="bob@acme.example")


def raw(sha: str, *parents: str, message: str = "A change") -> RawCommit:
    return RawCommit(sha=sha, parents=parents, author=BOB, committer=BOB, message=message)


def test_the_headline_is_the_first_line() -> None:
    assert raw("a", message=" One \nTwo").headline == "One"
    assert raw("a", message="").headline == ""


def test_co_authors_stand_after_the_author_each_once() -> None:
    message = (
        "x\n\nCo-authored-by: Carol Diaz <carol@acme.example>\nco-AUTHORED-by:<dave@acme.example>\n"
        "Co-authored-by: Bob <bob@acme.example>\n  Co-authored-by: Carol Diaz <carol@acme.example>\n"
        "see Co-authored-by: Mallory <m@x>\nCo-authored-by: nobody\n"
    )
    found = raw("a", message=message).signers
    assert [signer.email for signer in found] == [
        "bob@acme.example",
        "carol@acme.example",
        "dave@acme.example",
    ]
    assert found[1].name == "Carol Diaz"


def test_a_very_long_line_takes_no_time() -> None:
    assert raw("a", message="co-authored-by:" + " " * 500_000).signers == (BOB,)


def test_commits_are_put_after_their_parents() -> None:
    found = ordered(
        [raw("d", "b", "c"), raw("c", "a"), raw("b", "a"), raw("a", "base"), raw("b", "a")]
    )
    assert [commit.sha for commit in found] == ["a", "b", "c", "d"]


def test_a_circle_that_no_history_has_still_ends() -> None:
    assert {one.sha for one in ordered([raw("a", "b"), raw("b", "c"), raw("c", "a")])} == {
        "a",
        "b",
        "c",
    }


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=10), st.randoms())
def test_whatever_the_order_no_commit_stands_before_its_parents(
    parents: list[list[int]], random: Random
) -> None:
    made = [
        raw(str(at), *(str(p) for p in dict.fromkeys(above) if p < at))
        for at, above in enumerate(parents)
    ]
    shuffled = list(made)
    random.shuffle(shuffled)
    found = [one.sha for one in ordered(shuffled)]
    assert sorted(found) == sorted(one.sha for one in made)
    assert all(found.index(p) < found.index(one.sha) for one in made for p in one.parents)


def test_as_a_fact_a_merge_is_unknown_until_somebody_looked() -> None:
    assert as_fact(raw("a", "b"), host=HOST).merge is MergeKind.NONE
    assert as_fact(raw("a", "b", "c"), host=HOST).merge is MergeKind.UNKNOWN
    assert as_fact(raw("a"), host=HOST, by_forge=True).committer is None
    fact = as_fact(raw("a"), host=HOST, brought_by=(12,))
    assert (fact.brought_by, fact.committer) == ((12,), fact.authors[0])
