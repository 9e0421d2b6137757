"""Break-glass, judged (guide §6): whether what somebody asks for is an emergency that the policy grants.

Nothing here rests on a tracker: at 03:00 one may be down as well. Each condition says what speaks against the
emergency, what is in order, and what cannot be told.
"""

from __future__ import annotations

from gate.domain.break_glass_run import by_invoker, by_run, invokers_of
from gate.domain.control import Reason
from gate.domain.emergency_case import EmergencyCase, Findings, Plea, together
from gate.domain.emergency_facts import BreakGlass
from gate.domain.emergency_scope import within_scope
from gate.domain.facts import Clock, Run
from gate.domain.grant import Consent, Grant, grant_id
from gate.domain.incident_check import Named, incident_of
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import Emergency
from gate.domain.reason_text import wrong_with
from gate.domain.second_person import second_person

_WHAT = "whether this emergency is granted"


def emergency_case(facts: Facts, policy: Policy) -> EmergencyCase | Missing:
    """Judge what was asked for. Missing only when a fact that is needed is, and nothing that is known refuses it."""
    said = lookup(facts, BreakGlass)
    if isinstance(said, Missing):
        return depends(said, "whether somebody asks for an emergency")
    if not said.asked:
        return EmergencyCase()
    if policy.emergency is None:
        return EmergencyCase(asked=True, reasons=(_not_allowed(),))
    typed = _typed(said, policy.emergency)
    run, clock = lookup(facts, Run), lookup(facts, Clock)
    if isinstance(run, Missing) or isinstance(clock, Missing):
        gaps = tuple(fact for fact in (run, clock) if isinstance(fact, Missing))
        return _settled(together([typed, Findings(gaps=gaps)]), None)
    plea = Plea(
        facts=facts,
        policy=policy,
        rules=policy.emergency,
        said=said,
        run=run,
        now=clock.now,
        invokers=invokers_of(run, policy),
    )
    return _judged(plea, typed)


def _judged(plea: Plea, typed: Findings) -> EmergencyCase | Missing:
    named, about = incident_of(plea)
    consent, asked = second_person(plea, named)
    findings = together([by_run(plea), by_invoker(plea), typed, about, asked, within_scope(plea)])
    return _settled(findings, _grant(plea, named, consent) if consent else None)


def _settled(findings: Findings, grant: Grant | None) -> EmergencyCase | Missing:
    if findings.gaps and not findings.reasons:
        return _all_of(findings.gaps)
    refused = bool(findings.reasons)
    return EmergencyCase(
        asked=True,
        reasons=findings.reasons,
        observations=findings.seen,
        grant=None if refused else grant,
    )


def _all_of(gaps: tuple[Missing, ...]) -> Missing:
    """One Missing for all: whoever is paged wants to know every gap at once."""
    different = list({gap.cause or gap.detail: gap for gap in gaps}.values())
    first = depends(different[0], _WHAT)
    if len(different) == 1:
        return first
    causes = "; ".join(f"{gap.source}: {gap.cause or gap.detail}" for gap in different)
    remedies = dict.fromkeys(gap.remedy for gap in different if gap.remedy)
    return Missing(
        source=listed(list(dict.fromkeys(gap.source for gap in different))),
        reason_code=first.reason_code,
        detail=f"{_WHAT} cannot be told: {causes}",
        remedy=" ".join(remedies),
        retriable=all(gap.retriable for gap in different),
        cause=causes,
    )


def _not_allowed() -> Reason:
    return Reason(
        code="not-allowed",
        text="The policy has no `emergency` section, so there is no break-glass here.",
        remedy="Deploy without break-glass; or whoever owns the policy adds the section on the protected branch.",
    )


def _typed(said: BreakGlass, rules: Emergency) -> Findings:
    wrong = wrong_with(said.reason, rules.reason_min_length)
    if wrong is None:
        return Findings()
    code, text = wrong
    reason = Reason(
        code=code,
        text=text,
        remedy="Whoever asks for the emergency types what is broken, whom it hurts and why the normal way is too slow, "
        "in their own words: the input `reason`, or `--reason`.",
    )
    return Findings(reasons=(reason,))


def _grant(plea: Plea, named: Named, consent: Consent) -> Grant:
    run, found = plea.run, named.found
    return Grant(
        id=grant_id(run.repository_id, run.environment, run.revision, run.id, run.attempt),
        repository=run.repository,
        repository_id=run.repository_id,
        environment=run.environment,
        revision=run.revision,
        run_id=run.id,
        attempt=run.attempt,
        run_url=run.url,
        reason=plea.said.reason,
        incident=found.key if found else named.typed,
        incident_url=found.url if found else "",
        incident_title=found.title if found else "",
        unverified=named.unverified,
        invoked_by=plea.invokers,
        consent=consent,
        waives=plea.rules.waives,
        issued_at=plea.now,
        expires_at=plea.now + plea.rules.expires_after,
    )
