"""What a webhook is told: `text` for chat systems that show it as it is, the rest for machines."""

from __future__ import annotations

from gate.domain.emergency_record import EmergencyRecord

Message = dict[str, object]


def granted_message(record: EmergencyRecord, text: str, ticket_url: str) -> Message:
    """That a release was let through by break-glass."""
    return _message("break-glass", record, text, ticket_url)


def overdue_message(record: EmergencyRecord, text: str, ticket_url: str) -> Message:
    """That its review is overdue."""
    return _message("review-overdue", record, text, ticket_url)


def _message(event: str, record: EmergencyRecord, text: str, ticket_url: str) -> Message:
    marker = record.marker
    return {
        "schema_version": 1,
        "event": event,
        "text": text,
        "id": marker.id,
        "repository": marker.repository,
        "environment": marker.environment,
        "revision": marker.revision,
        "run": None
        if marker.is_notice
        else {"id": marker.run_id, "attempt": marker.attempt, "url": record.run_url},
        "due_at": marker.due_at.isoformat().replace("+00:00", "Z"),
        "ticket": ticket_url or None,
    }
