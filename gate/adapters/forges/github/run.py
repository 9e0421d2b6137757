"""The run that is about to deploy, as GitHub and not the environment tells it."""

from __future__ import annotations

from urllib.parse import urlsplit

from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Run

_KEEP = accounts.KEYS | keys(
    "run_attempt head_sha head_branch event path status html_url actor triggering_actor "
    "run_started_at created_at repository full_name"
)
_SIMPLE_EVENTS = frozenset({"push", "workflow_dispatch", "schedule"})


def ask(client: Client, asked: Reference) -> Part:
    """The attempt as it came, once it was found to be the one that was asked for."""
    question = Question(
        what=f"run {asked.run_id}, attempt {asked.attempt}", permission="actions: read"
    )
    found = client.get(
        question, f"{client.home}/actions/runs/{asked.run_id}/attempts/{asked.attempt}", _KEEP
    )
    repository = found.member("repository")
    pairs: dict[str, tuple[object, object]] = {
        "run": (str(found.number("id")), asked.run_id),
        "attempt": (found.number("run_attempt"), asked.attempt),
        "repository": (repository.name("full_name").casefold(), asked.repository.casefold()),
        "event": (found.name("event"), asked.event),
    }
    if not asked.revision_given:
        pairs["revision"] = (found.sha("head_sha"), asked.revision)
    if asked.event in _SIMPLE_EVENTS and (branch := found.maybe("head_branch")) is not None:
        pairs["ref"] = (
            branch.value,
            asked.ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
        )
    for what, (told, wanted) in pairs.items():
        if told != wanted:
            raise missing(
                question,
                "wrong-object",
                f"GitHub says that the {what} of this run is {told}, the runner says {wanted}",
            )
    return found


def read(found: Part, asked: Reference) -> Run:
    """Turn the attempt into a fact."""
    starter, again = (
        accounts.user(found.maybe("actor")),
        accounts.user(found.maybe("triggering_actor")),
    )
    # GitHub also rewrites the second one when somebody approves a run that was held; it counts in both cases.
    another = asked.attempt > 1 or not starter.is_same(again)
    return Run(
        forge=accounts.SYSTEM,
        host=urlsplit(asked.server_url).netloc,
        repository=found.member("repository").name("full_name"),
        repository_id=str(found.member("repository").number("id")),
        environment=asked.environment,
        services=asked.services,
        revision=asked.revision,
        ref=asked.ref,
        event=found.name("event"),
        id=asked.run_id,
        attempt=asked.attempt,
        url=found.name("html_url"),
        workflow=found.name("path").partition("@")[0],
        started_by=starter,
        rerun_by=again if another else None,
        started_at=found.moment("run_started_at"),
    )
