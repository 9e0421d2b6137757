from datetime import UTC, date, datetime

from gate.domain.derived import Waivers
from gate.domain.facts import Clock
from gate.domain.missing import Missing
from gate.domain.waivers import waivers
from tests import builders as b

TODAY = b.waiver(expires=date(2026, 11, 25))
YESTERDAY = b.waiver(check="e2e", expires=date(2026, 11, 24))


def test_a_waiver_holds_to_the_end_of_its_last_day_in_the_zone_of_the_policy() -> None:
    policy = b.policy(waivers=(TODAY, YESTERDAY))
    assert waivers({Clock: b.clock()}, policy) == Waivers(active=(TODAY,), expired=(YESTERDAY,))
    midnight = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
    found = waivers({Clock: b.clock(midnight)}, policy)
    assert found == Waivers(expired=(TODAY, YESTERDAY))


def test_nothing_is_waived_without_a_clock_that_can_be_trusted() -> None:
    found = waivers({Clock: b.missing(reason_code="clock-skew")}, b.policy(waivers=(TODAY,)))
    assert isinstance(found, Missing)
    assert found.reason_code == "clock-skew"


def test_a_waiver_of_a_part_is_no_waiver_of_the_whole_nor_of_another_part() -> None:
    part = b.waiver("tests", check="e2e")
    found = b.waivers(part, expired=(b.waiver("ticket"),))
    assert found.of("tests", "e2e") is part
    assert found.of("tests") is None
    assert found.of("tests", "unit") is None
    assert found.of("ticket") is None
