"""Pages of a list: by number, with totals, or by what came last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from gate.sandbox.gitlab_rest.errors import invalid
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.messages import Request, Response, answer

T = TypeVar("T")
DEFAULT_PER_PAGE = 20
MOST_PER_PAGE = 100
MOST_COUNTED = 10_000
"""Of longer lists GitLab tells no totals."""


def paged(
    gitlab: GitLab,
    request: Request,
    items: Sequence[T],
    shape: Callable[[T], Any],
    *,
    counted: bool = True,
) -> Response:
    """The page that is asked for by number. Lists that are not `counted` never tell totals."""
    size, page = _number(request, "per_page", DEFAULT_PER_PAGE), _number(request, "page", 1)
    size = min(size, MOST_PER_PAGE)
    last = max(-(-len(items) // size), 1)
    previous = page - 1 if 1 < page <= last + 1 else None
    following = page + 1 if page < last else None
    links = {"prev": previous, "next": following, "first": 1}
    headers = {
        "X-Per-Page": str(size),
        "X-Page": str(page),
        "X-Next-Page": str(following or ""),
        "X-Prev-Page": str(previous or ""),
    }
    if counted and len(items) <= MOST_COUNTED:
        headers |= {"X-Total": str(len(items)), "X-Total-Pages": str(last)}
        links["last"] = last
    headers["Link"] = ", ".join(
        _link(gitlab, request, {"page": target, "per_page": size}, name)
        for name, target in links.items()
        if target
    )
    found = items[(page - 1) * size : page * size]
    return answer([shape(item) for item in found], headers=headers)


def keyset(
    gitlab: GitLab,
    request: Request,
    items: Sequence[T],
    shape: Callable[[T], Any],
    *,
    key: Callable[[T], str],
    parameter: str,
) -> Response:
    """What follows the item whose key is given as `parameter`; the Link header leads on, and there are no totals."""
    size = min(_number(request, "per_page", DEFAULT_PER_PAGE), MOST_PER_PAGE)
    after = request.query.get(parameter, "")
    keys = [key(item) for item in items]
    if after and after not in keys:
        raise invalid(f"{parameter} is invalid")
    start = keys.index(after) + 1 if after else 0
    found = items[start : start + size]
    headers: dict[str, str] = {}
    if start + size < len(items):
        onward = {parameter: key(found[-1]), "per_page": size}
        headers["Link"] = _link(gitlab, request, onward, "next")
    return answer([shape(item) for item in found], headers=headers)


def wants_keyset(request: Request) -> bool:
    """Whether pages are asked for by what came last."""
    return request.query.get("pagination") == "keyset"


def _number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise invalid(f"{name} is invalid")
    if int(text) == 0:
        raise invalid(f"{name} does not have a valid value")
    return int(text)


def _link(gitlab: GitLab, request: Request, changed: dict[str, Any], name: str) -> str:
    query = urlencode({**request.query, **changed})
    return f'<{gitlab.base}{request.path}?{query}>; rel="{name}"'
