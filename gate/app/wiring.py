"""Which adapters answer which question. The only module that imports them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gate.adapters.archives import directory
from gate.adapters.ci import github_actions
from gate.adapters.ci.github_actions import Context
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.app.context import Host
from gate.app.gather import World
from gate.app.request import Request
from gate.domain.facts import CalendarSpan
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import FactMissing, Forge, Tracker
from gate.errors import PolicyInvalid
from gate.evidence.raw import raw_files

create_evidence = directory.create
read_evidence = directory.read
read_context = github_actions.read_context
running_in_ci = github_actions.is_running_here
write_outputs = github_actions.write_outputs
append_summary = github_actions.append_summary

SECRETS = (
    "GITHUB_TOKEN",
    "CHANGE_GATE_JIRA_TOKEN",
    "CHANGE_GATE_TRACKER_TOKEN",
    "CHANGE_GATE_TEAM_TOKEN",
)
"""The variables that hold tokens. Tokens are read from nowhere else, and whatever they hold is never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """A world to ask, and what it answered so far."""

    world: World
    raw: Callable[[], dict[str, bytes]]


@contextmanager
def wired(host: Host, context: Context, request: Request) -> Iterator[Wired]:
    """Connect to the systems of this run; the connections are closed at the end."""
    recorder = Recorder(host.clock, _secrets(host.environ, request))
    deadline = Deadline(request.timeout)
    with ExitStack() as stack:
        connect = _Connect(host, context, request, recorder, deadline, stack)
        yield Wired(
            world=World(
                repository=context.repository,
                forge=connect.forge(),
                tracker=connect.tracker,
                calendar=connect,
                clock=host.clock,
                skew=recorder.skew,
                mask=recorder.mask,
            ),
            raw=lambda: raw_files(recorder.exchanges),
        )


def read_policy(path: Path) -> bytes:
    """Read a policy file from the desk. PolicyInvalid when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyInvalid(
            f"The policy file {path} cannot be read: {error.strerror}.",
            hint="Name a file that exists, or leave --policy out.",
        ) from error


@dataclass(frozen=True, slots=True)
class _Connect:
    """Makes the adapters that are needed, when they are: heavy libraries are imported no sooner."""

    host: Host
    context: Context
    request: Request
    recorder: Recorder
    deadline: Deadline
    stack: ExitStack

    def forge(self) -> Forge:
        from gate.adapters.forges.github.forge import GitHub
        from gate.adapters.forges.github.reference import Reference

        context = self.context
        forge = GitHub(
            Reference(
                repository=context.repository,
                environment=self.request.environment,
                services=self.request.services,
                revision=context.revision,
                run_id=context.run_id,
                attempt=context.attempt,
                ref=context.ref,
                event=context.event,
                server_url=context.server_url,
                revision_given=context.revision != self.host.environ.get("GITHUB_SHA"),
            ),
            api_url=context.api_url,
            token=self._token("GITHUB_TOKEN"),
            recorder=self.recorder,
            deadline=self.deadline,
            team_token=self._token("CHANGE_GATE_TEAM_TOKEN") or None,
        )
        self.stack.callback(forge.close)
        return forge

    def tracker(self, rules: TicketRules) -> Tracker:
        match rules.tracker:
            case TrackerName.JIRA:
                return self._jira(rules)
            case TrackerName.GITHUB:
                return self._github_issues(rules)

    def spans(self, address: str) -> tuple[CalendarSpan, ...]:
        from gate.adapters.calendars.ics import IcsCalendar

        return IcsCalendar(
            clock=self.host.clock, recorder=self.recorder, deadline=self.deadline
        ).spans(address)

    def _jira(self, rules: TicketRules) -> Tracker:
        from gate.adapters.trackers.jira import Jira

        jira = Jira(
            base_url=self._jira_url(rules),
            token=self._token("CHANGE_GATE_JIRA_TOKEN"),
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
        gateway = given.startswith("https://api.atlassian.com/ex/jira/")
        if given and written and given != written and not gateway:
            raise _not_configured(
                "the input `jira-url` is another address than `workflow.ticket.url` of the policy",
                "leave the input out, or let whoever owns the policy correct it",
            )
        return given or written

    def _github_issues(self, rules: TicketRules) -> Tracker:
        from gate.adapters.trackers.github_issues import GitHubIssues

        issues = GitHubIssues(
            graphql_url=self.context.graphql_url,
            token=self._token("CHANGE_GATE_TRACKER_TOKEN") or self._token("GITHUB_TOKEN"),
            rules=rules,
            recorder=self.recorder,
            deadline=self.deadline,
        )
        self.stack.callback(issues.close)
        return issues

    def _token(self, name: str) -> str:
        return self.host.environ.get(name, "").strip()


def _secrets(environ: Mapping[str, str], request: Request) -> list[str]:
    """Our own tokens, also in the form in which HTTP sends a classic token of Jira's."""
    tokens = [environ.get(name, "").strip() for name in SECRETS]
    pairs = [f"{request.jira_email.strip()}:{token}" for token in tokens if token]
    return [*tokens, *(b64encode(pair.encode()).decode() for pair in pairs)]


def _not_configured(detail: str, remedy: str) -> FactMissing:
    return FactMissing(
        Missing(source="Jira", reason_code="not-configured", detail=detail, remedy=remedy)
    )
