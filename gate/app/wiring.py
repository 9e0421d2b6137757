"""Which pipeline this is, and where evidence lies: with `connect` and `on_…`, all that knows adapters."""

from __future__ import annotations

import contextlib
from pathlib import Path

from gate.adapters.archives import directory
from gate.app.context import Host
from gate.app.pipeline import Pipeline
from gate.app.request import Request
from gate.errors import GateError, PolicyInvalid

create_evidence = directory.create
read_evidence = directory.read


def pipeline(host: Host, request: Request) -> Pipeline:
    """The pipeline of this process. UsageInvalid when its variables are not those of a job."""
    forge = request.forge or ("gitlab" if host.environ.get("GITLAB_CI") == "true" else "github")
    return _on_gitlab(host, request) if forge == "gitlab" else _on_github(host, request)


def read_policy(path: Path) -> bytes:
    """Read a policy file from the desk. PolicyInvalid when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyInvalid(
            f"The policy file {path} cannot be read: {error.strerror}.",
            hint="Name a file that exists, or leave --policy out.",
        ) from error


def _on_github(host: Host, request: Request) -> Pipeline:
    from gate.adapters.ci.github_actions import is_running_here, read_context
    from gate.app.on_github import OnGitHub, tell_failure

    try:
        context = read_context(host.environ, revision=request.revision)
    except GateError as error:
        if is_running_here(host.environ):
            with contextlib.suppress(OSError):
                tell_failure(host, error)
        raise
    return OnGitHub(host, request, context)


def _on_gitlab(host: Host, request: Request) -> Pipeline:
    from gate.adapters.ci.gitlab_ci import read_context
    from gate.app.on_gitlab import OnGitLab, origin

    context = read_context(
        host.environ,
        revision=request.revision,
        gitlab_url=request.gitlab_url,
        remote_url="" if request.gitlab_url else origin(host),
    )
    return OnGitLab(host, request, context)
