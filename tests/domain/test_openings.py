from datetime import datetime, timedelta

import pytest

from gate.domain.openings import LOOK_AHEAD, Asked, allowed, applying, usable
from gate.domain.policy.windows import AllowWindow, Freeze, Windows
from gate.domain.schedule import Span
from tests import builders as b


def names(some: tuple[AllowWindow, ...]) -> list[str]:
    return [one.name for one in some]


def hours(spans: tuple[Span, ...], day: datetime) -> list[str]:
    return [f"{s.start:%H:%M}-{s.end:%H:%M}" for s in spans if s.start.date() == day.date()]


HOURS, MAINTENANCE = (
    b.allow("hours"),
    b.allow("maintenance", "22:00", "23:00", risk=("disruptive",)),
)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ((), ["hours"]),
        (("high",), ["hours"]),
        (("disruptive",), ["maintenance"]),
        (("high", "disruptive"), ["maintenance"]),
    ],
)
def test_a_class_with_windows_of_its_own_may_use_no_other(
    classes: tuple[str, ...], expected: list[str]
) -> None:
    windows = Windows(allow=(HOURS, MAINTENANCE))
    assert names(usable(windows, Asked(now=b.NOW, classes=classes))) == expected


def test_a_window_for_a_class_is_for_nothing_else() -> None:
    windows = Windows(allow=(MAINTENANCE,))
    assert usable(windows, Asked(now=b.NOW)) == ()
    assert allowed(windows, Asked(now=b.NOW)) == ()


def test_without_windows_it_is_always_allowed() -> None:
    asked = Asked(now=b.NOW)
    assert allowed(Windows(), asked) == (Span(start=b.NOW, end=b.NOW + LOOK_AHEAD),)
    assert asked.until == b.NOW + LOOK_AHEAD


def test_every_service_that_is_deployed_needs_an_open_window() -> None:
    windows = Windows(
        allow=(
            b.allow("api", "09:00", "12:00", services=("api",)),
            b.allow("web", "11:00", "14:00", services=("web",)),
            b.allow("both", "20:00", "21:00", services=("api", "web")),
            b.allow("all", "22:00", "23:00"),
        )
    )
    tomorrow = b.NOW + timedelta(days=1)

    def open_for(*services: str) -> list[str]:
        return hours(allowed(windows, Asked(now=b.NOW, services=services)), tomorrow)

    assert open_for("api") == ["09:00-12:00", "20:00-21:00", "22:00-23:00"]
    assert open_for("api", "web") == ["11:00-12:00", "20:00-21:00", "22:00-23:00"]
    assert open_for("jobs") == ["22:00-23:00"]
    assert open_for() == ["22:00-23:00"]


def test_a_freeze_holds_when_one_service_of_the_deploy_is_frozen() -> None:
    everything, api = Freeze(name="all"), Freeze(name="api", services=("api",))
    windows = Windows(freeze=(everything, api))
    assert applying(windows, Asked(now=b.NOW)) == (everything, api)
    assert applying(windows, Asked(now=b.NOW, services=("api", "web"))) == (everything, api)
    assert applying(windows, Asked(now=b.NOW, services=("web",))) == (everything,)
