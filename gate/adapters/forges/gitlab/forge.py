"""The Forge port for GitLab: one project, one environment, one pipeline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab import (
    approvals,
    baseline,
    branches,
    change,
    checks,
    commits,
    earlier,
    emergencies,
    freezes,
    policy_file,
    prior,
    revision,
    run,
    teams,
)
from gate.adapters.forges.gitlab.change import Changed
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.git_process import DEEPER
from gate.adapters.forges.gitlab.histories import history_of
from gate.adapters.forges.gitlab.keyed import OnceEach
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Transport
from gate.adapters.side_by_side import Once, both
from gate.domain.facts import (
    Baseline,
    CalendarSpan,
    Change,
    Checks,
    DeploymentApprovals,
    EarlierUses,
    Files,
    PriorDecision,
    Revision,
    Run,
)
from gate.domain.identity import Identity
from gate.domain.ports import PolicyFile, StoredDecision


class GitLab:
    """GitLab.com or GitLab Self-Managed. Safe to use from several threads; close it when all is asked.

    `api_url` is what the runner calls CI_API_V4_URL. `git` is the clone, which tells what lies between revisions where
    it is whole; without a token that may read the API nothing else does. `clock` tells now, aware;
    `pause` waits between tries.
    """

    def __init__(
        self,
        asked: Reference,
        *,
        api_url: str,
        tokens: Tokens,
        recorder: Recorder,
        deadline: Deadline,
        git: Git | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        def connect(token: str, *, is_job_token: bool) -> Transport:
            return Transport(
                api_url,
                token,
                is_job_token=is_job_token,
                recorder=recorder,
                deadline=deadline,
                pause=pause,
            )

        self._asked = asked
        self._clock = clock
        self._client = Client(
            asked.project_id,
            job=connect(tokens.job, is_job_token=True),
            reader=connect(tokens.read, is_job_token=False) if tokens.read else None,
            host=urlsplit(asked.server_url).netloc,
        )
        self._history = history_of(self._client, git)
        self._ran = Once(partial(run.ask, self._client, asked))
        self._own_jobs = Once(partial(checks.jobs, self._client, asked.pipeline_id))
        self._branch = OnceEach(partial(branches.branch, self._client))
        self._lock = threading.Lock()
        self._changed: dict[tuple[str, str], Once[Changed]] = {}

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def policy_file(self, places: Sequence[str]) -> PolicyFile:
        """The first of `places` that exists on the default branch."""
        default = partial(self._branch, self._asked.default_branch)
        return policy_file.read(self._client, default, places)

    def run(self) -> Run:
        """The pipeline that is about to deploy, as GitLab knows it."""
        return run.read(*both(self._ran, self._own_jobs), self._asked)

    def baseline(self) -> Baseline:
        """Successful deployments to the environment from other pipelines, the newest first."""
        return baseline.read(self._client, self._asked)

    def revision(self, branch: str) -> Revision:
        """How the revision stands to the protected branch, and what the pipeline's ref points to now."""
        ref = run.full_ref(self._ran())
        head_of = partial(branches.head_of, self._client)
        return revision.read(
            self._history, self._asked.revision, ref, branch, self._branch, head_of
        )

    def checks(self) -> Checks:
        """All checks on the revision but those of the gate's own job."""
        (numbers, reported), (ran, own) = both(
            lambda: both(
                partial(checks.pipelines, self._client, self._asked),
                partial(checks.statuses, self._client, self._asked),
            ),
            lambda: both(self._ran, self._own_jobs),
        )
        others = checks.of_others(self._client, numbers, self._asked.pipeline_id)
        # The pipeline may be of another commit than the one that an input named.
        found = (*own, *others) if self._asked.pipeline_id in numbers else others
        return Checks(
            revision=self._asked.revision,
            checks=tuple(checks.as_checks(found, reported, self._asked, ran.job_name)),
        )

    def deployment_approvals(self) -> DeploymentApprovals:
        """Who approved this pipeline's deployment to the environment."""
        started_at = self._ran().pipeline.moment("created_at")
        return approvals.read(self._client, self._asked, started_at)

    def change(self, baseline: Baseline, branch: str) -> Change:
        """Everything between the baseline and the revision, with merge requests into `branch` and their reviews."""
        base = baseline.current.revision if baseline.current else ""
        with self._lock:
            gather = partial(
                change.gather, self._client, self._history, self._asked, baseline, branch
            )
            once = self._changed.setdefault((base, branch), Once(gather))
        return once().change

    def files(self, change: Change) -> Files:
        """Every file that differs; FactMissing (`too-large`) when they cannot all be listed."""
        files = self._known(change).files
        if files is None:
            raise missing(
                Question(what=f"files changed up to {self._asked.short}"),
                "too-large",
                "GitLab does not list every file and line of this comparison, and no whole clone is here",
                f"deploy in smaller steps; or {DEEPER}",
            )
        return Files(files=files)

    def earlier_uses(self, change: Change, branch: str, keys: Sequence[str]) -> EarlierUses:
        """Merge requests outside the change, merged before it, that name one of `keys`."""
        if not keys:
            return EarlierUses()
        known = self._known(change).merged or commits.merged(self._client, branch, None)
        return earlier.read(known, change, keys, self._asked.repository)

    def team(self, name: str) -> tuple[Identity, ...]:
        """Members of a group, `group/subgroup`."""
        return teams.members(self._client, name)

    def prior_decision(self, baseline: Baseline) -> PriorDecision:
        """What the gate decided in the pipeline that last deployed this revision."""
        return prior.read(self._client, self._asked, baseline, self._ran().job_name)

    def emergency_decisions(
        self, since: datetime, deployed: Sequence[str] = ()
    ) -> tuple[StoredDecision, ...]:
        """Decisions of the gate in all pipelines since then that somebody started by hand, and in those `deployed`."""
        names = self._asked.gate_jobs or (self._ran().job_name,)
        return emergencies.read(self._client, names, since, deployed)

    def freezes(self) -> tuple[CalendarSpan, ...]:
        """The project's freeze periods, from a week before now to 90 days after."""
        return freezes.read(self._client, self._clock())

    def _known(self, change: Change) -> Changed:
        with self._lock:
            candidates = [once for (base, _), once in self._changed.items() if base == change.base]
        for once in candidates:
            return once()
        detail = "the change was never asked for"
        raise missing(Question(what="the change"), "not-gathered", detail, "start the deploy again")
