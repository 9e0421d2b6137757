"""Where everything lies in an archive.

    v1/streams/<host>/<repository id>/<environment>/<folder>/<number>.zip            a bundle, whole
    v1/streams/<host>/<repository id>/<environment>/<folder>/<number>.<signature>    a signature that came later
    v1/streams/<host>/<repository id>/<environment>__follow-up/…                     the same of sweeps, another chain
    v1/index/year=<YYYY>/month=<MM>/<id>.jsonl                                       one line about a decision, derived

A bundle is one object, so that it is there whole or not at all, and so that creating it decides who was first. Its
number is 9999999999 minus its place in the chain: what is listed first is the newest. The first eight digits are its
folder, since a release of GitHub holds 1,000 assets and people look into folders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gate.evidence.bundle import SIGNATURES, Bundle
from gate.evidence.canonical import digest, loads
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.record import MOST_RECORDS, SWEEP_STREAM, Kind, Link, Record

STREAMS = "v1/streams/"
INDEX = "v1/index/"
PROBE = "v1/probe"
"""Written twice whenever an archive is opened, to see whether it refuses the second."""

_LAST = MOST_RECORDS + 1
_LONGEST = 100
_PLAIN = re.compile(r"[A-Za-z0-9-]")
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9._=-]+")
_PLACE = re.compile(
    r"v1/streams/(?P<stream>[^/]+/[^/]+/[^/]+)/(?P<folder>\d{8})/(?P<number>\d{10})\.(?P<what>[^/]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One repository and environment, and one kind of evidence: what one chain is about."""

    host: str
    """Of the forge, such as `github.com`."""
    repository_id: str
    """The forge's number for it: a repository that is renamed keeps its chain."""
    environment: str
    kind: Kind = Kind.DECISION

    @property
    def id(self) -> str:
        """Its name in keys and records, such as `github.com/42/production`; of sweeps `…/production__follow-up`."""
        name = "/".join(part(text) for text in (self.host, self.repository_id, self.environment))
        return name + SWEEP_STREAM if self.kind is Kind.SWEEP else name

    @property
    def prefix(self) -> str:
        """What all its keys begin with."""
        return f"{STREAMS}{self.id}/"


UNKNOWN = Stream(host="unknown", repository_id="unknown", environment="unknown")
"""Of decisions about a run that the forge did not tell anything about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a key in a stream stands for."""

    key: str
    stream: str
    seq: int
    signature: str = ""
    """Name of the signature; empty for the bundle itself."""


def stream_of(run: Mapping[str, object], kind: Kind = Kind.DECISION) -> Stream:
    """The stream of a decision, or of a sweep, by the `run` of its decision.json or sweep.json."""
    match run:
        case {"host": str(host), "repository_id": str(number), "environment": str(environment)} if (
            host and number and environment
        ):
            return Stream(host=host, repository_id=number, environment=environment, kind=kind)
        case _:
            return UNKNOWN if kind is Kind.DECISION else replace(UNKNOWN, kind=kind)


def stream_in(bundle: Bundle) -> Stream:
    """Where a whole bundle belongs, by its decision.json or sweep.json, whatever its link says."""
    name = bundle.kind.file
    content = loads(bundle.files[name], name=name)
    run = content.get("run") if isinstance(content, dict) else None
    return stream_of(run if isinstance(run, dict) else {}, bundle.kind)


def stream_flaws(bundle: Bundle) -> list[Flaw]:
    """What is wrong with the chain that a whole bundle stands in: it must be the one of what it is about.

    In another one it would be passed over by whoever asks for its environment, and count where it means nothing. What
    is about a run that nobody knows may stand anywhere: it is passed over by none.
    """
    link, own = bundle.record.link, stream_in(bundle)
    if link is None or link.stream == own.id or own == replace(UNKNOWN, kind=bundle.kind):
        return []
    text = f"it is about {own.id}, and names a place in the chain of {link.stream}"
    return [Flaw(FlawKind.CHAIN, text)]


def bundle_key(stream: str, seq: int) -> str:
    """The key of the bundle at a place of a chain. ValueError beyond the ten digits."""
    if not 0 < seq < _LAST:
        raise ValueError(f"a chain has no place {seq}")
    number = f"{_LAST - seq:010d}"
    return f"{STREAMS}{stream}/{number[:8]}/{number}.zip"


def signature_key(stream: str, seq: int, name: str) -> str:
    """The key of a signature that came when the bundle was archived already."""
    return f"{bundle_key(stream, seq).removesuffix('.zip')}.{name}"


def place_of(key: str) -> Place | None:
    """What a key stands for; None when it is none of ours."""
    found = _PLACE.fullmatch(key)
    if found is None or found["folder"] != found["number"][:8]:
        return None
    seq, what = _LAST - int(found["number"]), found["what"]
    if seq < 1 or not (what == "zip" or what in SIGNATURES):
        return None
    signature = "" if what == "zip" else what
    return Place(key=key, stream=found["stream"], seq=seq, signature=signature)


def contents_id(record: Record) -> str:
    """What tells one decision, or one sweep, from all others (`sha256:…`), wherever in a chain it stands.

    The record of a bundle that is archived later is another one than that which lay in the folder: it has a link. The
    files that it lists are the same.
    """
    lines = (f"{found} {name}\n" for name, found in sorted(record.files.items()))
    return digest("".join(lines).encode())


def index_key(record: Record) -> str:
    """The key of the line about a record. A decision without a time stands in the year 0000."""
    found = _MONTH.match(record.at)
    year, month = found[0].split("-") if found else ("0000", "00")
    name = contents_id(record).removeprefix("sha256:")
    return f"{INDEX}year={year}/month={month}/{name}.jsonl"


def link_of(record: Record) -> Link:
    """The place of a record in its chain. ValueError when it has none."""
    if record.link is None:
        raise ValueError("the record has no place in a chain")
    return record.link


def part(text: str) -> str:
    """A text as one part of a key: letters, digits, `-`, and dots inside stay; another byte is `_` and two digits.

    Two texts never give the same part. Long ones end with the digest of the whole.
    """
    plain = "".join(_escaped(text, index) for index in range(len(text)))
    if len(plain) <= _LONGEST:
        return plain
    return f"{plain[:32]}__{digest(text.encode('utf-8', 'surrogatepass')).removeprefix('sha256:')}"


def is_key(key: str) -> bool:
    """Whether a text may be a key at all."""
    return all(_PART.fullmatch(piece) and not piece.startswith(".") for piece in key.split("/"))


def _escaped(text: str, index: int) -> str:
    char = text[index]
    # A part that begins with a dot hides in folders, or leads out of them.
    if _PLAIN.fullmatch(char) or (char == "." and index > 0):
        return char
    return "".join(f"_{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
