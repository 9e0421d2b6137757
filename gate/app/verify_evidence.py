"""One `gate evidence verify`: every bundle at some paths, and the chains that they form."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from gate.app import wiring
from gate.app.context import Host
from gate.app.examine import Asked, Examined
from gate.app.examine_many import examine_many
from gate.app.verification_text import bundle_json, bundle_line, total_json, total_lines
from gate.domain.policy.signing import SigningLevel
from gate.evidence.canonical import Json, dumps
from gate.evidence.chain import Chains
from gate.evidence.checkpoint import Checkpoint, read_checkpoint
from gate.evidence.flaw import Flaw

BROKEN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What is to be verified, and how it is told."""

    paths: Sequence[Path]
    asked: Asked = field(default_factory=Asked)
    checkpoints: tuple[Checkpoint, ...] = ()
    jobs: int = 1
    quiet: bool = False
    """Tell only what is broken."""
    as_json: bool = False


@dataclass(slots=True)
class _Total:
    bundles: int = 0
    broken: int = 0
    levels: Counter[SigningLevel] = field(default_factory=Counter)
    unchecked: int = 0
    """Whole ones with signatures of which nobody could say whose they are."""


def verify_evidence(host: Host, wanted: Verification) -> int:
    """Return 0 when everything holds, 6 when anything does not. Each bundle is told as soon as it was examined."""
    chains, total = Chains(wanted.checkpoints), _Total()
    places = chain.from_iterable(wiring.find_evidence(path) for path in wanted.paths)
    for found in examine_many(places, wanted.asked, wanted.jobs):
        problems = [*found.flaws, *_linked(chains, found)]
        total.bundles += 1
        total.broken += bool(problems)
        if not problems:
            total.levels[found.level] += 1
            total.unchecked += found.level is SigningLevel.UNSIGNED and bool(found.signatures)
        if problems or not wanted.quiet:
            host.out.write(_told(found, problems, as_json=wanted.as_json))
    gaps = list(chains.gaps())
    if wanted.as_json:
        value = total_json(total.bundles, total.broken, chains.seen, chains.copies, gaps)
        host.out.write(_line(value))
    else:
        lines = total_lines(
            total.bundles,
            total.broken,
            total.levels,
            chains.seen,
            gaps,
            copies=chains.copies,
            unchecked=total.unchecked,
        )
        host.out.writelines(f"{line}\n" for line in lines)
    return BROKEN if total.broken or gaps else 0


def checkpoints(paths: Sequence[Path]) -> tuple[Checkpoint, ...]:
    """The checkpoints in some files. EvidenceInvalid when one holds none."""
    return tuple(read_checkpoint(wiring.read_file(path), name=str(path)) for path in paths)


def _linked(chains: Chains, found: Examined) -> list[Flaw]:
    """The links of a broken bundle count as well: otherwise every one would also be a gap."""
    if found.record is None or found.record.link is None:
        return []
    return list(chains.add(found.record.link, found.record.id))


def _told(found: Examined, problems: Sequence[Flaw], *, as_json: bool) -> str:
    if as_json:
        return _line(
            bundle_json(
                found.place,
                found.record,
                problems,
                found.signatures,
                found.level,
                own_trust=found.own_trust,
                decides_again=found.decides_again,
            )
        )
    line = bundle_line(
        found.place,
        found.record,
        problems,
        found.signatures,
        own_trust=found.own_trust,
        decides_again=found.decides_again,
    )
    return f"{line}\n"


def _line(value: Json) -> str:
    """JSON in which nothing hides, and that no runner takes for a command of its own (`##[…]`), wherever it is read."""
    text = dumps(value).decode()
    if not text.isascii():
        text = json.dumps(json.loads(text), separators=(",", ":"))
    return text.replace("##[", "#\\u0023[") + "\n"
