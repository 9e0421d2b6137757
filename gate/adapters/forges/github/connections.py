"""GraphQL lists come in pages; a list counts only when it was read to its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gate.adapters.part import Part
from gate.adapters.side_by_side import both

PAGE = 100
MOST_PAGES = 50


def follow(
    first: Part, further: Callable[[str], Part], last: Callable[[int], Part] | None = None
) -> list[Part]:
    """The elements of a connection from this page and all that follow; `further` asks for the page after a cursor.

    `last` asks for so many elements at the end: with it a list of three pages takes no longer than one of two.
    FactMissing when they are fewer than the connection says, or more than anybody should read.
    """
    page, found, seen = first, list(first.items("nodes")), {""}
    rest = first.number("totalCount") - len(found) - PAGE if first.has("totalCount") else 0
    while page.member("pageInfo").flag("hasNextPage"):
        cursor = page.member("pageInfo").name("endCursor")
        if cursor in seen:
            raise page.wrong("the next page", "pageInfo.endCursor")
        if len(seen) > MOST_PAGES:
            raise first.asked.missing(
                "too-large", f"`{first.path}` has more than {MOST_PAGES} pages"
            )
        seen.add(cursor)
        if last and page is first and 0 < rest <= PAGE:
            page, end = both(partial(further, cursor), partial(last, rest))
            if _meet(first, page, end, rest):
                return [*found, *page.items("nodes"), *end.items("nodes")]
        else:
            page = further(cursor)
        found += page.items("nodes")
    if first.has("totalCount") and len(found) < (total := first.number("totalCount")):
        raise first.asked.missing(
            "too-large", f"`{first.path}` has {total} elements, and GitHub gave {len(found)}"
        )
    return found


def _meet(first: Part, second: Part, end: Part, rest: int) -> bool:
    """Whether the list did not change meanwhile, and both parts came in full: then there is nothing between them."""
    totals = {part.number("totalCount") for part in (first, second, end)}
    sizes = len(second.items("nodes")), len(end.items("nodes"))
    return len(totals) == 1 and sizes == (PAGE, rest)
