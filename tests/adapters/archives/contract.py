"""What every archive does, whatever it is made of: held by the tests of each one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from gate.domain.ports import Archive, FactMissing, KeyTaken
from gate.evidence.layout import bundle_key

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


def refuses_what_is_no_key(archive: Archive) -> None:
    for key in ("../x", "v1/../../x", "/etc/passwd", "v1/.hidden", "v1//x", "v1/a b", ""):
        with pytest.raises(FactMissing, match="key"):
            archive.create(key, b"x")
        with pytest.raises(FactMissing, match="key"):
            archive.read(key)
        with pytest.raises(FactMissing, match="key"):
            archive.list(f"{key}/")
