"""Which of several results of the same check counts: the newest, however that is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gate.domain.facts import Check, CheckState


def newest(results: Sequence[Check]) -> Check:
    """The result that counts among results of one name by one app, of which there is at least one.

    The newest is told by when it started (else, when it ended) and by its number. An app may claim any time, and a
    status has no number; so where the two ways disagree, or one of them tells nothing, all that may be the newest must
    have succeeded, and the first that has not is the answer.
    """
    candidates = [*_latest(results), *_highest(results), *_timeless(results)]
    return next((one for one in candidates if one.state is not CheckState.SUCCESS), candidates[0])


def by_name(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """The same checks, in groups of one name, in the order in which the names first occur."""
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(check.name, []).append(check)
    return groups


def _latest(results: Sequence[Check]) -> list[Check]:
    timed = [(at, one) for one in results if (at := one.started_at or one.completed_at)]
    last = max((at for at, _ in timed), default=None)
    tied = [one for at, one in timed if at == last]
    return _highest(tied) if all(one.id.isdecimal() for one in tied) else tied


def _highest(results: Sequence[Check]) -> list[Check]:
    numbers = [int(one.id) for one in results if one.id.isdecimal()]
    return [one for one in results if one.id.isdecimal() and int(one.id) == max(numbers)]


def _timeless(results: Sequence[Check]) -> list[Check]:
    return [
        one for one in results if not (one.started_at or one.completed_at or one.id.isdecimal())
    ]
