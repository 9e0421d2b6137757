from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.follow_up import LABEL, Marker
from gate.domain.follow_up_marker import (
    fields_in,
    id_label,
    labelled_ids,
    marker_fields,
    marker_line,
    read_marker,
)
from gate.domain.grant import NO_RUN, Owed, notice_id
from tests import owed

WORDS = st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), max_size=30)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MARKERS = st.builds(
    owed.marker,
    owed=st.sampled_from(Owed),
    repository=WORDS,
    repository_id=WORDS,
    environment=WORDS,
    revision=st.from_regex(r"[0-9a-f]{40}", fullmatch=True),
    run_id=WORDS,
    attempt=st.integers(min_value=1, max_value=10_000),
    issued_at=MOMENTS,
    due_at=st.just(datetime(2100, 1, 2, tzinfo=UTC)),
    not_by=st.lists(st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True), max_size=4).map(tuple),
    not_judged=st.lists(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), max_size=3).map(tuple),
)


@given(MARKERS)
def test_a_marker_comes_back_as_it_was_written(marker: Marker) -> None:
    assert read_marker(marker_fields(marker)) == marker


@given(MARKERS)
def test_nothing_in_a_marker_ends_the_line_that_hides_it(marker: Marker) -> None:
    line = marker_line(marker_fields(marker))
    assert "\n" not in line
    assert line.index("-->") == len(line) - 3
    assert line[4:-3].count("--") == 0
    assert fields_in(f"Text of the ticket.\n\n{line}\n") == marker_fields(marker)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "0" * 12},
        {"version": "2"},
        {"owed": "nothing"},
        {"revision": "3f2a91c"},
        {"revision": "m" * 40},
        {"run_id": "6901"},
        {"repository_id": "1"},
        {"environment": "production\n"},
        {"attempt": "01"},
        {"attempt": "one"},
        {"attempt": "2"},
        {"issued_at": "2026-11-25"},
        {"issued_at": "2026-11-25T13:00:00+00:00"},
        {"issued_at": "2026-13-45T13:00:00Z"},
        {"due_at": "2026-11-20T13:00:00Z"},
        {"not_by": "alice,,bob"},
        {"not_judged": ""},
        {"not_judged": "ticket,"},
        {"more": "than the gate writes"},
    ],
    ids=str,
)
def test_what_the_gate_would_not_write_is_no_marker(change: dict[str, str]) -> None:
    assert read_marker({**marker_fields(owed.marker()), **change}) is None


def test_a_notice_is_of_no_run_and_nothing_else_is() -> None:
    notice = owed.marker(owed=Owed.INDEPENDENT_REVIEW)
    assert (notice.run_id, notice.attempt) == NO_RUN
    assert notice.id == notice_id("4242", "production", notice.revision)
    assert read_marker(marker_fields(notice)) == notice
    of_a_run = replace(notice, run_id="6900", attempt=1)
    emergency = replace(notice, owed=Owed.RETROACTIVE_REVIEW)
    for odd in (of_a_run, emergency):
        assert read_marker(marker_fields(replace(odd, id=owed.release(odd)))) is None


@pytest.mark.parametrize("key", sorted(marker_fields(owed.marker())))
def test_a_marker_without_one_of_its_fields_is_none(key: str) -> None:
    fields = dict(marker_fields(owed.marker()))
    del fields[key]
    assert read_marker(fields) is None


def test_nothing_is_no_marker() -> None:
    assert read_marker({}) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no marker here",
        "<!-- change-gate:follow-up:v1 {} -->\n<!-- change-gate:follow-up:v1 {} -->",
        "<!-- change-gate:follow-up:v2 {} -->",
        "> <!-- change-gate:follow-up:v1 {} -->",
        "<!-- change-gate:follow-up:v1 {not json} -->",
        '<!-- change-gate:follow-up:v1 {"attempt":1} -->',
    ],
)
def test_no_fields_are_read_from_anything_but_one_whole_line(text: str) -> None:
    assert fields_in(text) == {}


def test_a_line_nested_too_deep_holds_no_fields() -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    assert fields_in(f"<!-- change-gate:follow-up:v1 {deep} -->") == {}


def test_moments_with_a_fraction_of_a_second_are_kept_exactly() -> None:
    at = owed.ISSUED + timedelta(microseconds=1)
    marker = replace(owed.marker(), issued_at=at)
    assert read_marker(marker_fields(marker)) == marker


def test_labels_name_releases() -> None:
    label = id_label("3f2a91c07d5e")
    assert label == "gate-3f2a91c07d5e"
    assert labelled_ids((LABEL, label, label, "gate-keeper", "gate-3f2a")) == ("3f2a91c07d5e",)
