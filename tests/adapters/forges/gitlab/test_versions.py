from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.forges.gitlab.versions import SETTLES, Version, from_notes, read, shown_at
from gate.domain.identity import Identity
from tests.adapters.forges.gitlab.canned import C1, C2, HOME, M0, request, serving, sha, version
from tests.adapters.forges.gitlab.gaps import code_of, gap_of
from tests.adapters.forges.gitlab.parts import part
from tests.adapters.forges.gitlab.test_client import client

C0 = sha("c0")
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def ask(*versions: Any) -> tuple[Version, ...]:
    with serving({f"{HOME}/merge_requests/12/versions": list(versions)}) as canned:
        return read(client(canned, read=True), 12, C2)


def test_versions_come_oldest_first_whatever_the_order_of_the_answer() -> None:
    found = ask(version(2, C2, "2026-11-24T15:00:00Z"), version(1, C1, "2026-11-23T15:00:00Z"))
    assert [one.head for one in found] == [C1, C2]
    assert found[1] == Version(head=C2, at=AT, shown=AT, start=M0, patch=sha(f"patch {C2}"))


def test_older_servers_tell_no_digest_of_the_difference() -> None:
    old = version(1, C2, "2026-11-24T15:00:00Z")
    del old["patch_id_sha"]
    assert ask(old)[0].patch == ""
    assert ask({**old, "patch_id_sha": None})[0].patch == ""


@pytest.mark.parametrize("versions", [[], [version(1, C1, "2026-11-23T15:00:00Z")]])
def test_the_last_version_has_to_be_what_was_merged(versions: list[Any]) -> None:
    assert code_of(lambda: ask(*versions)) == "wrong-object"


def test_a_job_token_does_not_even_try() -> None:
    with serving({}) as canned:
        gap = gap_of(lambda: read(client(canned), 12, C2))
    assert gap.reason_code == "not-permitted"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy
    assert not canned.asked


# --- from the notes ---------------------------------------------------------------------------


def push(before: str, *after: str, minutes: int = 0) -> Event:
    return Event(
        id="1",
        deed=Deed.PUSHED,
        at=AT + timedelta(minutes=minutes),
        by=Identity(system="gitlab", login="bob", id="102"),
        before=before,
        heads=tuple(one[:8] for one in after),
    )


def chain(*events: Event, head: str = C2) -> tuple[Version, ...]:
    return from_notes(part(request()), 12, head, events)


def test_pushes_that_hang_together_tell_every_head() -> None:
    found = chain(push(C0, C1), push(C1, sha("x"), C2, minutes=5))
    assert [one.head for one in found] == [C0, C1, C2]
    assert [one.start for one in found] == [M0, M0, M0]
    assert found[0].shown == found[0].at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert (found[1].at, found[1].shown) == (AT, AT + SETTLES)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [push("", C2)],
        [push(C1)],
        [push(C0, sha("gone"))],
        [push(C0, C1), push(sha("other"), C2)],
        [push(C0, C1), push(C1, C2, sha("dropped"))],
    ],
    ids=[
        "no push",
        "no head before",
        "lists nothing",
        "ends elsewhere",
        "broken",
        "last one dropped",
    ],
)
def test_without_a_whole_chain_nobody_can_say_what_was_approved(events: list[Event]) -> None:
    gap = gap_of(lambda: chain(*events))
    assert gap.reason_code == "not-permitted"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


def test_a_branch_that_was_deleted_and_restored_breaks_the_chain() -> None:
    restored = Event(id="2", deed=Deed.RESTORED, at=AT, by=push(C1).by)
    assert code_of(lambda: chain(push(C1, C2), restored)) == "not-permitted"


def test_the_version_at_a_moment_is_the_last_one_shown_before_it() -> None:
    versions = chain(push(C0, C1), push(C1, C2, minutes=5))
    assert shown_at(versions, AT - timedelta(days=9)) == 0
    assert shown_at(versions, AT + timedelta(seconds=59)) == 0
    assert shown_at(versions, AT + SETTLES) == 1
    assert shown_at(versions, AT + timedelta(days=1)) == 2
