"""The marker by which the gate knows a follow-up ticket again: written, read back, and believed only when whole."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from gate.domain.follow_up import Marker
from gate.domain.grant import NO_RUN, Owed, grant_id

ID_LABEL = "gate-"
"""What the label of one release begins with: `gate-3f2a91c07d5e`."""

_VERSION = "1"
_NAME = f"change-gate:follow-up:v{_VERSION}"
_LINE = re.compile(rf"^<!-- {_NAME} (\{{[^<>\n]*\}}) -->[ \t\r]*$", re.MULTILINE)
_ID_LABEL = re.compile(rf"{ID_LABEL}([0-9a-f]{{12}})")
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")


def marker_fields(marker: Marker) -> Mapping[str, str]:
    """The marker as flat text fields, for trackers that keep such beside a ticket, and for `marker_line`."""
    not_judged = {"not_judged": ",".join(marker.not_judged)} if marker.not_judged else {}
    return {
        "version": _VERSION,
        "id": marker.id,
        "owed": marker.owed.value,
        "repository": marker.repository,
        "repository_id": marker.repository_id,
        "environment": marker.environment,
        "revision": marker.revision,
        "run_id": marker.run_id,
        "attempt": str(marker.attempt),
        "issued_at": _written(marker.issued_at),
        "due_at": _written(marker.due_at),
        "not_by": ",".join(marker.not_by),
        **not_judged,
    }


def marker_line(fields: Mapping[str, str]) -> str:
    """The fields as one line that no page shows: for trackers whose tickets are Markdown.

    Nothing in a value can end the comment that it stands in.
    """
    text = json.dumps(dict(fields), ensure_ascii=True, separators=(",", ":"))
    for char, escaped in {"<": "\\u003c", ">": "\\u003e", "--": "-\\u002d"}.items():
        text = text.replace(char, escaped)
    return f"<!-- {_NAME} {text} -->"


def fields_in(text: str) -> Mapping[str, str]:
    """The fields of the marker line in a ticket's text; none when there is no such line, or more than one.

    They are not checked: see `read_marker`.
    """
    lines = _LINE.findall(text)
    if len(lines) != 1:
        return {}
    try:
        found = json.loads(lines[0])
    except (ValueError, RecursionError):
        return {}
    if not all(isinstance(value, str) for value in found.values()):
        return {}
    return {str(key): str(value) for key, value in found.items()}


def read_marker(fields: Mapping[str, str]) -> Marker | None:
    """The marker, when the fields are exactly what the gate writes and its id is that of the release; else None."""
    try:
        marker = _read(fields)
    except (KeyError, ValueError):
        return None
    release = (
        marker.repository_id,
        marker.environment,
        marker.revision,
        marker.run_id,
        marker.attempt,
    )
    is_whole = marker.id == grant_id(*release) and marker.issued_at <= marker.due_at
    # A notice is of no run, and nothing else is: neither may be taken for the other.
    is_whole = is_whole and ((marker.run_id, marker.attempt) == NO_RUN) is marker.is_notice
    # What does not come out as it went in was not written by the gate.
    return marker if is_whole and dict(marker_fields(marker)) == dict(fields) else None


def id_label(release: str) -> str:
    """The label of one release, by its id."""
    return f"{ID_LABEL}{release}"


def labelled_ids(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of releases that a ticket's labels name."""
    found = (_ID_LABEL.fullmatch(label) for label in labels)
    return tuple(dict.fromkeys(label[1] for label in found if label is not None))


def _read(fields: Mapping[str, str]) -> Marker:
    if not all(value.isprintable() for value in fields.values()):
        raise ValueError("a field holds more than one line of text")
    if not _REVISION.fullmatch(fields["revision"]):
        raise ValueError("not the full id of a commit")
    return Marker(
        id=fields["id"],
        owed=Owed(fields["owed"]),
        repository=fields["repository"],
        repository_id=fields["repository_id"],
        environment=fields["environment"],
        revision=fields["revision"],
        run_id=fields["run_id"],
        attempt=int(fields["attempt"]),
        issued_at=_moment(fields["issued_at"]),
        due_at=_moment(fields["due_at"]),
        not_by=_names(fields["not_by"]),
        not_judged=_names(fields.get("not_judged", "")),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError("not a moment in UTC as the gate writes it")
    return datetime.fromisoformat(text)
