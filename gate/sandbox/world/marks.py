"""How a field of the world describes itself to the reader: what it refers to, and what it is when left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Refers:
    """The text is a name that stands in another section of the world file, such as `accounts`."""

    section: str
    or_sha: bool = False
    """A full commit SHA will do as well: something that the repository no longer (or never) holds."""


@dataclass(frozen=True, slots=True)
class Named:
    """The field is the key under which its item stands, unless the item says otherwise."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What the field is read from when the file leaves it out, such as `-5m`."""

    text: str


@dataclass(frozen=True, slots=True)
class SameAs:
    """The field has the value of another field of its item when the file leaves it out."""

    field: str


AccountName = Annotated[str, Refers("accounts")]
CommitName = Annotated[str, Refers("commits")]
AnyCommit = Annotated[str, Refers("commits", or_sha=True)]
