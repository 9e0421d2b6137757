"""Ask about the repository over GraphQL, where errors come as HTTP 200 and a slow question as 502."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gate.adapters.forges.github.answer import Answer
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.graph_errors import GraphError, failure, read_errors
from gate.adapters.forges.github.question import Question, missing, refused
from gate.adapters.part import Part
from gate.domain.ports import FactMissing

TRIES = 3
SMALLEST_PAGE = 10
_TOO_SLOW = frozenset({500, 502, 503, 504})
_ALWAYS_KEPT = keys(
    "data errors type path message repository nameWithOwner rateLimit cost remaining resetAt pageInfo hasNextPage "
    "endCursor totalCount nodes"
)


@dataclass(frozen=True, slots=True)
class Graph:
    """A GraphQL answer about our repository."""

    question: Question
    answer: Part
    errors: tuple[GraphError, ...]
    repository: str

    def part(self, *parts: str) -> Part:
        """The repository, of which these parts (dotted paths within it) are whole.

        FactMissing when an error concerns any of them, when there is no repository, or when it is another one.
        """
        for error in self.errors:
            if error.concerns([_path(part) for part in parts]):
                raise failure(self.question, error)
        data = self.answer.maybe("data")
        found = data.maybe("repository") if data else None
        if found is None:
            # A null where none may be takes everything above it away as well, also what has nothing to do with it.
            raise (
                failure(self.question, self.errors[0])
                if self.errors
                else refused(self.question, 404, "", {})
            )
        if found.name("nameWithOwner").casefold() != self.repository.casefold():
            raise missing(self.question, "wrong-object", "GitHub answered about another repository")
        return found

    def failed(self, part: str) -> bool:
        """Whether an error concerns this part."""
        return any(error.concerns([_path(part)]) for error in self.errors)


def ask(
    client: Client,
    question: Question,
    operation: str,
    document: str,
    variables: Mapping[str, object],
    keep: Collection[str],
) -> Graph:
    """Ask; owner and name are added to the variables.

    A question that took GitHub too long is asked again with half the `page`. That is safe: it only reads.
    """
    asked: dict[str, object] = {"owner": client.owner, "name": client.name, **variables}
    kept = _ALWAYS_KEPT.union(keep)
    for attempt in range(1, TRIES):
        try:
            answered = _once(client, question, operation, document, asked, kept)
        except FactMissing as gap:
            if gap.missing.reason_code != "unavailable":
                raise
        else:
            if not _too_slow(answered):
                return _graph(client, answered)
        client.pause(0.5 * attempt)
        if isinstance(page := asked.get("page"), int):
            asked["page"] = max(page // 2, SMALLEST_PAGE)
    return _graph(client, _once(client, question, operation, document, asked, kept))


def _once(
    client: Client,
    question: Question,
    operation: str,
    document: str,
    variables: Mapping[str, object],
    keep: Collection[str],
) -> Answer:
    body = {"operationName": operation, "query": document, "variables": dict(variables)}
    return client.post(question, operation, body, keep)


def _graph(client: Client, answered: Answer) -> Graph:
    part = answered.part()
    return Graph(answered.question, part, read_errors(part), client.repository)


def _too_slow(answered: Answer) -> bool:
    if answered.reply.status in _TOO_SLOW:
        return True
    errors = read_errors(Part(answered.value, answered.question.asked))
    return any(error.message.lower().startswith("something went wrong") for error in errors)


def _path(part: str) -> tuple[str, ...]:
    return ("repository", *part.split("."))
