"""What the gate decided when this revision was deployed before, from the evidence that its job left."""

from __future__ import annotations

from collections.abc import Iterator

from gate.adapters.forges.gitlab import checks, stored
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Baseline, PriorDecision

MOST_JOBS = 10


def read(client: Client, asked: Reference, baseline: Baseline, own_name: str) -> PriorDecision:
    """The decision of the pipeline that last deployed the revision; an empty one when no evidence of the gate is left.

    Only jobs that are called like the gate's own are looked at: any job can write a file of that name.
    """
    past = baseline.deployed(asked.revision)
    if past is None or not past.run_id:
        return PriorDecision()
    for job in _candidates(client, past.run_id, own_name):
        found = _decision(client, job, past.run_id)
        # One pipeline may have deployed to several environments.
        if found and (found.environment, found.revision) == (asked.environment, asked.revision):
            return found
    return PriorDecision()


def _candidates(client: Client, pipeline: str, own_name: str) -> Iterator[Part]:
    """Successful jobs of the gate in that pipeline, the newest first."""
    found = [
        job
        for job in checks.jobs(client, pipeline)
        if job.name("name") == own_name and job.name("status") == "success"
    ]
    yield from sorted(found, key=lambda job: job.number("id"), reverse=True)[:MOST_JOBS]


def _decision(client: Client, job: Part, pipeline: str) -> PriorDecision | None:
    found = stored.decision(client, job, pipeline)
    if found is None:
        return None
    run = found.told.member("run")
    return PriorDecision(
        verdict=found.told.name("verdict"),
        revision=run.name("revision"),
        environment=run.name("environment"),
        run_id=run.name("id"),
        url=found.url,
    )
