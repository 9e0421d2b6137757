"""The gate as a step of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import assert_never

from gate.adapters.ci import github_actions
from gate.adapters.ci.github_actions import Context
from gate.adapters.deadline import Deadline
from gate.app.archives import ARCHIVE_TOKEN, Servers
from gate.app.connect import (
    JIRA_TOKEN,
    PAGER_TOKEN,
    WEBHOOK,
    Connect,
    Limits,
    connected,
    token,
    wrong_tracker,
)
from gate.app.context import Host
from gate.app.desks import desks_of
from gate.app.evidence_retention import github_artifact, retention
from gate.app.pipeline import Told, Upload, Wired
from gate.app.recheck import Deploy
from gate.app.request import SIGNING_KEY, Request
from gate.app.secrets_here import last_mask
from gate.app.tell_people import SECONDS, best_effort, tell_people
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Desk, Forge, Tracker
from gate.domain.retention import ARTIFACT, KeptPlace, Retention
from gate.errors import GateError, UsageInvalid
from gate.render.annotations import error_line, failure, warning_line, workflow_commands
from gate.render.failures import failure_summary, reason_code
from gate.render.outputs import outputs

WORKFLOW_TOKEN, TRACKER_TOKEN, TEAM_TOKEN = (
    "GITHUB_TOKEN",
    "CHANGE_GATE_TRACKER_TOKEN",
    "CHANGE_GATE_TEAM_TOKEN",
)
SECRETS = (
    WORKFLOW_TOKEN,
    JIRA_TOKEN,
    TRACKER_TOKEN,
    TEAM_TOKEN,
    PAGER_TOKEN,
    WEBHOOK,
    SIGNING_KEY,
    ARCHIVE_TOKEN,
)
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

    @property
    def advice(self) -> str:
        """An attempt holds the check and the deploy."""
        return "Run the check again, in this attempt of this run, then deploy at once."

    def deploy(self, environment: str) -> Deploy:
        """This run, this attempt: another attempt is another deploy, whoever starts it."""
        return Deploy(
            repository=self.context.repository,
            environment=environment,
            revision=self.context.revision,
            run_id=self.context.run_id,
            attempt=self.context.attempt,
        )

    @property
    def rechecks_artifact(self) -> bool:
        """A recheck asks GitHub for nothing; the job of the gate did, right after the upload."""
        return False

    def kept_artifact(self, upload: Upload) -> KeptPlace:
        """The artifact that this run uploaded, once GitHub says that it is that one."""
        from gate.adapters.forges.github import kept_artifact

        if not upload.number:
            raise UsageInvalid(
                "Nobody said which artifact holds the evidence.",
                hint="Give --artifact-id and --artifact-name, as the step says them that uploaded it.",
            )

        with connected(self.host, self.request, SECRETS) as connect:
            until = kept_artifact.ask(
                self.context.api_url,
                self.context.repository,
                token(self.host, WORKFLOW_TOKEN),
                kept_artifact.Uploaded(
                    number=upload.number,
                    name=upload.name,
                    run_id=upload.run_id,
                    sha256=upload.sha256,
                ),
                recorder=connect.recorder,
                deadline=connect.deadline,
            )
        return KeptPlace(place=ARTIFACT, until=until)

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitHub, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request, SECRETS) as connect:
            yield connect.wired(
                self.context.repository,
                self._forge(connect),
                lambda rules: self._tracker(connect, rules),
                lambda policy, limits: self._desks(connect, policy, limits),
                self._retention,
            )

    @property
    def servers(self) -> Servers:
        """Where archives may be that live on this forge."""
        return Servers(github_api=self.context.api_url)

    def _retention(self, policy: Policy) -> Retention:
        return retention(self.host, policy.evidence, self.servers, github_artifact(self.host))

    def tell(self, told: Told) -> None:
        """Annotations in the log, outputs of the step, the job's summary, and comments on the pull requests."""
        lines = workflow_commands(told.decision, told.policy)
        self.host.out.writelines(f"{line}\n" for line in lines)
        values = outputs(
            told.decision,
            evidence_path=str(told.directory.resolve()),
            evidence_digest=told.digest,
            kept=told.kept,
        )
        _write(self.host.environ, values, f"{told.summary}\nEvidence digest: `{told.digest}`\n")
        for text in best_effort(lambda: self._noted(told)):
            self.warn(text)

    def tell_failure(self, error: GateError) -> None:
        """One annotation, the summary, and outputs that later steps cannot take for an answer."""
        tell_failure(self.host, error)

    def warn(self, text: str) -> None:
        """One annotation."""
        self.host.out.write(f"{warning_line(text)}\n")

    def tell_table(self, values: Mapping[str, str], page: str) -> None:
        """Outputs of the step, and the job's summary."""
        _write(self.host.environ, values, page)

    def tell_objection(self, text: str) -> None:
        """One annotation."""
        self.host.out.write(f"{error_line(text)}\n")

    def _noted(self, told: Told) -> Iterator[str]:
        """Comments on the pull requests: where they are wanted, and of an emergency always."""
        if not self.request.note and told.decision.emergency is None:
            return
        from gate.adapters.forges.github.comments import GitHubComments

        with connected(self.host, replace(self.request, timeout=SECONDS), SECRETS) as connect:
            comments = GitHubComments(
                api_url=self.context.api_url,
                graphql_url=self.context.graphql_url,
                token=token(self.host, WORKFLOW_TOKEN),
                repository=self.context.repository,
                recorder=connect.recorder,
                deadline=connect.deadline,
            )
            connect.stack.callback(comments.close)
            yield from tell_people(comments, told)

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

    def _desks(self, connect: Connect, policy: Policy, limits: Limits) -> tuple[Desk, ...]:
        def tracker(rules: FollowUpRules) -> Desk:
            match rules.tracker:
                case TrackerName.JIRA:
                    return connect.jira_desk(policy, rules, limits.tracker)
                case TrackerName.GITHUB:
                    return self._desk(connect, rules.project, limits.tracker)
                case TrackerName.GITLAB:
                    raise wrong_tracker("GitLab Issues", "GitHub")
                case _:
                    assert_never(rules.tracker)

        own = partial(self._desk, connect, deadline=limits.forge)
        return desks_of(policy, "github", self.context.repository, tracker, own)

    def _desk(self, connect: Connect, project: str, deadline: Deadline) -> Desk:
        from gate.adapters.trackers.github_desk import GitHubDesk

        # The workflow's own token writes in its own repository alone.
        elsewhere = project.lower() != self.context.repository.lower()
        other = token(self.host, TRACKER_TOKEN) if elsewhere else ""
        desk = GitHubDesk(
            api_url=self.context.api_url,
            graphql_url=self.context.graphql_url,
            token=other or token(self.host, WORKFLOW_TOKEN),
            project=project,
            recorder=connect.recorder,
            deadline=deadline,
        )
        connect.stack.callback(desk.close_connections)
        return desk

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
    error.message, error.hint = (last_mask(host, text) for text in (error.message, error.hint))
    host.out.write(f"{failure(error)}\n")
    codes = f'["{reason_code(error)}"]'
    values = {"verdict": "undecided", "reason-codes": codes}
    _write(host.environ, values, failure_summary(error))


def _write(environ: Mapping[str, str], values: Mapping[str, str], summary: str) -> None:
    if output := environ.get("GITHUB_OUTPUT"):
        github_actions.write_outputs(Path(output), values)
    if page := environ.get("GITHUB_STEP_SUMMARY"):
        github_actions.append_summary(Path(page), summary)
