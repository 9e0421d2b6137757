"""The pipelines of a GitLab project that a job of a period may be in.

Whatever happens to a job, its pipeline is updated then or later, also when the job is played or retried after weeks. So
they are found by their last update. Those of child pipelines are a list of their own. GitLab counts no list of more
than 10,000, so a long one is read by slices of time, from the oldest on: a pipeline that is updated meanwhile moves on
to a later slice, and is met there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.run import path_of
from gate.adapters.forges.gitlab.transport import Parameters
from gate.adapters.part import Part
from gate.adapters.sources.offering import Window, until_whole
from gate.domain.ports import FactMissing

MOST_PAGES = 20
"""A longer list is divided."""
SHORTEST = timedelta(hours=1)

_SOURCES: tuple[Mapping[str, str], ...] = ({}, {"source": "parent_pipeline"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """Those of one project."""

    client: Client
    project: str
    """Its number or its path, as somebody named it."""
    server: str
    """The address of the GitLab, with the path that it may live below."""
    clock: Callable[[], datetime]

    def of(self, window: Window) -> list[Part]:
        """Each of them once. FactMissing when a list cannot be read to its end."""
        found = (one for source in _SOURCES for one in self._read(source, window.begin, None))
        known = {one.number("id"): one for one in found}
        return [one for one in known.values() if window.may_have(one.moment("created_at"))]

    def _read(self, source: Mapping[str, str], begin: datetime, end: datetime | None) -> list[Part]:
        """Those that were last updated then; without an end, up to this moment."""
        question = Question(what=f"pipelines of {self.project}")
        parameters = {**source, **_between(begin, end)}
        try:
            return until_whole(lambda: self._once(question, parameters))
        except FactMissing as gap:
            length = (end or self.clock()) - begin
            if gap.missing.reason_code != "too-large" or length < SHORTEST:
                raise
        middle = begin + length / 2
        return [*self._read(source, begin, middle), *self._read(source, middle, end)]

    def _once(self, question: Question, parameters: Parameters) -> list[Part]:
        path = f"{self.client.home}/pipelines"
        ordered = {"order_by": "id", "sort": "asc", **parameters}
        listed = self.client.pages(question, path, (), ordered, most=MOST_PAGES)
        found = list({one.number("id"): one for one in listed}.values())
        # One that fell out meanwhile moves the rest up, so that one of them stands on no page, and another on two.
        if len(found) < len(listed):
            raise missing(
                question,
                "unreadable",
                "the list changed while it was read, so that some of it may have been passed over",
            )
        if not all(self._is_own(one) for one in found):
            raise missing(
                question, "wrong-object", "GitLab answered with a pipeline of another project"
            )
        return found

    def _is_own(self, pipeline: Part) -> bool:
        """Whether it is of the project that was asked about, which is known by its number or its path."""
        if self.project.isdecimal():
            return str(pipeline.number("project_id")) == self.project
        return path_of(pipeline, self.server).casefold() == self.project.casefold()


def _between(begin: datetime, end: datetime | None) -> Parameters:
    told = {"updated_after": _moment(begin)}
    return told if end is None else {**told, "updated_before": _moment(end)}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
