"""A set of sweeps as an archive holds it: chained, and signed with the key of the other set."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from gate.app.sign_evidence import with_signatures
from gate.evidence.bundle import Bundle
from gate.evidence.checkpoint import Checkpoint
from tests.app.evidence_set import CONTENT, SIGNER
from tests.evidence.sweeps import IN_TIME, OWED, STREAM, link, sweep

RAW = {"raw/0001-jira.json": b'{"body":[]}'}


@cache
def loose(policy: bytes = CONTENT) -> Bundle:
    """A sweep that saw a review, under a policy of the scenarios; neither chained nor signed."""
    return sweep(policy=policy, raw=dict(RAW))


@cache
def archived(count: int = 3) -> tuple[Bundle, ...]:
    """Sweeps one after the other, each naming the one before it."""
    found: list[Bundle] = []
    for seq in range(1, count + 1):
        now = IN_TIME - timedelta(hours=count - seq)
        place = link(seq, found[-1] if found else None)
        made = sweep(OWED, now=now, policy=CONTENT, raw=dict(RAW), link=place)
        found.append(with_signatures(made, SIGNER))
    return tuple(found)


def checkpoint(bundles: tuple[Bundle, ...]) -> Checkpoint:
    return Checkpoint(stream=STREAM, count=len(bundles), head=bundles[-1].digest)
