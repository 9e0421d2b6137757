"""Emergency releases and their follow-up tickets, for tests.

The story behind the defaults: alice broke the glass for revision m1, which bob wrote; dana took the incident. Run 7001
deployed it two hours before NOW, and CHG-90 was opened at that moment. carol can review it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import LABEL, Marker
from gate.domain.follow_up_marker import id_label, marker_fields
from gate.domain.grant import NO_RUN, Owed, grant_id
from gate.domain.identity import Identity, Kind
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import Emergency
from gate.domain.policy.people import PersonEntry
from tests import builders as b

ISSUED = b.ago(hours=2)
DUE = ISSUED + timedelta(hours=48)
GATE = Identity(system="jira", login="gate", id="jira-gate", kind=Kind.BOT)
ALICE = b.account("alice", system="jira", id="jira-alice", name="Alice Ng")
BOB = b.account("bob", system="jira", id="jira-bob", name="Bob Okafor")
CAROL = b.account("carol", system="jira", id="jira-carol", name="Carol Diaz")
STRANGER = b.account("eve", system="jira", id="jira-eve", name="Eve")
FINDINGS = "Read the whole diff of the retry fix and ran the full suite on it: all is in order."


def policy(**changes: Any) -> Policy:
    """The usual small policy, with break-glass."""
    people = {
        "alice": PersonEntry(
            name="Alice Ng", github="alice-ng", github_id=101, gitlab="alice", jira="jira-alice"
        ),
        "bob": PersonEntry(name="Bob Okafor", github="bokafor", gitlab="bob", jira="jira-bob"),
        "carol": PersonEntry(
            name="Carol Diaz", github="cdiaz", github_id=103, gitlab="carol", jira="jira-carol"
        ),
        "dana": PersonEntry(name="Dana Wu", jira="jira-dana"),
    }
    return b.policy(**{"people": people, "emergency": Emergency(), **changes})


def marker(**changes: Any) -> Marker:
    """The marker of the release, with the id that goes with it unless another is given."""
    base = Marker(
        id="",
        owed=Owed.RETROACTIVE_REVIEW,
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision=b.sha("m1"),
        run_id="6900",
        attempt=1,
        issued_at=ISSUED,
        due_at=DUE,
        not_by=("alice", "bob", "dana"),
    )
    one = replace(base, **changes)
    if one.is_notice:
        run_id, attempt = NO_RUN
        one = replace(one, run_id=run_id, attempt=attempt)
    return one if one.id else replace(one, id=release(one))


def release(one: Marker) -> str:
    return grant_id(one.repository_id, one.environment, one.revision, one.run_id, one.attempt)


def review(**said: str) -> str:
    """The text of a review that counts."""
    lines = {"Reviewed": b.sha("m1")[:7], "Outcome": "confirmed", "Findings": FINDINGS, **said}
    return "\n".join(f"{key}: {text}" for key, text in lines.items() if text)


def comment(by: Identity = CAROL, body: str = "", **changes: Any) -> FollowUpComment:
    at = changes.pop("at", b.ago(hours=1))
    base = FollowUpComment(
        id=f"{by.id}-{at:%d%H%M%S}",
        by=by,
        at=at,
        body=body or review(),
        url="https://acme.atlassian.net/browse/CHG-90?focusedCommentId=1",
    )
    return replace(base, **changes)


def ticket(
    *comments: FollowUpComment, about: Marker | None = None, **changes: Any
) -> FollowUpTicket:
    said = about or marker()
    base = FollowUpTicket(
        system="jira",
        key="CHG-90",
        url="https://acme.atlassian.net/browse/CHG-90",
        title="Review afterwards",
        opened_at=said.issued_at,
        opened_by=GATE,
        is_open=True,
        labels=(LABEL, id_label(said.id)),
        marker=marker_fields(said),
        comments=comments,
    )
    return replace(base, **changes)


def after_deadline(**parts: float) -> datetime:
    """A moment after the deadline of the release."""
    return DUE + timedelta(**parts)
