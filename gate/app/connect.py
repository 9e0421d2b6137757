"""What both forges share: the recorder, the deadline, and the systems that do not depend on the forge."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol, assert_never

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.app.context import Host
from gate.app.gather import World
from gate.app.gather_emergency import Emergencies
from gate.app.pipeline import Wired
from gate.app.request import Request
from gate.app.secrets_here import ALL_SECRETS
from gate.domain.facts import CalendarSpan
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules, PagerName, PagerRules
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Desk, FactMissing, Forge, Pager, Tracker
from gate.domain.retention import Retention
from gate.evidence.raw import raw_files

JIRA_TOKEN = "CHANGE_GATE_JIRA_TOKEN"  # noqa: S105 - the name of a variable


PAGER_TOKEN = "CHANGE_GATE_PAGER_TOKEN"  # noqa: S105 - the name of a variable
WEBHOOK = "CHANGE_GATE_WEBHOOK_URL"
"""Its address is a secret: whoever knows it can write there."""
WRITING_SECONDS = 60
"""For opening a follow-up, whatever gathering took."""
TRACKER_SECONDS = 30
"""How many of these the tracker of the policy may take: when it hangs, the issues of the forge are asked next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Until when each desk has to answer."""

    tracker: Deadline
    """The one that the policy names."""
    forge: Deadline
    """The issues of the forge, which are tried last."""


class ClosablePager(Pager, Protocol):
    """A pager whose connections end with the check."""

    def close(self) -> None:
        """Close all connections."""


@contextmanager
def connected(host: Host, request: Request) -> Iterator[Connect]:
    """Everything that is asked during one check; all connections are closed at the end.

    What the variables hold that hold our tokens is never stored anywhere.
    """
    recorder = Recorder(host.clock, _secrets(host, request))
    with ExitStack() as stack:
        yield Connect(host, request, recorder, Deadline(request.timeout), stack)


@dataclass(frozen=True, slots=True)
class Connect:
    """Makes the adapters that are needed, when they are: heavy libraries are imported no sooner."""

    host: Host
    request: Request
    recorder: Recorder
    deadline: Deadline
    stack: ExitStack
    """Closes every connection at the end."""

    def wired(
        self,
        repository: str,
        forge: Forge,
        tracker: Callable[[TicketRules], Tracker],
        desks: Callable[[Policy, Limits], tuple[Desk, ...]],
        retention: Callable[[Policy], Retention],
        below: str = "",
    ) -> Wired:
        """The world of this run. `below` is the path that the forge itself lives below."""
        world = World(
            repository=repository,
            forge=forge,
            below=below,
            tracker=tracker,
            calendar=self,
            emergencies=Emergencies(
                pager=self.pager,
                desks=lambda policy: desks(
                    policy, Limits(tracker=self.deadline, forge=self.deadline)
                ),
                desks_to_write=lambda policy: desks(
                    policy,
                    Limits(tracker=Deadline(TRACKER_SECONDS), forge=Deadline(WRITING_SECONDS)),
                ),
                webhook=self._webhook if token(self.host, WEBHOOK) else None,
            ),
            clock=self.host.clock,
            skew=self.recorder.skew,
            mask=self.recorder.mask,
            retention=retention,
        )
        return Wired(world=world, raw=lambda: raw_files(self.recorder.exchanges))

    def spans(self, address: str) -> tuple[CalendarSpan, ...]:
        """Read a freeze calendar."""
        from gate.adapters.calendars.ics import IcsCalendar

        return IcsCalendar(
            clock=self.host.clock, recorder=self.recorder, deadline=self.deadline
        ).spans(address)

    def jira(self, rules: TicketRules) -> Tracker:
        """Connect to the Jira of the policy. FactMissing `not-configured` when nobody says which one that is."""
        from gate.adapters.trackers.jira import Jira

        jira = Jira(
            base_url=self._jira_url(rules),
            site=rules.site,
            token=token(self.host, JIRA_TOKEN),
            email=self.request.jira_email,
            rules=rules,
            recorder=self.recorder,
            deadline=self.deadline,
        )
        self.stack.callback(jira.close)
        return jira

    def pager(self, rules: PagerRules) -> Pager:
        """Connect to the pager of the policy. FactMissing `not-configured` when there is no token for it."""
        pager = self._pager(rules)
        self.stack.callback(pager.close)
        return pager

    def _webhook(self, told: Mapping[str, object]) -> None:
        from gate.adapters.comms.webhook import Webhook

        Webhook(token(self.host, WEBHOOK)).tell(told)

    def _pager(self, rules: PagerRules) -> ClosablePager:
        secret, recorder, deadline = token(self.host, PAGER_TOKEN), self.recorder, self.deadline
        email = self.request.pager_email
        match rules.system:
            case PagerName.PAGERDUTY:
                from gate.adapters.pagers.pagerduty import PagerDuty

                return PagerDuty(
                    rules=rules, token=secret, recorder=recorder, deadline=deadline, email=email
                )
            case PagerName.INCIDENT_IO:
                from gate.adapters.pagers.incident_io import IncidentIo

                return IncidentIo(rules=rules, token=secret, recorder=recorder, deadline=deadline)
            case PagerName.JSM:
                from gate.adapters.pagers.jsm import Jsm

                return Jsm(
                    rules=rules, token=secret, recorder=recorder, deadline=deadline, email=email
                )
            case _:
                assert_never(rules.system)

    def jira_desk(self, policy: Policy, rules: FollowUpRules, deadline: Deadline) -> Desk:
        """Connect to the Jira that keeps follow-ups. FactMissing `not-configured` when nobody says which it is."""
        from gate.adapters.trackers.jira_connection import JiraConnection
        from gate.adapters.trackers.jira_desk import JiraDesk

        tickets = policy.workflow.ticket
        site = tickets.site if tickets.tracker is TrackerName.JIRA else ""
        connection = JiraConnection(
            base_url=rules.url.strip() or self._jira_url(tickets),
            site=site,
            token=token(self.host, JIRA_TOKEN),
            email=self.request.jira_email,
            recorder=self.recorder,
            deadline=deadline,
        )
        desk = JiraDesk(connection, project=rules.project, kind=rules.type, deadline=deadline)
        self.stack.callback(desk.close_connections)
        return desk

    def _jira_url(self, rules: TicketRules) -> str:
        """The policy has the last word: whoever edits the workflow must not choose which Jira is believed."""
        from gate.adapters.address import is_same
        from gate.adapters.trackers.jira import base_of

        given, written = self.request.jira_url.strip(), rules.url.strip()
        if not given and not written:
            raise _not_configured(
                "the policy keeps tickets in Jira, and nothing says where it is",
                "whoever owns the policy sets `workflow.ticket.url`, or the input `jira-url` gives the address",
            )
        if given and written and not is_same(base_of(given), base_of(written)):
            raise _not_configured(
                "the input `jira-url` is another address than `workflow.ticket.url` of the policy",
                "whoever owns the workflow leaves the input out, or whoever owns the policy corrects it: for a token "
                "with scopes, `url` is https://api.atlassian.com/ex/jira/<cloudId>, and `site` the address for people",
            )
        return written or given


def token(host: Host, name: str) -> str:
    """A token from the environment; empty when there is none."""
    return host.environ.get(name, "").strip()


def _secrets(host: Host, request: Request) -> list[str]:
    """Our own tokens, also in the form in which HTTP sends a classic token of Atlassian's."""
    tokens = [token(host, name) for name in ALL_SECRETS]
    emails = (request.jira_email.strip(), request.pager_email.strip())
    pairs = [f"{email}:{found}" for email in emails for found in tokens if found]
    return [*tokens, *(b64encode(pair.encode()).decode() for pair in pairs)]


def _not_configured(detail: str, remedy: str) -> FactMissing:
    return FactMissing(
        Missing(source="Jira", reason_code="not-configured", detail=detail, remedy=remedy)
    )
