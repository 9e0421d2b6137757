from typing import Any

import pytest

from gate.domain.follow_up import LABEL
from gate.domain.follow_up_tickets import primary, told_apart
from gate.domain.identity import Identity, Kind
from tests import builders as b
from tests import owed

ID = owed.marker().id


def test_a_ticket_whose_marker_and_labels_agree_is_of_that_release() -> None:
    later = owed.ticket(key="CHG-95", opened_at=b.ago(hours=1))
    first = owed.ticket()
    found = told_apart([later, first])
    assert found.of_releases == {ID: ((first, owed.marker()), (later, owed.marker()))}
    assert (found.unreadable, found.others) == ((), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"marker": {}},
        {"marker": {"id": ID}},
        {"labels": (LABEL, "gate-000000000000")},
        {"labels": (LABEL,)},
        {"marker": {}, "labels": (LABEL,), "opened_by": Identity(system="", login="", kind=Kind.UNKNOWN)},
        {"marker": {}, "labels": (LABEL, "gate-000000000000"), "opened_by": owed.BOB},
    ],
)  # fmt: skip
def test_what_may_be_the_gates_and_does_not_say_what_it_is_about_stays_a_debt(
    changes: dict[str, Any],
) -> None:
    ticket = owed.ticket(**changes)
    found = told_apart([ticket])
    assert (dict(found.of_releases), found.unreadable) == ({}, (ticket,))


@pytest.mark.parametrize("labels", [(LABEL,), (LABEL, "gate-keeper")])
def test_what_a_person_opened_and_no_release_is_named_on_is_theirs(labels: tuple[str, ...]) -> None:
    ticket = owed.ticket(marker={}, labels=labels, opened_by=owed.BOB)
    assert told_apart([ticket]).others == (ticket,)


def test_a_ticket_without_the_label_is_none_of_ours() -> None:
    found = told_apart([owed.ticket(labels=())])
    assert (dict(found.of_releases), found.unreadable, found.others) == ({}, (), ())


def test_people_go_on_with_the_oldest_open_ticket_else_with_the_oldest() -> None:
    closed = owed.ticket(key="CHG-1", is_open=False, opened_at=b.ago(hours=9))
    first = owed.ticket(key="CHG-2", opened_at=b.ago(hours=8))
    second = owed.ticket(key="CHG-3", opened_at=b.ago(hours=7))
    assert primary([second, closed, first]) is first
    assert primary([owed.ticket(is_open=False), closed]) is closed
