"""The Forge port for GitHub: one repository, one environment, one run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github import (
    approvals,
    baseline,
    change,
    checks,
    commits,
    earlier,
    emergencies,
    opening,
    policy_file,
    prior,
    revision,
    run,
    teams,
)
from gate.adapters.forges.github.change import Changed
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.forges.github.transport import Transport
from gate.adapters.part import Part
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
from gate.policy.places import PLACES


class GitHub:
    """github.com or GitHub Enterprise Server. Safe to use from several threads; close it when all is asked.

    `api_url` is what the runner calls GITHUB_API_URL: https://api.github.com, or https://host/api/v3. `team_token` is
    one of a GitHub App, for the members of teams, which the workflow's own token can never see. `pause` waits between
    tries.
    """

    def __init__(
        self,
        asked: Reference,
        *,
        api_url: str,
        token: str,
        recorder: Recorder,
        deadline: Deadline,
        team_token: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._asked = asked

        def connect(token: str) -> Client:
            transport = Transport(api_url, token, deadline, pause)
            return Client(
                transport,
                repository=asked.repository,
                recorder=recorder,
                deadline=deadline,
                pause=pause,
            )

        self._client = connect(token)
        self._team_client = connect(team_token) if team_token else self._client
        self._opening = Once(partial(opening.ask, self._client, self._asked, PLACES))
        self._lock = threading.Lock()
        self._changed: dict[tuple[str, str], Once[Changed]] = {}

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
        self._team_client.close()

    def policy_file(self, places: Sequence[str]) -> PolicyFile:
        """The first of `places` that exists on the default branch."""
        known = tuple(places) == PLACES
        answer: Graph = self._opening() if known else opening.ask(self._client, self._asked, places)
        return policy_file.read(self._client, answer, places)

    def run(self) -> Run:
        """The run that is about to deploy, as GitHub knows it."""
        return run.read(run.ask(self._client, self._asked), self._asked)

    def baseline(self) -> Baseline:
        """Successful deployments to the environment from other runs, the newest first."""
        return baseline.read(self._client, self._opening(), self._asked)

    def revision(self, branch: str) -> Revision:
        """How the revision stands to the protected branch, and what the run's ref points to now."""
        return revision.read(self._client, self._opening, self._asked, branch)

    def checks(self) -> Checks:
        """All checks on the revision."""
        found, answered = both(partial(checks.ask, self._client, self._asked), self._opening)
        return Checks(
            revision=self._asked.revision,
            checks=(*checks.check_runs(found), *checks.statuses(answered, self._asked)),
        )

    def deployment_approvals(self) -> DeploymentApprovals:
        """Who approved this run for the environment."""
        return approvals.read(self._client, self._asked)

    def change(self, baseline: Baseline, branch: str) -> Change:
        """Everything between the baseline and the revision, with merge requests into `branch` and their reviews."""
        base = baseline.current.revision if baseline.current else ""
        with self._lock:
            gather = partial(change.gather, self._client, self._asked, baseline, branch)
            once = self._changed.setdefault((base, branch), Once(gather))
        return once().change

    def files(self, change: Change) -> Files:
        """Every file that differs; FactMissing (`too-large`) when GitHub does not list them all."""
        files = self._known(change).files
        if files is None:
            raise missing(
                Question(
                    what=f"files changed up to {self._asked.short}", permission="contents: read"
                ),
                "too-large",
                "GitHub lists 300 files of a comparison and no more, and not every commit came by a pull request "
                "that lists the rest",
            )
        return Files(files=files)

    def earlier_uses(self, change: Change, branch: str, keys: Sequence[str]) -> EarlierUses:
        """Merge requests outside the change, merged before it, that name one of `keys`."""
        if not keys:
            return EarlierUses()
        merged = self._known(change).merged or self._merged(branch)
        return earlier.read(self._client, merged, change, keys)

    def team(self, name: str) -> tuple[Identity, ...]:
        """Members of a team, `organisation/slug`."""
        return teams.members(self._team_client, name)

    def freezes(self) -> tuple[CalendarSpan, ...]:
        """GitHub keeps none: FactMissing (`not-configured`), since the policy asks for those of a GitLab project."""
        raise missing(
            Question(what="freeze periods", permission="contents: read"),
            "not-configured",
            "the policy names the freeze periods of a GitLab project, and GitHub has none",
            "whoever owns the policy writes them as windows.freeze with start and end, or names a calendar",
        )

    def prior_decision(self, baseline: Baseline) -> PriorDecision:
        """What the gate decided in the run that last deployed this revision."""
        return prior.read(self._client, self._asked, baseline)

    def emergency_decisions(
        self, since: datetime, deployed: Sequence[str] = ()
    ) -> tuple[StoredDecision, ...]:
        """Decisions of all runs since then that say with the name of their evidence that a review may be owed."""
        return emergencies.read(self._client, self._asked, since, deployed)

    def _known(self, change: Change) -> Changed:
        with self._lock:
            candidates = [once for (base, _), once in self._changed.items() if base == change.base]
        for once in candidates:
            return once()
        raise missing(
            Question(what="the change", permission="contents: read"),
            "not-gathered",
            "the change was never asked for",
        )

    def _merged(self, branch: str) -> Part:
        return commits.ask(self._client, [], branch).answer
