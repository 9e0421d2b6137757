import threading
from collections.abc import Callable

import pytest

from gate.app.chain import Pace, append, bundles, files_at, next_link, places, record_at
from gate.domain.evidence_ports import ArchivePage
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.evidence.bundle import Bundle
from gate.evidence.chain import Chains
from gate.evidence.layout import Place, bundle_key, signature_key
from gate.evidence.packed import pack
from gate.evidence.record import Link
from tests.adapters.archives.memory import MemoryArchive
from tests.evidence.bundles import bundle

STREAM = "github.com/42/production"
PREFIX = f"v1/streams/{STREAM}/"


def pace(sleeps: list[float] | None = None, attempts: int = 20) -> Pace:
    waited = sleeps if sleeps is not None else []
    return Pace(sleep=waited.append, chance=lambda: 1.0, attempts=attempts)


def build(link: Link) -> Bundle:
    return bundle(link=link)


def links(archive: MemoryArchive) -> list[Link | None]:
    return [record_at(archive, place).link for place in bundles(archive, PREFIX)]


def test_each_record_names_the_one_before_it() -> None:
    archive = MemoryArchive()
    made = [append(archive, STREAM, build, pace()) for _ in range(7)]
    chains = Chains()
    for one in made:
        link = one.record.link
        assert link is not None
        assert list(chains.add(link, one.record.id)) == []
    assert list(chains.gaps()) == []
    assert chains.seen == {STREAM: (1, 7)}
    assert next_link(archive, STREAM) == Link(stream=STREAM, seq=8, previous=made[-1].record.id)


def test_streams_do_not_meet() -> None:
    archive = MemoryArchive()
    append(archive, STREAM, build, pace())
    assert next_link(archive, "github.com/42/production2").seq == 1
    assert next_link(archive, "github.com/42/prod").seq == 1


def taken_by_others(archive: MemoryArchive) -> Callable[[str], None]:
    """Somebody else always gets there first, with another record."""

    def before(key: str) -> None:
        seq = len(archive.held) + 1
        assert key == bundle_key(STREAM, seq)
        head = next_link(archive, STREAM)
        other = bundle(link=head)
        archive.held[key] = pack({**other.files, "record.github.sigstore.json": b"{}"})

    return before


def test_whoever_is_second_builds_anew_behind_the_first() -> None:
    archive = MemoryArchive()
    sleeps: list[float] = []
    first = taken_by_others(archive)

    def once(key: str) -> None:
        archive.before = lambda key: None
        first(key)

    archive.before = once
    made = append(archive, STREAM, build, pace(sleeps))
    theirs = record_at(archive, Place(key=bundle_key(STREAM, 1), stream=STREAM, seq=1))
    assert made.record.link == Link(stream=STREAM, seq=2, previous=theirs.id)
    assert sleeps == [0.1]


def test_whoever_is_second_every_time_gives_up_after_growing_pauses() -> None:
    archive = MemoryArchive()
    archive.before = taken_by_others(archive)
    sleeps: list[float] = []
    with pytest.raises(FactMissing) as error:
        append(archive, STREAM, build, pace(sleeps, attempts=8))
    assert error.value.missing.reason_code == "unavailable"
    assert error.value.missing.retriable
    assert "8 times another run" in error.value.missing.detail
    assert sleeps == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])
    assert len(archive.held) == 8


def test_writers_on_several_threads_make_one_line() -> None:
    archive = MemoryArchive()
    lock = threading.Lock()
    held = archive.held
    create = archive.create

    def one_at_a_time(key: str, content: bytes) -> None:
        with lock:
            create(key, content)

    archive.create = one_at_a_time  # type: ignore[method-assign] # the memory of a test is no store
    archive.page = 1_000

    def write(name: str) -> None:
        for _ in range(5):
            append(
                archive,
                STREAM,
                lambda link: Bundle(
                    files={**bundle(link=link).files, "record.sigstore.json": name.encode()}
                ),
                Pace(attempts=200, sleep=lambda seconds: None),
            )

    threads = [threading.Thread(target=write, args=(str(name),)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 20
    found = links(archive)
    assert [link.seq for link in found if link] == list(range(20, 0, -1))
    ids = [record_at(archive, place).id for place in bundles(archive, PREFIX)]
    assert [link.previous for link in found if link] == [*ids[1:], None]


def test_the_newest_is_found_without_reading_on() -> None:
    archive = MemoryArchive()
    for _ in range(5):
        append(archive, STREAM, build, pace())
    archive.held[signature_key(STREAM, 5, "record.github.sigstore.json")] = b"{}"
    archive.held[f"{PREFIX}99999999/0000.txt"] = b"somebody's note"
    assert next_link(archive, STREAM).seq == 6
    assert [place.seq for place in bundles(archive)] == [5, 4, 3, 2, 1]
    assert [place.signature for place in places(archive) if place.signature] == [
        "record.github.sigstore.json"
    ]


PLACE = Place(key=bundle_key(STREAM, 1), stream=STREAM, seq=1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", "no bundle of the gate"),
        (pack({}), "record.json"),
        (pack({"record.json": b"{}"}), "record.json is not what the gate writes"),
        (pack(bundle().files), "holds the record of another place"),
        (
            pack(bundle(link=Link(stream=STREAM, seq=2, previous=f"sha256:{0:064}")).files),
            "holds the record of another place",
        ),
        (
            pack(bundle(link=Link(stream="github.com/7/prod", seq=1, previous=None)).files),
            "holds the record of another place",
        ),
    ],
    ids=["no-zip", "empty", "no-record", "unchained", "other-number", "other-stream"],
)
def test_what_was_altered_is_never_linked_to(content: bytes, said: str) -> None:
    archive = MemoryArchive()
    archive.held[PLACE.key] = content
    with pytest.raises(FactMissing) as error:
        next_link(archive, STREAM)
    missing: Missing = error.value.missing
    assert missing.reason_code == "unreadable"
    assert said in missing.detail
    assert "who altered it" in missing.remedy


def test_the_files_come_back_as_they_were_archived() -> None:
    archive = MemoryArchive()
    made = append(archive, STREAM, build, pace())
    assert files_at(archive, PLACE) == made.files


def test_a_pause_is_never_longer_than_its_bound() -> None:
    sleeps: list[float] = []
    Pace(sleep=sleeps.append, chance=lambda: 0.5).wait(50)
    Pace(sleep=sleeps.append).wait(0)
    assert sleeps[0] == pytest.approx(2.5)
    assert 0 <= sleeps[1] <= 0.1


def test_an_archive_that_lists_the_same_for_ever_is_told() -> None:
    class Round(MemoryArchive):
        def list(self, prefix: str, after: str = "") -> ArchivePage:
            return super().list(prefix)

    archive = Round()
    archive.page = 2
    for _ in range(3):
        append(archive, STREAM, build, pace())
    with pytest.raises(FactMissing) as gap:
        list(places(archive))
    assert "comes to no end" in gap.value.missing.detail
