"""The gate as a step of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gate.adapters.ci import github_actions
from gate.adapters.ci.github_actions import Context
from gate.app.archives import Servers
from gate.app.connect import connected
from gate.app.connect_github import GitHubSystems
from gate.app.context import Host
from gate.app.evidence_retention import github_artifact, retention
from gate.app.pipeline import Told, Upload, Wired
from gate.app.policy_trackers import PolicyTrackers
from gate.app.recheck import Deploy
from gate.app.request import Request
from gate.app.secrets_here import last_mask
from gate.app.tell_people import SECONDS, best_effort, tell_people
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TrackerName
from gate.domain.retention import ARTIFACT, KeptPlace, Retention
from gate.errors import GateError, UsageInvalid
from gate.render.annotations import error_line, failure, warning_line, workflow_commands
from gate.render.failures import failure_summary, reason_code
from gate.render.outputs import outputs


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
        if not upload.number:
            raise UsageInvalid(
                "Nobody said which artifact holds the evidence.",
                hint="Give --artifact-id and --artifact-name, as the step says them that uploaded it.",
            )
        with connected(self.host, self.request) as connect:
            until = GitHubSystems(connect, self.context).kept_until(upload)
        return KeptPlace(place=ARTIFACT, until=until)

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitHub, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request) as connect:
            systems = GitHubSystems(connect, self.context)
            trackers = PolicyTrackers(
                connect=connect,
                forge=TrackerName.GITHUB,
                repository=self.context.repository,
                issues=systems,
            )
            yield connect.wired(
                self.context.repository,
                systems.forge(),
                trackers.tracker,
                trackers.desks,
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
        with connected(self.host, replace(self.request, timeout=SECONDS)) as connect:
            yield from tell_people(GitHubSystems(connect, self.context).comments(), told)


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
