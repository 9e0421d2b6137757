"""The systems of a run on GitHub: the forge, its issues, and the comments on its pull requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.adapters.ci.github_actions import Context
from gate.adapters.deadline import Deadline
from gate.app.connect import Connect, token
from gate.app.pipeline import Upload
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import Desk, Forge, Notices, Tracker

WORKFLOW_TOKEN, TRACKER_TOKEN, TEAM_TOKEN = (
    "GITHUB_TOKEN",
    "CHANGE_GATE_TRACKER_TOKEN",
    "CHANGE_GATE_TEAM_TOKEN",
)


@dataclass(frozen=True, slots=True)
class GitHubSystems:
    """Connects to them when they are asked for. Every method raises FactMissing when that cannot be."""

    connect: Connect
    context: Context

    def forge(self) -> Forge:
        """The forge, asked about this run."""
        from gate.adapters.forges.github.forge import GitHub
        from gate.adapters.forges.github.reference import Reference

        context, request = self.context, self.connect.request
        asked = Reference(
            repository=context.repository,
            environment=request.environment,
            services=request.services,
            revision=context.revision,
            run_id=context.run_id,
            attempt=context.attempt,
            ref=context.ref,
            event=context.event,
            server_url=context.server_url,
            revision_given=context.revision != self.connect.host.environ.get("GITHUB_SHA"),
        )
        forge = GitHub(
            asked,
            api_url=context.api_url,
            token=self._token(WORKFLOW_TOKEN),
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
            team_token=self._token(TEAM_TOKEN) or None,
        )
        self.connect.stack.callback(forge.close)
        return forge

    def tickets(self, rules: TicketRules) -> Tracker:
        """Issues that are tickets."""
        from gate.adapters.trackers.github_issues import GitHubIssues

        issues = GitHubIssues(
            graphql_url=self.context.graphql_url,
            token=self._token(TRACKER_TOKEN) or self._token(WORKFLOW_TOKEN),
            rules=rules,
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )
        self.connect.stack.callback(issues.close)
        return issues

    def desk(self, project: str, deadline: Deadline) -> Desk:
        """Issues of a repository (`owner/name`) that keep follow-ups."""
        from gate.adapters.trackers.github_desk import GitHubDesk

        # The workflow's own token writes in its own repository alone.
        elsewhere = project.lower() != self.context.repository.lower()
        other = self._token(TRACKER_TOKEN) if elsewhere else ""
        desk = GitHubDesk(
            api_url=self.context.api_url,
            graphql_url=self.context.graphql_url,
            token=other or self._token(WORKFLOW_TOKEN),
            project=project,
            recorder=self.connect.recorder,
            deadline=deadline,
        )
        self.connect.stack.callback(desk.close_connections)
        return desk

    def comments(self) -> Notices:
        """Comments on the pull requests."""
        from gate.adapters.forges.github.comments import GitHubComments

        comments = GitHubComments(
            api_url=self.context.api_url,
            graphql_url=self.context.graphql_url,
            token=self._token(WORKFLOW_TOKEN),
            repository=self.context.repository,
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )
        self.connect.stack.callback(comments.close)
        return comments

    def kept_until(self, upload: Upload) -> datetime:
        """When GitHub deletes the artifact (UTC), once it says that it is the one that was uploaded."""
        from gate.adapters.forges.github import kept_artifact

        return kept_artifact.ask(
            self.context.api_url,
            self.context.repository,
            self._token(WORKFLOW_TOKEN),
            kept_artifact.Uploaded(
                number=upload.number, name=upload.name, run_id=upload.run_id, sha256=upload.sha256
            ),
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )

    def _token(self, name: str) -> str:
        return token(self.connect.host, name)
