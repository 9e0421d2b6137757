"""What comes after the demo's emergency: the deploy, a sweep the next morning, a review, and the sweep that sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from gate.app.demo_stage import Stage
from gate.evidence.bundle import DECISION
from gate.render.escape import log
from gate.sandbox.later import later, with_deployment, with_evidence
from gate.sandbox.world import World, sha
from gate.sandbox.world.tickets import Issue

MORNING = timedelta(hours=11)
REVIEW = timedelta(hours=2)
REVIEWER = "alice"
FINDINGS = (
    "Read both files line by line. While the bank is down nothing is retried, and it starts again by itself. All tests "
    "passed on this revision at 22:31. The alert came 20 minutes late, which has a ticket of its own now."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """How the sweeps ended, and the ticket."""

    exit_codes: tuple[int, int]
    """While the review was owed, and after it."""
    ticket: Path
    """The ticket with its comments, as it stands in the tracker at the end."""


def aftermath(on: Stage, ticket: Path) -> Aftermath:
    """Let the deploy happen, sweep, have the release reviewed in its ticket, and sweep again."""
    _deployed(on)
    _announce(on, "The next morning a schedule starts it. Nobody has reviewed the release yet.")
    owed = _sweep(on, MORNING)
    key, name = _ticket(on).name, _name(on.box.world, REVIEWER)
    _announce(on, f"{name}, who had no part in the release, has reviewed it and said so in {key}.")
    on.written().say(key, REVIEWER, _review(on.box.world), on.box.clock())
    reviewed = _sweep(on, REVIEW)
    ticket.write_text(_shown(on), encoding="utf-8")
    return Aftermath(exit_codes=(owed, reviewed), ticket=ticket)


def _deployed(on: Stage) -> None:
    decision = (on.evidence / DECISION).read_bytes()
    world = with_evidence(on.box.world, decision, break_glass=True)
    on.box.go_on(with_deployment(world, after=timedelta(minutes=1)))


def _sweep(on: Stage, after: timedelta) -> int:
    world = on.box.world
    run = replace(world.run, id=world.run.id + 1, event="schedule", started_at=world.now + after)
    on.box.go_on(later(world, after, run))
    return on.follow_up()


def _ticket(on: Stage) -> Issue:
    [ticket] = on.written().issues.values()
    return ticket


def _shown(on: Stage) -> str:
    ticket, world = _ticket(on), on.box.world
    said = [
        f"---\n\n{_name(world, one.by)} wrote:\n\n{one.body}\n"
        for one in on.written().comments(ticket.name)
    ]
    return "\n".join([f"# {ticket.title} ({ticket.name}, {ticket.state})\n", ticket.body, *said])


def _name(world: World, account: str | None) -> str:
    found = world.accounts.get(account or "")
    return found.name if found else "The gate"


def _review(world: World) -> str:
    return f"Reviewed: {sha(world.run.commit)}\nOutcome: confirmed\nFindings: {FINDINGS}\n"


def _announce(on: Stage, text: str) -> None:
    on.host.out.write(f"\n──── gate follow-up: {log(text)}\n\n")
