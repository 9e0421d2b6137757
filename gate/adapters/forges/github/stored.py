"""Decisions of the gate that runs left as artifacts: found, downloaded, and checked against what GitHub recorded."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from gate.adapters import strict_json
from gate.adapters.forges.github import zipped
from gate.adapters.forges.github.client import Client, keys, segment
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part

PREFIX = "change-gate-evidence"
MEMBER = "decision.json"
LARGEST = 20_000_000

_KEEP = keys(
    "total_count artifacts id name size_in_bytes expired digest created_at workflow_run head_sha"
)


def artifacts(client: Client, run_id: str, *, ending: str | tuple[str, ...] = "") -> list[Part]:
    """Artifacts of a run with evidence of the gate, the newest first; those that are gone say so (`expired`).

    They are known by the beginning of their name, unless `ending` is given: a workflow may give a name of its own, and
    then only its end is the gate's.
    """
    question = Question(what=f"artifacts of run {run_id}", permission="actions: read")
    path = f"{client.home}/actions/runs/{run_id}/artifacts"
    _, found = client.pages(question, path, _KEEP, items="artifacts", total="total_count")
    named = [(one, one.name("name")) for one in found]
    ours = [
        one for one, name in named if (name.endswith(ending) if ending else name.startswith(PREFIX))
    ]
    for one in ours:
        run = one.maybe("workflow_run")
        if run is None or str(run.number("id")) != run_id:
            raise missing(
                question, "wrong-object", "GitHub answered with an artifact of another run"
            )
    return sorted(ours, key=lambda one: one.moment("created_at"), reverse=True)


def decision(client: Client, artifact: Part, run_id: str) -> tuple[bytes, Part]:
    """The decision in an artifact, as bytes and as checked JSON."""
    number = artifact.number("id")
    question = Question(what=f"artifact {number} of run {run_id}", permission="actions: read")
    if artifact.number("size_in_bytes") > LARGEST:
        raise missing(
            question, "too-large", f"it is larger than {LARGEST} bytes, which no evidence is"
        )
    packed = content(client, question, str(number), artifact.text_or_empty("digest"))
    member = zipped.member(question, packed, MEMBER)
    try:
        value = strict_json.parse(member)
    except ValueError as error:
        raise missing(
            question, "unreadable", f"its {MEMBER} is no JSON ({str(error)[:80]})"
        ) from error
    return member, Part(value, question.asked, MEMBER)


def content(client: Client, question: Question, number: str, recorded: str = "") -> bytes:
    """The zip of an artifact. `recorded` is the digest that GitHub holds of it; empty where it holds none."""
    found = _download(client, question, number)
    if recorded and recorded != f"sha256:{hashlib.sha256(found).hexdigest()}":
        raise missing(
            question, "wrong-object", "its content is not what GitHub recorded when it was uploaded"
        )
    return found


def _download(client: Client, question: Question, number: str) -> bytes:
    answered = client.ask(question, f"{client.home}/actions/artifacts/{segment(number)}/zip", ())
    if answered.reply.status == 200:
        return answered.reply.content
    if answered.reply.status != 302:
        answered.part()
    address = answered.reply.headers.get("location", "")
    if not _is_safe(address):
        raise missing(
            question, "unreadable", f"GitHub did not say where it is (HTTP {answered.reply.status})"
        )
    reply = client.fetch(question, address)
    if reply.status != 200:
        raise missing(
            question, "unavailable", f"its content could not be downloaded (HTTP {reply.status})"
        )
    return reply.content


def _is_safe(address: str) -> bool:
    """Encrypted on the way, or within this machine."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
        )
    except ValueError:
        return False
