"""Pages of a list, with the links that lead to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from gate.sandbox.github.forge import GitHub
from gate.sandbox.messages import Request

T = TypeVar("T")
MOST_PER_PAGE = 100


def page_of(
    github: GitHub,
    request: Request,
    items: Sequence[T],
    *,
    default: int = 30,
    most: int = MOST_PER_PAGE,
) -> tuple[Sequence[T], dict[str, str]]:
    """The items of the page that is asked for, and the Link header (none when all fit on one page)."""
    size = min(request.number("per_page", default) or default, most)
    page = max(request.number("page", 1), 1)
    last = max(-(-len(items) // size), 1)
    wanted: dict[str, int] = {}
    if page < last:
        wanted |= {"next": page + 1, "last": last}
    if page > 1:
        wanted |= {"prev": min(page - 1, last), "first": 1}
    links = [
        f'<{_address(github, request, number)}>; rel="{rel}"' for rel, number in wanted.items()
    ]
    headers = {"Link": ", ".join(links)} if links else {}
    return items[(page - 1) * size : page * size], headers


def _address(github: GitHub, request: Request, page: int) -> str:
    query = urlencode({**request.query, "page": page})
    return f"{github.base}{request.path}?{query}"
