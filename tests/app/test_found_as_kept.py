"""What a sweep plans, says and writes is made of masked texts."""

from __future__ import annotations

from gate.app.found_as_kept import found_as_kept
from gate.app.sweep_find import Found
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord, Source
from gate.domain.sweep import Shelf
from tests import builders as b
from tests import owed


def ticket(said: str) -> FollowUpTicket:
    by = b.account("carol")
    comment = FollowUpComment(id="1", by=by, at=b.NOW, body=f"Findings: {said}")
    return FollowUpTicket(
        system="github", key="acme/app#1", url="https://acme.example/1", title=said, opened_at=b.NOW, opened_by=by,
        is_open=True, marker={"id": "1"}, comments=(comment,),
    )  # fmt: skip


def hide(text: str) -> str:
    return text.replace("key=1", "key=…")


def test_whatever_was_found_is_masked() -> None:
    found = Found(
        run=b.run(ref="refs/heads/key=1"),
        records=(
            EmergencyRecord(marker=owed.marker(), source=Source.EVIDENCE, reason="see key=1"),
        ),
        landings={},
        shelves=(
            Shelf(system="jira", tickets=b.missing()),
            Shelf(system="github", tickets=(ticket("key=1"),)),
        ),
        problems=("it said key=1",),
    )
    kept = found_as_kept(found, hide)
    assert kept.run == b.run(ref="refs/heads/key=…")
    assert kept.problems == ("it said key=…",)
    assert [one.reason for one in kept.records] == ["see key=…"]
    assert kept.shelves == (found.shelves[0], Shelf(system="github", tickets=(ticket("key=…"),)))
