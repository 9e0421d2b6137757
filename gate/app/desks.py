"""Which desks keep follow-ups, in the order in which they are tried: the policy's tracker, then the forge's issues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules
from gate.domain.ports import Desk, FactMissing


@dataclass(frozen=True, slots=True)
class ClosedDesk:
    """A `Desk` that cannot be reached, and why: nobody forgets that it may hold debts."""

    system: str
    gap: Missing

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        """FactMissing, like everything else that is asked of it."""
        raise FactMissing(self.gap)

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        """FactMissing."""
        raise FactMissing(self.gap)

    def open(self, draft: Draft) -> FollowUpTicket:
        """FactMissing."""
        raise FactMissing(self.gap)

    def comment(self, key: str, text: str, marker: str) -> None:
        """FactMissing."""
        raise FactMissing(self.gap)

    def close(self, key: str, text: str, marker: str) -> None:
        """FactMissing."""
        raise FactMissing(self.gap)

    def reopen(self, key: str, text: str, marker: str) -> None:
        """FactMissing."""
        raise FactMissing(self.gap)

    def label(self, key: str, label: str) -> None:
        """FactMissing."""
        raise FactMissing(self.gap)


def desks_of(
    policy: Policy,
    forge: str,
    repository: str,
    tracker: Callable[[FollowUpRules], Desk],
    issues: Callable[[str], Desk],
) -> tuple[Desk, ...]:
    """The desks of a policy, for a repository on a forge (`github`, `gitlab`).

    `tracker` connects to what the policy names, `issues` to the issues of a project of this forge; either raises
    FactMissing when it cannot be used.
    """
    own = opened(forge, lambda: issues(repository))
    rules = policy.emergency.follow_up if policy.emergency else None
    if rules is None or (rules.tracker.value, rules.project.lower()) == (forge, repository.lower()):
        return (own,)
    return (opened(rules.tracker.value, lambda: tracker(rules)), own)


def opened(system: str, connect: Callable[[], Desk]) -> Desk:
    """The desk, or one that says why there is none."""
    try:
        return connect()
    except FactMissing as gap:
        return ClosedDesk(system, gap.missing)
