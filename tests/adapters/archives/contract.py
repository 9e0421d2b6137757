"""What every archive does, whatever it is made of: held by the tests of each one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from gate.app.chain import Pace, append, bundles, record_at
from gate.domain.evidence_ports import Archive, KeyTaken
from gate.domain.ports import FactMissing
from gate.evidence.bundle import Bundle, seal
from gate.evidence.chain import Chains
from gate.evidence.layout import bundle_key
from gate.evidence.record import Link
from tests.evidence import bundles as made

STREAM = "github.com/42/production"
PREFIX = f"v1/streams/{STREAM}/"
KEY = bundle_key(STREAM, 1)


def holds_what_was_created(archive: Archive) -> None:
    with pytest.raises(FactMissing) as error:
        archive.read(KEY)
    assert error.value.missing.reason_code == "not-found"
    assert archive.list(PREFIX).keys == ()
    archive.create(KEY, b"\x00one\xff\r\n")
    archive.create(KEY, b"\x00one\xff\r\n")
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"two")
    assert archive.read(KEY) == b"\x00one\xff\r\n"
    assert archive.list(PREFIX).keys == (KEY,)


def lists_in_order(archive: Archive, count: int = 120) -> None:
    """Also across pages, folders and other streams; `count` is as many as the place takes quickly."""
    keys = [bundle_key(STREAM, seq) for seq in range(1, count + 1)]
    others = [bundle_key("github.com/42/production2", 1), bundle_key("github.com/4/production", 1)]
    for key in [*keys, *others]:
        archive.create(key, key.encode())
    assert everything(archive, PREFIX) == sorted(keys)
    assert everything(archive, PREFIX)[0] == bundle_key(STREAM, count)
    folder = keys[0].rpartition("/")[0] + "/"
    assert everything(archive, folder) == sorted(key for key in keys if key.startswith(folder))
    middle = sorted(keys)[count // 2]
    assert archive.list(PREFIX, middle).keys[0] == sorted(keys)[count // 2 + 1]
    assert archive.list(PREFIX, sorted(keys)[-1]).keys == ()


def everything(archive: Archive, prefix: str) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = archive.list(prefix, after)
        found += page.keys
        if not page.after:
            return found
        after = page.after


def lets_one_of_many_win(make: Callable[[], Archive], racers: int = 8) -> None:
    archives = [make() for _ in range(racers)]

    def race(index: int) -> bool:
        try:
            archives[index].create(KEY, f"racer {index}".encode() * 1_000)
        except KeyTaken:
            return False
        return True

    with ThreadPoolExecutor(max_workers=racers) as pool:
        won = [index for index, first in enumerate(pool.map(race, range(racers))) if first]
    assert len(won) == 1
    assert archives[0].read(KEY) == f"racer {won[0]}".encode() * 1_000


def makes_one_line_of_two_writers(make: Callable[[], Archive], each: int = 8) -> None:
    """Both record their decisions at the same time, and every one of them gets a place of its own in one chain."""

    def write(name: str) -> set[str]:
        archive = make()

        def build(link: Link) -> Bundle:
            return seal({**made.files(), "summary.md": name.encode()}, link)

        return {append(archive, STREAM, build, pace).digest for _ in range(each)}

    pace = Pace(sleep=lambda seconds: None, attempts=200)
    with ThreadPoolExecutor(max_workers=2) as pool:
        one, other = pool.map(write, ("one", "other"))
    archive, chains = make(), Chains()
    records = [record_at(archive, place) for place in bundles(archive, PREFIX)]
    assert {record.id for record in records} == one | other
    assert len(records) == 2 * each
    for record in records:
        assert record.link is not None
        assert list(chains.add(record.link, record.id)) == []
    assert list(chains.gaps()) == []
    assert chains.seen == {STREAM: (1, 2 * each)}


def refuses_what_is_no_key(archive: Archive) -> None:
    for key in ("../x", "v1/../../x", "/etc/passwd", "v1/.hidden", "v1//x", "v1/a b", ""):
        with pytest.raises(FactMissing, match="key"):
            archive.create(key, b"x")
        with pytest.raises(FactMissing, match="key"):
            archive.read(key)
        with pytest.raises(FactMissing, match="key"):
            archive.list(f"{key}/")
