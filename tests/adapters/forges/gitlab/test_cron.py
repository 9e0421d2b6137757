from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.forges.gitlab.cron import Cron, CronUnknown


def firings(text: str, since: str, until: str) -> list[str]:
    found = Cron.parse(text).firings(datetime.fromisoformat(since), datetime.fromisoformat(until))
    return [f"{moment:%m-%d %H:%M}" for moment in found]


WEEK = ("2026-11-23T00:00", "2026-11-29T23:59")  # Monday to Sunday


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0 23 * * 5", ["11-27 23:00"]),
        ("0 7 * * 1", ["11-23 07:00"]),
        ("30 6,18 * * 1-2", ["11-23 06:30", "11-23 18:30", "11-24 06:30", "11-24 18:30"]),
        ("0 0 * * sun", ["11-29 00:00"]),
        ("0 0 * * 7", ["11-29 00:00"]),
        ("0 0 * * 0", ["11-29 00:00"]),
        ("0 12 25 11 *", ["11-25 12:00"]),
        ("0 12 25 NOV *", ["11-25 12:00"]),
        ("0 12 25 12 *", []),
        ("0 0 24 * 5", ["11-24 00:00", "11-27 00:00"]),
        ("0 */12 28 * *", ["11-28 00:00", "11-28 12:00"]),
        ("0 8-20/6 28 * *", ["11-28 08:00", "11-28 14:00", "11-28 20:00"]),
        ("5/30 0 28 * *", ["11-28 00:05", "11-28 00:35"]),
        ("@weekly", ["11-29 00:00"]),
        (" 0  0 28 * * ", ["11-28 00:00"]),
    ],
)
def test_it_fires_when_cron_does(text: str, wanted: list[str]) -> None:
    assert firings(text, *WEEK) == wanted


def test_the_last_day_of_a_month() -> None:
    assert firings("0 0 L * *", "2028-01-30T00:00", "2028-03-01T00:00") == [
        "01-31 00:00",
        "02-29 00:00",
    ]
    assert firings("0 0 1,l * *", "2026-01-30T00:00", "2026-02-02T00:00") == [
        "01-31 00:00",
        "02-01 00:00",
    ]


def test_both_ends_are_included() -> None:
    assert firings("0 9 * * *", "2026-11-23T09:00", "2026-11-24T09:00") == [
        "11-23 09:00",
        "11-24 09:00",
    ]
    assert firings("0 9 * * *", "2026-11-23T09:01", "2026-11-24T08:59") == []


@pytest.mark.parametrize(
    "text",
    [
        "", "0 0 * *", "0 0 * * * *", "60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 * 13 *", "0 0 * * 8",
        "0 0 * * mon#2", "0 0 * * 1L", "0 0 15W * *", "0 0 * * 5-1", "0 0 */0 * *", "0 0 1/x * *", "a 0 * * *",
        "0 0 * * ²", "@reboot", "every friday at 11pm", "* * * * *", "*/5 0-23 * * *", "0 0 , * *", "0 0 ? * *",
    ],
)  # fmt: skip
def test_what_is_not_known_is_said(text: str) -> None:
    with pytest.raises(CronUnknown):
        Cron.parse(text)


@given(st.text(alphabet="0123456789*,-/ lmonjan@#?", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = Cron.parse(text)
    except CronUnknown:
        return
    since = datetime(2026, 1, 1)  # noqa: DTZ001
    moments = list(found.firings(since, since + timedelta(days=40)))
    assert moments == sorted(set(moments))
