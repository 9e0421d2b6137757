"""What the pushes to a merge request did: when each commit arrived, and which push rewrote the branch by force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from gate.adapters.forges.gitlab.history import RawCommit
from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.forges.gitlab.versions import SETTLES, Version, is_same
from gate.domain.facts import Push
from gate.domain.identity import Identity


def arrivals(versions: Sequence[Version], own: Sequence[RawCommit]) -> Mapping[str, datetime]:
    """When GitLab first showed what each of a merge request's own commits holds, as far as its versions tell.

    After a rebase that changed nothing the commits are new, but their content is as old as the difference.
    """
    below = ancestry(own)
    found: dict[str, datetime] = {}
    for version, since in sorted(_since(versions), key=lambda pair: pair[1], reverse=True):
        found |= dict.fromkeys(below.get(version.head, ()), since)
    return found


def _since(versions: Sequence[Version]) -> Iterator[tuple[Version, datetime]]:
    """Each version, and since when its difference was shown without anything else in between."""
    since = None
    for place, version in enumerate(versions):
        if since is None or not is_same(versions[place - 1], version):
            since = version.shown
        yield version, since


def rewrites(
    versions: Sequence[Version],
    own: Sequence[RawCommit],
    events: Sequence[Event],
    merged_at: datetime,
) -> Iterator[Push]:
    """Pushes after which the head before is no part of the branch any more, and the branch brings something else.

    Where neither of the two heads is part of what was merged nobody can tell any more, and it counts as one. A rebase
    that left the whole difference as it was rewrote nothing that anybody reviewed: whoever did it wrote as little as
    somebody who merges the base branch cleanly.
    """
    below = ancestry(own)
    for old, new in pairwise(versions):
        rewrote = old.head != new.head and old.head not in below.get(new.head, ())
        if rewrote and not is_same(old, new):
            yield Push(
                # Nothing is pushed to a merge request after its merge; only the note of it may come later.
                at=min(new.at, merged_at),
                by=_pusher(old, new, events),
                before=old.head,
                after=new.head,
            )


def ancestry(own: Sequence[RawCommit]) -> dict[str, frozenset[str]]:
    """For each commit itself and those below it, among the merge request's own. Parents come before their children."""
    found: dict[str, frozenset[str]] = {}
    for commit in own:
        below = (found.get(parent, frozenset()) for parent in commit.parents)
        found[commit.sha] = frozenset({commit.sha}).union(*below)
    return found


def _pusher(old: Version, new: Version, events: Sequence[Event]) -> Identity | None:
    """Whoever the note about this very push names; without one nobody is known."""
    pushes = [event for event in events if event.deed is Deed.PUSHED]
    exact = [push for push in pushes if push.before == old.head]
    near = [push for push in pushes if old.at < push.at <= new.at + SETTLES]
    found = [push for push in exact if push in near] or exact or near
    return found[-1].by if found else None
