"""Comments on issues and pull requests of GitHub: those of our own token, and new ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.connections import follow
from gate.adapters.forges.github.fragments import OURS, PAGE, REPOSITORY
from gate.adapters.forges.github.issue_api import IssueApi
from gate.adapters.marks import is_signed, signed
from gate.adapters.part import Part
from gate.adapters.writing import WriteUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A comment that the account of the token wrote."""

    id: str
    body: str


def own_comments_of(kind: str) -> str:
    """The comments on an `issue` or a `pullRequest`. Variables: owner, name, number, after (null: the first page)."""
    return f"""query OwnComments({REPOSITORY}, $number: Int!, $after: String) {{
  {OURS} {{
    nameWithOwner
    {kind}(number: $number) {{
      number
      comments(first: 100, after: $after) {{
        {PAGE}
        nodes {{ fullDatabaseId body viewerDidAuthor }}
      }}
    }}
  }}
}}"""


def own_comments(api: IssueApi, kind: str, number: int) -> tuple[Own, ...]:
    """What our own token wrote there, oldest first.

    A workflow's token cannot ask for its own name, but GitHub tells of each comment whether it is one's own.
    """
    document, what = own_comments_of(kind), f"comments on {api.repository}#{number}"

    def page(after: str | None) -> Part:
        found = api.graph("OwnComments", document, {"number": number, "after": after}, what)
        thing = found.member(kind)
        if thing.number("number") != number:
            raise thing.wrong(f"about #{number}", "number")
        return thing.member("comments")

    return tuple(
        Own(id=_id(node), body=node.text("body"))
        for node in follow(page(None), page)
        if node.flag("viewerDidAuthor")
    )


def say(api: IssueApi, number: int, text: str) -> None:
    """Comment. WriteUnknown when it may be there although no answer says so."""
    what = f"a comment on {api.repository}#{number}"
    api.write("POST", f"/{number}/comments", what, {"body": text})


class GitHubComments:
    """`Notices` on pull requests of one repository. Safe to use from several threads."""

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        token: str,
        repository: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """FactMissing (`not-configured`) when an address or the token cannot be used."""
        self._api = IssueApi(
            api_url=api_url,
            graphql_url=graphql_url,
            token=token,
            repository=repository,
            recorder=recorder,
            deadline=deadline,
            permission="pull-requests",
            sleep=sleep,
        )

    def close(self) -> None:
        """Close all connections."""
        self._api.close()

    def tell(self, number: int, text: str, marker: str) -> None:
        """Comment on a pull request; an earlier comment of our own with `marker` is rewritten instead."""
        body = signed(text, marker)
        try:
            self._tell(number, body, marker)
        except WriteUnknown:
            # It looks again before it writes again.
            self._tell(number, body, marker)

    def _tell(self, number: int, body: str, marker: str) -> None:
        found = own_comments(self._api, "pullRequest", number)
        mine = [one for one in found if is_signed(one.body, marker)]
        if not mine:
            say(self._api, number, body)
        elif mine[-1].body != body:
            what = f"a comment on {self._api.repository}#{number}"
            self._api.write("PATCH", f"/comments/{mine[-1].id}", what, {"body": body})


def _id(node: Part) -> str:
    """The number of a comment, which GitHub writes as a text since it outgrew an Int."""
    found = node.name("fullDatabaseId")
    if not found.isdecimal():
        raise node.wrong("a number", "fullDatabaseId")
    return found
