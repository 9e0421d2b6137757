"""An act that may make somebody the second person of an emergency, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.domain.directory import person_of, shown, unmapped
from gate.domain.duty import holding
from gate.domain.emergency_case import Plea
from gate.domain.grant import Consent, Proof
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.phrases import moment, safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody took the incident, or approved in the forge."""

    by: Identity | None
    """None when no account of a person did it."""
    did: str
    """In words: `acknowledged incident 1234`."""
    proof: Proof
    where: str
    at: datetime | None
    role: str
    """The role that makes it count."""
    since: datetime | None = None
    """What is older does not count; None: any time does."""
    too_old: str = ""
    """What an older act is, in words."""
    by_hand: bool = True
    channel: str = ""
    url: str = ""
    flaw: str = ""
    """Why the forge, or the rules for reviews, do not count it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """An act that does not count: the code of the control `emergency`, and a sentence."""

    code: str
    text: str
    proof: Proof
    url: str = ""


NOBODY = "no-second-person"


def weigh(act: Act, plea: Plea) -> Consent | Miss | Missing:
    """Whether the act makes somebody the second person. Missing when that cannot be told."""
    if act.by is None or act.by.kind is Kind.BOT or not act.by_hand:
        return _not_by_hand(act)
    if act.at is not None and act.since is not None and act.at < act.since:
        # An old review was given for the normal way: it is no attempt at an approval of this emergency.
        code = NOBODY if act.proof is Proof.REVIEW else "acknowledged-too-long-ago"
        return _miss(act, code, f" on {moment(act.at)}, which does not count: {act.too_old}")
    if act.flaw:
        return _miss(act, NOBODY, f", which does not count: {act.flaw}")
    person = person_of(act.by, plea.policy) if act.by.kind is Kind.HUMAN else ""
    if not person:
        return unmapped("who the second person is", [(act.by, act.did)], plea.policy)
    if person in plea.invokers:
        why = " and asks for the emergency as well: nobody is their own second person"
        return _miss(act, "acknowledged-by-invoker", why, person)
    return _by_role(act, person, plea)


def _by_role(act: Act, person: str, plea: Plea) -> Consent | Miss | Missing:
    at = act.at or plea.now
    held = holding(act.role, at, plea.run.forge, plea.facts, plea.policy).includes(person)
    if isinstance(held, Missing):
        return held
    if not held:
        role = plea.policy.roles.get(act.role)
        lacks = (
            f"{person} was not on call ({safe(role.pager_schedule)}) at {moment(at)}"
            if role is not None and role.pager_schedule
            else f"{person} does not hold {act.role}"
        )
        return _miss(act, "not-on-call", f", which does not count: {lacks}", person)
    return Consent(person=person, proof=act.proof, where=act.where, at=act.at, url=act.url)


def _not_by_hand(act: Act) -> Miss:
    if act.by is None or act.by.kind is Kind.BOT:
        who = "a machine" if act.by is None else f"{safe(str(act.by))}, a machine,"
        return Miss(
            code="not-by-hand-ack",
            text=f"{who[:1].upper()}{who[1:]} {act.did}, and only people count.",
            proof=act.proof,
            url=act.url,
        )
    how = f" ({safe(act.channel)})" if act.channel else ""
    return _miss(
        act,
        "not-by-hand-ack",
        f", but not by hand{how}: whoever holds a key of the API can act as any user",
    )


def _miss(act: Act, code: str, why: str, person: str = "") -> Miss:
    """`why` goes on from what somebody did; `person` is who that is, once it is known."""
    who = person or (shown(act.by) if act.by is not None else "A machine")
    return Miss(code=code, text=f"{who} {act.did}{why}.", proof=act.proof, url=act.url)
