"""Decisions that may tell of a debt, from the evidence of runs: those started by hand, and those that deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from gate.adapters.forges.github import stored
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.ports import StoredDecision

SUFFIX = "-break-glass"
"""The Action gives it to the evidence of every check that break-glass was asked for."""
COMPENSATING = "-compensating"
"""The Action gives it to the evidence of every release that was let through in compensating mode."""
MOST_RUNS = 1000
"""GitHub lists no more of them by event and date."""

_KEEP = keys("total_count workflow_runs id event created_at run_attempt")


def read(
    client: Client, asked: Reference, since: datetime, deployed: Sequence[str] = ()
) -> tuple[StoredDecision, ...]:
    """The decisions of all attempts of all runs by hand since then, and of the runs `deployed`.

    The name of the evidence tells which of it to download. FactMissing when some of that is gone.
    """
    by_hand = _runs(client, since)
    endings = dict.fromkeys(by_hand, (SUFFIX, COMPENSATING))
    wanted = {**dict.fromkeys(deployed, (COMPENSATING,)), **endings}
    found = side_by_side(
        [partial(_of_run, client, asked, run, ending) for run, ending in wanted.items()]
    )
    return tuple(one for decisions in found for one in decisions)


def _runs(client: Client, since: datetime) -> list[str]:
    """Break-glass is granted to no run that was started otherwise."""
    question = Question(what="runs that were started by hand", permission="actions: read")
    parameters = {"event": "workflow_dispatch", "created": f">={since:%Y-%m-%dT%H:%M:%SZ}"}
    first, found = client.pages(
        question,
        f"{client.home}/actions/runs",
        _KEEP,
        items="workflow_runs",
        total="total_count",
        parameters=parameters,
    )
    if first.number("total_count") > MOST_RUNS:
        raise missing(
            question,
            "too-large",
            f"there are more than {MOST_RUNS} of them, and GitHub lists no more",
            "whoever runs this looks back fewer days (--days), and does so more often",
        )
    return [str(run.number("id")) for run in found]


def _of_run(
    client: Client, asked: Reference, run_id: str, ending: tuple[str, ...]
) -> list[StoredDecision]:
    return list(_decisions(client, asked, run_id, ending))


def _decisions(
    client: Client, asked: Reference, run_id: str, ending: tuple[str, ...]
) -> Iterator[StoredDecision]:
    for artifact in stored.artifacts(client, run_id, ending=ending):
        _check_kept(artifact, run_id)
        content, told = stored.decision(client, artifact, run_id)
        if told.member("run").name("id") == run_id:
            url = asked.web(f"actions/runs/{run_id}/artifacts/{artifact.number('id')}")
            yield StoredDecision(content=content, run_id=run_id, url=url)


def _check_kept(artifact: Part, run_id: str) -> None:
    if artifact.flag("expired"):
        raise missing(
            Question(what=f"the evidence of run {run_id}", permission="actions: read"),
            "not-found",
            "a review may be owed for it, and GitHub has deleted it, so nobody can say here what that run owes",
            "whoever runs this looks back fewer days (--days), and lets GitHub keep artifacts longer than that",
        )
