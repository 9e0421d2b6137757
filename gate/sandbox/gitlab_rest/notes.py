"""Notes on merge requests and issues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.people import Shape, somebody
from gate.sandbox.gitlab_rest.timeline import Note
from gate.sandbox.written import Comment


def as_note(comment: Comment) -> Note:
    """What somebody wrote. Nothing tells who changed it afterwards."""
    return Note(
        id=comment.id,
        at=comment.at,
        by=comment.by or "",
        body=comment.body,
        system=False,
        updated=comment.edited_at,
    )


def note_shape(gitlab: GitLab, note: Note, about: Mapping[str, Any]) -> Shape:
    """A `Note`. `about` holds `id`, `iid` and `type` of what it is on."""
    return {
        "id": note.id,
        "type": None,
        "body": note.body,
        "attachment": None,
        "author": somebody(gitlab, note.by),
        "created_at": moment(note.at),
        "updated_at": moment(note.updated or note.at),
        "system": note.system,
        "noteable_id": about["id"],
        "noteable_type": about["type"],
        "project_id": about.get("project_id", gitlab.world.repository.id),
        "resolvable": False,
        "confidential": False,
        "internal": False,
        "imported": False,
        "imported_from": "none",
        "noteable_iid": about["iid"],
        "commands_changes": {},
    }
