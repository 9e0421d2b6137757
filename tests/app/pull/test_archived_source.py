"""What an archive offers of a period, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.pull.archived_source import ArchivedSource
from gate.domain.evidence_ports import ArchivePage, Offer
from gate.domain.ports import FactMissing
from gate.evidence.bundle import SIGNATURE
from gate.evidence.layout import UNKNOWN, bundle_key, index_key, part
from gate.evidence.packed import pack, unpack
from gate.evidence.record import RECORD, SWEEP_STREAM, Link, Record, read_record
from tests.adapters.archives.memory import MemoryArchive
from tests.app.pull.sets import archive_of, chain, day, fill, key, made, name, sign_later, stream

SINCE, UNTIL = day(0), day(90)


def record_of(source: ArchivedSource, offer: Offer) -> Record:
    return read_record(unpack(source.fetch(offer), name="zip")[RECORD])


def pulled(
    source: ArchivedSource, since: datetime = SINCE, until: datetime = UNTIL, *, lag: int = 0
) -> list[Offer]:
    """What is offered to somebody who tells what it was, so many offers later."""
    found: list[Offer] = []
    told = 0
    for offer in source.offers(since, until):
        found.append(offer)
        while told < len(found) - lag:
            one = found[told]
            if one.name.endswith(".zip") and not one.gone:
                source.learn(one, record_of(source, one))
            told += 1
    return found


def names(offers: Sequence[Offer]) -> list[str]:
    return [offer.name for offer in offers]


def test_bundles_are_offered_the_newest_first_under_their_keys() -> None:
    found = pulled(ArchivedSource(archive_of([1, 2, 3])))
    assert names(found) == [name(3), name(2), name(1)]
    assert found[0] == Offer(
        name="v1/streams/github.com/4242/production/99999999/9999999996.zip", ref=key(3)
    )


def test_a_source_says_where_it_is() -> None:
    assert ArchivedSource(archive_of([])).address == "file:///evidence"


def test_a_signature_that_came_later_is_offered_right_before_its_bundle() -> None:
    archive = archive_of([1, 2])
    sign_later(archive, 1, b"{}")
    assert names(pulled(ArchivedSource(archive))) == [
        name(2),
        name(1).replace("zip", SIGNATURE),
        name(1),
    ]


def test_a_walk_ends_after_a_long_row_of_bundles_from_before_the_period() -> None:
    archive = archive_of(list(range(-50, 3)))
    assert len(pulled(ArchivedSource(archive, row=5))) == 3 + 5
    assert len(pulled(ArchivedSource(archive, row=5), lag=4)) == 3 + 5 + 4
    assert len(pulled(ArchivedSource(archive))) == 53


def test_newer_bundles_are_offered_as_well_since_one_of_them_may_be_a_late_one() -> None:
    archive = archive_of([*range(95, 100), 5, *range(100, 110)])
    assert name(6) in names(pulled(ArchivedSource(archive, row=2)))


def test_whoever_does_not_tell_what_came_gets_everything() -> None:
    source = ArchivedSource(archive_of(list(range(-50, 3))), row=5)
    assert len(list(source.offers(SINCE, UNTIL))) == 53


def test_a_bundle_that_is_not_what_it_should_be_ends_no_row() -> None:
    archive = archive_of(list(range(-20, 3)))
    source = ArchivedSource(archive, row=5)
    count = 0
    for offer in source.offers(SINCE, UNTIL):
        count += 1
        wrong = record_of(source, Offer(name=name(1), ref=key(1)))
        source.learn(offer, wrong if count % 2 else None)
    assert count == 23


def test_where_there_is_no_index_a_walk_goes_to_its_end() -> None:
    archive = archive_of(list(range(-50, 3)), queryable=False)
    assert len(pulled(ArchivedSource(archive, row=5))) == 53


def test_sweeps_which_no_index_knows_are_walked_to_their_end() -> None:
    archive = archive_of([])
    for seq in range(1, 30):
        archive.held[bundle_key(stream() + SWEEP_STREAM, seq)] = b""
    source = ArchivedSource(archive, row=3)
    count = 0
    for offer in source.offers(SINCE, UNTIL):
        count += 1
        link = Link(stream=stream() + SWEEP_STREAM, seq=30 - count, previous=None)
        source.learn(offer, replace(made(-9).record, link=link))
    assert count == 29


def backlog() -> list[int]:
    """January's bundles could not be archived, and then came in one go: first those of the period, then older ones."""
    return [*range(-300, -200), 1, 2, *range(-100, -90), 50, 51]


def test_what_lies_below_a_row_of_late_bundles_is_found_by_the_index() -> None:
    archive = archive_of(backlog())
    found = names(pulled(ArchivedSource(archive, row=5)))
    assert found == [name(seq) for seq in range(114, 100, -1)]
    without = archive_of(backlog(), index=False)
    assert len(names(pulled(ArchivedSource(without, row=5)))) == 2 + 5


def test_the_index_is_only_asked_about_what_nobody_has_seen() -> None:
    archive = archive_of([1, 2, 3])
    pulled(ArchivedSource(archive))
    assert [one for one in archive.asked if not one.endswith("/")] == [key(3), key(2), key(1)]


def test_what_the_index_names_and_is_not_there_is_offered_as_gone() -> None:
    archive = archive_of([1, 2, 3])
    del archive.held[key(2)]
    found = pulled(ArchivedSource(archive))
    assert names(found) == [name(3), name(1), name(2)]
    assert "somebody removed it" in found[2].gone


