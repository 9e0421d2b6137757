"""A GitHub that hands out artifacts over HTTP from a table, for tests to bend."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gate.adapters.sources.github_artifacts import GitHubArtifacts
from gate.domain.evidence_ports import Offer
from gate.evidence.packed import pack
from tests.adapters.loopback import Asked, Reply, as_json, serve

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
HOME = "/repos/acme/app"
LIST = f"{HOME}/actions/artifacts"
TOKEN = "ghs_canary"
CONTENT = pack({"decision.json": b"{}"})

Answer = Any


@dataclass
class Table:
    """What is asked by path is answered with the value there: a Reply, JSON, or a function of the query."""

    answers: dict[str, Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(urlsplit(one.path).path == path for one in self.asked)


def artifact(number: int = 1, **more: Any) -> dict[str, Any]:
    name = more.get("name", f"change-gate-evidence-7001-{number}-production")
    run = {"id": 7001, "repository_id": 4242, "head_repository_id": 4242}
    return {
        "id": number,
        "name": name,
        "size_in_bytes": len(CONTENT),
        "url": f"https://api.github.com{LIST}/{number}",
        "expired": False,
        "created_at": "2026-11-10T12:00:00Z",
        "expires_at": "2027-02-08T12:00:00Z",
        "digest": f"sha256:{hashlib.sha256(CONTENT).hexdigest()}",
        **more,
        "workflow_run": {**run, **more.get("workflow_run", {})},
    }


def listing(*found: Any, total: int | None = None) -> Callable[[Mapping[str, str]], Any]:
    """A list in pages, by name where one is given."""

    def answer(query: Mapping[str, str]) -> Any:
        ours = [one for one in found if query.get("name") in (None, one["name"])]
        size, page = int(query["per_page"]), int(query["page"])
        count = len(ours) if total is None else total
        return {"total_count": count, "artifacts": ours[size * (page - 1) : size * page]}

    return answer


class Turns:
    """One answer after another; the last one stays."""

    def __init__(self, *answers: Answer) -> None:
        self._answers, self._lock = list(answers), threading.Lock()

    def __call__(self, query: Mapping[str, str]) -> Answer:
        with self._lock:
            found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return found(query) if callable(found) else found


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Table]:
    """Serve while the context is open."""
    table = Table(dict(answers))

    def answer(asked: Asked, _: int) -> Reply:
        parts = urlsplit(asked.path)
        table.asked.append(asked)
        found = table.answers.get(parts.path, as_json({"message": "Not Found"}, 404))
        found = found(dict(parse_qsl(parts.query))) if callable(found) else found
        return found if isinstance(found, Reply) else as_json(found)

    with serve(answer) as server:
        table.url = server.url
        yield table


@contextmanager
def source(
    answers: Mapping[str, Answer], *, names: Sequence[str] = (), waits: list[float] | None = None
) -> Iterator[tuple[GitHubArtifacts, Table]]:
    """The source over such a server."""
    pause = (waits if waits is not None else []).append
    with serving(answers) as table:
        made = GitHubArtifacts(
            "acme/app",
            api_url=table.url,
            token=TOKEN,
            names=names,
            clock=lambda: NOW,
            secrets=[TOKEN],
            pause=pause,
        )
        try:
            yield made, table
        finally:
            made.close()


def offers(answers: Mapping[str, Answer], **more: Any) -> list[Offer]:
    with source(answers, **more) as (made, _):
        return list(made.offers(SINCE, UNTIL))


def packed() -> Reply:
    return Reply(body=CONTENT, kind="application/zip")


def sent_to(address: str) -> Reply:
    return Reply(status=302, body=b"", kind="", headers={"Location": address} if address else {})
