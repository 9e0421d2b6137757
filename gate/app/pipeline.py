"""The job that the gate runs in: which deploy it is about, whom it can ask, and where it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gate.app.archives import Servers
from gate.app.gather import World
from gate.app.recheck import Deploy
from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.domain.retention import KeptPlace
from gate.errors import GateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """A world to ask, and what it answered so far."""

    world: World
    raw: Callable[[], dict[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a pipeline is told about: a decision whose evidence is written."""

    decision: Decision
    policy: Policy | None
    summary: str
    directory: Path
    digest: str
    kept: Kept | None = None
    """Where what the release owes is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Where a run put its evidence."""

    run_id: str
    """Of the workflow run, or the pipeline."""
    name: str
    """Of the artifact on GitHub, of the job on GitLab, where a job has one artifact."""
    number: str = ""
    """Of the artifact, as the step on GitHub says that uploaded it."""
    sha256: str = ""
    """64 hexadecimal digits; empty when that step did not say."""


class Pipeline(Protocol):
    """GitHub Actions or GitLab CI/CD."""

    @property
    def is_running(self) -> bool:
        """Whether this process really is a job; at a desk it is not, and the pipeline is not told."""

    @property
    def servers(self) -> Servers:
        """Where archives may be that live on the forge of this job."""

    def folder(self) -> str:
        """A name for the evidence of this attempt."""

    @property
    def advice(self) -> str:
        """What to do, and who can, when a recheck stops the deploy."""

    def deploy(self, environment: str) -> Deploy:
        """What is about to be deployed, as a recheck compares it. FactMissing when nobody can say."""

    @property
    def rechecks_artifact(self) -> bool:
        """Whether a recheck asks until when the evidence is kept: where that is known no sooner."""

    def kept_artifact(self, upload: Upload) -> KeptPlace:
        """Until when the forge says that it keeps it. FactMissing when it does not say."""

    def wired(self) -> AbstractContextManager[Wired]:
        """Connect to the systems of this run; the connections are closed at the end."""

    def tell(self, told: Told) -> None:
        """Say the verdict where the pipeline shows it. OSError when that cannot be written."""

    def tell_failure(self, error: GateError) -> None:
        """Say that the gate itself failed. OSError when that cannot be written."""

    def tell_objection(self, text: str) -> None:
        """Say why a recheck stops the deploy."""

    def warn(self, text: str) -> None:
        """Say something that people should look at, and that changes no verdict."""

    def tell_table(self, values: Mapping[str, str], page: str) -> None:
        """Say how the debts stand: outputs, and Markdown where the pipeline shows it. OSError when that fails."""
