"""One `gate evidence show`: reads a bundle aloud, once it proved to be whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gate.app import wiring
from gate.app.examine import Asked, examine
from gate.app.replay import Replayed, decide_again
from gate.app.verification_text import about, signers
from gate.domain.follow_up import Kept
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import Bundle, verify
from gate.evidence.follow_up_json import FOLLOW_UP, read_kept
from gate.render.escape import log
from gate.render.report import report
from gate.render.terminal import terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A bundle for a person."""

    text: str
    page: str
    """The HTML report, made anew from the facts: the stored page could have been written by anybody."""


def show_evidence(path: Path) -> Shown:
    """Read the one bundle at a path. EvidenceInvalid when it is not whole, or its decision does not follow."""
    bundle = verify(wiring.read_evidence(path))
    found = examine(str(path), bundle.files, Asked(replay=False))
    if found.flaws:
        raise EvidenceInvalid(
            "The bundle does not hold: " + "; ".join(flaw.text for flaw in found.flaws) + ".",
            hint="Fetch it again from where it is kept.",
        )
    replayed, kept = decide_again(bundle), _kept(bundle)
    lines = [
        terminal(replayed.decision, replayed.policy, kept),
        f"Record:   {about(bundle.record)}",
        f"Chain:    {_chain(bundle)}",
        *(f"Signing:  {text}" for text in signers(found.signatures, own_trust=True)),
        f"Decides the same again: yes, as written by gate {log(replayed.gate_version)}",
    ]
    return Shown(text="\n".join(lines) + "\n", page=_page(replayed, kept))


def _page(replayed: Replayed, kept: Kept | None) -> str:
    return report(replayed.decision, replayed.policy, kept)


def _kept(bundle: Bundle) -> Kept | None:
    return read_kept(bundle.files[FOLLOW_UP]) if FOLLOW_UP in bundle.files else None


def _chain(bundle: Bundle) -> str:
    link = bundle.record.link
    if link is None:
        return "none; no archive was configured"
    before = f"after {link.previous}" if link.previous else "the first"
    return log(f"record {link.seq} of {link.stream}, {before}")
