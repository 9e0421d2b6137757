"""What the days after the emergency bring: another change that waits for its deploy, and another incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gate.sandbox.world import World
from gate.sandbox.world.forge import Run
from gate.sandbox.world.merging import merged
from tests.emergencies.rig import Forge, world_of

MONDAY = timedelta(days=4, hours=12)
"""From Wednesday night until Monday, 10:12 in New York, which is a time to deploy at."""
REVIEW = """Reviewed: {revision}
Outcome: confirmed
Findings: {findings}"""
GOOD_FINDINGS = "Read the whole diff and ran the suite on it: retries stop after three, and errors are back to normal."

STORY: Mapping[str, Any] = {
    "policy_changes": {"emergency": {"despite_overdue": "engineering-lead"}},
    "schedules": {"primary": {"shifts": {"s1": {"to": "+10d"}}}},
    "tickets": {
        "CHG-8": {
            "type": "Normal Change",
            "status": "Approved",
            "reporter": "dana",
            "created": "-2d",
            "summary": "Show the reason when a payment fails",
            "description": "People call because they cannot see why a payment failed.",
            "fields": {"Change risk": "Low"},
            "history": {"h1": {"at": "-1d", "by": "alice", "field": "status", "from": "Review", "to": "Approved"}},
            "remote_links": ["https://github.com/acme/app/pull/13"],
        }
    },
}  # fmt: skip
NEXT_CHANGE: Mapping[str, Any] = {
    "commits": {
        "c3": {
            "author": "bob",
            "message": "CHG-8 Show the reason when a payment fails",
            "parents": ["m1"],
            "at": "+4d2h",
            "files": {"services/api/errors.py": {"added": 9, "status": "added"}},
        },
        "m2": {
            "author": "dave",
            "by_forge": True,
            "message": "Merge pull request #13 from acme/reasons\n\nCHG-8 Show the reason when a payment fails",
            "parents": ["m1", "c3"],
            "at": "+4d10h",
        },
    },
    "branches": {"main": "m2", "reasons": "c3"},
    "pull_requests": {
        13: {
            "title": "CHG-8 Show the reason when a payment fails",
            "body": "Tells which bank said what.\n\nChange-Ticket: CHG-8",
            "branch": "reasons",
            "author": "bob",
            "created": "+4d2h",
            "state": "merged",
            "commits": ["c3"],
            "merged": {"by": "dave", "at": "+4d10h", "commit": "m2", "method": "merge"},
            "reviews": {"r1": {"by": "erin", "state": "approved", "at": "+4d4h", "commit": "c3"}},
        }
    },
    "checks": {
        f"{name}-again": {
            "id": 40 + number,
            "name": shown,
            "app": "github-actions",
            "commit": "m2",
            "conclusion": "success",
            "started": "+4d10h",
            "completed": "+4d11h",
            "run": 7010,
        }
        for number, (name, shown) in enumerate(
            {"unit": "unit", "chrome": "e2e / chrome", "firefox": "e2e / firefox"}.items()
        )
    },
    "incidents": {
        "1235": {
            "id": "PT4KHLZ",
            "title": "Payments fail again",
            "service": "PSVC001",
            "raised_at": "+4d11h",
            "history": {"h1": {"at": "+4d11h10m", "by": "erin", "channel": "sms"}},
        }
    },
}
AGAIN = (
    "--break-glass",
    "--reason=Refunds are sent twice since ten o'clock, each minute costs us money that no bank gives back",
    "--incident=1235",
    "--pager-email=gate@acme.example",
)


def sections(forge: Forge, changes: Mapping[str, Any], url: str) -> dict[str, Any]:
    """What exists on Monday, as sections of the world of Wednesday night."""
    world = world_of(forge, merged(merged(STORY, changes), NEXT_CHANGE), url)
    names = ("commits", "branches", "pull_requests", "checks", "incidents")
    return {name: getattr(world, name) for name in names}


def deploying(world: World, number: int, at: timedelta, **changed: Any) -> Run:
    """A run that deploys the next change, so long after the world's now."""
    started = world.now + at - timedelta(minutes=5)
    run = replace(world.run, id=number, commit="m2", event="push", attempt=1, started_by="dave")
    return replace(run, started_at=started, rerun_at=started, **changed)


def sweeping(world: World, number: int, after: timedelta) -> Run:
    """A run of the schedule, so long after the world's now."""
    at = world.now + after
    return replace(world.run, id=number, attempt=1, event="schedule", started_at=at, rerun_at=at)
