"""The gate as a step of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from gate.adapters.ci import github_actions
from gate.adapters.ci.github_actions import Context
from gate.app.connect import JIRA_TOKEN, Connect, connected, token, wrong_tracker
from gate.app.context import Host
from gate.app.pipeline import Told, Wired
from gate.app.recheck import Deploy
from gate.app.request import Request
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Forge, Tracker
from gate.errors import GateError
from gate.render.annotations import error_line, failure, workflow_commands
from gate.render.failures import failure_summary, reason_code
from gate.render.outputs import outputs

WORKFLOW_TOKEN, TRACKER_TOKEN, TEAM_TOKEN = (
    "GITHUB_TOKEN",
    "CHANGE_GATE_TRACKER_TOKEN",
    "CHANGE_GATE_TEAM_TOKEN",
)
SECRETS = (WORKFLOW_TOKEN, JIRA_TOKEN, TRACKER_TOKEN, TEAM_TOKEN)
"""The variables that hold tokens. Tokens are read from nowhere else, and whatever they hold is never stored."""


@dataclass(frozen=True, slots=True)
class OnGitHub:
    """A `Pipeline`."""

    host: Host
    request: Request
    context: Context

    @property
    def is_running(self) -> bool:
        """Whether the runner says so."""
        return github_actions.is_running_here(self.host.environ)

    def folder(self) -> str:
        """Run and attempt."""
        return f"{self.context.run_id}-{self.context.attempt}"

    def deploy(self, environment: str) -> Deploy:
        """This run, this attempt."""
        return Deploy(
            repository=self.context.repository,
            environment=environment,
            revision=self.context.revision,
            run_id=self.context.run_id,
            attempt=self.context.attempt,
        )

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitHub, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request, SECRETS) as connect:
            yield connect.wired(
                self.context.repository,
                self._forge(connect),
                lambda rules: self._tracker(connect, rules),
            )

    def tell(self, told: Told) -> None:
        """Annotations in the log, outputs of the step, and the job's summary."""
        lines = workflow_commands(told.decision, told.policy)
        self.host.out.writelines(f"{line}\n" for line in lines)
        values = outputs(
            told.decision,
            evidence_path=str(told.directory.resolve()),
            evidence_digest=told.digest,
        )
        _write(self.host.environ, values, f"{told.summary}\nEvidence digest: `{told.digest}`\n")

    def tell_failure(self, error: GateError) -> None:
        """One annotation, the summary, and outputs that later steps cannot take for an answer."""
        tell_failure(self.host, error)

    def tell_objection(self, text: str) -> None:
        """One annotation."""
        self.host.out.write(f"{error_line(text)}\n")

    def _forge(self, connect: Connect) -> Forge:
        from gate.adapters.forges.github.forge import GitHub
        from gate.adapters.forges.github.reference import Reference

        context = self.context
        asked = Reference(
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
        )
        forge = GitHub(
            asked,
            api_url=context.api_url,
            token=token(self.host, WORKFLOW_TOKEN),
            recorder=connect.recorder,
            deadline=connect.deadline,
            team_token=token(self.host, TEAM_TOKEN) or None,
        )
        connect.stack.callback(forge.close)
        return forge

    def _tracker(self, connect: Connect, rules: TicketRules) -> Tracker:
        match rules.tracker:
            case TrackerName.JIRA:
                return connect.jira(rules)
            case TrackerName.GITHUB:
                return self._issues(connect, rules)
            case TrackerName.GITLAB:
                raise wrong_tracker("GitLab Issues", "GitHub")
            case _:
                assert_never(rules.tracker)

    def _issues(self, connect: Connect, rules: TicketRules) -> Tracker:
        from gate.adapters.trackers.github_issues import GitHubIssues

        issues = GitHubIssues(
            graphql_url=self.context.graphql_url,
            token=token(self.host, TRACKER_TOKEN) or token(self.host, WORKFLOW_TOKEN),
            rules=rules,
            recorder=connect.recorder,
            deadline=connect.deadline,
        )
        connect.stack.callback(issues.close)
        return issues


def tell_failure(host: Host, error: GateError) -> None:
    """Tell the pipeline that the gate failed, even before it knows which run it is in."""
    host.out.write(f"{failure(error)}\n")
    codes = f'["{reason_code(error)}"]'
    values = {"verdict": "undecided", "reason-codes": codes}
    _write(host.environ, values, failure_summary(error))


def _write(environ: Mapping[str, str], values: Mapping[str, str], summary: str) -> None:
    if output := environ.get("GITHUB_OUTPUT"):
        github_actions.write_outputs(Path(output), values)
    if page := environ.get("GITHUB_STEP_SUMMARY"):
        github_actions.append_summary(Path(page), summary)
