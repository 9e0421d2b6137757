"""The incident that break-glass names: whether it is real, open, about this service, and not made by the invoker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gate.domain.control import Observation, Reason
from gate.domain.directory import person_of, shown, unmapped
from gate.domain.emergency_case import Findings, Plea
from gate.domain.emergency_facts import EntryKind, Incident, IncidentEntry, IncidentState
from gate.domain.identity import Kind
from gate.domain.lookup import depends, lookup
from gate.domain.missing import OUTAGES, Missing
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.emergency import PagerName, PagerRules, Unreachable

SYSTEMS = {
    PagerName.PAGERDUTY: "PagerDuty",
    PagerName.INCIDENT_IO: "incident.io",
    PagerName.JSM: "JSM Operations",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The incident as far as it could be confirmed."""

    typed: str
    found: Incident | None = None
    """None when no pager confirmed it."""
    unverified: str = ""
    """Why not, where a pager should have and the policy goes on without it."""
    gap: Missing | None = None
    """Why nobody can tell, where the policy does not go on without it."""

    @property
    def shown(self) -> str:
        """How people call it."""
        number = (self.found.number or self.found.key) if self.found else self.typed
        return f"incident {safe(number)}" if number else "the incident"


def incident_of(plea: Plea) -> tuple[Named, Findings]:
    """Find the incident, and hold it against the conditions of the policy."""
    named = Named(typed=plea.incident)
    rules = plea.rules.pager
    if rules is None:
        seen = (
            [Observation(f"{named.shown}, as typed: no pager confirms it")] if plea.incident else []
        )
        return named, Findings(seen=tuple(seen))
    if not plea.incident:
        return named, Findings(reasons=(_not_named(rules),))
    found = _found(plea, rules)
    if isinstance(found, Incident):
        named = Named(typed=plea.incident, found=found)
        return named, _judged(plea, rules, named, found)
    # A refused token or an unknown incident is no outage: whoever breaks the glass could bring those about.
    if found.reason_code in OUTAGES and rules.if_unreachable is Unreachable.FORGE:
        why = f"{found.source}: {found.detail}"
        seen = [
            Observation(
                f"{SYSTEMS[rules.system]} could not confirm {named.shown} ({why}); the policy lets the second person "
                "approve in the forge instead, and the review afterwards has to confirm the incident"
            )
        ]
        return Named(typed=plea.incident, unverified=why), Findings(seen=tuple(seen))
    gap = depends(found, f"whether {named.shown} is a reason for an emergency")
    return Named(typed=plea.incident, gap=gap), Findings(gaps=(gap,))


def _not_named(rules: PagerRules) -> Reason:
    return Reason(
        code="no-incident",
        text=f"No incident was named, and the policy asks for one of {SYSTEMS[rules.system]}.",
        remedy=f"Whoever starts the deploy names the incident of service {safe(rules.service)}: the input `incident`, "
        "or `--incident`. If there is none yet, let somebody else raise one.",
    )


def _found(plea: Plea, rules: PagerRules) -> Incident | Missing:
    found = lookup(plea.facts, Incident)
    if isinstance(found, Missing) or (found.system, found.asked_key) == (
        rules.system.value,
        plea.incident,
    ):
        return found
    return Missing(
        source=f"{SYSTEMS[rules.system]}: incident {safe(plea.incident)}",
        reason_code="wrong-object" if found.system else "not-gathered",
        detail=f"the pager was asked about {safe(found.asked_key) or 'nothing'}, not about {safe(plea.incident)}",
    )


def _judged(plea: Plea, rules: PagerRules, named: Named, found: Incident) -> Findings:
    reasons = [*_state(named, found), *_service(rules, named, found)]
    raised = next((e for e in found.entries if e.kind is EntryKind.RAISED), None)
    if raised is None:
        return Findings(reasons=tuple(reasons), gaps=(_nobody_raised(rules, named),))
    gaps = []
    if raised.by is not None and raised.by.kind is not Kind.BOT:
        raiser = person_of(raised.by, plea.policy)
        if not raiser:
            gaps = [unmapped(f"who raised {named.shown}", [(raised.by, "raised it")], plea.policy)]
        elif raiser in plea.invokers:
            reasons.append(_by_invoker(raiser, named, found, raised))
    seen = () if reasons or gaps else (_seen(rules, named, found, raised),)
    return Findings(reasons=tuple(reasons), seen=seen, gaps=tuple(gaps))


def _state(named: Named, found: Incident) -> Iterator[Reason]:
    status = f" ({safe(found.status)})" if found.status else ""
    if found.state is IncidentState.RESOLVED:
        yield Reason(
            code="incident-resolved",
            text=f"{_capital(named.shown)} is over{status}, so it is no reason to leave the normal way.",
            remedy="Deploy without break-glass; if the trouble is back, let somebody else raise a new incident and "
            "name that one.",
            url=found.url,
        )
    if found.state is IncidentState.TEST:
        yield Reason(
            code="incident-test",
            text=f"{_capital(named.shown)} is a test or a retrospective{status}: nothing is on fire.",
            remedy="Deploy without break-glass, or name the incident that is really open.",
            url=found.url,
        )


def _service(rules: PagerRules, named: Named, found: Incident) -> Iterator[Reason]:
    if rules.service not in found.services:
        about = listed([safe(name) for name in found.services] or ["no service"])
        yield Reason(
            code="incident-other-service",
            text=f"{_capital(named.shown)} is about {about}; here {safe(rules.service)} alone can break the glass.",
            remedy=f"Name the incident of {safe(rules.service)}; or, if that service is affected as well, let "
            f"somebody who responds to {named.shown} put it there.",
            url=found.url,
        )


def _by_invoker(raiser: str, named: Named, found: Incident, raised: IncidentEntry) -> Reason:
    return Reason(
        code="incident-by-invoker",
        text=f"{raiser} raised {named.shown} at {moment(raised.at)} and asks for the emergency as well. Whoever wants "
        "to leave the normal way does not make the reason for it.",
        remedy=f"Somebody other than {raiser} starts the deploy by hand in a new run, with the same incident.",
        url=found.url,
    )


def _nobody_raised(rules: PagerRules, named: Named) -> Missing:
    return Missing(
        source=f"{SYSTEMS[rules.system]}: {named.shown}",
        reason_code="unreadable",
        detail="its log does not tell who raised it, which may have been whoever breaks the glass",
        remedy="Whoever administers the pager looks into the log of the incident; or name another incident.",
    )


def _seen(rules: PagerRules, named: Named, found: Incident, raised: IncidentEntry) -> Observation:
    who = shown(raised.by) if raised.by is not None else "monitoring"
    title = f" ({safe(found.title)})" if found.title else ""
    return Observation(
        f"{named.shown}{title} of {safe(rules.service)} is open in {SYSTEMS[rules.system]}, raised by {who} at "
        f"{moment(raised.at)}",
        found.url,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
