import pytest

from gate.evidence.canonical import digest
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.layout import bundle_key
from gate.evidence.misplaced import misplaced
from gate.evidence.record import Link
from tests.evidence.bundles import bundle

STREAM = "github.com/42/production"
OTHER = "github.com/42/staging"
KEY = bundle_key(STREAM, 2)


def link(stream: str = STREAM, seq: int = 2) -> Link:
    return Link(stream=stream, seq=seq, previous=digest(b"the first"))


def test_a_record_under_its_own_number_lies_where_it_belongs() -> None:
    assert list(misplaced(KEY, bundle(link=link()).record)) == []


@pytest.mark.parametrize(
    ("other", "theirs"),
    [
        (link(seq=3), f"record 3 of {STREAM}"),
        (link(stream=OTHER), f"record 2 of {OTHER}"),
        (None, "a record of no chain"),
    ],
)
def test_a_record_under_the_number_of_another_is_a_flaw(other: Link | None, theirs: str) -> None:
    text = f"it is {theirs}, and lies where record 2 of {STREAM} belongs"
    assert list(misplaced(KEY, bundle(link=other).record)) == [Flaw(FlawKind.CHAIN, text)]


@pytest.mark.parametrize("key", ["", "change-gate-7001-1.zip", "v1/index/year=2026/1.jsonl"])
def test_what_lies_in_no_archive_can_lie_anywhere(key: str) -> None:
    assert list(misplaced(key, bundle(link=link()).record)) == []


def test_nothing_is_said_of_a_record_that_cannot_be_read() -> None:
    assert list(misplaced(KEY, None)) == []
