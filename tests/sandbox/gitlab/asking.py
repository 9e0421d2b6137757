"""Questions to a world's GitLab, without a socket in between."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.messages import Request, Response, parameters
from gate.sandbox.site import Site
from tests.sandbox.asking import HOST

API = "/gitlab/api/v4"
HOME = f"{API}/projects/4242"
READ: Mapping[str, str] = {"private-token": "any"}
JOB: Mapping[str, str] = {"job-token": "any"}
NOBODY: Mapping[str, str] = {}


def ask(place: Site, path: str, headers: Mapping[str, str] = READ) -> Response:
    """Ask for a path below the API, with its query."""
    split = urlsplit(path)
    return place.answer(
        Request(
            method="GET",
            path=f"{API}{split.path}",
            query=parameters(split.query),
            headers=headers,
        )
    )


def get(place: Site, path: str, headers: Mapping[str, str] = READ) -> Any:
    """What is answered below the project; it must be there."""
    response = ask(place, f"/projects/4242{path}", headers)
    assert response.status == 200, (response.status, response.body)
    return response.json()


def refusal(place: Site, path: str, headers: Mapping[str, str] = READ) -> tuple[int, Any]:
    """The status and body of an answer that is an error."""
    response = ask(place, path, headers)
    assert response.status >= 400
    return response.status, response.json()


def gitlab_of(place: Site) -> GitLab:
    """The GitLab of a site."""
    assert place.gitlab.base == HOST
    return place.gitlab
