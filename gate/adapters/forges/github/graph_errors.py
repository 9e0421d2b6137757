"""What the `errors` of a GraphQL answer mean: it comes as HTTP 200 all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part
from gate.adapters.token_forms import without_credentials
from gate.domain.ports import FactMissing

PERMISSIONS: Mapping[str, str] = {
    "deployments": "deployments: read",
    "statuses": "deployments: read",
    "status": "statuses: read",
    "checkSuites": "checks: read",
    "closingIssuesReferences": "issues: read",
    "labels": "pull-requests: read",
    "reviews": "pull-requests: read",
    "timelineItems": "pull-requests: read",
    "associatedPullRequests": "pull-requests: read",
    "pullRequest": "pull-requests: read",
    "merged": "pull-requests: read",
    "defaultBranchRef": "contents: read",
    "ref": "contents: read",
    "head": "contents: read",
    "revision": "contents: read",
}
"""The permission that a field of our documents needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphError:
    """One entry of `errors`. `path` has field names and aliases only, without positions in lists."""

    path: tuple[str, ...]
    type: str
    message: str

    def concerns(self, parts: Sequence[tuple[str, ...]]) -> bool:
        """Whether one of the parts is hit: it lies at, above or below the place of the error."""
        return any(self.path[: len(part)] == part[: len(self.path)] for part in parts)


def read_errors(answer: Part) -> tuple[GraphError, ...]:
    """The errors of an answer, or none. An error without a readable path concerns everything."""
    value = answer.value if isinstance(answer.value, dict) else {}
    listed = value.get("errors")
    if listed is None:
        return ()
    if not isinstance(listed, list):
        return (GraphError(path=(), type="", message="errors that are no list"),)
    return tuple(_read(error) for error in listed)


def _read(error: object) -> GraphError:
    told = error if isinstance(error, dict) else {}
    path, kind, message = told.get("path"), told.get("type"), told.get("message")
    return GraphError(
        path=tuple(step for step in path if isinstance(step, str))
        if isinstance(path, list)
        else (),
        type=kind if isinstance(kind, str) else "",
        message=without_credentials(message)[:200]
        if isinstance(message, str)
        else "an error without a message",
    )


FAILURES: Mapping[str, str] = {
    "rate-limited": "GitHub asked us to come back later",
    "too-large": "GitHub does not answer a question of this size",
    "unavailable": "GitHub failed",
    "unreadable": "GitHub answered with an error",
}
"""What is said about errors that have nothing to do with what was asked."""


def reason_of(kind: str, message: str) -> str:
    """The reason code of an error, from its `type` and its `message`."""
    lower = message.lower()
    if "RATE_LIMIT" in kind or "rate limit" in lower:
        return "rate-limited"
    if kind in {"FORBIDDEN", "INSUFFICIENT_SCOPES"} or "not accessible by" in lower:
        return "not-permitted"
    if kind == "NOT_FOUND":
        return "not-found"
    if "LIMIT" in kind:
        return "too-large"
    failed = lower.startswith(("something went wrong", "timeout"))
    return "unavailable" if failed or kind in {"INTERNAL", "SERVICE_UNAVAILABLE"} else "unreadable"


def failure(question: Question, error: GraphError) -> FactMissing:
    """The exception that tells what an error means for the question."""
    said = f"{error.type}: {error.message}" if error.type else error.message
    code = reason_of(error.type, error.message)
    if code == "not-permitted":
        return _not_permitted(question, error, said)
    if code == "not-found":
        return missing(
            question,
            code,
            f"GitHub says that there is no such thing as {question.what}, or hides it from this token, which "
            f"needs `{question.permission}` ({said})",
            f"if it exists, {question.remedy}",
        )
    return missing(question, code, f"{FAILURES[code]} ({said})")


def _not_permitted(question: Question, error: GraphError, said: str) -> FactMissing:
    needed = next(
        (PERMISSIONS[step] for step in reversed(error.path) if step in PERMISSIONS),
        question.permission,
    )
    asked = Question(what=question.what, permission=needed, grant=question.grant)
    return missing(
        asked,
        "not-permitted",
        f"the token may not read {'.'.join(error.path) or asked.what}: it needs `{needed}` ({said})",
        asked.remedy,
    )
