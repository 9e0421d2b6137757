"""Members of a team. The workflow's own token can never see them."""

from __future__ import annotations

import re

from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.client import Client, segment
from gate.adapters.forges.github.question import Question, missing
from gate.domain.identity import Identity

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9_-][A-Za-z0-9._-]*)")


def members(client: Client, name: str) -> tuple[Identity, ...]:
    """Everybody in the team `organisation/slug`, those of its child teams included."""
    question = Question(
        what=f"members of the team {name}",
        permission="members: read",
        grant="whoever administers the organisation makes a GitHub App with `members: read`, and the workflow passes "
        "its token to the gate as the team token; or the people of the role are listed in the policy",
    )
    form = _NAME.fullmatch(name)
    if form is None:
        raise missing(
            question,
            "not-found",
            f"{name!r} is not the name of a team",
            "write it as organisation/team",
        )
    path = f"/orgs/{segment(form[1])}/teams/{segment(form[2])}/members"
    _, found = client.pages(question, path, accounts.KEYS)
    return tuple(accounts.user(member) for member in found)
