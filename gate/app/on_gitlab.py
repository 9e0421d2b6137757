"""The gate as a job of GitLab CI/CD."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from gate.adapters.ci import gitlab_ci
from gate.adapters.ci.gitlab_ci import Context
from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.app.connect import JIRA_TOKEN, Connect, connected, token, wrong_tracker
from gate.app.context import Host
from gate.app.pipeline import Told, Wired
from gate.app.recheck import Deploy
from gate.app.request import Request
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import FactMissing, Forge, Tracker
from gate.errors import GateError
from gate.render.failures import reason_code
from gate.render.gitlab_annotations import job_annotations
from gate.render.junit import junit
from gate.render.outputs import outputs

JOB_TOKEN, READ_TOKEN = "CI_JOB_TOKEN", "CHANGE_GATE_GITLAB_TOKEN"
SECRETS = (JOB_TOKEN, READ_TOKEN, JIRA_TOKEN)
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

    def deploy(self, environment: str) -> Deploy:
        """This pipeline. The job that deploys is another one, so attempts cannot be compared."""
        return Deploy(
            repository=self.context.repository,
            environment=environment,
            revision=self.context.revision,
            run_id=self.context.pipeline_id,
            attempt=None,
        )

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitLab and its clone, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request, SECRETS) as connect:
            yield connect.wired(
                self.context.repository,
                self._forge(connect),
                lambda rules: self._tracker(connect, rules),
            )

    def tell(self, told: Told) -> None:
        """The reports that the job names: dotenv, JUnit and annotations."""
        values = outputs(
            told.decision, evidence_path=str(told.directory), evidence_digest=told.digest
        )
        self._dotenv({**values, "reason-codes": ",".join(told.decision.reason_codes)})
        self._report(self.request.junit, junit(told.decision, told.policy))
        self._report(self.request.annotations, job_annotations(told.decision, told.policy))

    def tell_failure(self, error: GateError) -> None:
        """Variables that later jobs cannot take for an answer."""
        self._dotenv({"verdict": "undecided", "reason-codes": reason_code(error)})

    def tell_objection(self, text: str) -> None:
        """The log says it already; a recheck has no report."""

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
