"""What is asked of GitLab, which token can read it, and what it means when GitLab does not answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gate.adapters.answer import Answer, Asked
from gate.adapters.come_back import is_limit
from gate.adapters.token_forms import without_credentials
from gate.domain.ports import FactMissing

SYSTEM = "GitLab"
READ_VARIABLE = "CHANGE_GATE_GITLAB_TOKEN"

READ_REMEDY = (
    "whoever owns the project makes a project or group access token with the scope `read_api` and the role Reporter "
    f"(on GitLab.com Free: a personal token of a machine account) and sets it as the CI/CD variable {READ_VARIABLE}, "
    "masked and protected; then the deploy is started again"
)


class Needs(Enum):
    """The least token that can read something."""

    JOB = "job"
    """`CI_JOB_TOKEN`, with the rights of whoever started the job; the list of what it may read is that of 18.3."""
    READ = "read"
    """A token with the scope `read_api`: a job token can never read this."""
    LEFT = "left"
    """What jobs left: `artifacts: access: developer` lets no token with the role Reporter read it. Whoever started the
    job is a developer, so its own token is asked first.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in words for people."""

    what: str
    """As in "approvals of !12"."""
    needs: Needs = Needs.JOB
    host: str = ""

    @property
    def asked(self) -> Asked:
        """The same for what is shared with other systems."""
        return Asked(system=SYSTEM, what=self.what, host=self.host)

    @property
    def source(self) -> str:
        """The system and the question, as a Missing names them."""
        return self.asked.source


def missing(question: Question, reason_code: str, detail: str, remedy: str = "") -> FactMissing:
    """The exception for a question that stays open."""
    return question.asked.missing(reason_code, detail, remedy)


def needs_read_token(question: Question) -> FactMissing:
    """The exception for what a job token can never see, when there is no other token."""
    return missing(
        question,
        "not-permitted",
        f"the job token may not read {question.what}: it takes a token with the scope `read_api`",
        READ_REMEDY,
    )


def refused(question: Question, answer: Answer, *, by_job_token: bool) -> FactMissing:
    """What an answer other than 2xx means for a question that was asked with one of the two tokens."""
    status, said = (
        answer.status,
        f"HTTP {answer.status}" + (f": {_said(answer)}" if _said(answer) else ""),
    )
    token = "the job token" if by_job_token else f"the token in {READ_VARIABLE}"
    if is_limit(status, answer.headers):
        return missing(question, "rate-limited", f"GitLab asks to come back later ({said})")
    if answer.flaw and status not in {401, 429}:
        # A proxy that forbids, or another site, says nothing about what was asked for.
        return answer.no_json()
    match status:
        case 401:
            return missing(
                question,
                "not-authenticated",
                f"GitLab refused {token} ({said}): it is expired, revoked, of another server, or this version of "
                f"GitLab does not accept it for {question.what}",
                "" if not by_job_token else f"with GitLab older than 18.3, {READ_REMEDY}",
            )
        case 403:
            return missing(
                question,
                "not-permitted",
                f"{token} may not read {question.what} ({said})",
                _more_rights(question, by_job_token),
            )
        case 404:
            return missing(
                question,
                "not-found",
                f"GitLab says that there is no such thing as {question.what}, or hides it from {token} ({said})",
                f"if it exists, {_more_rights(question, by_job_token)}",
            )
        case _:
            return missing(question, "unreadable", f"GitLab refused the question itself ({said})")


def _more_rights(question: Question, by_job_token: bool) -> str:
    if by_job_token:
        return (
            "whoever owns the project gives the person who started the pipeline the role Developer, since a job token "
            f"can read what that person can; or {READ_REMEDY}"
        )
    role = "Developer" if question.needs is Needs.LEFT else "Reporter"
    return f"whoever owns the project gives the token in {READ_VARIABLE} the role {role} and the scope `read_api`"


def _said(answer: Answer) -> str:
    """GitLab explains itself in `message`, or in `error`."""
    error = answer.json.get("error") if isinstance(answer.json, dict) else None
    return answer.said or (without_credentials(error)[:200] if isinstance(error, str) else "")
