"""Check runs and commit statuses of the revision, in one vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Check, CheckState

MOST_SUITES = 1000
"""GitHub lists the check runs of the newest 1000 suites only."""

_KEEP = keys(
    "total_count check_runs id name head_sha status conclusion started_at completed_at html_url details_url app slug "
    "check_suite"
)
_CONCLUSIONS: Mapping[str, CheckState] = {
    "success": CheckState.SUCCESS,
    "failure": CheckState.FAILURE,
    "startup_failure": CheckState.FAILURE,
    "neutral": CheckState.NEUTRAL,
    "skipped": CheckState.SKIPPED,
    "cancelled": CheckState.CANCELLED,
    "timed_out": CheckState.TIMED_OUT,
    "action_required": CheckState.ACTION_REQUIRED,
    "stale": CheckState.STALE,
}
_STATUSES: Mapping[str, CheckState] = {
    "SUCCESS": CheckState.SUCCESS,
    "FAILURE": CheckState.FAILURE,
    "ERROR": CheckState.FAILURE,
    "PENDING": CheckState.PENDING,
    "EXPECTED": CheckState.PENDING,
}


def ask(client: Client, asked: Reference) -> tuple[Part, ...]:
    """All check runs of the revision: of each suite and name the latest."""
    question = Question(what=f"check runs of {asked.short}", permission="checks: read")
    path = f"{client.home}/commits/{asked.revision}/check-runs"
    _, found = client.pages(
        question,
        path,
        _KEEP,
        items="check_runs",
        total="total_count",
        parameters={"filter": "latest"},
    )
    if len({_suite(run) for run in found}) >= MOST_SUITES:
        raise missing(
            question,
            "too-large",
            f"it has {MOST_SUITES} check suites or more, and GitHub hides the rest",
        )
    for run in found:
        if run.sha("head_sha") != asked.revision:
            raise missing(
                question,
                "wrong-object",
                f"GitHub answered with check runs of {run.sha('head_sha')[:12]}",
            )
    return found


def check_runs(found: tuple[Part, ...]) -> tuple[Check, ...]:
    """As facts, those of the run that is about to deploy included.

    Its earlier jobs are what most workflows test with. The gate's own job is in progress while the gate looks, so it
    cannot vouch for itself.
    """
    # A page that shifted while it was read repeats an element.
    distinct = {run.number("id"): run for run in found}
    return tuple(_check_run(run) for run in distinct.values())


def statuses(opening: Graph, asked: Reference) -> Iterator[Check]:
    """The commit statuses of the revision: of each context the latest."""
    commit = opening.part("revision").maybe("revision")
    question = Question(what=f"commit statuses of {asked.short}", permission="statuses: read")
    if commit is None or commit.name("__typename") != "Commit":
        raise missing(question, "not-found", f"{asked.revision} is no commit of this repository")
    if commit.sha("oid") != asked.revision:
        raise missing(question, "wrong-object", f"GitHub answered about {commit.sha('oid')[:12]}")
    status = commit.maybe("status")
    for context in status.items("contexts") if status else ():
        yield _status(context, asked.revision)


def _suite(run: Part) -> int:
    suite = run.maybe("check_suite")
    return suite.number("id") if suite else 0


def _check_run(run: Part) -> Check:
    app = run.maybe("app")
    return Check(
        id=str(run.number("id")),
        name=run.name("name"),
        app=app.text_or_null("slug") if app else "",
        state=_conclusion(run),
        revision=run.sha("head_sha"),
        started_at=run.moment_or_none("started_at"),
        completed_at=run.moment_or_none("completed_at"),
        url=run.text_or_null("html_url"),
    )


def _conclusion(run: Part) -> CheckState:
    if run.name("status") != "completed":
        return CheckState.PENDING
    state = _CONCLUSIONS.get(run.name("conclusion"))
    if state is None:
        raise run.wrong("a conclusion that this version of the gate knows", "conclusion")
    return state


def _status(context: Part, revision: str) -> Check:
    state = _STATUSES.get(context.name("state"))
    if state is None:
        raise context.wrong("a state that this version of the gate knows", "state")
    at = context.moment("createdAt")
    return Check(
        id=context.name("id"),
        name=context.name("context"),
        app=accounts.actor(context.maybe("creator")).login,
        state=state,
        revision=revision,
        started_at=at,
        completed_at=None if state is CheckState.PENDING else at,
        url=context.text_or_null("targetUrl"),
    )
