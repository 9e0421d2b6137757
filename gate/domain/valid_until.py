"""How long an allowed decision holds: no longer than anything that it leans on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from gate.domain.compensation import Compensation
from gate.domain.control import Passed
from gate.domain.decision import Result
from gate.domain.derived import ChangeType, Waivers
from gate.domain.grant import Grant
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Policy
from gate.domain.validity import earliest, end_of


def valid_until(
    results: Sequence[Result],
    known: Facts,
    policy: Policy,
    now: datetime,
    grant: Grant | None,
    compensation: Compensation | None,
) -> datetime:
    """Until when (UTC) a yes given `now` holds: the policy's longest time, cut short by all that it leans on."""
    passes = [
        result.outcome.until
        for result in results
        if isinstance(result.outcome, Passed) and result.enforcement is Enforcement.BLOCK
    ]
    days = [*_last_days(results, known, policy)]
    limits = [grant.expires_at] if grant else []
    if compensation is not None:
        days.append(compensation.expires)
        limits += [] if compensation.reviewed_by else [compensation.due_at]
    ends = [end_of(day, policy.windows.timezone) for day in days]
    return earliest(now, policy, [*passes, *ends, *limits])


def _last_days(results: Sequence[Result], known: Facts, policy: Policy) -> Iterator[date]:
    """The last day of everything that this decision leans on and that ends: waivers, and the standard template."""
    yield from (result.waiver.expires for result in results if result.waiver is not None)
    # Waivers of a part (a check, a risk class) work inside the controls, where no result shows them.
    waivers = lookup(known, Waivers)
    active = () if isinstance(waivers, Missing) else waivers.active
    yield from (waiver.expires for waiver in active if waiver.check)
    chosen = lookup(known, ChangeType)
    if isinstance(chosen, ChangeType) and chosen.standard:
        template = policy.change_types[chosen.name].template
        yield from (template.expires,) if template is not None else ()
