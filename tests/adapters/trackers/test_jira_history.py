from typing import Any

import pytest

from gate.adapters.answer import Asked
from gate.adapters.part import Part
from gate.adapters.trackers.jira_history import LONGEST, events
from gate.domain.facts import TicketEvent, TicketEventKind
from gate.domain.identity import Kind
from gate.domain.ports import FactMissing
from tests.adapters.trackers.jira_site import ALICE, entry, item

ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")
AT = "2026-11-24T19:00:00.000+0000"


def history(*entries: dict[str, Any]) -> tuple[TicketEvent, ...]:
    return events([Part(one, ASKED) for one in entries], {"planned start": "Planned start"})


def one(**changes: Any) -> TicketEvent:
    """The event of a status change with other keys; `...` takes a key away."""
    changed = item("status", "Review", "Approved") | changes
    (event,) = history(
        entry(1, AT, ALICE, {name: value for name, value in changed.items() if value is not ...})
    )
    return event


STATUS, EDITED, MOVED = TicketEventKind.STATUS, TicketEventKind.EDITED, TicketEventKind.MOVED


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({}, STATUS, "status"),
        ({"fieldId": ...}, STATUS, "status"),
        ({"fieldId": ..., "fieldtype": "custom"}, EDITED, "status"),
        ({"fieldId": "customfield_1", "fieldtype": "custom"}, EDITED, "status"),
        ({"field": "Etat"}, STATUS, "status"),
        ({"field": "Key", "fieldId": ...}, MOVED, "Key"),
        ({"field": "project", "fieldId": "project"}, MOVED, "project"),
        ({"field": "Fix Version", "fieldId": "fixVersions"}, EDITED, "fixVersions"),
        ({"field": "planned START", "fieldId": "customfield_2"}, EDITED, "Planned start"),
        ({"field": "RemoteIssueLink", "fieldId": ..., "fieldtype": ...}, EDITED, "RemoteIssueLink"),
    ],
)
def test_what_changed_is_told_by_the_fields_id_not_by_a_name_that_anybody_can_give(
    changes: dict[str, Any], kind: TicketEventKind, field: str
) -> None:
    event = one(**changes)
    assert (event.kind, event.field) == (kind, field)


@pytest.mark.parametrize(
    "changes",
    [
        {"fieldId": ..., "fieldtype": ...},
        {"fieldId": ..., "fieldtype": "other"},
        {"fromString": None},
        {"toString": ""},
        {"toString": ...},
        {"field": ...},
        {"field": "labels", "fieldId": "labels", "fromString": None},
    ],
)
def test_a_step_that_is_not_whole_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(FactMissing) as gap:
        one(**changes)
    assert gap.value.missing.reason_code == "unreadable"


def test_an_edit_may_be_of_nothing_and_is_cut_when_it_is_long() -> None:
    event = one(
        field="description", fieldId="description", fromString=None, toString="x" * (LONGEST + 1)
    )
    assert (event.before, event.after) == ("", "x" * LONGEST + "…")
    labels = one(field="labels", fieldId="labels", fromString="", toString="a " * LONGEST)
    assert labels.after == "a " * LONGEST


def test_events_are_in_the_order_of_their_times_and_then_of_their_numbers() -> None:
    found = history(
        entry(10, AT, ALICE, item("a", "", "")),
        entry(9, AT, ALICE, item("b", "", "")),
        entry(11, "2026-11-24T18:00:00.000+0000", ALICE, item("c", "", "")),
        {"id": "x", "created": AT, "items": [item("d", "", "")]},
        {"id": "9" * 40, "created": AT, "items": []},
    )
    assert [event.field for event in found] == ["c", "d", "b", "a"]
    assert found[1].by is None


@pytest.mark.parametrize(
    ("author", "id_", "kind"),
    [
        ({"accountId": "1", "accountType": "atlassian"}, "1", Kind.HUMAN),
        ({"accountId": "1", "accountType": "customer"}, "1", Kind.HUMAN),
        ({"accountId": "1", "accountType": "app"}, "1", Kind.BOT),
        ({"accountId": "1", "accountType": "new"}, "1", Kind.UNKNOWN),
        ({"accountId": "1"}, "1", Kind.UNKNOWN),
        ({"accountId": "unknown", "accountType": "atlassian"}, "", Kind.UNKNOWN),
        ({"displayName": "Former user"}, "", Kind.UNKNOWN),
    ],
)
def test_who_did_it_is_a_person_only_when_jira_says_so(
    author: dict[str, Any], id_: str, kind: Kind
) -> None:
    (event,) = history(entry(1, AT, author, item("status", "a", "b")))
    assert event.by is not None
    assert (event.by.system, event.by.login, event.by.id, event.by.kind) == ("jira", "", id_, kind)


def test_metadata_that_a_caller_can_choose_is_nobody() -> None:
    changed = entry(1, AT, None, item("status", "a", "b")) | {
        "historyMetadata": {"actor": {"id": ALICE["accountId"]}}
    }
    assert history(changed)[0].by is None
