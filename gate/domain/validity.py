"""Until when something holds: days in the policy's time zone become moments in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gate.domain.policy.document import Observe, Policy


def end_of(day: date, timezone: str) -> datetime:
    """The first moment (UTC) after `day`, as people in `timezone` count days."""
    if day == date.max:  # people write 9999-12-31 for "never", and no day comes after it
        return datetime.max.replace(tzinfo=UTC)
    following = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(timezone))
    return following.astimezone(UTC)


def observing(policy: Policy, now: datetime | None) -> Observe | None:
    """The policy's observe mode, while it lasts. Without a clock that can be trusted it does not."""
    if policy.observe is None or now is None:
        return None
    return policy.observe if now < end_of(policy.observe.until, policy.windows.timezone) else None


def earliest(now: datetime, policy: Policy, limits: Iterable[datetime | None]) -> datetime:
    """How long a decision made `now` holds: the policy's longest time, cut short by every limit."""
    longest = now + policy.workflow.decision_valid_for
    return min([longest, *(limit for limit in limits if limit is not None)])
