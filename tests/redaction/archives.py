"""Archives on the forges, beside the sandbox: the servers that the tests of the archives talk to."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from requests.structures import CaseInsensitiveDict

from gate.sandbox.messages import Request, Response
from tests.adapters.archives import test_github_releases as github
from tests.adapters.archives import test_gitlab_packages as gitlab
from tests.adapters.loopback import Asked, Reply

Elsewhere = Callable[[Request], Response | None]
RELEASES, PACKAGES = "github-release:acme/evidence", "gitlab-packages:acme/evidence"
TOKENS = {RELEASES: github.TOKEN, PACKAGES: gitlab.TOKEN}
"""What these servers want to be shown."""


def archives(address: str) -> Elsewhere:
    """The server of an archive; what is for somebody else it does not answer."""
    match address:
        case "github-release:acme/evidence":
            return _at("/github", github.HOME, github.Repository())
        case "gitlab-packages:acme/evidence":
            return _at("/gitlab/api/v4", gitlab.HOME, gitlab.Project())
        case _:
            return lambda request: None


def _at(base: str, home: str, server: Callable[[Asked, int], Reply]) -> Elsewhere:
    def answer(request: Request) -> Response | None:
        path = request.path.removeprefix(base)
        if path == request.path or not path.startswith(home):
            return None
        query = f"?{urlencode(request.query)}" if request.query else ""
        reply = server(
            Asked(
                method=request.method,
                path=path + query,
                headers=CaseInsensitiveDict(request.headers),
                body=request.body,
            ),
            0,
        )
        headers = {"Content-Type": reply.kind, **reply.headers}
        return Response(status=reply.status, headers=headers, body=reply.body)

    return answer
