"""Decisions of the gate that jobs left as artifacts."""

from __future__ import annotations

from dataclasses import dataclass

from gate.adapters import strict_json
from gate.adapters.answer import Answer
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import segment
from gate.adapters.part import Part

FOLDER = "change-gate-evidence"
MEMBER = "decision.json"
LARGEST = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The decision that one job left, as bytes and as checked JSON, and where people find it."""

    content: bytes
    told: Part
    url: str


def decision(client: Client, job: Part, pipeline: str) -> Stored | None:
    """The decision that a job of this pipeline left; None when there is none."""
    question = Question(what=f"the evidence of job {job.number('id')}", needs=Needs.LEFT)
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
    if told.member("run").name("id") != pipeline:
        raise missing(question, "wrong-object", "it is the decision of another pipeline")
    url = f"{job.name('web_url')}/artifacts/browse/{folder}"
    return Stored(content=answer.content, told=told, url=url)


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
