from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gate.adapters.forges.gitlab.history import RawCommit
from gate.adapters.forges.gitlab.pushes import arrivals, rewrites
from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.forges.gitlab.versions import Version
from gate.domain.facts import Push
from gate.domain.identity import Identity
from tests.adapters.forges.gitlab.test_history import raw

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
MERGED = AT + timedelta(hours=2)
BOB = Identity(system="gitlab", login="bob", id="102")
EVE = Identity(system="gitlab", login="eve", id="7")
OWN: list[RawCommit] = [raw("c1", "m0"), raw("c2", "c1"), raw("x1", "m0"), raw("c3", "c2", "x1")]


def at(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def version(head: str, minutes: int, patch: str = "") -> Version:
    return Version(head=head, at=at(minutes), shown=at(minutes + 1), patch=patch)


def push(before: str, minutes: int, by: Identity = BOB) -> Event:
    return Event(id="1", deed=Deed.PUSHED, at=at(minutes), by=by, before=before)


def found(*versions: Version, events: tuple[Event, ...] = ()) -> list[Push]:
    return list(rewrites(versions, OWN, events, MERGED))


def test_a_commit_arrives_with_the_first_version_that_holds_it() -> None:
    told = arrivals(
        [version("gone", -9), version("c1", 0), version("c3", 5), version("c3", 9)], OWN
    )
    assert told == {"c1": at(1), "c2": at(6), "x1": at(6), "c3": at(6)}


def test_what_no_version_holds_arrived_nobody_knows_when() -> None:
    assert arrivals([version("c1", 0)], OWN) == {"c1": at(1)}
    assert arrivals([], OWN) == {}


def test_after_a_rebase_that_changed_nothing_commits_are_as_old_as_the_difference() -> None:
    rebased = [version("gone", -9, "p"), version("old", -5, "q"), version("c2", 0, "q")]
    assert arrivals(rebased, OWN) == {"c1": at(-4), "c2": at(-4)}
    assert arrivals([*rebased, version("c3", 5, "r")], OWN)["c3"] == at(6)


def test_a_difference_that_was_something_else_in_between_arrives_anew() -> None:
    told = [version("gone", -9, "p"), version("old", -5, "q"), version("c2", 0, "p")]
    assert arrivals(told, OWN) == {"c1": at(1), "c2": at(1)}


def test_a_rebase_that_changed_nothing_is_no_rewrite() -> None:
    assert found(version("gone", 0, "p"), version("c3", 5, "p")) == []
    assert len(found(version("gone", 0, "p"), version("c3", 5, "q"))) == 1
    assert len(found(version("gone", 0), version("c3", 5))) == 1


def test_going_on_is_no_rewrite() -> None:
    assert found(version("c1", 0), version("c2", 1), version("c3", 2), version("c3", 3)) == []


def test_a_head_that_is_gone_was_rewritten_by_whoever_pushed() -> None:
    told = found(version("gone", 0), version("c3", 5), events=(push("gone", 5),))
    assert told == [Push(at=at(5), by=BOB, before="gone", after="c3")]


def test_a_push_that_only_takes_away_is_one_and_nobody_knows_whose() -> None:
    told = found(version("c3", 0), version("c2", 5))
    assert told == [Push(at=at(5), by=None, before="c3", after="c2")]


def test_among_heads_that_are_all_gone_every_push_counts() -> None:
    told = found(
        version("g1", 0),
        version("g2", 5),
        version("c3", 9),
        events=(push("g1", 5, EVE), push("g2", 9)),
    )
    assert [(one.after, one.by) for one in told] == [("g2", EVE), ("c3", BOB)]


def test_the_note_nearest_to_the_push_names_the_pusher() -> None:
    both = (push("gone", -60, EVE), push("gone", 5))
    assert found(version("gone", 0), version("c3", 5), events=both)[0].by == BOB
    elsewhere = (push("other", 5, EVE),)
    assert found(version("gone", 0), version("c3", 5), events=elsewhere)[0].by == EVE
    early = (push("gone", -60, EVE),)
    assert found(version("gone", 0), version("c3", 5), events=early)[0].by == EVE


def test_a_push_is_never_after_the_merge() -> None:
    told = found(version("gone", 0), version("c3", 600))
    assert told[0].at == MERGED
