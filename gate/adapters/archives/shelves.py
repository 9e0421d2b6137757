"""Archives of named files on shelves: packages of GitLab, releases of GitHub. A shelf is a folder of keys.

These systems look whether a name is taken and then write, which are two steps. So of two files with one name the older
one counts, whoever looks, and its maker is the one who was first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gate.adapters.archives.gaps import absent, altered, gap
from gate.adapters.writing import WriteUnknown
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.evidence.layout import PROBE, is_key

_ESCAPED = {"_": "_u", "=": "_e", "/": "__"}
_BACK = {code: char for char, code in _ESCAPED.items()} | {"_d": "."}
_LONGEST_NAME = 230


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file on a shelf."""

    id: int
    """Later ones have higher numbers."""
    name: str
    sha256: str = ""
    """As the system says; empty when it does not."""
    whole: bool = True
    """False while it is being uploaded, or when that was cut off."""


class Shelves(Protocol):
    """What such a system can do. FactMissing when it does not."""

    def folders(self, prefix: str) -> Sequence[str]:
        """Folders (keys without a slash at the end) of every shelf whose folder begins with `prefix`."""

    def assets(self, folder: str) -> Sequence[Asset]:
        """All files of a shelf; none when there is no such shelf."""

    def upload(self, folder: str, name: str, content: bytes) -> None:
        """Put a file on a shelf, which is made if need be. KeyTaken when the name is taken."""

    def download(self, folder: str, asset: Asset) -> bytes:
        """The content of a file."""


class ShelfArchive:
    """Evidence on shelves."""

    locked = False
    queryable = False

    def __init__(self, address: str, shelves: Shelves) -> None:
        self.address = address
        self._shelves = shelves

    def refuse_unless_create_only(self) -> None:
        """FactMissing when a second file of one name is not refused, whatever a look at it would show."""
        folder, _, name = PROBE.rpartition("/")
        try:
            self._shelves.upload(folder, name, b"first\n")
            self._shelves.upload(folder, name, b"second\n")
        except KeyTaken:
            return
        raise gap(
            self.address,
            "refused",
            "it takes a second file of the same name, so what is archived there could be covered by another",
            "whoever administers the group switches duplicates of generic packages off (Settings, Packages and "
            "registries), or whoever owns the policy names another place under `evidence.archive`",
        )

    def create(self, key: str, content: bytes) -> None:
        """Upload, then see whether it is the first of that name."""
        folder, name = self._split(key)
        try:
            self._shelves.upload(folder, name, content)
        except KeyTaken:
            pass
        except WriteUnknown:
            if self._first(folder, name) is None:
                raise
        if self.read(key) != content:
            raise KeyTaken(key)

    def read(self, key: str) -> bytes:
        """The oldest file of that name, checked against the digest that the system keeps."""
        folder, name = self._split(key)
        asset = self._first(folder, name)
        if asset is None:
            raise absent(self.address, key)
        content = self._shelves.download(folder, asset)
        if asset.sha256 and hashlib.sha256(content).hexdigest() != asset.sha256:
            raise altered(self.address, key, "is not what its own digest says")
        return content

    def keeps_until(self, now: datetime) -> datetime | None:
        """Never by itself."""

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """The keys of the next shelf that has any."""
        self._split(f"{prefix}x")
        behind = sorted(
            folder
            for folder in set(self._shelves.folders(prefix.rstrip("/")))
            if f"{folder}/".startswith(prefix) and f"{folder}/\U0010ffff" > after
        )
        for index, folder in enumerate(behind):
            names = {asset.name for asset in self._shelves.assets(folder) if asset.whole}
            keys = sorted(
                key for name in names if is_key(key := f"{folder}/{name}") and key > after
            )
            if keys:
                rest = index + 1 < len(behind)
                return ArchivePage(keys=tuple(keys), after=keys[-1] if rest else "")
        return ArchivePage(keys=())

    def _first(self, folder: str, name: str) -> Asset | None:
        named = [asset for asset in self._shelves.assets(folder) if asset.name == name]
        first = min(named, key=lambda asset: asset.id, default=None)
        if first is not None and not first.whole:
            raise gap(
                self.address,
                "unavailable",
                f"{folder}/{name} is being uploaded by somebody else, or was cut off while it was",
                "run `gate evidence archive` again in some minutes; if it stays, whoever administers the repository "
                "removes that unfinished file",
            )
        return first

    def _split(self, key: str) -> tuple[str, str]:
        folder, _, name = key.rpartition("/")
        if not folder or not is_key(key) or len(flat(folder)) > _LONGEST_NAME:
            raise altered(self.address, key, "is no key for this archive")
        return folder, name


def flat(folder: str) -> str:
    """A folder as one name that every such system takes. Two folders never give the same name."""
    found = "".join(_ESCAPED.get(char, char) for char in folder)
    return re.sub(r"(?<=\.)\.", "_d", found)


def unflat(name: str) -> str | None:
    """The folder of a name; None when it is none of ours."""
    try:
        folder = re.sub(r"_(.?)", lambda found: _BACK[found[0]], name)
    except KeyError:
        return None
    return folder if is_key(folder) and flat(folder) == name else None
