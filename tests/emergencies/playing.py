"""Play one run in trouble, then the sweeps after it, and say what must be true of every such run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from gate.app.replay import replay
from gate.domain.follow_up_marker import ID_LABEL
from gate.evidence.emergency_json import records
from gate.evidence.follow_up_json import FOLLOW_UP, read_kept
from gate.sandbox.world.forge import Run
from tests.emergencies.hurry import TIMEOUT
from tests.emergencies.rig import TOKENS, Kept, Outcome, Story, everything
from tests.emergencies.troubles import (
    LATE,
    NONE,
    ONE_WRITE,
    TROUBLED,
    Case,
    faults,
    has_second_person,
)
from tests.scenarios.play import SCENARIOS

PLACES = {
    "pagerduty": "emergency-granted",
    "incident_io": "emergency-granted-by-incident-io",
    "jsm": "emergency-granted-by-jsm",
    "none": "emergency-granted",
}
ENVIRON = {"CHANGE_GATE_TRACKER_TOKEN": "sandbox-tracker-token"}
TEN_MINUTES = timedelta(minutes=10)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
READING_POSTS = ("/graphql", "/bulkfetch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Everything that came of a case."""

    case: Case
    checked: Outcome
    swept: tuple[Outcome, ...]
    after_check: tuple[Kept, ...]
    after_sweep: tuple[Kept, ...]
    """After the first sweep in a world that is well again."""
    written_at_last: tuple[str, ...]
    """What one more sweep still wrote, although nothing was left to do."""
    address: str

    @property
    def is_granted(self) -> bool:
        """Whether there is a grant, and it let the deploy through."""
        told = self.checked.decision["emergency"]
        return bool(told["granted"]) and self.checked.exit_code == 0

    @property
    def grant(self) -> Mapping[str, Any]:
        """The grant, without its moments and without the address that the sandbox happened to have."""
        told = json.loads(
            json.dumps(self.checked.decision["emergency"]["grant"]).replace(self.address, "")
        )
        return {
            key: value
            for key, value in told.items()
            if key not in {"issued_at", "expires_at", "unverified"}
        }

    @property
    def open_tickets(self) -> list[str]:
        """Those that are open once all is well again."""
        return [one.key for one in self.after_sweep if one.is_open]


def play(case: Case, folder: Path) -> Played:
    """The check in trouble; a sweep in the same trouble, then one in peace; or two in peace."""
    with Story(folder, case.forge, changes(case), SCENARIOS / PLACES[case.pager]) as story:
        trouble = story.world.faults
        checked = story.check(TIMEOUT, env=ENVIRON)
        after_check = story.kept()
        story.leave(checked, deployed=checked.exit_code == 0)
        swept = []
        if case.sweep == TROUBLED:
            story.go_on(TEN_MINUTES, sweeping(story, 8001), faults=trouble)
            swept.append(story.sweep(TIMEOUT, env=ENVIRON))
        story.go_on(TEN_MINUTES, sweeping(story, 8002), faults=())
        swept.append(story.sweep(TIMEOUT, env=ENVIRON))
        after_sweep = story.kept()
        story.go_on(TEN_MINUTES, sweeping(story, 8003))
        so_far = len(story.box.requests)
        if case.sweep == LATE:
            swept.append(story.sweep(TIMEOUT, env=ENVIRON))
        return Played(
            case=case,
            checked=checked,
            swept=tuple(swept),
            after_check=after_check,
            after_sweep=after_sweep,
            written_at_last=tuple(
                f"{one.method} {one.path}"
                for one in story.box.requests[so_far:]
                if one.method in WRITES and not one.path.endswith(READING_POSTS)
            ),
            address=story.box.url,
        )


def sweeping(story: Story, number: int) -> Run:
    """A run of the schedule."""
    return replace(
        story.world.run, id=number, attempt=1, event="schedule", started_at=story.world.now
    )


def changes(case: Case) -> dict[str, Any]:
    """What the case lays over the world of a granted emergency."""
    tracker = "jira" if case.desk in {"jira", "slow-jira"} else "github"
    project = {"own": "acme/app", "elsewhere": "acme/follow-ups"}.get(case.desk, "CHG")
    rules: dict[str, Any] = {"follow_up": {"tracker": tracker, "project": project}}
    policy: dict[str, Any] = {"emergency": rules}
    if case.pager == "none":
        rules["pager"] = None
        policy["roles"] = {"on-call": None}
    else:
        rules["pager"] = {"if_unreachable": "forge" if case.may_use_forge else "undecided"}
    found: dict[str, Any] = {
        "policy_changes": policy,
        "faults": faults(case),
        "tickets": {"acme/follow-ups#1": {"title": "An older one", "author": "alice"}},
    }
    if case.approved:
        found["run"] = {"approvals": {"a1": {"by": "alice"}}}
    if case.desk == "slow-jira":
        found["jira"] = {"search_lag": "2m"}
    return found


