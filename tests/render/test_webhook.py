import json
from dataclasses import replace

from gate.domain.emergency_record import EmergencyRecord, Source
from gate.domain.grant import Owed
from gate.render.webhook import granted_message, overdue_message
from tests import owed

RECORD = EmergencyRecord(
    marker=owed.marker(), source=Source.EVIDENCE, run_url="https://github.example/runs/6900"
)


def test_a_webhook_is_told_which_release_it_is_about_and_until_when() -> None:
    found = granted_message(RECORD, "Released **at once**", "https://jira.example/CHG-90")
    assert json.loads(json.dumps(found)) == {
        "schema_version": 1,
        "event": "break-glass",
        "text": "Released **at once**",
        "id": owed.marker().id,
        "repository": "acme/app",
        "environment": "production",
        "revision": owed.marker().revision,
        "run": {"id": "6900", "attempt": 1, "url": "https://github.example/runs/6900"},
        "due_at": "2026-11-27T13:00:00Z",
        "ticket": "https://jira.example/CHG-90",
    }


def test_what_is_overdue_is_another_event_and_a_ticket_that_is_not_there_is_null() -> None:
    found = overdue_message(replace(RECORD, run_url=""), "Overdue", "")
    assert (found["event"], found["ticket"]) == ("review-overdue", None)


def test_a_notice_is_of_no_run() -> None:
    marker = owed.marker(owed=Owed.INDEPENDENT_REVIEW)
    about = EmergencyRecord(marker=marker, source=Source.TICKET)
    assert overdue_message(about, "late", "")["run"] is None
