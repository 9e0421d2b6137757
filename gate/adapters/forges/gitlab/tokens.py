"""The two tokens that GitLab is asked with, and how each is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase

from gate.adapters.forges.gitlab.question import READ_VARIABLE, Question, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the job was given. Neither shows in a log."""

    job: str = field(repr=False)
    """`CI_JOB_TOKEN`."""
    read: str = field(default="", repr=False)
    """One with the scope `read_api`; empty when there is none."""


class _Header(AuthBase):
    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self._name] = self._value
        return request


def header(token: str, *, is_job_token: bool) -> AuthBase:
    """The header that carries the token. FactMissing (`not-configured`) when it is none."""
    name = "JOB-TOKEN" if is_job_token else "PRIVATE-TOKEN"
    return _Header(name, _checked(token, is_job_token=is_job_token))


def _checked(token: str, *, is_job_token: bool) -> str:
    # Variables often end with the newline of the file that they came from; inside, one would end the header.
    plain = token.strip()
    if plain and plain.isascii() and plain.isprintable() and " " not in plain:
        return plain
    name = "CI_JOB_TOKEN" if is_job_token else READ_VARIABLE
    remedy = (
        "run the gate in a job of GitLab CI/CD, which always has one"
        if is_job_token
        else f"whoever owns the project corrects the CI/CD variable {READ_VARIABLE}, or removes it"
    )
    said = "holds characters that no token has" if plain else "is empty"
    raise missing(
        Question(what="its token"),
        "not-configured",
        f"{name} {said}, so nothing can be asked",
        remedy,
    )
