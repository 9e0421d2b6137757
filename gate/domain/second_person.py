"""The second person of an emergency: somebody other than the invoker, who took the incident or approved in the forge.

Always a human whom `people` knows, who holds the role that the policy names at the moment of the act, and whose act is
recent. What the log of the pager and the forge tell counts; nothing that the invoker typed does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from gate.domain.consent_acts import acts, forge_role
from gate.domain.consenting import NOBODY, Miss, weigh
from gate.domain.control import Observation, Reason
from gate.domain.duty import holding
from gate.domain.emergency_case import Findings, Plea
from gate.domain.grant import Consent, Proof
from gate.domain.incident_check import SYSTEMS, Named
from gate.domain.missing import Missing
from gate.domain.phrases import listed, moment, safe

ALONE = Consent(person="", proof=Proof.NONE, where="", at=None)


def second_person(plea: Plea, named: Named) -> tuple[Consent | None, Findings]:
    """Find the second person: by the pager's log first, then by the deployment's approvals, then by reviews."""
    if not plea.rules.second_person:
        return ALONE, Findings(seen=(_alone(plea),))
    gaps: list[Missing] = []
    misses: list[Miss] = []
    for act in acts(plea, named):
        found = act if isinstance(act, Missing) else weigh(act, plea)
        match found:
            case Consent():
                return found, Findings(seen=(_seen(found, plea),))
            case Miss():
                misses.append(found)
            case Missing():
                gaps.append(found)
            case _:
                assert_never(found)
    # With one act that cannot be judged nobody knows that there is no second person.
    if gaps:
        return None, Findings(gaps=tuple(dict.fromkeys(gaps)))
    return None, Findings(reasons=tuple(_refused(misses, plea, named)))


def _refused(misses: Sequence[Miss], plea: Plea, named: Named) -> Iterator[Reason]:
    """A reason for each way in which they do not count. Reviews are told of only where nobody tried another way."""
    told = [miss for miss in misses if miss.proof is not Proof.REVIEW] or misses
    could = _who_could(plea)
    for code in dict.fromkeys([miss.code for miss in told] or [NOBODY]):
        same = [miss for miss in told if miss.code == code]
        alone = [_alone_behind(plea, named)] if code == NOBODY else []
        yield Reason(
            code=code,
            text=" ".join(dict.fromkeys([*alone, *(miss.text for miss in same)])),
            remedy=_remedy(could, plea, named),
            who=could,
            url=next((miss.url for miss in same), ""),
        )


def _alone_behind(plea: Plea, named: Named) -> str:
    alone = f"Nobody but {listed(plea.invokers)}" if plea.invokers else "Nobody"
    took = f"nobody acknowledged {named.shown}, and " if named.found is not None else ""
    return (
        f"{alone} stands behind this emergency: {took}nobody approved the deployment to "
        f"{safe(plea.run.environment)} or the change for it."
    )


def _who_could(plea: Plea) -> tuple[str, ...]:
    roles = [forge_role(plea.rules)]
    if plea.rules.pager is not None:
        roles.insert(0, plea.rules.pager.acknowledged_by)
    found = [
        person
        for role in dict.fromkeys(roles)
        for person in holding(role, plea.now, plea.run.forge, plea.facts, plea.policy).people
    ]
    able = tuple(p for p in dict.fromkeys(found) if p not in plea.invokers)
    return able or tuple(dict.fromkeys(role for role in roles if role))


def _remedy(could: Sequence[str], plea: Plea, named: Named) -> str:
    who = listed(could, "or")
    took = ""
    if named.found is not None and plea.rules.pager is not None:
        took = f"acknowledges {named.shown} by hand in {SYSTEMS[plea.rules.pager.system]}, or "
    return (
        f"{who} {took}approves in the forge: the deployment to {safe(plea.run.environment)}, or, before the merge, the "
        "merge request that it deploys. Then the deploy is started by hand in a new run."
    )


def _alone(plea: Plea) -> Observation:
    return Observation(
        f"no second person: the policy lets {listed(plea.invokers)} alone break the glass "
        "(`emergency.second_person: false`)"
    )


def _seen(found: Consent, plea: Plea) -> Observation:
    at = f" at {moment(found.at)}" if found.at else ""
    match found.proof:
        case Proof.ACKNOWLEDGEMENT:
            did = f"acknowledged {found.where}{at}, as the log of the pager tells"
        case Proof.DEPLOYMENT:
            did = f"approved the deployment to {safe(found.where)}{at} in the forge"
        case _:
            did = f"approved {found.where}{at} in the forge"
    by_pager = plea.rules.pager if found.proof is Proof.ACKNOWLEDGEMENT else None
    role = by_pager.acknowledged_by if by_pager else forge_role(plea.rules)
    return Observation(f"the second person is {found.person} ({role}), who {did}", found.url)
