"""Approvals that a rule asks of one role: who gave them, and who still could."""

from __future__ import annotations

from gate.domain.derived import Approval, People
from gate.domain.phrases import listed


def given_by(role: str, people: People) -> tuple[Approval, ...]:
    """The approvals that count, by people who hold `role`."""
    holders = _holders(role, people)
    return tuple(item for item in people.approvals if item.counts and item.person in holders)


def who_could(role: str, people: People) -> tuple[str, ...]:
    """People who hold `role` and played no part in the change that keeps their approval from counting."""
    parts = {*people.requesters, *people.writers, *people.deployers}
    return tuple(person for person in _holders(role, people) if person not in parts)


def invitation(role: str, people: People) -> str:
    """Who of `role` could approve, in words: `security (carol or dan)`."""
    if able := who_could(role, people):
        return f"{role} ({listed(able, 'or')})"
    if why := people.unresolved_roles.get(role):
        return f"{role} ({why})"
    return f"{role} (nobody who holds it is free: all asked for, wrote or deploy the change)"


def named(approval: Approval) -> str:
    """An approval as people recognise it: `carol (review of #12)`."""
    return f"{approval.person} ({approval.source.value}, {approval.where})"


def _holders(role: str, people: People) -> tuple[str, ...]:
    # A rule that names no role is lifted by nobody, whatever a policy calls its roles.
    return people.roles.get(role, ()) if role else ()
