"""Sweeps and their bundles for tests: one release, its ticket, and whatever was said in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gate.domain.facts import PolicySource
from gate.domain.landing import Landed, Landing
from gate.domain.sweep import Question, Shelf, plan
from gate.evidence.bundle import Bundle, chained
from gate.evidence.canonical import digest
from gate.evidence.record import Link
from gate.evidence.sweep_bundle import SweepRecord, sweep_bundle
from gate.render.sweep_table import told
from tests import builders as b
from tests import owed
from tests.domain.test_sweep import record

IN_TIME = owed.DUE - timedelta(hours=1)
LATE = owed.DUE + timedelta(hours=1)
STREAM = "github.com/4242/production__follow-up"


def jira(*tickets: Any) -> Shelf:
    return Shelf(system="jira", tickets=tickets)


REVIEWED = jira(owed.ticket(owed.comment()))
OWED = jira(owed.ticket())


def swept(
    *shelves: Shelf, now: datetime = IN_TIME, policy: bytes = b"version: 1\n", **changes: Any
) -> SweepRecord:
    """What a sweep at `now` knows and does when it finds these shelves."""
    asked = Question(repository_id="4242", now=now, policy=owed.policy())
    landed = {record().marker.id: Landed(state=Landing.DEPLOYED, at=owed.ISSUED)}
    made = plan(asked, changes.pop("records", [record()]), landed, shelves)
    source = PolicySource(
        origin="protected-branch",
        path="p.yml",
        branch="main",
        revision=b.sha("m1"),
        digest=digest(policy),
    )
    usual = {
        "run": b.run(id="7100"), "asked": asked, "days": 30, "source": source, "policy": policy, "shelves": shelves,
        "actions": made.actions, "opened": {}, "table": told(made), "problems": (), "gate_version": "0.1.0",
    }  # fmt: skip
    return SweepRecord(**{**usual, **changes})


def sweep(
    *shelves: Shelf, link: Link | None = None, raw: dict[str, bytes] | None = None, **changes: Any
) -> Bundle:
    """The bundle of that sweep; by default the release was reviewed in time."""
    made = sweep_bundle(swept(*(shelves or (REVIEWED,)), **changes), raw or {})
    return chained(made, link) if link else made


def link(seq: int = 1, previous: Bundle | None = None) -> Link:
    """A place in the chain of sweeps."""
    return Link(stream=STREAM, seq=seq, previous=previous.digest if previous else None)
