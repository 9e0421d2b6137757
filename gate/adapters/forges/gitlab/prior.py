"""What the gate decided when this revision was deployed before, from the evidence that its job left."""

from __future__ import annotations

from collections.abc import Iterator

from gate.adapters import strict_json
from gate.adapters.answer import Answer
from gate.adapters.forges.gitlab import checks
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import segment
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Baseline, PriorDecision

FOLDER = "change-gate-evidence"
MEMBER = "decision.json"
LARGEST = 5_000_000
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
    question = Question(what=f"the evidence of job {job.number('id')}")
    folder, answer = _evidence(client, question, job, pipeline)
    if answer is None:
        return None
    if len(answer.content) > LARGEST:
        detail = f"it is larger than {LARGEST} bytes, which no decision is"
        raise missing(question, "too-large", detail)
    try:
        value = strict_json.parse(answer.content)
    except ValueError as error:
        detail = f"its {MEMBER} is no JSON ({str(error)[:80]})"
        raise missing(question, "unreadable", detail) from error
    told = Part(value, question.asked, MEMBER)
    run = told.member("run")
    if run.name("id") != pipeline:
        raise missing(question, "wrong-object", "it is the decision of another pipeline")
    return PriorDecision(
        verdict=told.name("verdict"),
        revision=run.name("revision"),
        environment=run.name("environment"),
        run_id=run.name("id"),
        url=f"{job.name('web_url')}/artifacts/browse/{folder}",
    )


def _evidence(
    client: Client, question: Question, job: Part, pipeline: str
) -> tuple[str, Answer | None]:
    """Where the component keeps it, or where the gate does when nobody tells it another place."""
    number, name = job.number("id"), segment(job.name("name"))
    for folder in (f"{FOLDER}/{name}/evidence", f"{FOLDER}/{pipeline}-{number}"):
        path = f"{client.home}/jobs/{number}/artifacts/{folder}/{MEMBER}"
        if answer := client.ask(question, path):
            return folder, answer
    return "", None
