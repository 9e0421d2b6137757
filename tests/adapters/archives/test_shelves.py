import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.archives.gaps import gap
from gate.adapters.archives.shelves import Asset, ShelfArchive, flat, unflat
from gate.adapters.writing import WriteUnknown
from gate.domain.evidence_ports import KeyTaken
from gate.domain.ports import FactMissing
from gate.evidence.layout import PROBE
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY


class Shelf:
    """Looks for the name and then writes, as the real ones do; `careless` does not look."""

    def __init__(self) -> None:
        self.held: dict[str, list[tuple[Asset, bytes]]] = {}
        self.careless = False
        self.numbers = 0
        self.fails = ""

    def folders(self, prefix: str) -> Sequence[str]:
        return [folder for folder in self.held if folder.startswith(prefix)]

    def assets(self, folder: str) -> Sequence[Asset]:
        return [asset for asset, _ in reversed(self.held.get(folder, []))]

    def upload(self, folder: str, name: str, content: bytes) -> None:
        if self.fails == "before":
            raise unknown()
        if not self.careless and any(asset.name == name for asset in self.assets(folder)):
            raise KeyTaken(name)
        self.put(folder, name, content)
        if self.fails == "after":
            raise unknown()

    def put(self, folder: str, name: str, content: bytes, *, whole: bool = True) -> None:
        self.numbers += 1
        digest = hashlib.sha256(content).hexdigest()
        asset = Asset(id=self.numbers, name=name, sha256=digest, whole=whole)
        self.held.setdefault(folder, []).append((asset, content))

    def download(self, folder: str, asset: Asset) -> bytes:
        return next(content for found, content in self.held[folder] if found.id == asset.id)


def unknown() -> WriteUnknown:
    return WriteUnknown.of(gap("GitLab", "unavailable", "no whole answer came", "").missing)


def made() -> tuple[ShelfArchive, Shelf]:
    shelf = Shelf()
    return ShelfArchive("gitlab-packages:acme/evidence", shelf), shelf


def test_it_holds_what_was_created() -> None:
    contract.holds_what_was_created(made()[0])


def test_it_lists_in_order() -> None:
    contract.lists_in_order(made()[0], 250)


def test_what_is_no_key_is_refused() -> None:
    archive, _ = made()
    contract.refuses_what_is_no_key(archive)
    for key in ("alone", f"v1/streams/{'_' * 120}/x"):
        with pytest.raises(FactMissing, match="no key for this archive"):
            archive.create(key, b"x")


def test_nothing_deletes_by_itself_and_no_engine_queries_it() -> None:
    archive, _ = made()
    assert archive.keeps_until(b.NOW) is None
    assert (archive.locked, archive.queryable) == (False, False)


def test_a_system_that_refuses_a_second_file_is_accepted_every_time() -> None:
    archive, shelf = made()
    for _ in range(3):
        archive.refuse_unless_create_only()
    assert shelf.numbers == 1


def test_a_system_that_takes_a_second_file_is_refused() -> None:
    archive, shelf = made()
    shelf.careless = True
    with pytest.raises(FactMissing, match="a second file of the same name") as error:
        archive.refuse_unless_create_only()
    assert "duplicates" in error.value.missing.remedy
    assert list(shelf.held) == [PROBE.rpartition("/")[0]]


def test_of_two_who_passed_at_once_the_older_counts() -> None:
    archive, shelf = made()
    folder, _, name = KEY.rpartition("/")
    shelf.put(folder, name, b"first")
    shelf.careless = True
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"second")
    assert archive.read(KEY) == b"first"
    assert archive.list(f"{folder}/").keys == (KEY,)


def test_an_answer_that_was_lost_is_looked_up() -> None:
    archive, shelf = made()
    shelf.fails = "after"
    archive.create(KEY, b"one")
    assert archive.read(KEY) == b"one"
    shelf.fails = "before"
    archive.create(KEY, b"one")
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"two")


def test_what_was_never_written_is_said() -> None:
    archive, shelf = made()
    shelf.fails = "before"
    with pytest.raises(WriteUnknown):
        archive.create(KEY, b"one")


def test_a_file_under_way_is_waited_for_and_never_removed() -> None:
    archive, shelf = made()
    folder, _, name = KEY.rpartition("/")
    shelf.put(folder, name, b"", whole=False)
    for ask in (lambda: archive.create(KEY, b"one"), lambda: archive.read(KEY)):
        with pytest.raises(FactMissing, match="cut off while it was") as error:
            ask()
        assert error.value.missing.retriable
    assert archive.list(f"{folder}/").keys == ()


def test_what_is_not_what_its_digest_says_is_not_believed() -> None:
    archive, shelf = made()
    archive.create(KEY, b"one")
    folder = KEY.rpartition("/")[0]
    shelf.held[folder] = [(asset, b"altered") for asset, _ in shelf.held[folder]]
    with pytest.raises(FactMissing, match="not what its own digest says"):
        archive.read(KEY)


PART = st.from_regex(r"[A-Za-z0-9=_-][A-Za-z0-9._=-]{0,10}", fullmatch=True)


@given(st.lists(PART, min_size=1, max_size=4).map("/".join))
def test_a_name_leads_back_to_its_folder(folder: str) -> None:
    name = flat(folder)
    assert unflat(name) == folder
    assert not set(name) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert ".." not in name


@pytest.mark.parametrize("name", ["a_x", "a_", "a..b", "..", "", "a/b", "_d"])
def test_a_name_of_others_is_none_of_ours(name: str) -> None:
    assert unflat(name) is None
