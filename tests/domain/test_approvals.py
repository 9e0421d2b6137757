from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gate.domain.approvals import COUNTS, VALID, WHY_NOT, Parts, settled
from gate.domain.derived import Approval
from gate.domain.policy.people import ApprovalSource

ALICE = Approval(
    person="alice",
    shown="@alice-ng",
    source=ApprovalSource.REVIEW,
    where="#12",
    covers=(12,),
    at=None,
    counts=True,
    code=COUNTS,
)
NOTHING = Parts(wrote={}, asked={}, deploys={})


def test_an_approval_by_somebody_without_another_part_stands() -> None:
    assert settled(ALICE, NOTHING) is ALICE


def test_writing_weighs_more_than_asking_and_asking_more_than_deploying() -> None:
    parts = Parts(
        wrote={}, asked={"alice": "reported CHG-7"}, deploys={"alice": "started this run"}
    )
    found = settled(ALICE, parts)
    assert (found.counts, found.code) == (False, "requester")
    assert found.why_not == "alice reported CHG-7 and started this run"
    assert settled(ALICE, replace(parts, wrote={"alice": "wrote #12"})).code == "writer"
    assert settled(ALICE, replace(parts, asked={})).code == "deployer"


def test_what_never_counted_keeps_its_reason() -> None:
    stale = replace(ALICE, counts=False, code="stale", why_not="it is old")
    assert settled(stale, Parts(wrote={"alice": "wrote #12"}, asked={}, deploys={})) is stale


people = st.sampled_from(["alice", "bob", "carol"])
parts = st.dictionaries(people, st.just("did it"))


@given(people, parts, parts, parts)
def test_nobody_with_another_part_ever_approves(
    person: str, wrote: dict[str, str], asked: dict[str, str], deploys: dict[str, str]
) -> None:
    given_ = replace(ALICE, person=person)
    found = settled(given_, Parts(wrote=wrote, asked=asked, deploys=deploys))
    assert found.counts == (person not in {*wrote, *asked, *deploys})
    assert found.code in VALID
    assert found.counts or (found.why_not and found.code in WHY_NOT)
