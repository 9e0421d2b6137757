"""A notice and the days after it, through the command line: given, let through or not, and owed only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gate.domain.follow_up import LET_THROUGH
from gate.sandbox.world import sha
from tests.emergencies.days import GOOD_FINDINGS, REVIEW, sweeping
from tests.emergencies.rig import EMERGENCY, Forge, Outcome, Story, quiet

SMALL_TEAM = EMERGENCY.parent / "compensating-first-check"
HALF_AN_HOUR = timedelta(minutes=31)
LAPSED = timedelta(days=6)
FORGES = pytest.mark.parametrize("forge", ["github", "gitlab"])


@contextmanager
def announced(forge: Forge, folder: Path) -> Iterator[Story]:
    """A story in which notice was given, and its run is over."""
    with quiet(), Story(folder, forge, place=SMALL_TEAM) as story:
        first = story.check()
        assert first.reasons == ["separation.notice-given-now", "separation.self-approved-only"]
        story.leave(first, deployed=False)
        yield story


def sweep(story: Story, after: timedelta) -> tuple[int, list[str]]:
    """`gate follow-up` so much later: its exit code, and how each release stands."""
    story.go_on(after, sweeping(story.world, 8000 + int(after.total_seconds()), after))
    found: Outcome = story.sweep()
    return found.exit_code, [row["state"] for row in found.table["releases"]]


@FORGES
def test_a_notice_that_was_never_used_lapses_and_owes_nothing(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with announced(forge, tmp_path / "runs") as story:
        assert sweep(story, HALF_AN_HOUR) == (0, ["open"])
        assert sweep(story, LAPSED) == (0, ["not-deployed"])
        (ticket,) = story.kept()
        assert (ticket.is_open, LET_THROUGH in ticket.labels) == (False, False)


@FORGES
def test_a_release_whose_ticket_was_deleted_gets_another_one_from_its_evidence(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although nobody started its run by hand."""
    monkeypatch.chdir(tmp_path)
    with announced(forge, tmp_path / "runs") as story:
        started = story.world.now + HALF_AN_HOUR
        story.go_on(HALF_AN_HOUR, replace(story.world.run, id=7002, started_at=started))
        second = story.check()
        assert (second.exit_code, story.world.run.event) == (0, "push")
        story.leave(second, deployed=True)
        (ticket,) = story.kept()
        site = story.box.site
        written = (site.github if forge == "github" else site.gitlab).written
        written.delete(ticket.key)
        assert story.kept() == ()

        assert sweep(story, HALF_AN_HOUR) == (0, ["open"])
        (again,) = story.kept()
        assert again.labels[:2] == ticket.labels[:2]
        assert sweep(story, HALF_AN_HOUR) == (0, ["open"])


@FORGES
def test_a_release_that_was_let_through_is_owed_although_its_deploy_failed(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with announced(forge, tmp_path / "runs") as story:
        started = story.world.now + HALF_AN_HOUR
        story.go_on(HALF_AN_HOUR, replace(story.world.run, id=7002, started_at=started))
        second = story.check()
        assert (second.exit_code, second.decision["release_class"]) == (0, "compensating")
        (ticket,) = story.kept()
        assert LET_THROUGH in ticket.labels
        story.leave(second, deployed=False)

        assert sweep(story, LAPSED) == (7, ["overdue"])
        (ticket,) = story.kept()
        assert ticket.is_open
        story.say(ticket.key, "carol", REVIEW.format(revision=sha("m1"), findings=GOOD_FINDINGS))
        assert sweep(story, HALF_AN_HOUR) == (0, ["paid-late"])
