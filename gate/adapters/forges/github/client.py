"""Ask GitHub; what comes back is checked JSON, or a FactMissing that says why there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github import answer
from gate.adapters.forges.github.answer import Answer
from gate.adapters.forges.github.question import SYSTEM, Question, missing
from gate.adapters.forges.github.transport import Reply, Transport
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.ports import FactMissing

PAGE = 100
MOST_PAGES = 100

Parameters = Mapping[str, str | int]


def keys(names: str) -> frozenset[str]:
    """Keys of an answer that the evidence keeps, given as words."""
    return frozenset(names.split())


def segment(text: str) -> str:
    """One segment of a path: a branch `a/b` or a hostile `../x` stays one segment."""
    return quote(text, safe="")


class Client:
    """One GitHub, one repository, one token. Safe to use from several threads."""

    def __init__(
        self,
        transport: Transport,
        *,
        repository: str,
        recorder: Recorder,
        deadline: Deadline,
        pause: Callable[[float], None],
    ) -> None:
        self.repository = repository
        self.owner, _, self.name = repository.partition("/")
        self.home = f"/repos/{segment(self.owner)}/{segment(self.name)}"
        self._recorder = recorder
        self._deadline = deadline
        self._pause = pause
        self._transport = transport

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def pause(self, seconds: float) -> None:
        """Wait before asking again, but not beyond the deadline."""
        self._pause(min(seconds, max(self._deadline.remaining(), 0)))

    def get(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Part:
        """One answer over REST. Of it the evidence keeps the keys in `keep`."""
        return self.ask(question, path, keep, parameters).part()

    def ask(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Answer:
        """The same for those who want to look at the status first."""
        shown = f"{path}?{urlencode(parameters)}" if parameters else path
        send = partial(self._transport.send, question, "GET", path, parameters)
        return self._exchange(question, "GET", shown, keep, send)

    def post(
        self, question: Question, operation: str, body: object, keep: Collection[str]
    ) -> Answer:
        """Ask over GraphQL; the evidence names the operation."""
        path = self._transport.graphql_path()
        send = partial(self._transport.send, question, "POST", path, None, body)
        return self._exchange(question, "POST", f"{path} ({operation})", keep, send)

    def fetch(self, question: Question, address: str) -> Reply:
        """Content of another host that GitHub sent us to; the token is not sent there."""
        send = partial(self._transport.fetch, question, address)
        # Whoever has the signed address may read the file, so the evidence keeps only its path.
        shown = address.partition("?")[0]
        return self._exchange(question, "GET", shown, (), send).reply

    def pages(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        *,
        items: str = "",
        total: str = "",
        parameters: Parameters | None = None,
        most: int = MOST_PAGES,
    ) -> tuple[Part, tuple[Part, ...]]:
        """The first page, and the elements of all pages.

        `items` is the member that holds the list, empty when the answer is the list; `total` the one that holds the
        number of all elements. FactMissing when fewer come than GitHub promised, or more pages than can be read.
        """

        def page(number: int) -> Part:
            return self.get(
                question, path, keep, {**(parameters or {}), "per_page": PAGE, "page": number}
            )

        def elements(one: Part) -> tuple[Part, ...]:
            return one.items(items) if items else one.items()

        def more() -> bool:
            if not total:
                return len(elements(found[-1])) >= PAGE
            # What is added meanwhile moves the rest onto further pages, and shows in their totals.
            promised = max(one.number(total) for one in found)
            return promised > sum(len(elements(one)) for one in found) and bool(elements(found[-1]))

        found = [page(1)]
        promised = found[0].number(total) if total else 0
        _readable(question, -(-promised // PAGE), most)
        found += side_by_side(
            [partial(page, number) for number in range(2, -(-promised // PAGE) + 1)]
        )
        while more():
            _readable(question, len(found) + 1, most)
            found.append(page(len(found) + 1))
        everything = tuple(element for one in found for element in elements(one))
        if len(everything) < promised:
            raise missing(
                question,
                "unreadable",
                f"GitHub promised {promised} of them and gave {len(everything)}, and none may be missed",
            )
        return found[0], everything

    def _exchange(
        self,
        question: Question,
        verb: str,
        shown: str,
        keep: Collection[str],
        send: Callable[[], Reply],
    ) -> Answer:
        started = self._recorder.start()
        try:
            came = send()
        except FactMissing as gap:
            told = {"message": gap.missing.detail}
            self._recorder.record(
                started, system=SYSTEM, method=verb, url=shown, status=0, body=told
            )
            raise
        reply = replace(came, content=self._recorder.without_secrets(came.content))
        answered = answer.read(question, reply)
        self._recorder.record(
            started,
            system=SYSTEM,
            method=verb,
            url=shown,
            status=reply.status,
            date=reply.headers.get("date"),
            body=answered.value,
            keep=keep,
        )
        return answered


def _readable(question: Question, pages: int, most: int) -> None:
    if pages > most:
        raise missing(question, "too-large", f"there are more than {most * PAGE} of them")
