"""Examine one bundle for somebody who trusts nobody: whole, signed by whom, and does a decision follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gate import __version__
from gate.app import wiring
from gate.app.replay import decide_again, policy_of
from gate.domain.policy.signing import SigningLevel, SigningRules
from gate.errors import EvidenceInvalid, PolicyInvalid
from gate.evidence.bundle import Bundle, flaws, policy_flaws
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.layout import stream_flaws
from gate.evidence.record import RECORD, Kind, Record, read_record
from gate.evidence.signed import Signatures, SignatureState, Trust, check_signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every bundle."""

    trust: Trust | None = None
    """Whose signatures are believed; None for those whom each bundle's own policy names."""
    minimum: SigningLevel = SigningLevel.UNSIGNED
    """Less is a flaw; so is less than the bundle's own policy demands."""
    replay: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of it."""

    place: str
    record: Record | None
    """None when it could not be read."""
    flaws: tuple[Flaw, ...]
    """Nothing when all is well."""
    signatures: tuple[SignatureState, ...] = ()
    level: SigningLevel = SigningLevel.UNSIGNED
    own_trust: bool = False
    """The signatures were believed on the word of the bundle's own policy: a forger could have written that as well."""
    decides_again: bool | None = None
    """None when it was not asked, or made no sense to try: a sweep decides nothing."""


@dataclass(slots=True)
class _Policy:
    """What the bundle's own policy says about signatures."""

    rules: SigningRules = field(default_factory=SigningRules)
    flaws: list[Flaw] = field(default_factory=list)


def examine(place: str, files: Mapping[str, bytes], asked: Asked) -> Examined:
    """Examine the files of one bundle. Nothing is raised: whatever is wrong is a flaw."""
    if found := flaws(files):
        return Examined(place=place, record=_record(files), flaws=tuple(found))
    bundle = Bundle(files=files)
    own = _own_policy(bundle)
    signatures = _signatures(bundle, own.rules, asked)
    problems = [*own.flaws, *stream_flaws(bundle), *signatures.flaws]
    decides_again = None
    if asked.replay and not own.flaws and bundle.kind is Kind.DECISION:
        unlike = _decides_unlike(bundle)
        decides_again = not unlike
        problems += unlike
    return Examined(
        place=place,
        record=bundle.record,
        flaws=tuple(problems),
        signatures=signatures.states,
        level=signatures.level,
        own_trust=asked.trust is None,
        decides_again=decides_again,
    )


def unreadable(place: str, error: EvidenceInvalid) -> Examined:
    """What came of a place that could not be read."""
    flaw = Flaw(FlawKind.UNREADABLE, error.message.removesuffix("."))
    return Examined(place=place, record=None, flaws=(flaw,))


def _own_policy(bundle: Bundle) -> _Policy:
    found = _Policy(flaws=policy_flaws(bundle))
    try:
        policy = policy_of(bundle)
    except PolicyInvalid as error:
        text = f"this version cannot read its policy: {error.message.splitlines()[0]}"
        found.flaws.append(Flaw(FlawKind.DECISION, text.removesuffix(".")))
        return found
    if policy is not None:
        found.rules = policy.evidence.signing
    return found


def _signatures(bundle: Bundle, rules: SigningRules, asked: Asked) -> Signatures:
    minimum = max(asked.minimum, rules.minimum, key=lambda level: level.rank)
    return check_signatures(bundle, asked.trust or wiring.trust_by_policy(rules), minimum)


def _decides_unlike(bundle: Bundle) -> list[Flaw]:
    try:
        decide_again(bundle)
    except EvidenceInvalid as error:
        written = bundle.record.gate_version
        other = f" This is {__version__}. {error.hint}" if written != __version__ else ""
        return [Flaw(FlawKind.DECISION, f"{error.message}{other}".removesuffix("."))]
    return []


def _record(files: Mapping[str, bytes]) -> Record | None:
    try:
        return read_record(files[RECORD]) if RECORD in files else None
    except EvidenceInvalid:
        return None
