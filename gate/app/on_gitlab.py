"""The gate as a job of GitLab CI/CD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from gate.adapters.ci import gitlab_ci
from gate.adapters.ci.gitlab_ci import Context
from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.tokens import Tokens
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
from gate.app.evidence_retention import gitlab_artifact, retention
from gate.app.pipeline import Told, Upload, Wired
from gate.app.recheck import Deploy
from gate.app.request import SIGNING_KEY, Request
from gate.app.tell_people import SECONDS, best_effort, tell_people
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import Desk, FactMissing, Forge, Tracker
from gate.domain.retention import ARTIFACT, KeptPlace, Retention
from gate.errors import GateError
from gate.evidence.stored_facts import as_kept
from gate.render.escape import log
from gate.render.failures import reason_code
from gate.render.gitlab_annotations import job_annotations
from gate.render.junit import junit
from gate.render.outputs import outputs

JOB_TOKEN, READ_TOKEN = "CI_JOB_TOKEN", "CHANGE_GATE_GITLAB_TOKEN"
WRITE_TOKEN = "CHANGE_GATE_WRITE_TOKEN"  # noqa: S105 - the name of a variable
SECRETS = (
    JOB_TOKEN,
    READ_TOKEN,
    WRITE_TOKEN,
    JIRA_TOKEN,
    PAGER_TOKEN,
    WEBHOOK,
    SIGNING_KEY,
    ARCHIVE_TOKEN,
)
"""The variables that hold tokens. Tokens are read from nowhere else, and whatever they hold is never stored."""


_ORIGIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class OnGitLab:
    """A `Pipeline`."""

    host: Host
    request: Request
    context: Context

    @property
    def is_running(self) -> bool:
        """Reports are written wherever an option names their place, so this is always so."""
        return True

    def folder(self) -> str:
        """Pipeline and job: a retried job is another job."""
        return f"{self.context.pipeline_id}-{self.context.job_id}"

    @property
    def advice(self) -> str:
        """A retried job is a job of whoever retried it."""
        return (
            "Whoever deploys retries the gate's job in this pipeline, so that it decides with that person as the "
            "deployer, then retries this job at once."
        )

    def deploy(self, environment: str) -> Deploy:
        """What GitLab says of the job that deploys, which is another one than the gate's. FactMissing when it does not.

        Variables would not do: a dotenv report of an earlier job overwrites them.
        """
        from gate.adapters.forges.gitlab import own_job

        with connected(self.host, self.request, SECRETS) as connect:
            job = own_job.ask(
                self.context.api_url,
                self.context.server_url,
                token(self.host, JOB_TOKEN),
                recorder=connect.recorder,
                deadline=connect.deadline,
            )
        deploy = Deploy(
            repository=job.repository,
            environment=environment,
            revision=self.request.revision or job.revision,
            run_id=job.pipeline_id,
            attempt=None,
            ref=job.ref,
            deployer=job.user,
        )
        return as_kept(deploy, connect.recorder.mask)

    @property
    def rechecks_artifact(self) -> bool:
        """The artifact is uploaded when the gate's job is over, so nobody can ask sooner."""
        return True

    def kept_artifact(self, upload: Upload) -> KeptPlace:
        """What the gate's job left. The token of any job of the project may ask, with GitLab 18.3 or newer."""
        from gate.adapters.forges.gitlab import kept_artifact

        with connected(self.host, replace(self.request, timeout=SECONDS), SECRETS) as connect:
            until = kept_artifact.ask(
                self.context.api_url,
                self.context.server_url,
                self.context.project_id,
                self._tokens(),
                pipeline=upload.run_id,
                job=upload.name,
                recorder=connect.recorder,
                deadline=connect.deadline,
            )
        return KeptPlace(place=ARTIFACT, until=until)

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitLab and its clone, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request, SECRETS) as connect:
            yield connect.wired(
                self.context.repository,
                self._forge(connect),
                lambda rules: self._tracker(connect, rules),
                lambda policy, limits: self._desks(connect, policy, limits),
                self._retention,
                urlsplit(self.context.server_url).path.rstrip("/"),
            )

    @property
    def servers(self) -> Servers:
        """Where archives may be that live on this forge."""
        return Servers(gitlab_api=self.context.api_url)

    def _retention(self, policy: Policy) -> Retention:
        return retention(self.host, policy.evidence, self.servers, gitlab_artifact())

    def _desks(self, connect: Connect, policy: Policy, limits: Limits) -> tuple[Desk, ...]:
        def tracker(rules: FollowUpRules) -> Desk:
            match rules.tracker:
                case TrackerName.JIRA:
                    return connect.jira_desk(policy, rules, limits.tracker)
                case TrackerName.GITLAB:
                    return self._desk(connect, rules.project, limits.tracker)
                case TrackerName.GITHUB:
                    raise wrong_tracker("GitHub Issues", "GitLab")
                case _:
                    assert_never(rules.tracker)

        own = partial(self._desk, connect, deadline=limits.forge)
        return desks_of(policy, "gitlab", self.context.repository, tracker, own)

    def _desk(self, connect: Connect, project: str, deadline: Deadline) -> Desk:
        """Written with the token that may write; where there is none, what is there can still be read."""
        from gate.adapters.trackers.gitlab_desk import GitLabDesk

        desk = GitLabDesk(
            api_url=self.context.api_url,
            token=token(self.host, WRITE_TOKEN) or token(self.host, READ_TOKEN),
            project=project,
            recorder=connect.recorder,
            deadline=deadline,
        )
        connect.stack.callback(desk.close_connections)
        return desk

    def tell(self, told: Told) -> None:
        """The reports that the job names: dotenv, JUnit and annotations; then notes on the merge requests."""
        values = outputs(
            told.decision,
            evidence_path=str(told.directory),
            evidence_digest=told.digest,
            kept=told.kept,
        )
        self._dotenv({**values, "reason-codes": ",".join(told.decision.reason_codes)})
        self._report(self.request.junit, junit(told.decision, told.policy))
        self._report(self.request.annotations, job_annotations(told.decision, told.policy))
        for text in best_effort(lambda: self._noted(told)):
            self.host.out.write(f"{log(text)}\n")

    def tell_failure(self, error: GateError) -> None:
        """Variables that later jobs cannot take for an answer."""
        self._dotenv({"verdict": "undecided", "reason-codes": reason_code(error)})

    def warn(self, text: str) -> None:
        """One line of the log."""
        self.host.out.write(f"Warning: {log(text)}\n")

    def tell_table(self, values: Mapping[str, str], page: str) -> None:
        """The dotenv report; the log has the table."""
        self._dotenv(dict(values))

    def tell_objection(self, text: str) -> None:
        """The log says it already; a recheck has no report."""

    def _noted(self, told: Told) -> Iterator[str]:
        """Notes on the merge requests, unless nobody wants them or there is no token that may write.

        Of an emergency they are wanted always.
        """
        unwanted = self.request.note is False and told.decision.emergency is None
        if unwanted or not (self.request.note or token(self.host, WRITE_TOKEN)):
            return
        from gate.adapters.forges.gitlab.notes import GitLabNotes

        context = self.context
        with connected(self.host, replace(self.request, timeout=SECONDS), SECRETS) as connect:
            notes = GitLabNotes(
                api_url=context.api_url,
                token=token(self.host, WRITE_TOKEN),
                project=context.project_id,
                recorder=connect.recorder,
                deadline=connect.deadline,
            )
            connect.stack.callback(notes.close)
            job = f"{context.server_url}/{context.repository}/-/jobs/{context.job_id}"
            yield from tell_people(notes, told, url=job)

    def _dotenv(self, values: dict[str, str]) -> None:
        if self.request.outputs:
            gitlab_ci.write_dotenv(self.request.outputs, values)

    def _report(self, path: Path | None, text: str) -> None:
        if path:
            gitlab_ci.write_report(path, text)

    def _forge(self, connect: Connect) -> Forge:
        from gate.adapters.forges.gitlab.forge import GitLab
        from gate.adapters.forges.gitlab.reference import Reference

        context = self.context
        asked = Reference(
            repository=context.repository,
            project_id=context.project_id,
            environment=self.request.environment,
            services=self.request.services,
            revision=context.revision,
            pipeline_id=context.pipeline_id,
            job_id=context.job_id,
            default_branch=context.default_branch,
            server_url=context.server_url,
            revision_given=context.revision_given,
            gate_jobs=self.request.gate_jobs,
        )
        forge = GitLab(
            asked,
            api_url=context.api_url,
            tokens=self._tokens(),
            recorder=connect.recorder,
            deadline=connect.deadline,
            git=_clone(self.host, connect.deadline),
            clock=self.host.clock,
        )
        connect.stack.callback(forge.close)
        return forge

    def _tokens(self) -> Tokens:
        return Tokens(job=token(self.host, JOB_TOKEN), read=token(self.host, READ_TOKEN))

    def _tracker(self, connect: Connect, rules: TicketRules) -> Tracker:
        match rules.tracker:
            case TrackerName.JIRA:
                return connect.jira(rules)
            case TrackerName.GITHUB:
                raise wrong_tracker("GitHub Issues", "GitLab")
            case TrackerName.GITLAB:
                return self._issues(connect, rules)
            case _:
                assert_never(rules.tracker)

    def _issues(self, connect: Connect, rules: TicketRules) -> Tracker:
        from gate.adapters.trackers.gitlab_issues import GitLabIssues

        issues = GitLabIssues(
            api_url=self.context.api_url,
            tokens=self._tokens(),
            rules=rules,
            recorder=connect.recorder,
            deadline=connect.deadline,
        )
        connect.stack.callback(issues.close)
        return issues


def origin(host: Host) -> str:
    """Where the clone in this folder came from; empty when there is none."""
    try:
        return _clone(host, Deadline(_ORIGIN_SECONDS)).remote()
    except FactMissing:
        return ""


def _clone(host: Host, deadline: Deadline) -> Git:
    return Git(GitProcess(Path(), deadline=deadline, environ=host.environ))
