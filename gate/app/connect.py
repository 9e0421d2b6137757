"""What both forges share: the recorder, the deadline, and the systems that do not depend on the forge."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.app.context import Host
from gate.app.request import Request
from gate.domain.facts import CalendarSpan
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import FactMissing, Tracker

JIRA_TOKEN = "CHANGE_GATE_JIRA_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Connect:
    """Makes the adapters that are needed, when they are: heavy libraries are imported no sooner."""

    host: Host
    request: Request
    recorder: Recorder
    deadline: Deadline
    stack: ExitStack
    """Closes every connection at the end."""

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
            token=token(self.host, JIRA_TOKEN),
            email=self.request.jira_email,
            rules=rules,
            recorder=self.recorder,
            deadline=self.deadline,
        )
        self.stack.callback(jira.close)
        return jira

    def _jira_url(self, rules: TicketRules) -> str:
        """The policy has the last word: whoever edits the workflow must not choose which Jira is believed."""
        given, written = self.request.jira_url.rstrip("/"), rules.url.rstrip("/")
        if not given and not written:
            raise _not_configured(
                "the policy keeps tickets in Jira, and nothing says where it is",
                "whoever owns the policy sets `workflow.ticket.url`, or the input `jira-url` gives the address",
            )
        if given and written and given != written:
            raise _not_configured(
                "the input `jira-url` is another address than `workflow.ticket.url` of the policy",
                "leave the input out, or let whoever owns the policy correct it",
            )
        return given or written


def token(host: Host, name: str) -> str:
    """A token from the environment; empty when there is none."""
    return host.environ.get(name, "").strip()


def secrets_of(host: Host, request: Request, names: Iterable[str]) -> list[str]:
    """Our own tokens, also in the form in which HTTP sends a classic token of Jira's: never stored anywhere."""
    tokens = [token(host, name) for name in names]
    pairs = [f"{request.jira_email.strip()}:{found}" for found in tokens if found]
    return [*tokens, *(b64encode(pair.encode()).decode() for pair in pairs)]


def wrong_tracker(tracker: str, forge: str) -> FactMissing:
    """Say that issues of one forge cannot be read from a pipeline of the other."""
    return FactMissing(
        Missing(
            source=tracker,
            reason_code="not-configured",
            detail=f"the policy keeps tickets in {tracker}, and this pipeline runs on {forge}",
            remedy="whoever owns the policy names the tracker of this forge, or Jira, under `workflow.ticket.tracker`",
        )
    )


def _not_configured(detail: str, remedy: str) -> FactMissing:
    return FactMissing(
        Missing(source="Jira", reason_code="not-configured", detail=detail, remedy=remedy)
    )
