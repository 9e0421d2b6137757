"""What the gate decided when this revision was deployed before, from the evidence that run left."""

from __future__ import annotations

from gate.adapters.forges.github import stored
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Baseline, PriorDecision

MOST_ARTIFACTS = 20


def read(client: Client, asked: Reference, baseline: Baseline) -> PriorDecision:
    """The decision of the run that last deployed the revision; an empty one when no evidence of the gate is left."""
    past = baseline.deployed(asked.revision)
    if past is None or not past.run_id:
        return PriorDecision()
    left = [one for one in stored.artifacts(client, past.run_id) if not one.flag("expired")]
    for artifact in left[:MOST_ARTIFACTS]:
        found = _decision(client, asked, artifact, past.run_id)
        # One run may have deployed to several environments.
        if (found.environment, found.revision) == (asked.environment, asked.revision):
            return found
    return PriorDecision()


def _decision(client: Client, asked: Reference, artifact: Part, run_id: str) -> PriorDecision:
    _, told = stored.decision(client, artifact, run_id)
    run = told.member("run")
    return PriorDecision(
        verdict=told.name("verdict"),
        revision=run.name("revision"),
        environment=run.name("environment"),
        run_id=run.name("id"),
        url=asked.web(f"actions/runs/{run_id}/artifacts/{artifact.number('id')}"),
    )
