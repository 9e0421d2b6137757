"""Follow-ups in GitLab Issues."""

from __future__ import annotations

import time
from collections.abc import Callable

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.writer import Writer
from gate.adapters.trackers.gitlab_board import SYSTEM, GitLabBoard
from gate.adapters.trackers.issue_desk import IssueDesk
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import LABEL


class GitLabDesk(IssueDesk):
    """A `Desk` in the issues of one project. Safe to use from several threads.

    `api_url` is what the runner calls CI_API_V4_URL; `project` is a path such as group/name. The token needs the scope
    `api` and the role Reporter: a Guest cannot make labels, nor put one on what is there. With `read_api` it can only
    read. FactMissing (`not-configured`) when one of them cannot be used.
    """

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        project: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._writer = Writer(
            api_url=api_url,
            token=token,
            project=project,
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._issues = GitLabBoard(self._writer)
        super().__init__(
            self._issues,
            system=SYSTEM,
            project=project,
            pause=lambda seconds: sleep(min(seconds, max(deadline.remaining(), 0))),
        )

    def close_connections(self) -> None:
        """Close all connections."""
        self._writer.close()

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        """Every issue with the gate's label, open and closed, with its comments: a request more for each issue."""
        return self._issues.with_comments(LABEL)
