"""What is asked of GitHub, and what it means when GitHub does not answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.adapters.answer import Asked
from gate.adapters.come_back import is_limit
from gate.adapters.token_forms import without_credentials
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

SYSTEM = "GitHub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in words for people, and the permission that its answer needs."""

    what: str
    """As in "check runs of 3f2a1b4c5d6e"."""
    permission: str
    """A key of a workflow's `permissions:` with its value, such as `checks: read`."""
    grant: str = ""
    """How the permission is given, where the workflow's own token can never have it."""

    @property
    def asked(self) -> Asked:
        """The same for what is shared with other systems."""
        return Asked(system=SYSTEM, what=self.what)

    @property
    def source(self) -> str:
        """The system and the question, as a Missing names them."""
        return self.asked.source

    @property
    def remedy(self) -> str:
        """Who can give the permission, and how."""
        return (
            self.grant
            or f"whoever owns the workflow adds `permissions: {self.permission}` to the job, then the deploy "
            "is started again"
        )


def missing(question: Question, reason_code: str, detail: str, remedy: str = "") -> FactMissing:
    """The exception for a question that stays open."""
    return FactMissing(
        Missing(
            source=without_credentials(question.source),
            reason_code=reason_code,
            detail=without_credentials(detail),
            remedy=remedy or _REMEDIES.get(reason_code) or f"if it exists, {question.remedy}",
            retriable=reason_code in _RETRIABLE,
        )
    )


_AGAIN = "start the deploy again"
_REMEDIES: Mapping[str, str] = {
    "rate-limited": f"{_AGAIN} once the limit is reset; whoever runs many workflows in this repository spreads them",
    "timed-out": f"{_AGAIN}; if it stays, whoever runs the runner looks at its network",
    "unavailable": f"{_AGAIN}; https://www.githubstatus.com says whether GitHub has an incident",
    "unreadable": f"{_AGAIN}; if it stays, whoever runs the runner looks for a proxy on the way to GitHub",
    "wrong-object": "whoever owns the workflow looks for a step that changes the runner's variables, then starts "
    "a new run",
    "too-large": "deploy in smaller steps",
}
_RETRIABLE = frozenset({"rate-limited", "unavailable", "timed-out", "unreadable"})


def refused(
    question: Question, status: int, message: str, headers: Mapping[str, str]
) -> FactMissing:
    """What an HTTP status of 400 or above means. `message` is GitHub's own, `headers` have lower-case names."""
    said = f": {without_credentials(message)[:200]}" if message else ""
    if is_rate_limit(status, message, headers):
        return missing(
            question, "rate-limited", f"GitHub asked us to come back later (HTTP {status}{said})"
        )
    match status:
        case 401:
            return missing(
                question,
                "not-authenticated",
                f"GitHub refused the token (HTTP 401{said}): it is expired, revoked, or of another server",
                "whoever owns the workflow passes `github.token` of this very job",
            )
        case 403:
            return missing(
                question,
                "not-permitted",
                f"the token may not read {question.what}: it needs `{question.permission}` (HTTP 403{said})",
                question.remedy,
            )
        case 404 | 409 | 410 | 422:
            return missing(
                question,
                "not-found",
                f"GitHub says that there is no such thing as {question.what}, or hides it from this token, which "
                f"needs `{question.permission}` (HTTP {status}{said})",
                f"if it exists, {question.remedy}",
            )
        case _ if status >= 500:
            return missing(question, "unavailable", f"GitHub failed (HTTP {status}{said})")
        case _:
            return missing(
                question, "unreadable", f"GitHub refused the question itself (HTTP {status}{said})"
            )


def is_rate_limit(status: int, message: str, headers: Mapping[str, str]) -> bool:
    """Tell a rate limit from a lacking permission: both come as HTTP 403."""
    lower = message.lower()
    told = "rate limit" in lower or lower.endswith(
        "please wait a few minutes before you try again."
    )
    return is_limit(status, headers) or (status == 403 and told)
