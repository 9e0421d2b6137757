"""The systems of a job on GitLab: the forge and its clone, its issues, and the notes on its merge requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gate.adapters.ci.gitlab_ci import Context
from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.app.connect import Connect, token
from gate.app.context import Host
from gate.app.pipeline import Upload
from gate.app.recheck import Deploy
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import Desk, FactMissing, Forge, Notices, Tracker

JOB_TOKEN, READ_TOKEN = "CI_JOB_TOKEN", "CHANGE_GATE_GITLAB_TOKEN"
WRITE_TOKEN = "CHANGE_GATE_WRITE_TOKEN"  # noqa: S105 - the name of a variable

_ORIGIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class GitLabSystems:
    """Connects to them when they are asked for. Every method raises FactMissing when that cannot be."""

    connect: Connect
    context: Context

    def forge(self) -> Forge:
        """The forge and the clone in this folder, asked about this job."""
        from gate.adapters.forges.gitlab.forge import GitLab
        from gate.adapters.forges.gitlab.reference import Reference

        context, request = self.context, self.connect.request
        asked = Reference(
            repository=context.repository,
            project_id=context.project_id,
            environment=request.environment,
            services=request.services,
            revision=context.revision,
            pipeline_id=context.pipeline_id,
            job_id=context.job_id,
            default_branch=context.default_branch,
            server_url=context.server_url,
            revision_given=context.revision_given,
            gate_jobs=request.gate_jobs,
        )
        forge = GitLab(
            asked,
            api_url=context.api_url,
            tokens=self._tokens(),
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
            git=_clone(self.connect.host, self.connect.deadline),
            clock=self.connect.host.clock,
        )
        self.connect.stack.callback(forge.close)
        return forge

    def tickets(self, rules: TicketRules) -> Tracker:
        """Issues that are tickets."""
        from gate.adapters.trackers.gitlab_issues import GitLabIssues

        issues = GitLabIssues(
            api_url=self.context.api_url,
            tokens=self._tokens(),
            rules=rules,
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )
        self.connect.stack.callback(issues.close)
        return issues

    def desk(self, project: str, deadline: Deadline) -> Desk:
        """Issues of a project that keep follow-ups.

        Written with the token that may write; where there is none, what is there can still be read.
        """
        from gate.adapters.trackers.gitlab_desk import GitLabDesk

        desk = GitLabDesk(
            api_url=self.context.api_url,
            token=self._token(WRITE_TOKEN) or self._token(READ_TOKEN),
            project=project,
            recorder=self.connect.recorder,
            deadline=deadline,
        )
        self.connect.stack.callback(desk.close_connections)
        return desk

    def notes(self) -> Notices:
        """Notes on the merge requests."""
        from gate.adapters.forges.gitlab.notes import GitLabNotes

        notes = GitLabNotes(
            api_url=self.context.api_url,
            token=self._token(WRITE_TOKEN),
            project=self.context.project_id,
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )
        self.connect.stack.callback(notes.close)
        return notes

    def deploy(self, environment: str) -> Deploy:
        """What the job deploys that this is, as GitLab tells it; the options may name another revision."""
        from gate.adapters.forges.gitlab import own_job

        job = own_job.ask(
            self.context.api_url,
            self.context.server_url,
            self._token(JOB_TOKEN),
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )
        return Deploy(
            repository=job.repository,
            environment=environment,
            revision=self.connect.request.revision or job.revision,
            run_id=job.pipeline_id,
            attempt=None,
            ref=job.ref,
            deployer=job.user,
        )

    def kept_until(self, upload: Upload) -> datetime | None:
        """When GitLab deletes what the gate's job left (UTC); None when it never does."""
        from gate.adapters.forges.gitlab import kept_artifact

        return kept_artifact.ask(
            self.context.api_url,
            self.context.server_url,
            self.context.project_id,
            self._tokens(),
            pipeline=upload.run_id,
            job=upload.name,
            recorder=self.connect.recorder,
            deadline=self.connect.deadline,
        )

    def _tokens(self) -> Tokens:
        return Tokens(job=self._token(JOB_TOKEN), read=self._token(READ_TOKEN))

    def _token(self, name: str) -> str:
        return token(self.connect.host, name)


def origin(host: Host) -> str:
    """Where the clone in this folder came from; empty when there is none."""
    try:
        return _clone(host, Deadline(_ORIGIN_SECONDS)).remote()
    except FactMissing:
        return ""


def _clone(host: Host, deadline: Deadline) -> Git:
    return Git(GitProcess(Path(), deadline=deadline, environ=host.environ))
