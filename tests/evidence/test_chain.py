"""Chains of records, whole and not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.evidence.chain import Chains
from gate.evidence.checkpoint import Checkpoint
from gate.evidence.flaw import FlawKind
from gate.evidence.record import Link

STREAM = "github.com/42/production"


def identity(seq: int) -> str:
    return f"sha256:{seq:064x}"


def link(seq: int, stream: str = STREAM) -> Link:
    return Link(stream=stream, seq=seq, previous=identity(seq - 1) if seq > 1 else None)


def problems(
    order: Sequence[int], checkpoints: tuple[Checkpoint, ...] = (), odd: int = 0
) -> list[str]:
    chains = Chains(checkpoints)
    found = [
        flaw
        for seq in order
        for flaw in chains.add(link(seq), identity(seq) if seq != odd else "sha256:odd")
    ]
    found += chains.gaps()
    assert all(flaw.kind is FlawKind.CHAIN for flaw in found)
    return [flaw.text.removeprefix(f"stream {STREAM}: ") for flaw in found]


def point(count: int, head: str = "") -> tuple[Checkpoint, ...]:
    return (Checkpoint(stream=STREAM, count=count, head=head or identity(count)),)


@given(count=st.integers(1, 30), data=st.data())
def test_a_whole_chain_is_whole_in_whatever_order_it_is_seen(
    count: int, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(1, count + 1)))
    assert problems(order, point(count)) == []


@given(count=st.integers(3, 30), data=st.data())
def test_every_removed_record_shows(count: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(2, count - 1))
    order = [seq for seq in range(1, count + 1) if seq != gone]
    assert problems(data.draw(st.permutations(order))) == [f"record {gone} is missing"]


@given(count=st.integers(2, 30), data=st.data())
def test_every_rewritten_record_shows(count: int, data: st.DataObject) -> None:
    odd = data.draw(st.integers(1, count))
    found = problems(data.draw(st.permutations(range(1, count + 1))), point(count), odd)
    assert len(found) == 1
    assert "does not follow" in found[0] or "was rewritten" in found[0]


@given(count=st.integers(1, 30), kept=st.integers(0, 29))
def test_a_cut_end_shows_by_the_checkpoint(count: int, kept: int) -> None:
    found = problems(range(1, min(kept, count - 1) + 1), point(count))
    assert len(found) == 1
    assert found[0].startswith(f"it was cut: the checkpoint counts {count} records")


def test_a_chain_that_went_on_after_the_checkpoint_is_whole() -> None:
    assert problems(range(1, 9), point(5)) == []


def test_with_a_checkpoint_the_beginning_must_be_there() -> None:
    assert problems(range(3, 9)) == []
    assert problems(range(3, 9), point(5)) == ["records 1 to 2 are missing"]


def test_an_earlier_checkpoint_stands_for_what_came_before() -> None:
    """Last year's, for somebody who verifies this year."""
    assert problems(range(6, 9), (*point(3), *point(5), *point(8))) == []
    assert problems(range(7, 9), (*point(5), *point(8))) == ["record 6 is missing"]
    assert problems(range(6, 9), (*point(5, "sha256:other"), *point(8))) == [
        "record 6 does not follow the checkpoint of 5"
    ]


def test_longer_gaps_are_told_by_their_ends() -> None:
    assert problems([1, 2, 7, 8, 10]) == ["records 3 to 6 are missing", "record 9 is missing"]


@given(count=st.integers(1, 12), data=st.data())
def test_a_second_record_in_one_place_shows(count: int, data: st.DataObject) -> None:
    chains = Chains()
    for seq in data.draw(st.permutations(range(1, count + 1))):
        assert list(chains.add(link(seq), identity(seq))) == []
    seq = data.draw(st.integers(1, count))
    (flaw,) = chains.add(link(seq), "sha256:another")
    assert flaw.text == f"stream {STREAM}: two different records claim to be record {seq}"
    assert chains.copies == 0


@given(count=st.integers(1, 12), data=st.data())
def test_copies_of_a_record_are_counted_and_are_no_flaw(count: int, data: st.DataObject) -> None:
    """An archive and an artifact, or two archives, hold the same record."""
    order = data.draw(st.permutations([*range(1, count + 1)] * 2))
    chains = Chains()
    assert [flaw for seq in order for flaw in chains.add(link(seq), identity(seq))] == []
    assert chains.copies == count
    assert list(chains.gaps()) == []


def test_streams_do_not_mix() -> None:
    chains = Chains()
    for name in ("a", "b"):
        for seq in (4, 5):
            assert list(chains.add(link(seq, name), identity(seq))) == []
    assert list(chains.gaps()) == []
    assert chains.seen == {"a": (4, 5), "b": (4, 5)}


@pytest.mark.parametrize("count", [10, 10_000])
def test_in_order_memory_does_not_grow(count: int) -> None:
    chains = Chains()
    for seq in range(1, count + 1):
        assert list(chains.add(link(seq), identity(seq))) == []
    assert len(chains._streams[STREAM].stretches) == 1
