"""What a follow-up ticket holds: the draft that a tracker is given, and the marker by which the gate knows it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gate.domain.grant import Owed

LABEL = "change-gate-follow-up"
"""Every follow-up ticket has this label, and `gate-<id>`."""
LET_THROUGH = "let-through"
"""Put on the ticket of a notice when the gate lets its release go: from then on its review is owed, whatever becomes of
the deploy.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The facts of a debt, as the ticket carries them for machines. Nothing of it is believed without a check."""

    id: str
    """`gate.domain.grant.grant_id` of the fields below; anything else is no marker of ours."""
    owed: Owed
    repository: str
    repository_id: str
    environment: str
    revision: str
    run_id: str
    attempt: int
    issued_at: datetime
    due_at: datetime
    not_by: tuple[str, ...] = ()
    """People who cannot do the review, because they had a part in the release; keys of `people`."""
    not_judged: tuple[str, ...] = ()
    """Controls that nobody could judge, since no tracker answered: the review says what they would have said."""

    @property
    def is_notice(self) -> bool:
        """Whether it is about a revision, whichever run deploys it: run and attempt are `grant.NO_RUN` then."""
        return self.owed is Owed.INDEPENDENT_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A follow-up ticket, before any tracker has it."""

    marker: Marker
    fields: Mapping[str, str]
    """The marker as flat text fields (`gate.render.follow_up.marker_fields`): what is stored and read back."""
    title: str
    body: str
    """Markdown, escaped, with the marker in it (`gate.render.follow_up`)."""
    due: date
    """For date-only fields: never later than the deadline, wherever the reader is."""
    labels: tuple[str, ...] = ()
    """`LABEL`, `gate-<id>`, and those of the policy."""
    assignee: str = ""
    """The account in that tracker; empty for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a debt is kept: a ticket, or, when no tracker answered, the evidence alone."""

    system: str = ""
    """`jira`, `github`, `gitlab`; empty for a debt that only the evidence records so far."""
    key: str = ""
    url: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Systems that did not take it, each with why."""

    @property
    def is_ticket(self) -> bool:
        """Whether a tracker has it."""
        return bool(self.key)