def test_a_line_of_the_index_that_says_nothing_useful_is_passed_over() -> None:
    archive = archive_of([1, -50])
    [late] = [one for one in chain([1, -50]) if one.record.at.startswith("2025")]
    january = index_key(chain([1])[0].record).rpartition("/")[0]
    archive.held |= {
        f"{january}/{'0' * 64}.jsonl": b"no JSON",
        f"{january}/{'1' * 64}.jsonl": b"{}",
        f"{january}/{'2' * 64}.jsonl": b'{"object":"v1/streams/../x","decided_at":null}',
        f"{january}/{'3' * 64}.jsonl": b'{"object":"v1/other","decided_at":null}',
        f"{january}/{'4' * 64}.jsonl": archive.held[index_key(late.record)],
        f"{january}/.hidden": b"",
    }
    assert names(pulled(ArchivedSource(archive))) == [name(2), name(1)]


def test_the_index_can_name_a_stream_of_which_nothing_is_left() -> None:
    archive = archive_of([1])
    del archive.held[key(1)]
    [only] = pulled(ArchivedSource(archive))
    assert (only.name, bool(only.gone)) == (name(1), True)


@pytest.mark.parametrize("reason", ["not-found", "unavailable"])
def test_a_line_that_cannot_be_read_is_a_failure_unless_it_is_gone(reason: str) -> None:
    archive = archive_of([1, 2, 3])
    archive.failing[".jsonl"] = reason
    source = ArchivedSource(archive)
    if reason == "unavailable":
        with pytest.raises(FactMissing):
            list(source.offers(SINCE, UNTIL))
    else:
        assert len(list(source.offers(SINCE, UNTIL))) == 3


def test_only_streams_of_the_environments_are_walked_and_what_belongs_to_them() -> None:
    archive = archive_of([1, 2])
    archive.page = 2
    fill(archive, chain([1], "eu/prod"))
    fill(archive, chain([1], "staging"))
    fill(archive, chain([1], "production2"))
    sweeps = bundle_key(stream("eu/prod") + SWEEP_STREAM, 1)
    unknown = bundle_key(UNKNOWN.id, 1)
    unknown_sweeps = bundle_key(UNKNOWN.id + SWEEP_STREAM, 1)
    archive.held |= {sweeps: b"a sweep", unknown: b"whose?", unknown_sweeps: b"whose?"}
    found = [offer.ref for offer in ArchivedSource(archive, ["eu/prod"]).offers(SINCE, UNTIL)]
    assert found == [key(1, "eu/prod"), sweeps, unknown, unknown_sweeps]
    assert part("eu/prod") == "eu_2fprod"


def test_keys_that_are_none_of_ours_are_passed_over() -> None:
    archive = MemoryArchive()
    archive.held = {
        "v1/streams/../../x/99999999/9999999998.zip": b"",
        "v1/streams/a/b/c/99999999/9999999998.exe": b"",
        "v1/streams/a/b/.d/99999999/9999999998.zip": b"",
        "v1/streams/a/b/e/99999999/9999999998.zip": b"",
    }
    archive.page = 1
    found = list(ArchivedSource(archive).offers(SINCE, UNTIL))
    assert [offer.name for offer in found] == ["v1/streams/a/b/e/99999999/9999999998.zip"]


def test_what_it_never_offered_teaches_nothing() -> None:
    source = ArchivedSource(archive_of([1]))
    source.learn(Offer(name=name(1), ref=key(1)), made(1).record)
    source.learn(Offer(name="x.zip", ref="x"), None)
    assert len(pulled(source)) == 1


def test_a_long_period_takes_no_more_lists_than_there_are_lines() -> None:
    archive = archive_of([1, 2, 3])
    pulled(ArchivedSource(archive), since=day(-20_000), until=day(20_000))
    assert archive.asked.count("v1/index/") == 1


@settings(max_examples=50, deadline=None)
@given(
    order=st.permutations(range(-8, 8)),
    since=st.integers(-8, 8),
    length=st.integers(1, 8),
    row=st.integers(1, 20),
    lag=st.integers(0, 6),
)
def test_whatever_the_order_of_archiving_all_of_the_period_is_offered(
    order: list[int], since: int, length: int, row: int, lag: int
) -> None:
    begin, end = day(since), day(since + length)
    archive = archive_of(order)
    archive.page = row
    offered = set(names(pulled(ArchivedSource(archive, row=row), begin, end, lag=lag)))
    wanted = {name(seq) for seq, number in enumerate(order, 1) if since <= number < since + length}
    assert wanted <= offered
    numbers = [seq for seq in range(1, len(order) + 1) if name(seq) in offered]
    assert numbers == list(range(min(numbers, default=1), len(order) + 1))


def test_bundles_can_be_fetched_as_they_were_archived() -> None:
    [one] = chain([1])
    source = ArchivedSource(archive_of([1]))
    [offer] = source.offers(SINCE, UNTIL)
    assert source.fetch(offer) == pack(one.files)


def test_an_archive_that_lists_the_same_for_ever_is_left() -> None:
    class Round(MemoryArchive):
        def list(self, prefix: str, after: str = "") -> ArchivePage:
            return super().list(prefix)

    archive = Round()
    archive.page = 3
    fill(archive, chain([1, 2, 3, 4, 5]))
    with pytest.raises(FactMissing) as gap:
        list(ArchivedSource(archive).offers(SINCE, UNTIL))
    assert "comes to no end" in gap.value.missing.detail
