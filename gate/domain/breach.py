"""What a change does that a rule of the policy prohibits (guide §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gate.domain.derived import OUTSIDE, ScopedChange
from gate.domain.facts import Commit
from gate.domain.policy.document import ProhibitedRule
from gate.domain.scope import paths_of
from gate.domain.units import Unit, units
from gate.domain.writers import outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that the change breaks, or may break, and where."""

    rule: ProhibitedRule
    unlisted: bool
    """The changed files could not be listed, so one of them may be out of bounds."""
    touched: tuple[str, ...]
    """Paths out of bounds, as they are or were called."""
    direct: tuple[Commit, ...]
    """Commits that no merged merge request brought."""
    units: tuple[Unit, ...]
    """The units of the change that do it: whoever accepts it has to accept it there."""


def breach(rule: ProhibitedRule, change: ScopedChange) -> Breach | None:
    """Hold a rule against the files and commits in scope; None when the change keeps it."""
    unlisted = bool(rule.paths) and change.files is None
    paths = dict.fromkeys(path for file in change.files or () for path in paths_of(file))
    touched = tuple(path for path in paths if any(glob.matches(path) for glob in rule.paths))
    direct = tuple(commit for commit in change.commits if not commit.brought_by)
    if not rule.commits_outside_pull_requests:
        direct = ()
    if not (unlisted or touched or direct):
        return None
    where = _numbers(touched, change) | ({OUTSIDE} if direct else set())
    return Breach(
        rule=rule,
        unlisted=unlisted,
        touched=touched,
        direct=direct,
        units=tuple(one for one in units(change) if unlisted or one.number in where),
    )


def _numbers(touched: Sequence[str], change: ScopedChange) -> set[int]:
    """Who may have touched the paths: merge requests that list them, and what no merge request brought or explains."""
    found = {OUTSIDE} if touched and outside(change) else set[int]()
    for path in touched:
        listing = {one.number for one in change.merge_requests if path in one.paths}
        found |= listing or {unit.number for unit in units(change)}
    return found
