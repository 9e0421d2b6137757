"""Whether a ticket itself names the change that names it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from gate.domain.facts import MergeRequest, Run, Ticket
from gate.domain.policy.workflow import Tie
from gate.domain.reading import visible, without_invisible


def is_tied(
    ticket: Ticket, ties: Collection[Tie], run: Run, requests: Sequence[MergeRequest]
) -> bool:
    """Tell whether the ticket's text or links name the change in one of the ways of `ties`.

    `requests` are the merge requests that name the ticket. Where there are none, as for a rollback,
    no ticket can name one, so its repository is enough.
    """
    allowed = set(ties) if requests else {Tie.REPOSITORY}
    names = [
        *(_repository(run) if Tie.REPOSITORY in allowed else ()),
        *(_requests(ticket, run, requests) if Tie.MERGE_REQUEST in allowed else ()),
    ]
    text = _text(ticket)
    return any(re.search(name, text, re.IGNORECASE | re.ASCII) for name in names)


def _text(ticket: Ticket) -> str:
    shown = [ticket.title, ticket.body, *ticket.fields.values()]
    return "\n".join([*map(visible, shown), *map(without_invisible, ticket.links)])


_ALONE = r"(?<![\w./-])"
_END = r"(?![\w-])(?!\.\w)"
"""`acme/app` is neither in `my-acme/app` nor in `acme/app-two` or `acme/app.io`."""


def _address(url: str) -> str:
    """The address with or without `https://`; what goes on with `/files` is still below it."""
    bare = re.sub(r"^https?://", "", url).rstrip("/")
    return rf"{_ALONE}(?:https?://)?{re.escape(bare)}{_END}"


def _repository(run: Run) -> Iterator[str]:
    yield rf"{_ALONE}{re.escape(run.repository)}{_END}"
    yield _address(f"{run.host}/{run.repository}")


def _requests(ticket: Ticket, run: Run, requests: Sequence[MergeRequest]) -> Iterator[str]:
    for request in requests:
        reference = re.escape(request.reference)
        yield rf"{_ALONE}{re.escape(run.repository)}{reference}{_END}"
        yield _address(request.url)
        if ticket.project.casefold() == run.repository.casefold():
            # In an issue of the same repository people write the bare number.
            yield rf"(?<![\w&#/.-]){reference}{_END}"
