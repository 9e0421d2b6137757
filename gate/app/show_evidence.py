"""One `gate evidence show`: reads a bundle aloud, once it proved to be whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate.app import wiring
from gate.app.examine import Asked, Examined, examine
from gate.app.replay import Replayed, decide_again
from gate.app.sweep_text import headline, sweep_text
from gate.app.verification_text import about, signers
from gate.domain.follow_up import Kept
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import Bundle, verify
from gate.evidence.follow_up_json import FOLLOW_UP, read_kept
from gate.evidence.record import Kind
from gate.evidence.sweep_json import SWEEP, read_sweep
from gate.render.escape import log
from gate.render.plain_page import plain_page
from gate.render.report import report
from gate.render.terminal import terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A bundle for a person."""

    text: str
    page: str
    """HTML: the report, made anew from the facts, since the stored page could have been written by anybody; of a sweep
    the text, since it has no report.
    """


def show_evidence(path: Path) -> Shown:
    """Read the one bundle at a path: of a decision or of a sweep.

    EvidenceInvalid when it is not whole, or its decision does not follow.
    """
    bundle = verify(wiring.read_evidence(path))
    found = examine(str(path), bundle.files, Asked(replay=False))
    if found.flaws:
        raise EvidenceInvalid(
            "The bundle does not hold: " + "; ".join(flaw.text for flaw in found.flaws) + ".",
            hint="Fetch it again from where it is kept.",
        )
    return _sweep(bundle, found) if bundle.kind is Kind.SWEEP else _decision(bundle, found)


def _decision(bundle: Bundle, found: Examined) -> Shown:
    replayed, kept = decide_again(bundle), _kept(bundle)
    lines = [
        terminal(replayed.decision, replayed.policy, kept),
        *_about(bundle, found),
        f"Decides the same again: yes, as written by gate {log(replayed.gate_version)}",
    ]
    return Shown(text="\n".join(lines) + "\n", page=_page(replayed, kept))


def _sweep(bundle: Bundle, found: Examined) -> Shown:
    sweep = read_sweep(bundle.files[SWEEP])
    written = f"Written by gate {log(sweep.gate_version)}"
    text = "\n".join([sweep_text(sweep), "", *_about(bundle, found), written, ""])
    return Shown(text=text, page=plain_page(headline(sweep), text))


def _about(bundle: Bundle, found: Examined) -> Iterator[str]:
    yield f"Record:   {about(bundle.record)}"
    yield f"Chain:    {_chain(bundle)}"
    yield from (f"Signing:  {text}" for text in signers(found.signatures, own_trust=True))


def _page(replayed: Replayed, kept: Kept | None) -> str:
    return report(replayed.decision, replayed.policy, kept)


def _kept(bundle: Bundle) -> Kept | None:
    return read_kept(bundle.files[FOLLOW_UP]) if FOLLOW_UP in bundle.files else None


def _chain(bundle: Bundle) -> str:
    link = bundle.record.link
    if link is None:
        return "none; it was not archived when it was sealed"
    before = f"after {link.previous}" if link.previous else "the first"
    return log(f"record {link.seq} of {link.stream}, {before}")
