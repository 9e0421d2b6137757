"""Ask GitLab about one project; what comes back is checked JSON, or a FactMissing that says why there is none."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from gate.adapters.answer import Answer
from gate.adapters.forges.gitlab.question import (
    Needs,
    Question,
    missing,
    needs_read_token,
    refused,
)
from gate.adapters.forges.gitlab.transport import Parameters, Transport
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.ports import FactMissing

PAGE = 100
MOST_PAGES = 100


_REFUSALS = frozenset({401, 403, 404})


class _Refused(Exception):
    """This token may not; another one may."""

    def __init__(self, gap: FactMissing) -> None:
        super().__init__(gap.missing.detail)
        self.gap = gap


class Client:
    """One GitLab, one project, one or two tokens. Safe to use from several threads.

    With a read token everything is read with it, but for the job itself, which only its own token can name, and for
    what jobs left: a job token sees what the person sees who started the job, so the facts would depend on who that is.
    """

    def __init__(
        self, project_id: str, *, job: Transport, reader: Transport | None = None, host: str = ""
    ) -> None:
        self.project_id = project_id
        self.home = f"/projects/{project_id}"
        self.host = host
        self._job = job
        self._reader = reader

    @property
    def reads_all(self) -> bool:
        """Whether there is a token with the scope `read_api`."""
        return self._reader is not None

    def close(self) -> None:
        """Close all connections."""
        self._job.close()
        if self._reader:
            self._reader.close()

    def own_job(self, question: Question, keep: Collection[str]) -> Part:
        """The job that this process runs in, as GitLab tells the holder of its token."""
        return self._value(self._job, question, self._job.send(self._named(question), "/job", keep))

    def get(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Part:
        """One answer. Of it the evidence keeps the keys in `keep`."""
        transport = self._transport(question)
        answer = transport.send(self._named(question), path, keep, parameters)
        return self._value(transport, question, answer)

    def ask(
        self,
        question: Question,
        path: str,
        keep: Collection[str] = (),
        parameters: Parameters | None = None,
    ) -> Answer | None:
        """An answer that need not be JSON; None when GitLab says in JSON that there is no such thing."""
        *first, last = self._transports(question)
        for transport in first:
            with contextlib.suppress(_Refused):
                return self._asked(transport, question, path, keep, parameters)
        try:
            return self._asked(last, question, path, keep, parameters)
        except _Refused as error:
            raise error.gap from None

    def pages(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
        *,
        most: int = MOST_PAGES,
    ) -> tuple[Part, ...]:
        """The elements of all pages. FactMissing when fewer come than GitLab promised, or more than can be read."""

        def page(number: int) -> tuple[Answer, tuple[Part, ...]]:
            return self.page(question, path, keep, {**(parameters or {}), "page": number})

        first = page(1)
        promised = _count(question, first[0], "x-total")
        if (promised or 0) > most * PAGE:
            raise _too_many(question, most)
        further = range(2, -(-(promised or 0) // PAGE) + 1)
        found = [first, *side_by_side([partial(page, number) for number in further])]
        while has_more(question, *found[-1]):
            if len(found) >= most:
                raise _too_many(question, most)
            found.append(page(len(found) + 1))
        everything = tuple(element for _, elements in found for element in elements)
        if promised is not None and len(everything) < promised:
            raise missing(
                question,
                "unreadable",
                f"GitLab promised {promised} of them and gave {len(everything)}, and none may be missed",
            )
        return everything

    def page(
        self, question: Question, path: str, keep: Collection[str], parameters: Parameters
    ) -> tuple[Answer, tuple[Part, ...]]:
        """One page of a list, with the answer that it came in."""
        transport = self._transport(question)
        asked = {"per_page": PAGE, "page": 1, **parameters}
        answer = transport.send(self._named(question), path, keep, asked)
        return answer, self._value(transport, question, answer).items()

    def _asked(
        self,
        transport: Transport,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None,
    ) -> Answer | None:
        answer = transport.send(self._named(question), path, keep, parameters)
        if 200 <= answer.status < 300:
            return answer
        if answer.status == 404 and not answer.flaw and "project" not in answer.said.lower():
            return None
        gap = refused(question, answer, by_job_token=transport.is_job_token)
        raise _Refused(gap) if answer.status in _REFUSALS else gap

    def _transports(self, question: Question) -> list[Transport]:
        """Those that may read it, in the order in which they are asked."""
        if question.needs is Needs.LEFT and self._reader:
            return [self._job, self._reader]
        return [self._transport(question)]

    def _transport(self, question: Question) -> Transport:
        if self._reader:
            return self._reader
        if question.needs is Needs.READ:
            raise needs_read_token(question)
        return self._job

    def _named(self, question: Question) -> Question:
        return replace(question, host=self.host)

    def _value(self, transport: Transport, question: Question, answer: Answer) -> Part:
        if not 200 <= answer.status < 300:
            raise refused(self._named(question), answer, by_job_token=transport.is_job_token)
        return Part(answer.value(), answer.asked)


def has_more(question: Question, answer: Answer, elements: tuple[Part, ...]) -> bool:
    """Whether another page follows. Pages may hold less than was asked for: GitLab leaves out what may not be seen."""
    if "x-next-page" in answer.headers:
        return _count(question, answer, "x-next-page") is not None
    return len(elements) >= PAGE


def _count(question: Question, answer: Answer, header: str) -> int | None:
    """The number in a header. GitLab leaves totals out above 10 000 elements, and the next page after the last."""
    told = answer.headers.get(header, "").strip()
    if not told:
        return None
    if not told.isdecimal() or len(told) > 9:
        raise missing(
            question, "unreadable", f"GitLab answered, but its header {header} is no number"
        )
    return int(told)


def _too_many(question: Question, pages: int) -> Exception:
    return missing(
        question,
        "too-large",
        f"there are more than {pages * PAGE} of them",
        "deploy in smaller steps",
    )
