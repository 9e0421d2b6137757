"""Tell people at once that break-glass let a release through: on the incident, and where a webhook leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gate.app.gather_emergency import Emergencies
from gate.app.sweep_do import tried
from gate.domain.decision import Decision
from gate.domain.emergency_record import records_of
from gate.domain.follow_up import Kept
from gate.domain.policy.document import Policy
from gate.render.follow_up_comments import notice
from gate.render.webhook import granted_message


def tell_emergency(
    world: Emergencies, decision: Decision, policy: Policy, kept: Kept | None
) -> Iterator[str]:
    """Yield what could not be told. Best effort, after the evidence is written: it changes no verdict."""
    grant, released = decision.emergency, records_of(decision)
    # A grant sets aside only what the policy lets it: the deploy may be blocked all the same, and nothing went out.
    if grant is None or not released:
        return
    url = kept.url if kept else ""
    record = released[0]
    text = notice(record, url).text
    rules = policy.emergency.pager if policy.emergency else None
    if rules is not None and rules.system.takes_notes and not grant.unverified:
        yield from tried(lambda: world.pager(rules).note(grant.incident, text))
    if world.webhook is not None:
        yield from tried(partial(world.webhook, granted_message(record, text, url)))