def judge(played: Played) -> list[str]:
    """Everything that does not hold of a run; nothing when all does."""
    return [
        *_decision(played),
        *(_debt(played) if played.is_granted else _nothing(played)),
        *_sweeps(played),
        *_secrets(played),
    ]


def _decision(played: Played) -> list[str]:
    case, found = played.case, []
    # How often a slow pager is asked again depends on the clock of this machine.
    is_slow = case.pager_fault == "time-out" and not case.is_down
    if has_second_person(case) != played.is_granted and not is_slow:
        reasons = played.checked.reasons
        found.append(f"granted: {played.is_granted}, exit {played.checked.exit_code}, {reasons}")
    grant = played.checked.decision["emergency"]["grant"]
    if grant and grant["unverified"] and not (case.may_use_forge and case.approved):
        found.append("a pager that is down granted something")
    if grant and grant["consent"]["proof"] == "none":
        found.append("nobody consented")
    if case.is_down and grant and grant["consent"]["proof"] == "acknowledgement":
        found.append("a pager that is down told of an acknowledgement")
    replay(played.checked.evidence)  # raises where deciding again gives other bytes
    return found


def _debt(played: Played) -> list[str]:
    case, found = played.case, []
    (record,) = records(played.checked.evidence["decision.json"])
    kept = read_kept(played.checked.evidence[FOLLOW_UP])
    label = f"{ID_LABEL}{record.marker.id}"
    if kept.is_ticket:
        there = [one for one in played.after_check if one.key == kept.key]
        if not (there and there[0].is_open and label in there[0].labels):
            found.append(f"the evidence names {kept.key}, which is not there")
    elif not kept.refused:
        found.append("the debt is neither in a ticket nor is it said why not")
    if case.own_fault == NONE and case.desk != "own" and not kept.is_ticket:
        found.append(f"the forge would have kept it: {dict(kept.refused)}")
    if (
        case.desk_fault == NONE
        and not kept.is_ticket
        and (case.desk != "own" or case.own_fault == NONE)
    ):
        found.append(f"the tracker would have kept it: {dict(kept.refused)}")
    opened = [one.key for one in played.after_check if one.is_open]
    if len(opened) > 1 and _can_look(case):
        found.append(f"opened twice, although a look would have told: {opened}")
    if len(played.open_tickets) != 1:
        found.append(f"open after the sweep: {played.open_tickets}")
    if any(label not in one.labels for one in played.after_sweep):
        found.append("a ticket of another release")
    (row,) = played.swept[-1].table["releases"]
    told = [row["ticket"]["key"]] if row["ticket"] else []
    if (row["id"], row["state"], told) != (record.marker.id, "open", played.open_tickets):
        found.append(f"the table says {row}")
    return found


def _can_look(case: Case) -> bool:
    """Whether what was written a moment ago can be seen, and no more than one write went wrong on either desk."""
    troubles = ((case.desk_fault, case.desk_extent), (case.own_fault, case.own_extent))
    return case.desk != "slow-jira" and all(
        fault == NONE or extent == ONE_WRITE for fault, extent in troubles
    )


def _nothing(played: Played) -> list[str]:
    found = []
    if played.checked.decision["obligations"] or FOLLOW_UP in played.checked.evidence:
        found.append("a refused emergency owes something")
    if played.after_sweep:
        found.append(f"tickets of a refused emergency: {played.after_sweep}")
    return found


def _sweeps(played: Played) -> list[str]:
    in_peace = played.swept[1:] if played.case.sweep == TROUBLED else played.swept
    found = [f"a sweep in peace: {one.exit_code} {one.out}" for one in in_peace if one.exit_code]
    if played.written_at_last:
        found.append(f"the last sweep still wrote: {played.written_at_last}")
    return found


def _secrets(played: Played) -> list[str]:
    said = everything(played.checked, *played.swept)
    said += "".join(
        [
            *(one.text for one in played.after_sweep),
            *(t for one in played.after_sweep for t in one.said),
        ]
    )
    return [f"a token was told: {token}" for token in TOKENS if token in said]
