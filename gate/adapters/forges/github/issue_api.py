"""Issues and comments of one repository: read over REST and GraphQL, and written over REST."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from gate.adapters.address import check_address
from gate.adapters.answer import Answer, Asked
from gate.adapters.credentials import bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.graph_errors import failure, read_errors
from gate.adapters.forges.github.question import (
    SYSTEM,
    Question,
    is_rate_limit,
    missing,
    refused,
)
from gate.adapters.http import Http, Place
from gate.adapters.part import Part
from gate.adapters.writing import WriteUnknown
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

PAGE = 100
MOST_PAGES = 50
LARGEST_ANSWER = 64_000_000
"""Whoever may comment can write long ones: they must not make the others unreadable."""

_REPOSITORY = re.compile(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?P<name>[A-Za-z0-9._-]{1,100})"
)
KEPT = frozenset(
    {
        "__typename", "author", "body", "comments", "createdAt", "created_at", "data", "databaseId",
        "editor", "endCursor", "errors", "fullDatabaseId", "hasNextPage", "html_url", "id", "issue",
        "issues", "labels", "lastEditedAt", "login", "message", "name", "nameWithOwner", "nodes",
        "number", "pageInfo", "path", "pullRequest", "repository", "state", "title", "type", "url",
        "user", "viewerDidAuthor",
    }
)  # fmt: skip
"""What the evidence keeps of an answer."""


class IssueApi:
    """One repository, one token. Safe to use from several threads.

    `api_url` and `graphql_url` are https://api.github.com and https://api.github.com/graphql, or those of a server of
    one's own. `permission` is the key under `permissions:` that lets a workflow's token write. FactMissing
    (`not-configured`) when an address, the token or the name of the repository cannot be used.
    """

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        token: str,
        repository: str,
        recorder: Recorder,
        deadline: Deadline,
        permission: str = "issues",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        named = _REPOSITORY.fullmatch(repository)
        if named is None:
            raise Asked(system=SYSTEM, what="its issues").missing(
                "not-configured",
                f"{safe(repository)} names no repository, which looks like owner/name",
                "whoever owns the policy corrects `emergency.follow_up.project`",
            )

        def connect(url: str) -> Http:
            place = Place(
                system=SYSTEM,
                base_url=check_address(url, SYSTEM),
                auth=bearer(token, SYSTEM),
                accept=("application/vnd.github+json", "application/json"),
                largest=LARGEST_ANSWER,
                watch=_limits,
            )
            return Http(place, recorder=recorder, deadline=deadline, sleep=sleep)

        self.repository = repository
        self.home = f"/repos/{repository}/issues"
        self._name = {"owner": named["owner"], "name": named["name"]}
        self._permission = permission
        self._rest, self._graph = connect(api_url), connect(graphql_url)

    def close(self) -> None:
        """Close all connections."""
        self._rest.close()
        self._graph.close()

    def read(self, path: str, what: str) -> Part:
        """One answer over REST. `path` goes on from the issues of the repository."""
        answer = self._rest.get(self.home + path, what, keep=KEPT)
        return self._part(answer)

    def pages(self, what: str, parameters: Mapping[str, str]) -> tuple[Part, ...]:
        """The issues of all pages, pull requests among them."""
        found: list[Part] = []
        for number in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {**parameters, "per_page": PAGE, "page": number}
            items = self._part(self._rest.get(self.home, what, params=asked, keep=KEPT)).items()
            found += items
            if len(items) < PAGE:
                return tuple(found)
        raise missing(self._asked(what), "too-large", f"there are more than {len(found)} of them")

    def graph(
        self, operation: str, document: str, variables: Mapping[str, object], what: str
    ) -> Part:
        """The repository in an answer without any error. Owner and name are added to the variables."""
        body = {
            "operationName": operation,
            "query": document,
            "variables": {**self._name, **variables},
        }
        part = self._part(self._graph.query("", what, body, keep=KEPT))
        for error in read_errors(part):
            raise failure(self._asked(what), error)
        found = part.member("data").member("repository")
        if found.name("nameWithOwner").casefold() != self.repository.casefold():
            raise missing(
                self._asked(what), "wrong-object", "GitHub answered about another repository"
            )
        return found

    def write(self, method: str, path: str, what: str, body: object) -> Part:
        """Change something below the issues of the repository. WriteUnknown when it may have been done."""
        try:
            answer = self._rest.write(method, self.home + path, what, body, keep=KEPT)
        except WriteUnknown:
            raise
        except FactMissing as gap:
            raise self._who_can(gap) from None
        return Part(answer.json, answer.asked)

    def _who_can(self, gap: FactMissing) -> FactMissing:
        """The same refusal, with who can do what about it."""
        found = gap.missing
        if found.reason_code == "not-found" and "disabled" in found.detail.lower():
            return FactMissing(
                replace(
                    found,
                    detail=f"issues are switched off in {self.repository} ({found.detail})",
                    remedy=f"whoever administers {self.repository} switches issues on (Settings, General, Features), "
                    "or whoever owns the policy names another project under `emergency.follow_up`",
                )
            )
        if found.reason_code in {"not-permitted", "not-found"}:
            remedy = (
                f"whoever owns the workflow adds `permissions: {self._permission}: write` to the job that runs the "
                f"gate; for another repository than the workflow's own it takes the token of an app that may write "
                f"issues of {self.repository}"
            )
            return FactMissing(replace(found, remedy=remedy))
        return gap

    def _asked(self, what: str) -> Question:
        return Question(what=what, permission=f"{self._permission}: read")

    def _part(self, answer: Answer) -> Part:
        if answer.status >= 300 and not answer.flaw:
            asked = self._asked(answer.asked.what)
            raise refused(asked, answer.status, answer.said, answer.headers)
        return Part(answer.value(), answer.asked)


def _limits(answer: Answer) -> None:
    """GitHub says some limits in words alone, with the status of a lacking permission."""
    if answer.status == 403 and is_rate_limit(403, answer.said, answer.headers):
        raise answer.asked.missing(
            "rate-limited", f"GitHub asks to come back later (HTTP 403: {answer.said})"
        )
