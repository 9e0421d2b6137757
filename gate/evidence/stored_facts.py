"""Facts as files of the bundle, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from gate.domain.facts import Fact
from gate.domain.gathered import GATHERED
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, dumps, loads
from gate.evidence.codec import decode, encode

FOLDER = "facts/"


def file_name(kind: type[Fact]) -> str:
    """`facts/deployment-approvals.json` for DeploymentApprovals."""
    return f"{FOLDER}{re.sub(r'(?<=[a-z])(?=[A-Z])', '-', kind.__name__).lower()}.json"


T = TypeVar("T")


def write_facts(facts: Facts, mask: Callable[[str], str] = str) -> dict[str, bytes]:
    """Every gathered fact in a file of its own: `{"fact": …}`, or `{"missing": …}`.

    `mask` takes credentials out of every text, before anything is hashed or kept. In a name or a path it may hide what
    a rule of the policy looks for: whoever decides on the facts sees to that.
    """
    return {
        file_name(kind): dumps({_tag(facts, kind): masked(encode(lookup(facts, kind)), mask)})
        for kind in GATHERED
    }


def read_facts(files: Mapping[str, bytes]) -> Facts:
    """The facts of a bundle. EvidenceInvalid when a file is absent, unknown or not what it should
    be.
    """
    expected = {file_name(kind): kind for kind in GATHERED}
    present = {name for name in files if name.startswith(FOLDER)}
    if odd := sorted(present ^ expected.keys()):
        raise EvidenceInvalid(
            f"The facts of the bundle are not those that this version knows: {', '.join(odd)}.",
            hint="Replay it with the version of the gate that wrote it; decision.json names it.",
        )
    return {kind: _read(kind, name, files[name]) for name, kind in expected.items()}


def facts_digest(stored: Mapping[str, bytes]) -> str:
    """The digest of all facts: of their file names and digests, one to a line, in order."""
    return digest("".join(f"{digest(stored[name])} {name}\n" for name in sorted(stored)).encode())


def _tag(facts: Facts, kind: type[Fact]) -> str:
    return "missing" if isinstance(lookup(facts, kind), Missing) else "fact"


def masked(value: Json, mask: Callable[[str], str]) -> Json:
    """The value with `mask` laid over every text in it, names of members included."""
    match value:
        case str():
            return mask(value)
        case list():
            return [masked(item, mask) for item in value]
        case dict():
            return {mask(key): masked(item, mask) for key, item in value.items()}
        case _:
            return value


def as_kept(value: T, mask: Callable[[str], str]) -> T:
    """A dataclass of the domain as evidence would hold it: what people are told must not say more."""
    return decode(type(value), masked(encode(value), mask), type(value).__name__)


def _read(kind: type[Fact], name: str, content: bytes) -> Fact | Missing:
    match loads(content, name=name):
        case {"fact": value, **rest} if not rest:
            return decode(kind, value, name)
        case {"missing": value, **rest} if not rest:
            return decode(Missing, value, name)
        case _:
            raise EvidenceInvalid(f"{name} holds neither a fact nor the reason why it is missing.")
