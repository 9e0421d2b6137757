"""A bundle as archives hold it: a zip under its number in the chain, and beside it the signatures that came later."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from gate.adapters.bundles import folder
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import SIGNATURES
from gate.evidence.packed import unpack
from gate.evidence.sigstore_bundle import MOST_BYTES as LARGEST_SIGNATURE

_NUMBER = re.compile(r"\d{10}", re.ASCII)
_NEWEST_MILLION = "9999"


def is_archived(path: Path) -> bool:
    """Whether a zip has the name and the folder that archives give. Artifacts of forges have ids of ten digits, too."""
    number = path.name.removesuffix(".zip")
    if number == path.name or not _NUMBER.fullmatch(number):
        return False
    return number.startswith(_NEWEST_MILLION) or path.absolute().parent.name == number[:8]


def read(path: Path) -> dict[str, bytes]:
    """The files of an archived bundle, and every signature that lies beside it.

    EvidenceInvalid for a zip that the gate did not write, and for a signature that is a link, too large, or another one
    than the zip holds under its name.
    """
    try:
        content = folder.content_of(path, most=folder.MOST_BYTES, what="bundle")
        files = unpack(content, name=path.name)
        return {**files, **dict(_beside(path, files))}
    except OSError as error:
        raise EvidenceInvalid(f"{path} cannot be read: {error.strerror}.") from error


def without_bundle(names: Collection[str]) -> Iterator[str]:
    """Which files of a folder are signatures of an archived bundle that is not there."""
    for name in names:
        number, _, what = name.partition(".")
        if _NUMBER.fullmatch(number) and what in SIGNATURES and f"{number}.zip" not in names:
            yield name


def _beside(path: Path, files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name in SIGNATURES:
        sibling = path.with_name(f"{path.stem}.{name}")
        # A link that leads nowhere is there as well.
        if not os.path.lexists(sibling):
            continue
        content = folder.content_of(sibling, most=LARGEST_SIGNATURE, what="signature")
        if files.get(name, content) != content:
            raise EvidenceInvalid(f"{sibling.name} is another signature than {name} in the zip.")
        yield name, content
