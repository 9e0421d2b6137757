"""Who objects, in the ticket of a notice, to the release that it announces (guide §4).

    Objection: the migration locks the orders table

It is a comment that begins so. Whoever wrote it takes it back by a later one that begins with `Objection withdrawn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gate.domain.directory import person_of
from gate.domain.emergency_facts import FollowUpComment
from gate.domain.phrases import safe
from gate.domain.policy.document import Policy
from gate.domain.reading import visible

_OBJECTS = re.compile(r"objection[*_`]*[ \t]*[:：]", re.IGNORECASE)
_WITHDRAWS = re.compile(r"objection[ \t]+withdrawn\b", re.IGNORECASE)
_MARKUP = " \t\n#*_`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Somebody's word against the release."""

    person: str
    """Key of `people`."""
    at: datetime
    text: str
    """Its first line, on one line and not too long; whoever shows it escapes it."""
    url: str


def objections(comments: Iterable[FollowUpComment], policy: Policy) -> tuple[Objection, ...]:
    """The objections that stand, one for each person, the oldest first.

    Anybody in `people` can object, with a part in the release or without: a no needs no independence. Accounts that
    stand under no name, and machines, cannot: on a public tracker anybody could stop every release.
    """
    standing: dict[str, Objection] = {}
    for comment in sorted(comments, key=lambda said: (said.at, said.id)):
        person = person_of(comment.by, policy)
        line = _first_line(comment.body)
        if not person:
            continue
        if _OBJECTS.match(line):
            standing[person] = Objection(
                person=person, at=comment.at, text=safe(line), url=comment.url
            )
        # What somebody else edited may be anybody's word; it takes nothing back.
        elif _WITHDRAWS.match(line) and not comment.altered:
            standing.pop(person, None)
    return tuple(sorted(standing.values(), key=lambda found: (found.at, found.person)))


def _first_line(body: str) -> str:
    """The first line that the page shows, without marks of headings, bold or code. A quote stays one."""
    return visible(body).lstrip(_MARKUP).split("\n", 1)[0].rstrip()
