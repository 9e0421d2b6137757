"""GraphQL lists come in pages; a list counts only when it was read to its end."""

from __future__ import annotations

from collections.abc import Callable

from gate.adapters.forges.github.shape import Shape
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

MOST_PAGES = 50


def follow(first: Shape, further: Callable[[str], Shape]) -> list[Shape]:
    """The elements of a connection from this page and all that follow; `further` asks for the page after a cursor.

    FactMissing when they are fewer than the connection says, or more than anybody should read.
    """
    page, found = first, list(first.items("nodes"))
    for _ in range(MOST_PAGES):
        info = page.member("pageInfo")
        if not info.flag("hasNextPage"):
            break
        page = further(info.name("endCursor"))
        found += page.items("nodes")
    else:
        raise _too_large(first, f"`{first.path}` has more than {MOST_PAGES} pages")
    if first.has("totalCount") and len(found) < first.number("totalCount"):
        detail = f"`{first.path}` has {first.number('totalCount')} elements, and GitHub gave {len(found)}"
        raise _too_large(first, detail)
    return found


def _too_large(first: Shape, detail: str) -> FactMissing:
    return FactMissing(
        Missing(
            source=first.source,
            reason_code="too-large",
            detail=detail,
            remedy="deploy in smaller steps",
        )
    )
