from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from gate.adapters.come_back import is_limit, seconds_to_wait
from tests.adapters.loopback import NOW

DATE = "Wed, 25 Nov 2026 15:00:00 GMT"


def wait(**headers: str) -> float | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return seconds_to_wait(CaseInsensitiveDict(named), NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "-7"}, 0),
        ({"Retry-After": "Wed, 25 Nov 2026 15:00:09 GMT", "Date": DATE}, 9),
        ({"Retry-After": "Wed, 25 Nov 2026 15:00:09 GMT"}, 9),
        ({"Retry-After": "Wed, 25 Nov 2026 15:00:09 -0000"}, 9),
        ({"Retry-After": "Wed, 25 Nov 2026 14:00:00 GMT"}, 0),
        ({"RateLimit-Reset": "12"}, 12),
        ({"X-RateLimit-Reset": "1795618815", "Date": DATE}, 15),
        ({"X-RateLimit-Reset": "1795618815000"}, 15),
        ({"X-RateLimit-Reset": "2026-11-25T15:01Z"}, 60),
        ({"X-RateLimit-Reset": "2026-11-25T15:01"}, 60),
        ({"Retry-After": "2", "X-RateLimit-Reset": "99"}, 2),
    ],
)
def test_every_known_form_is_understood(headers: Mapping[str, str], seconds: float) -> None:
    assert seconds_to_wait(CaseInsensitiveDict(headers), NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["soon", "inf", "nan", "", "2026-99-99T00:00Z", "Wed, 99 Nov 2026 15:00:00 GMT"]
)
def test_what_is_said_in_no_known_form_is_not_said(value: str) -> None:
    assert wait(Retry_After=value) is None
    assert wait(X_RateLimit_Reset=value) is None


def test_the_answers_own_clock_counts_before_ours() -> None:
    ours_is_late = {
        "Retry-After": "Wed, 25 Nov 2026 16:00:05 GMT",
        "Date": "Wed, 25 Nov 2026 16:00:00 GMT",
    }
    assert seconds_to_wait(CaseInsensitiveDict(ours_is_late), NOW) == pytest.approx(5)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_header_makes_it_crash_or_wait_a_negative_time(
    date: str, after: str, reset: str
) -> None:
    said = wait(Date=date, Retry_After=after, X_RateLimit_Reset=reset)
    assert said is None or said >= 0


def test_a_403_is_a_limit_only_when_it_says_so() -> None:
    assert is_limit(429, {})
    assert is_limit(403, CaseInsensitiveDict({"Retry-After": "1"}))
    assert is_limit(403, CaseInsensitiveDict({"X-RateLimit-Remaining": "0"}))
    assert not is_limit(403, CaseInsensitiveDict({"X-RateLimit-Remaining": "10"}))
    assert not is_limit(404, CaseInsensitiveDict({"Retry-After": "1"}))
