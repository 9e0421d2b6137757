"""The trackers that a policy names, in a pipeline of one forge: Jira, or the issues of that very forge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, assert_never

from gate.adapters.deadline import Deadline
from gate.app.connect import Connect, Limits
from gate.app.desks import desks_of
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Desk, FactMissing, Tracker

_FORGES = {TrackerName.GITHUB: "GitHub", TrackerName.GITLAB: "GitLab"}


class Issues(Protocol):
    """The issues of the forge that the pipeline runs on."""

    def tickets(self, rules: TicketRules) -> Tracker:
        """Connect to those that are tickets. FactMissing when that cannot be."""

    def desk(self, project: str, deadline: Deadline) -> Desk:
        """Connect to those of a project that keep follow-ups. FactMissing when that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTrackers:
    """Connects to what a policy names, when it is asked for."""

    connect: Connect
    forge: TrackerName
    """The forge that the pipeline runs on."""
    repository: str
    issues: Issues

    def tracker(self, rules: TicketRules) -> Tracker:
        """Where tickets are. FactMissing `not-configured` when they are issues of another forge."""
        match rules.tracker:
            case TrackerName.JIRA:
                return self.connect.jira(rules)
            case TrackerName.GITHUB | TrackerName.GITLAB:
                self._refuse_another(rules.tracker)
                return self.issues.tickets(rules)
            case _:
                assert_never(rules.tracker)

    def desks(self, policy: Policy, limits: Limits) -> tuple[Desk, ...]:
        """Where follow-ups are kept: the tracker of the policy, then the issues of the repository itself."""

        def tracker(rules: FollowUpRules) -> Desk:
            match rules.tracker:
                case TrackerName.JIRA:
                    return self.connect.jira_desk(policy, rules, limits.tracker)
                case TrackerName.GITHUB | TrackerName.GITLAB:
                    self._refuse_another(rules.tracker)
                    return self.issues.desk(rules.project, limits.tracker)
                case _:
                    assert_never(rules.tracker)

        def own(project: str) -> Desk:
            return self.issues.desk(project, limits.forge)

        return desks_of(policy, self.forge.value, self.repository, tracker, own)

    def _refuse_another(self, named: TrackerName) -> None:
        """Issues of one forge cannot be read from a pipeline of the other."""
        if named is self.forge:
            return
        tracker, here = f"{_FORGES[named]} Issues", _FORGES[self.forge]
        raise FactMissing(
            Missing(
                source=tracker,
                reason_code="not-configured",
                detail=f"the policy keeps tickets in {tracker}, and this pipeline runs on {here}",
                remedy="whoever owns the policy names the tracker of this forge, or Jira, under "
                "`workflow.ticket.tracker`",
            )
        )
