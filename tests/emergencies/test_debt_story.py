"""One emergency and the days after it, through the command line: owed, refused, overdue, blocking, reviewed, closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gate.sandbox.world import sha
from gate.sandbox.world.merging import merged
from tests.emergencies.days import (
    AGAIN,
    GOOD_FINDINGS,
    MONDAY,
    REVIEW,
    STORY,
    deploying,
    sections,
    sweeping,
)
from tests.emergencies.listener import Listener, listening
from tests.emergencies.rig import Forge, Kept, Outcome, Story, everything, quiet

HOUR = timedelta(hours=1)
OWN = {"policy_changes": {"emergency": {"follow_up": {"tracker": "github", "project": "acme/app"}}}}
DESKS: dict[str, dict[str, Any]] = {"jira": {}, "own": OWN}


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_a_debt_from_the_night_of_the_emergency_until_it_is_paid(
    forge: Forge, desk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = merged(STORY, DESKS[desk])
    with quiet() as said, listening() as hook, Story(tmp_path / "runs", forge, changes) as story:
        told = Teller(story, hook)
        monday = sections(forge, DESKS[desk], story.box.url)
        granted = told.check()
        assert (granted.exit_code, hook.events) == (0, ["break-glass"]), said.getvalue()
        story.leave(granted, deployed=True)

        assert_a_dependent_review_is_refused(told)
        assert_that_it_is_late_is_said_once(told)
        assert "1 review overdue" in said.getvalue()
        assert_closing_the_ticket_is_no_review(told)
        rest = MONDAY - (story.world.now - told.began)
        story.go_on(rest, deploying(story.world, 7010, rest), **monday)
        assert_nobody_deploys_but_whom_the_policy_names(told)
        assert_an_independent_review_pays(told)

        assert hook.events == ["break-glass", "review-overdue", "break-glass"]
    assert "secret-canary" not in everything(*told.outcomes) + said.getvalue()


def assert_a_dependent_review_is_refused(told: Teller) -> None:
    """In time there is nothing to do, and a review by somebody who took part changes nothing."""
    assert told.sweep(HOUR) == (0, ["open"])
    told.story.say(told.ticket.key, "bob", review(sha("m1")))
    assert told.sweep(HOUR) == (0, ["open"])
    (refused,) = told.row["refused"]
    assert (refused["by"], refused["code"]) == ("bob", "dependent")
    assert refused["why"] == "bob had a part in the release"
    assert len(told.ticket.said) == 1


def assert_that_it_is_late_is_said_once(told: Teller) -> None:
    """In the ticket, on the incident and to the webhook; another sweep says nothing more."""
    before = told.notes
    assert told.sweep(timedelta(hours=47)) == (7, ["overdue"])
    assert told.hook.events == ["break-glass", "review-overdue"]
    assert told.notes == before + 1
    assert "overdue" in told.ticket.labels
    assert (told.ticket.is_open, len(told.ticket.said)) == (True, 2)
    assert told.sweep(HOUR) == (7, ["overdue"])
    assert (len(told.ticket.said), told.notes, len(told.hook.heard)) == (2, before + 1, 2)


def assert_closing_the_ticket_is_no_review(told: Teller) -> None:
    """The sweep opens it again."""
    told.story.close(told.ticket.key)
    assert not told.ticket.is_open
    assert told.sweep(HOUR) == (7, ["overdue"])
    assert told.ticket.is_open


def assert_nobody_deploys_but_whom_the_policy_names(told: Teller) -> None:
    """Not as usual, and not by break-glass; Alice holds the role that may break the glass in spite of it."""
    story, by_hand = told.story, {"event": "workflow_dispatch"}
    blocked = told.check(args=())
    assert (blocked.exit_code, blocked.reasons) == (10, ["retroactive_review.overdue"])
    assert told.ticket.key in blocked.out

    story.go_on(timedelta(), deploying(story.world, 7011, timedelta(), **by_hand))
    again = told.check(args=AGAIN)
    assert (again.exit_code, again.reasons) == (10, ["retroactive_review.overdue"])
    assert "dave does not hold engineering-lead; alice could start it" in one_line(again.out)
    assert len(story.kept()) == 1

    by_alice = deploying(story.world, 7012, timedelta(), **by_hand, started_by="alice")
    story.go_on(timedelta(), by_alice)
    despite = told.check(args=AGAIN)
    assert (despite.exit_code, despite.reasons) == (0, [])
    assert despite.decision["emergency"]["grant"]["invoked_by"] == ["alice"]
    assert len(story.kept()) == 2
    story.leave(despite, deployed=False)


def assert_an_independent_review_pays(told: Teller) -> None:
    """The ticket is closed, the table says who reviewed, and the next deploy goes.

    What Alice asked for was not deployed in the end: that is for somebody to say, once her grant has ended.
    """
    story = told.story
    story.say(told.ticket.key, "carol", review(sha("m1")))
    assert told.sweep(2 * HOUR) == (0, ["paid-late", "open"])
    assert told.row["review"]["by"] == "carol"
    nothing = review(sha("m2")).replace("confirmed", "not deployed")
    story.say(story.kept()[1].key, "carol", nothing)
    assert told.sweep(HOUR) == (0, ["paid-late", "paid"])
    assert [one.is_open for one in story.kept()] == [False, False]
    story.go_on(HOUR, deploying(story.world, 7013, HOUR))
    allowed = told.check(args=())
    assert (allowed.exit_code, allowed.reasons) == (0, []), allowed.out


class Teller:
    """Runs the gate in a story, and remembers what came of it."""

    def __init__(self, story: Story, hook: Listener) -> None:
        self.story, self.hook, self.began = story, hook, story.world.now
        self.env = {"CHANGE_GATE_WEBHOOK_URL": hook.url}
        self.outcomes: list[Outcome] = []
        self._sweeps = 8000

    @property
    def row(self) -> dict[str, Any]:
        """The first line of the last sweep's table."""
        found: dict[str, Any] = self.outcomes[-1].table["releases"][0]
        return found

    @property
    def ticket(self) -> Kept:
        """The follow-up of the first emergency, as it is now."""
        return self.story.kept()[0]

    @property
    def notes(self) -> int:
        """How many notes the incident has."""
        return len(self.story.box.site.pagers["pagerduty"].written.comments("1234"))

    def check(self, args: tuple[str, ...] | None = None) -> Outcome:
        """`gate check`, with the arguments of the world or with others."""
        self.outcomes.append(self.story.check(args=args, env=self.env))
        return self.outcomes[-1]

    def sweep(self, after: timedelta) -> tuple[int, list[str]]:
        """`gate follow-up` so much later: its exit code, and how each release stands."""
        self._sweeps += 1
        self.story.go_on(after, sweeping(self.story.world, self._sweeps, after))
        self.outcomes.append(self.story.sweep(env=self.env))
        table = self.outcomes[-1].table
        return self.outcomes[-1].exit_code, [row["state"] for row in table["releases"]]


def one_line(text: str) -> str:
    return " ".join(text.split())


def review(revision: str) -> str:
    return REVIEW.format(revision=revision[:12], findings=GOOD_FINDINGS)
