from __future__ import annotations

import json
from typing import Any

import pytest

from gate.app.sweep_text import headline, sweep_text
from gate.domain.sweep import Shelf
from gate.evidence.canonical import dumps
from gate.evidence.sweep_json import SWEEP, StoredSweep, read_sweep
from tests import owed
from tests.domain.test_sweep import DOWN, record
from tests.evidence.sweeps import LATE, OWED, REVIEWED, jira, sweep
from tests.render.test_escape import HOSTILE

ID = record().marker.id
SILENT = Shelf(system="jira", tickets=DOWN)


def stored(*shelves: Shelf, **changes: Any) -> StoredSweep:
    return read_sweep(sweep(*shelves, **changes).files[SWEEP])


def told(**release: Any) -> str:
    """The text about a sweep with these things in its one line; what is None is not there."""
    content = json.loads(sweep(OWED).files[SWEEP])
    (line,) = content["table"]["releases"]
    content["table"]["releases"] = [{k: v for k, v in (line | release).items() if v is not None}]
    return sweep_text(read_sweep(dumps(content)))


def test_it_tells_who_reviewed_which_release_and_what_was_done() -> None:
    lines = sweep_text(stored()).splitlines()
    assert lines[0] == "No review is owed"
    assert lines[2].split("  ")[0] == "state"
    assert lines[2].endswith("ticket  reviewed by  outcome")
    assert lines[3].startswith("reviewed  ")
    assert lines[3].endswith("  CHG-90  carol        confirmed on 2026-11-25T14:00:00Z")
    assert lines[4] == f"  CHG-90: {owed.FINDINGS}"
    assert lines[5] == (
        f"Had to:   close it, since the review is there (release {ID}, jira CHG-90)"
    )


def test_it_tells_who_could_have_and_whose_attempt_does_not_count() -> None:
    text = sweep_text(stored(jira(owed.ticket(owed.comment(by=owed.BOB))), now=LATE))
    assert text.startswith("1 review overdue\n")
    assert "\nOVERDUE  " in text
    assert "(nobody)" in text
    assert "  CHG-90: the comment of bob on 2026-11-25T14:00:00Z does not count: " in text
    assert "  CHG-90: carol can review it" in text
    assert "Had to:   say in it that the deadline has passed (release " in text


def test_a_release_without_a_ticket_is_told_by_its_id() -> None:
    text = sweep_text(stored(jira()))
    assert "  (none)  " in text
    assert f"  {ID}: it has no ticket yet" in text
    assert f"Had to:   open a ticket (release {ID})" in text


def test_the_decision_that_let_it_through_is_named() -> None:
    assert "  CHG-90: let through by the decision sha256:5" in told(decision={"digest": "sha256:5"})


def test_what_is_not_told_is_not_made_up() -> None:
    bare = told(
        **dict.fromkeys(("id", "revision", "environment", "ticket", "due_at", "review", "note")),
        could_review="carol",
        refused=[1],
        decision=[],
    )
    assert "(not told)" in bare
    assert "can review" not in bare
    unsure = told(review={"account": "Carol", "outcome": None}, could_review=[1])
    assert "  Carol" in unsure


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (stored(), "No review is owed"),
        (stored(OWED), "1 review owed, none overdue"),
        (stored(OWED, now=LATE), "1 review overdue"),
        (stored(SILENT), "Not everything could be seen or done"),
    ],
)
def test_the_headline_says_what_it_found(found: StoredSweep, words: str) -> None:
    assert headline(found) == words


def test_what_could_not_be_seen_is_told() -> None:
    text = sweep_text(stored(problems=("Jira: no answer came.",)))
    assert "Not seen or not done: Jira: no answer came." in text


def test_nothing_owed_is_no_table() -> None:
    assert sweep_text(stored(REVIEWED, records=())).splitlines()[:1] == ["No review is owed"]
    assert sweep_text(stored(jira(), records=())) == "No review is owed\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    parts = {"by": text, "account": text, "at": text, "outcome": text, "findings": text}
    refused = [{"by": text, "at": text, "why": text}]
    hostile = told(
        revision=text, environment=text, note=text, ticket={"key": text}, review=parts,
        refused=refused, could_review=[text],
    )  # fmt: skip
    for line in hostile.splitlines():
        assert "##[" not in line
        assert not line.strip().startswith("::")
