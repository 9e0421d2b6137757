"""Pagers that answer as a test tells them to, over HTTP, and what tests ask of what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gate.adapters.deadline import Deadline
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState
from gate.domain.identity import Kind
from gate.domain.missing import REASONS, Missing
from gate.domain.policy.emergency import PagerName, PagerRules
from gate.domain.ports import FactMissing
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve

Answers = Mapping[str, Reply | Callable[[Asked], Reply]]
"""By path, or by method and path: `POST /incidents/X/notes`."""
TOKEN = "t0ken"


@contextmanager
def account(pager: Any, answers: Answers, **how: Any) -> Iterator[tuple[Any, Loopback]]:
    """A client of that class, and the server that it asks. What is not among the answers is not found."""

    def answer(asked: Asked, _: int) -> Reply:
        path = urlsplit(asked.path).path
        found = answers.get(f"{asked.method} {path}", answers.get(path, as_json({}, 404)))
        return found if isinstance(found, Reply) else found(asked)

    with serve(answer) as server:
        given: dict[str, Any] = {
            "rules": rules(server.url),
            "token": TOKEN,
            "recorder": recorder(),
            "deadline": Deadline(30),
            "sleep": lambda _: None,
        }
        client = pager(**(given | how))
        try:
            yield client, server
        finally:
            client.close()


def rules(url: str, system: PagerName = PagerName.PAGERDUTY) -> PagerRules:
    return PagerRules(service="PSVC001", acknowledged_by="duty", system=system, url=url)


def gap(question: Callable[[], object]) -> Missing:
    """The Missing that the question ends in, which says everything that people need."""
    with pytest.raises(FactMissing) as raised:
        question()
    missing = raised.value.missing
    assert missing.reason_code in REASONS
    assert missing.source
    assert missing.detail
    assert missing.remedy
    assert TOKEN not in f"{missing}"
    return missing


def query(asked: Asked) -> dict[str, list[str]]:
    return parse_qs(urlsplit(asked.path).query)


def looks_more_granted(was: Incident, now: Incident) -> bool:
    """Whether a second person, an open incident, another raiser or another service appeared out of nothing."""
    return (
        not set(_consents(now)) <= set(_consents(was))
        or (now.state is IncidentState.OPEN and was.state is not IncidentState.OPEN)
        or bool(_raisers(was) - _raisers(now))
        or not set(now.services) <= set(was.services)
    )


def _consents(incident: Incident) -> list[tuple[str, datetime]]:
    return [
        (entry.by.id, entry.at)
        for entry in incident.entries
        if entry.kind is EntryKind.ACKNOWLEDGED
        and entry.by_hand
        and entry.by is not None
        and entry.by.kind is Kind.HUMAN
    ]


def _raisers(incident: Incident) -> set[str]:
    """Who raised it, by id; somebody unknown counts as anybody, so it hides nobody."""
    found = [entry.by for entry in incident.entries if entry.kind is EntryKind.RAISED]
    if any(by is not None and by.kind is Kind.UNKNOWN for by in found):
        return {"P-DAVE", "P-ALICE"}
    return {by.id for by in found if by is not None}


def after_failures(reply: Reply, *, status: int = 500, times: int = 2) -> Callable[[Asked], Reply]:
    """The answer of a pager that fails so often first."""
    left = [as_json({}, status)] * times

    def answer(_: Asked) -> Reply:
        return left.pop() if left else reply

    return answer
