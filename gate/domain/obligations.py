"""What a release owes afterwards, by when, and who cannot pay it because they had a part in it (guide §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gate.domain.approvals import VALID
from gate.domain.derived import People, ScopedChange
from gate.domain.directory import person_of
from gate.domain.facts import Change, DeploymentApprovals, Run
from gate.domain.grant import Grant, Obligation, Owed
from gate.domain.identity import Identity
from gate.domain.lookup import Facts, lookup
from gate.domain.parts import deployers
from gate.domain.policy.document import Policy
from gate.domain.writers import direct_writers, outside, writers_of


def review_owed(grant: Grant, known: Facts, policy: Policy) -> Obligation | None:
    """The retroactive review of an emergency. Its clock starts with the grant, so it is never later than the policy's
    time after the deploy. None only where the policy has no emergencies, and so no grants.
    """
    if policy.emergency is None:
        return None
    incident = f" because of incident {grant.incident}" if grant.incident else ""
    return Obligation(
        id=grant.id,
        owed=Owed.RETROACTIVE_REVIEW,
        due_at=grant.issued_at + policy.emergency.review_within,
        why=f"{', '.join(grant.invoked_by)} broke the glass{incident}, so somebody who had no part in it reviews the "
        "release afterwards",
        not_by=_only_people([*grant.invoked_by, grant.consent.person, *_parts(known, policy)]),
    )


def takes_part(people: People) -> tuple[str, ...]:
    """Everybody who requested, wrote, approved or deploys the change, in order; no machines."""
    return _only_people(_from_matrix(people))


def _only_people(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name and not name.startswith("bot:")}))


def _parts(known: Facts, policy: Policy) -> Iterator[str]:
    """Everybody who had a part, as far as it can be told: while a tracker is down the people matrix is not known."""
    people = lookup(known, People)
    return _from_matrix(people) if isinstance(people, People) else _from_forge(known, policy)


def _from_matrix(people: People) -> Iterator[str]:
    yield from (*people.requesters, *people.writers, *people.deployers)
    yield from (item.person for item in people.approvals if item.counts or item.code in VALID)


def _from_forge(known: Facts, policy: Policy) -> Iterator[str]:
    scope, change, run = lookup(known, ScopedChange), lookup(known, Change), lookup(known, Run)
    if isinstance(scope, ScopedChange):
        for request in scope.merge_requests:
            yield from writers_of(request, scope.commits, policy).known
            yield from _known([review.reviewer for review in request.reviews], policy)
        for commit in outside(scope):
            yield from direct_writers(commit, policy).known
    if isinstance(change, Change) and isinstance(run, Run):
        setting = policy.separation_of_duties.automated_deployer
        yield from _known([part.who for part in deployers(run, change, setting)], policy)
    released = lookup(known, DeploymentApprovals)
    if isinstance(released, DeploymentApprovals):
        yield from _known([item.approver for item in released.approvals], policy)


def _known(accounts: list[Identity], policy: Policy) -> Iterator[str]:
    return (person_of(account, policy) for account in accounts)
