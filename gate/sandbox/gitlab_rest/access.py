"""Who asks, and what a job token may not read.

A job token is a user only on routes that allow it. Everywhere else it is nobody: of a private project nobody is told
that it exists (404), and routes that ask for a user before anything else say 401.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from gate.sandbox.gitlab_rest.errors import (
    expired,
    insufficient_scope,
    not_found,
    unauthorized,
)
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.messages import Request

ALLOWED = "job"
"""A job token may read this, since 18.3; before, it would have been nobody."""
CLASSIC = "classic"
"""The few routes that job tokens could read before."""
LOGIN = "login"
"""The route asks for a user before anything else."""
JOB_ONLY = "job-only"
"""The route answers to job tokens alone."""

WRITE_TOKEN = "sandbox-write-token"  # noqa: S105 - there is nothing to steal
"""The one token with the scope `api`."""

JOB = ALLOWED
JOB_AND_LOGIN = f"{ALLOWED} {LOGIN}"
CLASSIC_AND_LOGIN = f"{ALLOWED} {CLASSIC} {LOGIN}"
OWN_JOB = f"{ALLOWED} {CLASSIC} {LOGIN} {JOB_ONLY}"
WRITE = f"{LOGIN} write"
READ = ""
READ_AND_LOGIN = LOGIN


class Caller(Enum):
    """Whose rights a request has."""

    JOB = "job"
    READER = "reader"
    WRITER = "writer"
    NOBODY = "nobody"


def caller(gitlab: GitLab, request: Request, needs: str) -> Caller:
    """Who asks; Refused for a token that is dead, and for nobody where a user is needed."""
    found = _caller(gitlab, request.headers, needs.split())
    if found is Caller.NOBODY and LOGIN in needs.split():
        raise unauthorized()
    if found in {Caller.READER, Caller.WRITER} and JOB_ONLY in needs.split():
        raise not_found("Job")
    if found is Caller.READER and needs == WRITE:
        raise insufficient_scope()
    return found


def _caller(gitlab: GitLab, headers: Mapping[str, str], needs: list[str]) -> Caller:
    if headers.get("private-token", "") == WRITE_TOKEN:
        if "write" in gitlab.site.dead:
            raise expired()
        if not gitlab.site.write_token:
            raise unauthorized()
        return Caller.WRITER
    if "private-token" in headers:
        if "read" in gitlab.site.dead:
            raise expired()
        if not gitlab.site.read_token:
            raise unauthorized()
        return Caller.READER
    allowed = ALLOWED in needs and (gitlab.site.is_since(18, 3) or CLASSIC in needs)
    if "job-token" not in headers or not allowed:
        return Caller.NOBODY
    if "job" in gitlab.site.dead:
        raise unauthorized()
    return Caller.JOB


def check_project(gitlab: GitLab, who: Caller, *, exists: bool) -> None:
    """Refused when there is no such project, or this caller may not see it."""
    hidden = who is Caller.NOBODY and gitlab.world.repository.private
    if hidden or not exists:
        raise not_found("Project")
