"""What runs in the environment: deployments that were successful at some time, from other runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from gate.adapters.forges.github import accounts, graph, opening, queries
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Baseline, Deployment
from gate.domain.identity import Kind

MOST_PAGES = 10
_RUN = re.compile(r"/actions/runs/([0-9]+)(?:/|$|\?|#)")


def run_of(address: str) -> str:
    """The id of the workflow run that an address of GitHub points into; empty when it points elsewhere."""
    found = _RUN.search(address)
    return found[1] if found else ""


def read(client: Client, first: Graph, asked: Reference) -> Baseline:
    """Successful deployments to the environment, the newest first.

    `success` anywhere in its statuses makes a deployment successful: GitHub turns the last one to `inactive` later on.
    When the newest deployments hold none at all, older ones are read to the end; an empty history must be the truth.
    """
    question = Question(what=f"deployments to {asked.environment}", permission="deployments: read")
    page = first.part("deployments").member("deployments")
    history, own = _parted(_successful(client, question, page, asked), asked)
    for _ in range(MOST_PAGES):
        cursor = _next(page)
        if history or not cursor:
            return _baseline(asked, history, own, complete=not cursor)
        variables = {"environments": [asked.environment], "page": 100, "after": cursor}
        further = graph.ask(
            client, question, "Deployments", queries.DEPLOYMENTS, variables, opening.KEEP
        )
        page = further.part("deployments").member("deployments")
        others, more = _parted(_successful(client, question, page, asked), asked)
        history, own = [*history, *others], [*own, *more]
    if not history:
        raise missing(
            question,
            "too-large",
            f"none of the newest {MOST_PAGES * 100} deployments to {asked.environment} was ever successful",
            "whoever administers the repository deletes deployments that failed",
        )
    return _baseline(asked, history, own, complete=not _next(page))


def _parted(
    found: Iterable[Deployment], asked: Reference
) -> tuple[list[Deployment], list[Deployment]]:
    """Deployments of other runs, and those of this very run."""
    every = list(found)
    own = [past for past in every if past.run_id == asked.run_id]
    return [past for past in every if past not in own], own


def _baseline(
    asked: Reference, history: Sequence[Deployment], own: Sequence[Deployment], *, complete: bool
) -> Baseline:
    return Baseline(
        environment=asked.environment,
        history=tuple(history),
        complete=complete,
        by_this_run=own[0] if own else None,
    )


def _next(page: Part) -> str:
    info = page.member("pageInfo")
    return info.name("endCursor") if info.flag("hasNextPage") else ""


def _successful(
    client: Client, question: Question, page: Part, asked: Reference
) -> Iterator[Deployment]:
    for found in page.items("nodes"):
        if _is_ours(found, asked):
            statuses = _statuses(client, question, found)
            if deployment := _deployment(found, statuses, asked):
                yield deployment


def _is_ours(found: Part, asked: Reference) -> bool:
    """Whether it is a deployment to this very environment, and was one from the start."""
    names = (found.text_or_null("environment"), found.text_or_null("originalEnvironment"))
    task = found.text_or_null("task")
    return task in {"", "deploy"} and all(
        name.casefold() in {"", asked.environment.casefold()} for name in names
    )


def _statuses(client: Client, question: Question, found: Part) -> list[tuple[str, datetime, str]]:
    """State, time and log address of every status."""
    statuses = found.maybe("statuses")
    if statuses is None:
        return []
    if not statuses.member("pageInfo").flag("hasNextPage"):
        return [
            (one.name("state"), one.moment("createdAt"), one.text_or_null("logUrl"))
            for one in statuses.items("nodes")
        ]
    number = found.number("databaseId")
    _, everything = client.pages(
        question, f"{client.home}/deployments/{number}/statuses", ("state", "created_at", "log_url")
    )
    return [
        (one.name("state").upper(), one.moment("created_at"), one.text_or_null("log_url"))
        for one in everything
    ]


def _deployment(
    found: Part, statuses: list[tuple[str, datetime, str]], asked: Reference
) -> Deployment | None:
    runs = {run for _, _, address in statuses if (run := run_of(address))}
    moments = [at for state, at, _ in statuses if state == "SUCCESS"]
    if not moments:
        return None
    number = found.number("databaseId")
    creator = accounts.actor(found.maybe("creator"))
    # Statuses of several runs contradict each other; then no run is named rather than a wrong one. What this run had
    # a hand in is no baseline for it, whatever else is said.
    run_id = asked.run_id if asked.run_id in runs else runs.pop() if len(runs) == 1 else ""
    return Deployment(
        id=str(number),
        revision=found.sha("commitOid"),
        at=min(moments),
        url=asked.web(f"deployments/{number}"),
        creator=creator,
        run_id=run_id,
        # GitHub records the environment of a job in the name of its own app.
        by_pipeline=bool(run_id) and creator.kind is Kind.BOT,
    )
