"""What people read about an emergency: who asked, who approved and how that is known, what was set aside, what is owed.

Texts are raw. Whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.domain.decision import Decision, Verdict
from gate.domain.directory import person_of
from gate.domain.emergency_facts import BreakGlass
from gate.domain.follow_up import Kept
from gate.domain.grant import Consent, Grant, Obligation, Proof
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.silence import silences, told
from gate.render.times import both


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing about the emergency."""

    name: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyStory:
    """What became of what was asked for, and everything that somebody may want to know about it later."""

    title: str
    lines: tuple[Line, ...]
    sign: str = "🚨"
    control: str = "emergency"
    """The control that it is about."""


def emergency_story(
    decision: Decision, policy: Policy | None, kept: Kept | None, zone: str
) -> EmergencyStory | None:
    """None for a deploy that nobody called an emergency. `kept` says where the follow-up is, once it was opened."""
    said, grant = decision.break_glass, decision.emergency
    if isinstance(said, Missing) or not (said.asked or grant):
        return None
    if grant is None:
        return EmergencyStory(
            title=_refused(decision), lines=tuple(_as_asked(said, decision, policy))
        )
    lines = (
        *_granted(grant, policy, zone),
        *_set_aside(decision),
        *(line for owed in decision.obligations for line in owed_lines(owed, policy, zone)),
        *(kept_lines(kept) if kept is not None else ()),
    )
    return EmergencyStory(title=_title(decision), lines=lines)


def names(keys: Sequence[str], policy: Policy | None, word: str = "and") -> str:
    """People as they are called, from their keys."""
    known = {} if policy is None else policy.people
    return listed([known[key].name or key if key in known else key for key in keys], word)


def _called(account: Identity, policy: Policy | None) -> str:
    """An account as its person is called; as its own system calls it, where it stands under nobody."""
    person = person_of(account, policy) if policy else ""
    return names([person], policy) if person else str(account)


def how(consent: Consent) -> str:
    """How the second person's consent is known, in words."""
    match consent.proof:
        case Proof.ACKNOWLEDGEMENT:
            return f"acknowledged {consent.where}, by the log of the pager"
        case Proof.DEPLOYMENT:
            return f"approved the deployment to {consent.where}, in the forge"
        case Proof.REVIEW:
            return f"approved {consent.where}, in the forge"
        case _:
            return "nobody: the policy asks for no second person (second_person: false)"


def _title(decision: Decision) -> str:
    if decision.verdict is Verdict.ALLOW:
        return "Released by break-glass"
    return "Break-glass was granted, and does not set aside all that stands against this deploy"


def _refused(decision: Decision) -> str:
    failed = any(
        result.control == "emergency" and result.weight is Verdict.BLOCK
        for result in decision.results
    )
    return (
        "Break-glass was refused" if failed else "Whether break-glass is granted could not be told"
    )


def _as_asked(said: BreakGlass, decision: Decision, policy: Policy | None) -> Iterator[Line]:
    if not isinstance(decision.run, Missing):
        who = _called(decision.run.started_by, policy)
        yield Line(name="Asked for by", value=who, url=decision.run.url)
    yield Line(name="Reason", value=said.reason or "none was typed")
    yield Line(name="Incident", value=said.incident or "none was named")


def _granted(grant: Grant, policy: Policy | None, zone: str) -> Iterator[Line]:
    yield Line(name="Asked for by", value=names(grant.invoked_by, policy), url=grant.run_url)
    yield Line(
        name="Approved by", value=_approved(grant.consent, policy, zone), url=grant.consent.url
    )
    yield Line(name="Reason", value=grant.reason)
    yield Line(name="Incident", value=_incident(grant), url=grant.incident_url)
    yield Line(name="Grant", value=_bound(grant, zone))


def _approved(consent: Consent, policy: Policy | None, zone: str) -> str:
    if not consent.person:
        return how(consent)
    at = f", {both(consent.at, zone)}" if consent.at else ""
    return f"{names([consent.person], policy)}, who {how(consent)}{at}"


def _incident(grant: Grant) -> str:
    if grant.unverified:
        return f"{grant.incident}, as typed: the pager could not confirm it ({grant.unverified}). The review has to"
    if not grant.incident:
        return "none was named"
    title = f" ({grant.incident_title})" if grant.incident_title else ""
    return f"{grant.incident}{title}"


def _bound(grant: Grant, zone: str) -> str:
    return (
        f"{grant.id}: {grant.repository} {grant.revision[:12]} to {grant.environment}, run {grant.run_id}, attempt "
        f"{grant.attempt}; it ends {both(grant.expires_at, zone)}"
    )


def _set_aside(decision: Decision) -> Iterator[Line]:
    silent = decision.not_judged
    waived = [name for name in decision.waived if name not in silent]
    yield Line(name="Set aside", value=listed(waived) if waived else "nothing")
    if silent:
        yield Line(
            name="Not judged",
            value=f"{listed(silent)}, because no tracker answered, which stops no emergency: it is for the review",
        )
    yield from (Line(name="Tracker", value=told(silence)) for silence in silences(decision))
    yield Line(name="Not set aside", value=listed(decision.not_waived or ["nothing"]))


def owed_lines(
    owed: Obligation, policy: Policy | None, zone: str, reviewer: str = "somebody independent"
) -> Iterator[Line]:
    """By when it is due, and who can do it."""
    yield Line(name="Review due", value=both(owed.due_at, zone))
    others = (
        f"; not {names(owed.not_by, policy, 'or')}, who had a part in it" if owed.not_by else ""
    )
    yield Line(name="Reviewer", value=f"{reviewer}, after the deploy{others}")


def kept_lines(kept: Kept) -> Iterator[Line]:
    """Where it is kept."""
    refused = "; ".join(f"{system} did not take it ({why})" for system, why in kept.refused.items())
    if kept.is_ticket:
        yield Line(
            name="Follow-up",
            value=f"{kept.key}{f'; {refused}' if refused else ''}",
            url=kept.url,
        )
    else:
        yield Line(
            name="Follow-up",
            value=f"no tracker took it, so this evidence alone keeps it until `gate follow-up` opens it: {refused}",
        )
