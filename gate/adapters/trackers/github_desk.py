"""Follow-ups in GitHub Issues."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.connections import follow
from gate.adapters.forges.github.fragments import ACCOUNT, OURS, PAGE, REPOSITORY
from gate.adapters.forges.github.issue_api import IssueApi
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.adapters.trackers.github_board import SYSTEM, GitHubBoard
from gate.adapters.trackers.issue_desk import IssueDesk
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import LABEL
from gate.domain.follow_up_marker import fields_in

_COMMENTS = (
    f"{{ {PAGE} nodes {{ fullDatabaseId url body createdAt lastEditedAt "
    "author { ...Account } editor { ...Account } } }"
)
FOLLOW_UPS = f"""query FollowUps({REPOSITORY}, $label: String!, $after: String) {{
  {OURS} {{
    nameWithOwner
    issues(
      first: 50, after: $after, labels: [$label], orderBy: {{field: CREATED_AT, direction: ASC}}
    ) {{
      {PAGE}
      nodes {{
        number title body url state createdAt
        author {{ ...Account }}
        labels(first: 100) {{ {PAGE} nodes {{ name }} }}
        comments(first: 100) {_COMMENTS}
      }}
    }}
  }}
}}{ACCOUNT}"""
"""Every issue with a label. Variables: owner, name, label, after (null for the first page)."""
MORE_COMMENTS = f"""query MoreComments({REPOSITORY}, $number: Int!, $after: String!) {{
  {OURS} {{
    nameWithOwner
    issue(number: $number) {{ number comments(first: 100, after: $after) {_COMMENTS} }}
  }}
}}{ACCOUNT}"""
"""A further page of the comments on an issue. Variables: owner, name, number, after."""


class GitHubDesk(IssueDesk):
    """A `Desk` in the issues of one repository. Safe to use from several threads.

    `api_url` and `graphql_url` are https://api.github.com and https://api.github.com/graphql, or those of a server of
    one's own; `project` is the repository, as `owner/name`. The token needs `issues: write`. FactMissing
    (`not-configured`) when one of them cannot be used.
    """

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        token: str,
        project: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = IssueApi(
            api_url=api_url,
            graphql_url=graphql_url,
            token=token,
            repository=project,
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        super().__init__(
            GitHubBoard(self._api),
            system=SYSTEM,
            project=project,
            pause=lambda seconds: sleep(min(seconds, max(deadline.remaining(), 0))),
        )

    def close_connections(self) -> None:
        """Close all connections."""
        self._api.close()

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        """Every issue with the gate's label, open and closed, with its comments: one request for every 50 of them."""

        def page(after: str | None) -> Part:
            what = f"follow-ups in {self._api.repository}"
            found = self._api.graph("FollowUps", FOLLOW_UPS, {"label": LABEL, "after": after}, what)
            return found.member("issues")

        return tuple(side_by_side([partial(self._whole, one) for one in follow(page(None), page)]))

    def _whole(self, issue: Part) -> FollowUpTicket:
        number = issue.number("number")
        labels = issue.member("labels")
        if labels.member("pageInfo").flag("hasNextPage"):
            raise issue.asked.missing("too-large", f"#{number} has more than 100 labels")
        found = follow(issue.member("comments"), partial(self._more, number))
        state = issue.name("state")
        if state not in {"OPEN", "CLOSED"}:
            raise issue.wrong("OPEN or CLOSED", "state")
        return FollowUpTicket(
            system=SYSTEM,
            key=f"{self._api.repository}#{number}",
            url=issue.name("url"),
            title=issue.text("title"),
            opened_at=issue.moment("createdAt"),
            opened_by=accounts.actor(issue.maybe("author")),
            is_open=state == "OPEN",
            labels=tuple(label.name("name") for label in labels.items("nodes")),
            marker=fields_in(issue.text("body")),
            comments=tuple(map(_comment, found)),
        )

    def _more(self, number: int, after: str) -> Part:
        what = f"comments on {self._api.repository}#{number}"
        variables = {"number": number, "after": after}
        issue = self._api.graph("MoreComments", MORE_COMMENTS, variables, what).member("issue")
        if issue.number("number") != number:
            raise issue.wrong(f"about #{number}", "number")
        return issue.member("comments")


def _comment(node: Part) -> FollowUpComment:
    edited, editor = node.moment_or_none("lastEditedAt"), node.maybe("editor")
    by = accounts.actor(node.maybe("author"))
    return FollowUpComment(
        id=node.name("fullDatabaseId"),
        by=by,
        at=node.moment("createdAt"),
        body=node.text("body"),
        altered=edited is not None and not by.is_same(accounts.actor(editor)),
        url=node.name("url"),
    )
