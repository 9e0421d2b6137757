"""The people matrix: who requested, wrote, approved and deploys, and which approvals that leaves (guide §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gate.domain.approvals import (
    Parts,
    deployment_approvals,
    review_approvals,
    settled,
    ticket_approvals,
)
from gate.domain.derived import (
    OUTSIDE,
    JudgedTicket,
    JudgedTickets,
    People,
    Reviews,
    ScopedChange,
)
from gate.domain.directory import called, unmapped
from gate.domain.facts import Change, DeploymentApprovals, Run, Tickets
from gate.domain.identity import Identity
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.parts import Part, deployers, requesters, tickets_in_scope
from gate.domain.phrases import listed, safe, short
from gate.domain.policy.document import Policy
from gate.domain.roles import holders
from gate.domain.writers import direct_writers, outside


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Everything that the matrix needs, whole."""

    run: Run
    change: Change
    scope: ScopedChange
    reviews: Reviews
    judged: JudgedTickets
    tickets: Tickets
    released: DeploymentApprovals

    @property
    def in_scope(self) -> tuple[JudgedTicket, ...]:
        return tickets_in_scope(self.scope, self.judged, self.tickets)

    def covered(self, key: str) -> tuple[int, ...] | None:
        """What a ticket is for, as `Approval.covers` says it: whatever names it.

        One given for the run is for what names none: commits outside merge requests, or a change without any.
        """
        if not self.scope.merge_requests:
            return None
        naming = tuple(
            request.number
            for request in self.scope.merge_requests
            if key in self.judged.by_request.get(request.number, ())
        )
        return (*naming, OUTSIDE) if key in self.tickets.named_for_run else naming


def people(facts: Facts, policy: Policy) -> People | Missing:
    """Work out the people matrix.

    Missing when any fact is missing that could change it, and when somebody who wrote, requested or deploys the change
    stands under no name in `people`. Approvals of the deployment are needed under every policy, since one may be a
    rejection; members of teams only for the roles that teams hold, which are then in `unresolved_roles`.
    """
    known = _known(facts)
    if isinstance(known, Missing):
        return known
    asked = requesters(known.scope, known.judged, known.in_scope)
    deploy = deployers(known.run, known.change, policy.separation_of_duties.automated_deployer)
    strangers = [*_direct_strangers(known, policy), *_strangers([*asked, *deploy], policy)]
    if strangers:
        return unmapped("who wrote, asked for and deploys this change", strangers, policy)
    return _matrix(known, asked, deploy, facts, policy)


def _matrix(
    known: _Known, asked: Sequence[Part], deploy: Sequence[Part], facts: Facts, policy: Policy
) -> People:
    wrote = _written(known, policy)
    parts = Parts(
        wrote={person: f"wrote {listed(what)}" for person, what in wrote.items()},
        asked=_did(asked, policy),
        deploys=_did(deploy, policy),
    )
    given = (
        *review_approvals(known.reviews.requests, policy),
        *ticket_approvals(known.in_scope, known.covered, policy),
        *deployment_approvals(known.released, known.run.url, policy),
    )
    roles = holders(facts, policy, known.run.forge)
    return People(
        requesters=tuple(parts.asked),
        writers=wrote,
        deployers=tuple(parts.deploys),
        approvals=tuple(settled(approval, parts) for approval in given),
        roles=roles.known,
        unresolved_roles=roles.unresolved,
        shown={key: entry.name for key, entry in policy.people.items() if entry.name},
    )


def _known(facts: Facts) -> _Known | Missing:
    what = "who requested, wrote, approved and deploys this change"
    run, change, scope = lookup(facts, Run), lookup(facts, Change), lookup(facts, ScopedChange)
    if isinstance(run, Missing) or isinstance(change, Missing) or isinstance(scope, Missing):
        return depends(next(f for f in (run, change, scope) if isinstance(f, Missing)), what)
    judged, tickets = lookup(facts, JudgedTickets), lookup(facts, Tickets)
    reviews, answers = lookup(facts, Reviews), released(facts, run)
    if isinstance(reviews, Missing) or isinstance(judged, Missing):
        return depends(next(f for f in (reviews, judged) if isinstance(f, Missing)), what)
    if isinstance(tickets, Missing) or isinstance(answers, Missing):
        return depends(next(f for f in (tickets, answers) if isinstance(f, Missing)), what)
    return _Known(
        run=run,
        change=change,
        scope=scope,
        reviews=reviews,
        judged=judged,
        tickets=tickets,
        released=answers,
    )


def released(facts: Facts, run: Run) -> DeploymentApprovals | Missing:
    """Return the answers of the environment's reviewers, when they are about the environment of this run."""
    found = lookup(facts, DeploymentApprovals)
    if isinstance(found, Missing) or found.environment == run.environment:
        return found
    return Missing(
        source=f"{run.forge}: approvals of run {run.id}",
        reason_code="wrong-object",
        detail=f"the approvals are for {safe(found.environment)}, not for {safe(run.environment)}",
    )


def _written(known: _Known, policy: Policy) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for request in known.reviews.requests:
        for person in request.writers:
            found.setdefault(person, []).append(request.reference)
    for commit in outside(known.scope):
        for person in direct_writers(commit, policy).known:
            found.setdefault(person, []).append(short(commit.sha))
    return {person: tuple(what) for person, what in found.items()}


def _did(parts: Sequence[Part], policy: Policy) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(called(part.who, policy), []).append(part.did)
    return {person: listed(list(dict.fromkeys(did))) for person, did in found.items()}


def _strangers(parts: Sequence[Part], policy: Policy) -> Iterator[tuple[Identity, str]]:
    return ((part.who, part.did) for part in parts if not called(part.who, policy))


def _direct_strangers(known: _Known, policy: Policy) -> Iterator[tuple[Identity, str]]:
    for commit in outside(known.scope):
        for trace in direct_writers(commit, policy).strangers:
            yield trace.who, f"wrote {short(commit.sha)}, which no merge request brought"
