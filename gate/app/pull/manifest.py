"""`pulled.json`: where everything in a folder of evidence came from, for whoever has to judge whether that is all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gate.app.pull.period import Period
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.record import Record

MANIFEST = "pulled.json"
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file that a source offered, and that was fetched."""

    name: str
    """Where it lies in the folder; where it would, if single bundles had not been taken out of it."""
    source: str
    ref: str
    """What the source knows it by."""
    sha256: str
    size: int
    stored_at: datetime | None
    fetched_at: datetime
    outcome: str
    """`whole`, `broken`, or `taken-out`: of several bundles in it some belong to the period, and lie in `others`."""
    records: tuple[Record, ...] = ()
    flaws: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    """What lay there before, and was set aside."""

    def json(self) -> dict[str, Json]:
        """As it stands in the manifest."""
        return {
            "name": self.name,
            "source": self.source,
            "ref": self.ref,
            "sha256": self.sha256.removeprefix("sha256:"),
            "size": self.size,
            "stored_at": _told(self.stored_at),
            "fetched_at": _told(self.fetched_at),
            "outcome": self.outcome,
            "records": [_record(one) for one in self.records],
            "flaws": list(self.flaws),
            "others": list(self.others),
            "set_aside": list(self.damaged),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """One thing that is not there, and that may belong to the period."""

    name: str
    """Empty when it is a whole source, or the rest of one."""
    source: str
    outcome: str
    """`gone`: the source says that nobody can have it any more. `not-fetched`: it did not come. `not-listed`: the
    source did not tell all that it holds. `refused`: it has a name that no file may have.
    """
    why: str
    remedy: str = ""

    def json(self) -> dict[str, Json]:
        """As it stands in the manifest."""
        return {
            "name": self.name,
            "source": self.source,
            "outcome": self.outcome,
            "why": self.why,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one pull says of itself."""

    command: str
    version: str
    """Of the gate."""
    started_at: datetime
    ended_at: datetime
    period: Period
    environments: Sequence[str]
    sources: Sequence[str]
    counts: Mapping[str, int]
    absent: Sequence[Absent]
    chains: Mapping[str, tuple[int, int]]
    chain_flaws: Sequence[str]
    finished: bool
    """False when somebody interrupted it, or the folder took no more."""

    def json(self) -> dict[str, Json]:
        """As it stands in the manifest."""
        return {
            "command": self.command,
            "tool": {"name": "change-gate", "version": self.version},
            "started_at": _told(self.started_at),
            "ended_at": _told(self.ended_at),
            "finished": self.finished,
            "period": {"from": _told(self.period.since), "before": _told(self.period.until)},
            "environments": list(self.environments),
            "sources": list(self.sources),
            "counts": dict(self.counts),
            "absent": [one.json() for one in self.absent],
            "chains": {name: {"first": a, "last": z} for name, (a, z) in self.chains.items()},
            "chain_flaws": list(self.chain_flaws),
        }


@dataclass(slots=True)
class Manifest:
    """All that the pulls into one folder said, the newest last."""

    pulls: list[Json] = field(default_factory=list)
    files: dict[str, dict[str, Json]] = field(default_factory=dict)
    """By name."""

    def add(self, account: Account, entries: Sequence[Entry]) -> None:
        """Add what a pull says. What an earlier one said of other files stays; of the same bytes, when they came."""
        self.pulls.append(account.json())
        for entry in entries:
            told, before = entry.json(), self.files.get(entry.name, {})
            if before.get("sha256") == told["sha256"]:
                told["fetched_at"] = before.get("fetched_at")
            if isinstance(earlier := before.get("set_aside"), list):
                told["set_aside"] = [
                    *earlier,
                    *(one for one in entry.damaged if one not in earlier),
                ]
            self.files[entry.name] = told

    def dumps(self) -> bytes:
        """The file."""
        listed = [self.files[name] for name in sorted(self.files)]
        return dumps(
            {
                "schema_version": _SCHEMA_VERSION,
                "pulls": self.pulls,
                "files": list[Json](listed),
            }
        )


def read_manifest(content: bytes) -> Manifest:
    """Read it back. EvidenceInvalid when it is not what the gate writes, byte for byte."""
    match loads(content, name=MANIFEST):
        case {"schema_version": int(version), "pulls": list(pulls), "files": list(files)} if (
            version == _SCHEMA_VERSION
        ):
            named = {
                str(one["name"]): one for one in files if isinstance(one, dict) and "name" in one
            }
            found = Manifest(pulls=pulls, files=named)
            # What could not be written again would cost a later pull its account.
            if found.dumps() == content:
                return found
    raise EvidenceInvalid(f"{MANIFEST} is not what the gate writes.")


def _record(record: Record) -> Json:
    link = record.link
    return {
        "id": record.id,
        "kind": record.kind.value,
        "verdict": record.verdict,
        "decided_at": record.at or None,
        "repository": record.repository,
        "environment": record.environment,
        "run": record.run,
        "chain": {"stream": link.stream, "seq": link.seq} if link else None,
    }


def _told(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
