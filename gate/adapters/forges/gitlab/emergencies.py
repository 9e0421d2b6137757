"""Decisions that may tell of a debt, from the evidence of pipelines: those started by hand, and those that deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from gate.adapters.forges.gitlab import checks, stored
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.ports import StoredDecision

BY_HAND = ("web", "api")
"""Break-glass is granted to no pipeline of another source."""
ENDED = frozenset({"success", "failed", "canceled"})

_KEEP = keys("id iid project_id sha ref status source created_at updated_at")


def read(
    client: Client, names: Sequence[str], since: datetime, deployed: Sequence[str] = ()
) -> tuple[StoredDecision, ...]:
    """The decisions that jobs with these names left in pipelines since then, whatever was decided.

    Break-glass is asked for by hand. What else a review is owed for may have been deployed by any pipeline.
    """
    found = side_by_side([partial(_pipelines, client, source, since) for source in BY_HAND])
    numbers = dict.fromkeys([*(number for some in found for number in some), *deployed])
    read_ = side_by_side([partial(_of_pipeline, client, names, number) for number in numbers])
    return tuple(one for decisions in read_ for one in decisions)


def _pipelines(client: Client, source: str, since: datetime) -> list[str]:
    question = Question(what=f"pipelines of the source {source}")
    parameters = {"source": source, "updated_after": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
    found = client.pages(question, f"{client.home}/pipelines", _KEEP, parameters)
    return [str(one.number("id")) for one in found]


def _of_pipeline(client: Client, names: Sequence[str], pipeline: str) -> list[StoredDecision]:
    return list(_decisions(client, names, pipeline))


def _decisions(client: Client, names: Sequence[str], pipeline: str) -> Iterator[StoredDecision]:
    for job in checks.jobs(client, pipeline):
        if job.name("name") in names and job.name("status") in ENDED and _has_files(job):
            found = stored.decision(client, job, pipeline)
            if found is not None:
                yield StoredDecision(content=found.content, run_id=pipeline, url=found.url)


def _has_files(job: Part) -> bool:
    return any(one.name("file_type") == "archive" for one in job.items("artifacts"))
