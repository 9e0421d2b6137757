"""What both forges share: the recorder, the deadline, and the systems that do not depend on the forge."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.app.context import Host
from gate.app.gather import World
from gate.app.pipeline import Wired
from gate.app.request import Request
from gate.domain.facts import CalendarSpan
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import FactMissing, Forge, Tracker
from gate.evidence.raw import raw_files

JIRA_TOKEN = "CHANGE_GATE_JIRA_TOKEN"  # noqa: S105 - the name of a variable


@contextmanager
def connected(host: Host, request: Request, secrets: Iterable[str]) -> Iterator[Connect]:
    """Everything that is asked during one check; all connections are closed at the end.

    `secrets` are the variables that hold our tokens: what they hold is never stored anywhere.
    """
    recorder = Recorder(host.clock, _secrets(host, request, secrets))
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
        self, repository: str, forge: Forge, tracker: Callable[[TicketRules], Tracker]
    ) -> Wired:
        """The world of this run."""
        world = World(
            repository=repository,
            forge=forge,
            tracker=tracker,
            calendar=self,
            clock=self.host.clock,
            skew=self.recorder.skew,
            mask=self.recorder.mask,
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


def _secrets(host: Host, request: Request, names: Iterable[str]) -> list[str]:
    """Our own tokens, also in the form in which HTTP sends a classic token of Jira's."""
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
