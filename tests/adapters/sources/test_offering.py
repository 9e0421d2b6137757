from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.answer import Asked
from gate.adapters.sources.offering import Window, check_zip, name_of, pulling, until_whole
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.evidence.packed import pack

ASKED = Asked(system="GitLab", what="the artifacts of job 5", host="gitlab.com")
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
TEXT = st.text(min_size=1, max_size=300)
PATHS = st.lists(TEXT.filter(lambda text: "/" not in text), min_size=1, max_size=21).map("/".join)
SAFE = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,179}")


@given(host=TEXT, project=PATHS, run=TEXT, file=TEXT)
def test_any_name_becomes_a_safe_one(host: str, project: str, run: str, file: str) -> None:
    name = name_of(host, project, run, file)
    parts = name.split("/")
    assert all(map(SAFE.fullmatch, parts))
    assert name.endswith(".zip")
    assert (len(name) <= 600, len(parts) <= 16) == (True, True)


@given(one=TEXT, other=TEXT)
def test_two_files_never_share_a_name(one: str, other: str) -> None:
    names = {name_of("github.com", "acme/app", "7001", file) for file in (one, other)}
    assert len(names) == len({one, other})


def test_a_deep_group_is_one_part() -> None:
    deep = "/".join(f"group-{level}" for level in range(20))
    assert name_of("gitlab.com", deep, "1", "2-gate").count("/") == 3


@pytest.mark.parametrize(
    ("stored", "is_in"),
    [
        (SINCE - timedelta(days=1), True),
        (SINCE - timedelta(days=1, seconds=1), False),
        (UNTIL + timedelta(days=40) - timedelta(seconds=1), True),
        (UNTIL + timedelta(days=40), False),
        (None, True),
    ],
)
def test_the_window_is_wider_than_the_period(stored: datetime | None, is_in: bool) -> None:
    assert Window(SINCE, UNTIL).has(stored) is is_in


def test_pipelines_that_were_made_after_the_period_hold_nothing_of_it() -> None:
    window = Window(SINCE, UNTIL)
    assert window.may_have(SINCE - timedelta(days=900))
    assert window.may_have(UNTIL)
    assert not window.may_have(UNTIL + timedelta(days=1))


def test_a_period_may_begin_with_the_calendar() -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert Window(first, UNTIL).begin == first


def test_a_zip_is_a_zip_even_when_it_is_empty() -> None:
    for files in ({}, {"a": b"1"}):
        content = pack(files)
        assert check_zip(ASKED, content) == content
    with pytest.raises(FactMissing, match="no zip"):
        check_zip(ASKED, b"<html>")


def gap(code: str) -> FactMissing:
    return FactMissing(
        Missing(source="s", reason_code=code, detail="d", remedy="start the deploy again")
    )


def remedy_of(code: str) -> str:
    with pytest.raises(FactMissing) as error, pulling("somebody lets you in"):
        raise gap(code)
    assert error.value.missing.detail == "d"
    return error.value.missing.remedy


def test_a_gap_says_what_whoever_pulls_can_do() -> None:
    assert remedy_of("not-permitted") == "somebody lets you in"
    assert remedy_of("not-found") == "if it is there, somebody lets you in"
    assert "deploy" not in "".join(map(remedy_of, ("unavailable", "rate-limited", "unreadable")))
    assert remedy_of("clock-skew") == "start the deploy again"


def reading(*codes: str) -> tuple[Callable[[], str], list[str]]:
    left = list(codes)

    def read() -> str:
        def fail(code: str) -> NoReturn:
            raise gap(code)

        return fail(left.pop(0)) if left else "all"

    return read, left


def test_a_list_that_was_not_whole_is_read_again() -> None:
    read, _ = reading("unreadable", "unreadable")
    assert until_whole(read) == "all"


@pytest.mark.parametrize(
    ("codes", "unread"), [(["unreadable"] * 4, 1), (["not-permitted", "unreadable"], 1)]
)
def test_a_list_that_is_never_whole_is_missing(codes: list[str], unread: int) -> None:
    read, left = reading(*codes)
    with pytest.raises(FactMissing):
        until_whole(read)
    assert len(left) == unread
