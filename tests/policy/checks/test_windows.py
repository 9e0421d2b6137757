import pytest

from tests.policy.policies import errors, problems, small, warnings

WEEKLY = {"name": "w", "days": ["sat"], "from": "22:00", "to": "02:00"}


def freeze(**settings: object) -> dict[str, object]:
    return {"windows": {"timezone": "America/New_York", "freeze": [settings]}}


@pytest.mark.parametrize("nth", [[1], [5], [-1], [2, -1]])
def test_the_nth_day_of_a_month(nth: list[int]) -> None:
    assert problems(small({"windows": {"allow": [{**WEEKLY, "nth": nth}]}})) == ()


@pytest.mark.parametrize(
    ("nth", "said"),
    [
        (0, "there is no day 0 of a month, so that the window would never open"),
        (6, "6 is too large"),
        (-2, "-2 is too small"),
    ],
)
def test_a_window_that_can_never_open_is_refused(nth: int, said: str) -> None:
    (text,) = errors({"windows": {"allow": [{**WEEKLY, "nth": [1, nth]}]}})
    assert text.startswith(f"windows.allow[0].nth[1]: {said}")


def test_a_window_on_no_day_is_refused() -> None:
    (said,) = errors({"windows": {"allow": [{**WEEKLY, "days": []}]}})
    assert said.startswith("windows.allow[0].days: the list is too short")


def test_a_window_from_a_time_to_the_same_time_lasts_a_day() -> None:
    assert problems(small({"windows": {"allow": [{**WEEKLY, "to": "22:00"}]}})) == ()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "windows.freeze[0]: lacks both start and end; allowed: start and end, or calendar"),
        ({"start": "2026-12-15T00:00"}, "windows.freeze[0]: lacks end"),
        ({"end": "2026-12-15T00:00"}, "windows.freeze[0]: lacks start"),
        (
            {"start": "2026-12-15T00:00", "end": "2026-12-15T00:00"},
            "windows.freeze[0].end: the freeze ends (2026-12-15T00:00) before it has begun",
        ),
        (
            {"calendar": "https://c.example/f.ics", "start": "2026-12-15T00:00"},
            "windows.freeze[0]: has a calendar and times of its own",
        ),
        ({"calendar": "c.example/f.ics"}, "windows.freeze[0].calendar: `c.example/f.ics` is no a"),
    ],
)
def test_a_freeze_that_never_holds_is_refused(settings: dict[str, object], said: str) -> None:
    (text,) = errors(freeze(**settings))
    assert text.startswith(said)


def test_the_freeze_periods_of_a_gitlab_project_are_a_calendar() -> None:
    assert warnings(freeze(calendar="gitlab:freeze-periods")) == []


def test_a_long_freeze_is_a_warning() -> None:
    start = "2026-12-01T00:00"
    assert warnings(freeze(start=start, end="2026-12-22T00:00")) == []
    (said,) = warnings(freeze(start=start, end="2026-12-23T00:00"))
    assert said.startswith("windows.freeze[0]: the freeze lasts 22 days")


@pytest.mark.parametrize(
    "url", ["https://c.example/private-0a1b2c/basic.ics", "https://c.example/x.ics?token=1"]
)
def test_a_private_calendar_is_a_credential(url: str) -> None:
    (said,) = warnings(freeze(calendar=url))
    assert said.startswith("windows.freeze[0].calendar: a private calendar address is a credential")


@pytest.mark.parametrize(
    "zone", ["America/NewYork", "../../etc/passwd", "America", "localtime", "posix/UTC", "+02:00"]
)
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    (said,) = errors({"windows": {"timezone": zone}})
    assert said.startswith(f"windows.timezone: there is no time zone `{zone}`")


def test_a_zone_without_summer_time_is_a_warning() -> None:
    (said,) = warnings({"windows": {"timezone": "EST"}})
    assert said.startswith("windows.timezone: `EST` has no daylight saving time")


def test_a_freeze_that_begins_in_a_gap_or_ends_in_a_repeated_hour_is_a_warning() -> None:
    assert [
        text.split(":")[0]
        for text in warnings(freeze(start="2026-03-08T02:30", end="2026-03-09T00:00"))
    ] == ["windows.freeze[0].start"]
    (said,) = warnings(freeze(start="2026-10-31T00:00", end="2026-11-01T01:30"))
    assert said.startswith(
        "windows.freeze[0].end: 2026-11-01 01:30 happens twice in America/New_York"
    )


def test_no_window_for_ordinary_changes_is_a_warning() -> None:
    risk = {"high": {"when": {"labels": ["x"]}, "approvals": [{"role": "engineer"}]}}
    allow = [{**WEEKLY, "for": "high"}]
    (said,) = warnings({"risk": risk, "windows": {"allow": allow}})
    assert said.startswith("windows.allow: every window is for a risk class")
    assert warnings({"risk": risk, "windows": {"allow": [*allow, WEEKLY]}}) == []


def test_a_service_without_a_window_is_a_warning() -> None:
    services = {"api": {"paths": ["api/**"]}, "web": {"paths": ["web/**"]}}
    windows = {"allow": [{**WEEKLY, "services": "api"}]}
    assert warnings({"scope": {"services": services}, "windows": windows}) == [
        "windows.allow: no window is for the service `web`; "
        "add a window for it, or one without `services`"
    ]


def test_a_freeze_that_only_the_pager_could_open_is_a_warning() -> None:
    patch = freeze(start="2026-12-15T00:00", end="2026-12-16T00:00", override="on-call")
    patch["roles"] = {"on-call": {"pager_schedule": "PRIMARY"}}
    (said,) = warnings(patch)
    assert said.startswith("windows.freeze[0].override: only the pager knows who holds `on-call`")
    patch["roles"] = {"on-call": {"pager_schedule": "PRIMARY", "people": ["alice"]}}
    assert warnings(patch) == []
