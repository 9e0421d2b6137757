"""A change that only wants an independent approver, and the notice that was given of it (guide §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.domain.compensation import Notice
from gate.domain.debts import Debt, debt_of, landing_of
from gate.domain.derived import People
from gate.domain.directory import shown
from gate.domain.emergency_facts import FollowUps, FollowUpTicket
from gate.domain.facts import Run
from gate.domain.follow_up import Marker
from gate.domain.follow_up_tickets import primary, told_apart
from gate.domain.grant import notice_id
from gate.domain.landing import Landing
from gate.domain.lookup import Facts
from gate.domain.objections import Objection, objections
from gate.domain.obligations import takes_part
from gate.domain.policy.document import Policy
from gate.domain.policy.people import Compensating


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A change that only wants an independent approver, under an exception that is in force."""

    facts: Facts
    policy: Policy
    rules: Compensating
    run: Run
    now: datetime
    people: People

    @property
    def id(self) -> str:
        """Of its notice."""
        return notice_id(self.run.repository_id, self.run.environment, self.run.revision)

    @property
    def parts(self) -> tuple[str, ...]:
        """Everybody who has a part in it."""
        return takes_part(self.people)

    @property
    def holders(self) -> tuple[str, ...]:
        """Everybody who reviews such releases."""
        return self.policy.roles[self.rules.reviewer].people


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A notice that was given, and how its debt stands."""

    notice: Notice
    debt: Debt
    is_open: bool
    not_by: tuple[str, ...]
    """Everybody who had a part when it was given."""
    reviewed_by: str
    """Who reviewed the revision after it was deployed; empty while nobody has."""
    objections: tuple[Objection, ...]

    def is_fresh(self, case: Case) -> bool:
        """Whether it has not been open long enough."""
        return case.now < self.notice.opened_at + case.rules.delay


def given(case: Case, found: FollowUps) -> Given | None:
    """The notice of this very release, by its marker; None when there is none yet."""
    pairs = told_apart(found.tickets).of_releases.get(case.id)
    if pairs is None:
        return None
    debt = debt_of(pairs, case.facts, case.policy, case.now)
    ticket = primary([one for one, _ in pairs])
    out = landing_of(pairs[0][1], case.facts).state is Landing.DEPLOYED
    comments = [comment for one, _ in pairs for comment in one.comments]
    return Given(
        notice=_notice(ticket),
        debt=debt,
        is_open=ticket.is_open,
        not_by=_excluded([marker for _, marker in pairs]),
        # A review from before the deploy is none afterwards.
        reviewed_by=debt.review.person if debt.review is not None and out else "",
        objections=objections(comments, case.policy),
    )


def _notice(ticket: FollowUpTicket) -> Notice:
    return Notice(
        system=ticket.system,
        key=ticket.key,
        url=ticket.url,
        opened_at=ticket.opened_at,
        opened_by=shown(ticket.opened_by),
    )


def _excluded(markers: Sequence[Marker]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for marker in markers for person in marker.not_by))
