"""What `gate evidence verify` says about each bundle, and about all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from gate.domain.phrases import counted
from gate.domain.policy.signing import SigningLevel
from gate.evidence.canonical import Json
from gate.evidence.flaw import Flaw
from gate.evidence.record import Kind, Record
from gate.evidence.signed import SignatureState
from gate.evidence.sweep_json import SweepVerdict
from gate.render.escape import log

_FOUND = {
    SweepVerdict.CLEAR.value: "no review is owed",
    SweepVerdict.OWED.value: "reviews are owed, and none is overdue",
    SweepVerdict.OVERDUE.value: "a review is overdue",
    SweepVerdict.INCOMPLETE.value: "not everything could be seen or done",
}


def bundle_line(
    place: str,
    record: Record | None,
    flaws: Sequence[Flaw],
    signatures: Sequence[SignatureState],
    *,
    own_trust: bool,
    decides_again: bool | None,
) -> str:
    """One bundle in one line: what is wrong with it, or what it is and who says so."""
    if flaws:
        return f"BROKEN  {log(place)}: {'; '.join(log(flaw.text) for flaw in flaws)}"
    parts = [about(record) if record else "", *signers(signatures, own_trust=own_trust)]
    if decides_again:
        parts.append("decides the same again")
    return f"whole   {log(place)}: {'; '.join(part for part in parts if part)}"


def about(record: Record) -> str:
    """What a record is about."""
    where = f"{record.repository} {record.environment}".strip()
    match record.kind:
        case Kind.DECISION:
            what = f"{record.verdict} for {where or 'an unknown deploy'}"
        case Kind.SWEEP:
            what = f"a sweep of {where or 'an unknown place'}: {_FOUND.get(record.verdict, record.verdict)}"
        case _:
            assert_never(record.kind)
    run = f", run {record.run}" if record.run else ""
    return log(f"{what}{run}, {record.at or 'at an unknown time'}, {record.id}")


def signers(signatures: Sequence[SignatureState], *, own_trust: bool) -> list[str]:
    """Who signed, and which signatures nobody could check."""
    if not signatures:
        return ["not signed"]
    known = {state.by.who: state.by for state in signatures if state.by}
    word = ", which its own policy names" if own_trust else ""
    said = [
        log(f"signed by {who}{word}")
        + (", in a public log" if by.level is SigningLevel.LOGGED else "")
        for who, by in known.items()
    ]
    unknown: dict[str, list[str]] = {}
    for state in signatures:
        if not state.by:
            unknown.setdefault(state.why_not, []).append(state.file)
    return said + [
        log(f"{' and '.join(files)} not checked: {why}") for why, files in unknown.items()
    ]


def total_lines(
    total: int,
    broken: int,
    levels: Mapping[SigningLevel, int],
    chains: Mapping[str, tuple[int, int]],
    flaws: Sequence[Flaw],
    *,
    copies: int,
    unchecked: int,
) -> list[str]:
    """The end of the list: how many, how they are signed, and what the chains look like.

    `copies` came again; `unchecked` count as unsigned, although they carry signatures.
    """
    signed = ", ".join(
        f"{levels[level]} {level.value}" for level in SigningLevel if levels.get(level)
    )
    lines = [
        f"{counted(total, 'bundle')}: {total - broken} whole, {broken} broken"
        + (f"; of the whole ones {signed}." if signed else ".")
    ]
    if unchecked:
        lines.append(
            f"{unchecked} of the unsigned ones {'carries a signature' if unchecked == 1 else 'carry signatures'} that "
            "could not be checked: --key, --identity or --policy says whose signature is believed."
        )
    lines += [
        f"Chain {log(stream)}: records {first} to {last} were seen."
        for stream, (first, last) in chains.items()
    ]
    if copies:
        lines.append(f"{copies} of them came again: the same record, from another place.")
    return lines + [f"BROKEN  {log(flaw.text)}" for flaw in flaws]


def bundle_json(
    place: str,
    record: Record | None,
    flaws: Sequence[Flaw],
    signatures: Sequence[SignatureState],
    level: SigningLevel,
    *,
    own_trust: bool,
    decides_again: bool | None,
) -> Json:
    """The same for a program."""
    return {
        "place": place,
        "whole": not flaws,
        "flaws": flaws_json(flaws),
        "kind": record.kind.value if record else None,
        "id": record.id if record else None,
        "verdict": record.verdict if record else None,
        "decided_at": record.at or None if record else None,
        "repository": record.repository if record else None,
        "environment": record.environment if record else None,
        "run": record.run if record else None,
        "chain": _link(record),
        "signing": level.value,
        "signatures": [
            {
                "file": state.file,
                "by": state.by.who if state.by else None,
                "level": state.by.level.value if state.by else None,
                "why_not": state.why_not or None,
            }
            for state in signatures
        ],
        "believed_by_its_own_policy": own_trust,
        "decides_again": decides_again,
    }


def total_json(
    total: int,
    broken: int,
    chains: Mapping[str, tuple[int, int]],
    copies: int,
    flaws: Sequence[Flaw],
) -> Json:
    """The end of the list for a program."""
    return {
        "total": total,
        "broken": broken,
        "copies": copies,
        "chains": {stream: {"first": a, "last": z} for stream, (a, z) in chains.items()},
        "flaws": flaws_json(flaws),
    }


def flaws_json(flaws: Sequence[Flaw]) -> Json:
    """Flaws for a program: a kind that is stable, and a text that is not."""
    return [{"kind": flaw.kind.value, "text": flaw.text} for flaw in flaws]


def _link(record: Record | None) -> Json:
    if record is None or record.link is None:
        return None
    link = record.link
    return {"stream": link.stream, "seq": link.seq, "previous": link.previous}
