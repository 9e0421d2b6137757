"""Until when GitHub keeps an artifact that was uploaded a moment ago, as GitHub itself says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.client import Client, keys, segment
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.transport import Transport
from gate.adapters.part import Part
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

_KEEP = keys("id name size_in_bytes expired digest created_at expires_at workflow_run head_sha")
_PAUSES = (1.0, 2.0, 4.0)
"""What was uploaded a moment ago may not be there yet for those who ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The artifact as the step says that uploaded it."""

    number: str
    name: str
    run_id: str
    sha256: str = ""
    """64 hexadecimal digits; empty when the step did not say."""


def ask(
    api_url: str,
    repository: str,
    token: str,
    uploaded: Uploaded,
    *,
    recorder: Recorder,
    deadline: Deadline,
    pause: Callable[[float], None] = time.sleep,
) -> datetime:
    """When GitHub deletes it (UTC). FactMissing when GitHub does not say, or means another artifact."""
    transport = Transport(api_url, token, deadline, pause)
    client = Client(
        transport, repository=repository, recorder=recorder, deadline=deadline, pause=pause
    )
    try:
        return _read(client, uploaded)
    finally:
        client.close()


def _read(client: Client, uploaded: Uploaded) -> datetime:
    question = Question(
        what=f"artifact {uploaded.number} of run {uploaded.run_id}", permission="actions: read"
    )
    found = _found(client, question, f"{client.home}/actions/artifacts/{segment(uploaded.number)}")
    for what, told, wanted in _pairs(found, uploaded):
        if told != wanted:
            raise missing(
                question,
                "wrong-object",
                f"GitHub says that the {what} is {safe(told)}, and this run uploaded {safe(wanted)}",
            )
    return found.moment("expires_at")


def _found(client: Client, question: Question, path: str) -> Part:
    for seconds in _PAUSES:
        try:
            return client.get(question, path, _KEEP)
        except FactMissing as gap:
            if gap.missing.reason_code != "not-found":
                raise
        client.pause(seconds)
    return client.get(question, path, _KEEP)


def _pairs(found: Part, uploaded: Uploaded) -> Iterator[tuple[str, str, str]]:
    yield "number of the artifact", str(found.number("id")), uploaded.number
    yield "name of the artifact", found.name("name"), uploaded.name
    yield "run of the artifact", str(found.member("workflow_run").number("id")), uploaded.run_id
    # Servers that are older than digests tell none.
    if uploaded.sha256 and found.has("digest"):
        yield "digest of the artifact", found.text("digest"), f"sha256:{uploaded.sha256}"
