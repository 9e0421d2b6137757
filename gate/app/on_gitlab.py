"""The gate as a job of GitLab CI/CD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from gate.adapters.ci import gitlab_ci
from gate.adapters.ci.gitlab_ci import Context
from gate.app.archives import Servers
from gate.app.connect import connected, token
from gate.app.connect_gitlab import WRITE_TOKEN, GitLabSystems
from gate.app.context import Host
from gate.app.evidence_retention import gitlab_artifact, retention
from gate.app.pipeline import Told, Upload, Wired
from gate.app.policy_trackers import PolicyTrackers
from gate.app.recheck import Deploy
from gate.app.request import Request
from gate.app.tell_people import SECONDS, best_effort, tell_people
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TrackerName
from gate.domain.retention import ARTIFACT, KeptPlace, Retention
from gate.errors import GateError
from gate.evidence.stored_facts import as_kept
from gate.render.escape import log
from gate.render.failures import reason_code
from gate.render.gitlab_annotations import job_annotations
from gate.render.junit import junit
from gate.render.outputs import outputs


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
        with connected(self.host, self.request) as connect:
            deploy = GitLabSystems(connect, self.context).deploy(environment)
        return as_kept(deploy, connect.recorder.mask)

    @property
    def rechecks_artifact(self) -> bool:
        """The artifact is uploaded when the gate's job is over, so nobody can ask sooner."""
        return True

    def kept_artifact(self, upload: Upload) -> KeptPlace:
        """What the gate's job left. The token of any job of the project may ask, with GitLab 18.3 or newer."""
        with connected(self.host, replace(self.request, timeout=SECONDS)) as connect:
            until = GitLabSystems(connect, self.context).kept_until(upload)
        return KeptPlace(place=ARTIFACT, until=until)

    @contextmanager
    def wired(self) -> Iterator[Wired]:
        """Connect to GitLab and its clone, and to the tracker of the policy when it is asked for."""
        with connected(self.host, self.request) as connect:
            systems = GitLabSystems(connect, self.context)
            trackers = PolicyTrackers(
                connect=connect,
                forge=TrackerName.GITLAB,
                repository=self.context.repository,
                issues=systems,
            )
            yield connect.wired(
                self.context.repository,
                systems.forge(),
                trackers.tracker,
                trackers.desks,
                self._retention,
                urlsplit(self.context.server_url).path.rstrip("/"),
            )

    @property
    def servers(self) -> Servers:
        """Where archives may be that live on this forge."""
        return Servers(gitlab_api=self.context.api_url)

    def _retention(self, policy: Policy) -> Retention:
        return retention(self.host, policy.evidence, self.servers, gitlab_artifact())

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
        context = self.context
        job = f"{context.server_url}/{context.repository}/-/jobs/{context.job_id}"
        with connected(self.host, replace(self.request, timeout=SECONDS)) as connect:
            yield from tell_people(GitLabSystems(connect, context).notes(), told, url=job)

    def _dotenv(self, values: dict[str, str]) -> None:
        if self.request.outputs:
            gitlab_ci.write_dotenv(self.request.outputs, values)

    def _report(self, path: Path | None, text: str) -> None:
        if path:
            gitlab_ci.write_report(path, text)
