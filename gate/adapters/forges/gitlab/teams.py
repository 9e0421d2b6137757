"""Members of a group. A job token can never see them."""

from __future__ import annotations

import re

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys, segment
from gate.domain.identity import Identity
from gate.domain.phrases import safe

_KEEP = accounts.KEYS | keys("access_level membership_state expires_at")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


def members(client: Client, name: str) -> tuple[Identity, ...]:
    """Everybody in the group `group/subgroup` who may act, those included who are there through a group above it."""
    question = Question(what=f"members of the group {safe(name)}", needs=Needs.READ)
    if not _NAME.fullmatch(name):
        detail = f"{safe(name)!r} is not the name of a group"
        raise missing(question, "not-found", detail, "write it as group/subgroup")
    path = f"/groups/{segment(name)}/members/all"
    found = client.pages(question, path, _KEEP)
    return tuple(
        dict.fromkeys(
            accounts.user(one)
            for one in found
            # Whoever was blocked, or still waits for a seat, can do nothing.
            if one.name("state") == "active"
            and one.text_or_empty("membership_state") in {"", "active"}
        )
    )
