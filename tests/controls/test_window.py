import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.controls import window
from gate.domain.control import Control, Failed, Observation, Outcome, Passed
from gate.domain.derived import People, Risk, ScopedChange
from gate.domain.facts import Calendars, CalendarSpan
from gate.domain.freeze_override import FreezeOverrides, freeze_overrides
from gate.domain.policy.windows import AllowWindow, Freeze, Weekday, Windows
from gate.domain.schedule import calendar_id
from gate.domain.window_classes import WindowClasses
from tests import builders as b

WEEKDAYS = tuple(Weekday)[:4]
HOURS = b.allow("business hours", days=WEEKDAYS)
MAINTENANCE = b.allow("maintenance", "22:00", "02:00", days=(Weekday.SAT,), risk=("disruptive",))
YEAR_END = b.freeze(override="engineering-lead")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def judged(
    now: datetime = b.NOW,
    allow: tuple[AllowWindow, ...] = (HOURS,),
    freeze: tuple[Freeze, ...] = (),
    *,
    services: tuple[str, ...] = (),
    risk: Risk | None = None,
    people: People | None = None,
    calendars: Calendars | None = None,
    change: ScopedChange | None = None,
    zone: str = "America/New_York",
) -> Outcome:
    windows = Windows(timezone=zone, allow=allow, freeze=freeze)
    overrides = freeze_overrides(
        {People: people or b.matrix(), ScopedChange: change or b.scoped()},
        b.policy(windows=windows),
    )
    assert isinstance(overrides, FreezeOverrides)
    return window.evaluate(
        clock=b.clock(now),
        run=b.run(services=services),
        risk=WindowClasses(classes=risk.classes if risk else ()),
        overrides=overrides,
        calendars=calendars or Calendars(),
        settings=windows,
    )


def passed(outcome: Outcome) -> Passed:
    assert isinstance(outcome, Passed), outcome
    return outcome


def failed(outcome: Outcome, *codes: str) -> Failed:
    assert isinstance(outcome, Failed), outcome
    assert [reason.code for reason in outcome.reasons] == list(codes)
    return outcome


def test_the_module_is_a_control() -> None:
    control: Control = window
    assert control.ID == "window"


def test_passes_inside_a_window_until_it_closes() -> None:
    outcome = passed(judged())
    assert outcome.until == at("2026-11-25 21:00")
    assert outcome.observations == (
        Observation("business hours is open until Wed 2026-11-25 16:00 EST (21:00 UTC)"),
    )


@pytest.mark.parametrize("now", ["2026-11-25 13:59:59", "2026-11-25 21:00"])
def test_fails_outside_every_window(now: str) -> None:
    failed(judged(at(now)), "closed")


def test_a_closed_window_says_what_is_allowed_and_when_it_opens_next() -> None:
    (reason,) = failed(judged(at("2026-11-26 21:30")), "closed").reasons
    assert reason.text == (
        "It is Thu 2026-11-26 16:30 EST (21:30 UTC), and no window is open to a change of all services. "
        "Windows for it: business hours (mon, tue, wed, thu 09:00-16:00)."
    )
    assert reason.remedy == (
        "The next time for this change is Mon 2026-11-30 09:00 EST (14:00 UTC) (business hours): deploy then."
    )


def test_the_next_opening_skips_freezes() -> None:
    freeze = b.freeze("2026-11-30T00:00", "2026-12-02T10:00")
    (reason,) = failed(judged(at("2026-11-26 21:30"), freeze=(freeze,)), "closed").reasons
    assert "Wed 2026-12-02 10:00 EST (15:00 UTC) (business hours)" in reason.remedy


def test_no_opening_within_sixty_days_is_said_as_well() -> None:
    freeze = b.freeze("2026-11-20T00:00", "2027-11-20T00:00")
    (reason,) = failed(judged(freeze=(freeze,)), "frozen").reasons
    assert reason.remedy.startswith("There is no time for this change within 60 days;")


def test_a_policy_without_windows_is_open_at_any_time() -> None:
    outcome = passed(judged(allow=()))
    assert outcome.until is None
    assert outcome.observations == (
        Observation("the policy names no windows, so it is open, and no end is in sight"),
    )


def test_a_freeze_to_come_ends_the_pass_where_it_starts() -> None:
    freeze = b.freeze("2026-11-25T12:00", "2026-11-26T00:00")
    outcome = passed(judged(freeze=(freeze,)))
    assert outcome.until == at("2026-11-25 17:00")
    assert outcome.observations[0].text == (
        "business hours is open until Wed 2026-11-25 12:00 EST (17:00 UTC); then the freeze year end starts"
    )


def test_after_a_freeze_inside_a_window_the_rest_of_it_is_open() -> None:
    freeze = b.freeze("2026-11-25T09:30", "2026-11-25T09:45")
    assert passed(judged(freeze=(freeze,))).until == at("2026-11-25 21:00")


def test_a_freeze_wins_over_an_open_window() -> None:
    (reason,) = failed(judged(at("2026-12-16 15:00"), freeze=(YEAR_END,)), "frozen").reasons
    assert reason.text == ("The freeze year end holds until Tue 2027-01-05 00:00 EST (05:00 UTC).")
    assert reason.who == ("alice",)
    assert reason.remedy == (
        "The next time for this change is Tue 2027-01-05 09:00 EST (14:00 UTC) (business hours): deploy then. "
        "To open the freeze for this change, engineering-lead (alice) approves the deployment, or the merge request "
        "before it is merged, with a comment that holds the line `override-freeze: <reason of at least 15 characters>`."
    )


def test_the_start_of_a_freeze_is_part_of_it_and_the_end_is_not() -> None:
    failed(judged(at("2026-12-15 05:00"), (), (YEAR_END,)), "frozen")
    assert passed(judged(at("2026-12-15 04:59:59"), (), (YEAR_END,))).until == at(
        "2026-12-15 05:00"
    )
    passed(judged(at("2027-01-05 05:00"), (), (YEAR_END,)))


def test_closed_and_frozen_are_both_reported() -> None:
    failed(judged(at("2026-12-16 22:00"), freeze=(YEAR_END,)), "closed", "frozen")


def test_every_freeze_that_holds_is_reported() -> None:
    other = b.freeze(name="migration")
    failed(judged(at("2026-12-16 15:00"), freeze=(YEAR_END, other)), "frozen", "frozen")


def test_a_freeze_that_nobody_may_open_says_so() -> None:
    nameless = b.freeze(name="", end="9999-12-31T23:59")
    (reason,) = failed(judged(at("2026-12-16 15:00"), freeze=(nameless,)), "frozen").reasons
    assert reason.text == "The freeze without a name holds until somebody ends it."
    assert reason.remedy.endswith(
        "Nobody can open this freeze: the policy names no role under `override`."
    )


LINE = "override-freeze: customers cannot log in, INC-9"


def test_an_override_by_its_role_opens_the_freeze_and_is_shown() -> None:
    people = b.matrix(b.approval("alice", comment=LINE, url="https://github.com/r/1"))
    outcome = passed(judged(at("2026-12-16 15:00"), freeze=(YEAR_END,), people=people))
    assert outcome.until == at("2026-12-16 21:00")
    assert outcome.observations[1] == Observation(
        "the freeze year end holds until Tue 2027-01-05 00:00 EST (05:00 UTC); alice (review, #12) opened it for this "
        "change as engineering-lead: customers cannot log in, INC-9",
        "https://github.com/r/1",
    )


def test_an_override_of_a_freeze_to_come_keeps_the_pass_going() -> None:
    noon = b.freeze("2026-11-25T12:00", override="engineering-lead")
    people = b.matrix(b.approval("alice", comment=LINE))
    assert passed(judged(freeze=(noon,))).until == at("2026-11-25 17:00")
    assert passed(judged(freeze=(noon,), people=people)).until == at("2026-11-25 21:00")


def test_an_override_in_one_of_two_merge_requests_opens_nothing_by_itself() -> None:
    two = b.scoped(b.request(12), b.request(13))
    now, frozen = at("2026-12-16 15:00"), (YEAR_END,)
    review, other = (
        b.approval("alice", comment=LINE, where=f"#{number}", covers=(number,))
        for number in (12, 13)
    )
    outcome = judged(now, freeze=frozen, people=b.matrix(review), change=two)
    (reason,) = failed(outcome, "frozen").reasons
    assert reason.text.endswith(
        "The override by alice (#12) opens nothing by itself: it is not for #13."
    )
    both = passed(judged(now, freeze=frozen, people=b.matrix(review, other), change=two))
    assert ["(review, #12)" in both.observations[1].text, len(both.observations)] == [True, 3]


def test_an_override_opens_no_window() -> None:
    people = b.matrix(b.approval("alice", comment=LINE))
    outcome = failed(judged(at("2026-12-16 22:00"), freeze=(YEAR_END,), people=people), "closed")
    assert outcome.observations[0].text.startswith("the freeze year end holds")
    assert "Thu 2026-12-17 09:00" in outcome.reasons[0].remedy


def test_an_override_opens_no_freeze_of_another_role() -> None:
    people = b.matrix(b.approval("alice", comment=LINE))
    freeze = (YEAR_END, b.freeze(name="audit", override="security"))
    (reason,) = failed(
        judged(at("2026-12-16 15:00"), freeze=freeze, people=people), "frozen"
    ).reasons
    assert reason.text.startswith("The freeze audit holds")
    assert reason.text.endswith(
        "The override by alice (#12) opens nothing: alice does not hold security."
    )


def test_an_override_of_a_freeze_that_does_not_hold_now_is_not_mentioned() -> None:
    people = b.matrix(b.approval("alice", comment=LINE))
    assert len(passed(judged(freeze=(YEAR_END,), people=people)).observations) == 1


def test_a_calendar_freezes_with_the_names_of_its_entries() -> None:
    freeze = Freeze(calendar="https://calendar.acme.example/freeze.ics")
    entry = CalendarSpan(
        calendar=calendar_id(freeze.calendar),
        name="Black Friday\n##[error]",
        start=b.NOW - timedelta(hours=1),
        end=b.NOW + timedelta(days=2),
    )
    outcome = judged(freeze=(freeze,), calendars=Calendars(spans=(entry,)))
    (reason,) = failed(outcome, "frozen").reasons
    assert "The freeze Black Friday\\u000a##[error] holds" in reason.text
    passed(judged(freeze=(freeze,)))


def test_a_risky_change_may_use_only_the_windows_of_its_class() -> None:
    both = (HOURS, MAINTENANCE)
    (reason,) = failed(judged(allow=both, risk=b.risk("disruptive")), "closed").reasons
    assert "a change in risk class disruptive of all services" in reason.text
    assert "Windows for it: maintenance (sat 22:00-02:00)." in reason.text
    assert "Sat 2026-11-28 22:00 EST (Sun 2026-11-29 03:00 UTC) (maintenance)" in reason.remedy
    night = at("2026-11-29 04:00")
    assert passed(judged(night, both, risk=b.risk("disruptive"))).until == at("2026-11-29 07:00")
    failed(judged(night, both), "closed")
    passed(judged(allow=both, risk=b.risk("high")))


def test_windows_for_other_risk_classes_alone_never_open() -> None:
    (reason,) = failed(judged(allow=(MAINTENANCE,)), "closed").reasons
    assert "Windows for it: none, since every window is for another risk class." in reason.text
    assert reason.remedy == (
        "There is no time for this change within 60 days; whoever owns the policy can change that."
    )


def test_a_window_for_some_services_is_for_no_deploy_of_all() -> None:
    api = b.allow("api", services=("api",), nth=(4, -1))
    passed(judged(allow=(api,), services=("api",)))
    (reason,) = failed(judged(allow=(api,), services=("api", "web")), "closed").reasons
    assert "of service api and web" in reason.text
    assert "number 4 or -1 of the month, for api)" in reason.text
    failed(judged(allow=(api,)), "closed")


def test_a_freeze_of_another_service_does_not_hold() -> None:
    freeze = b.freeze("2026-11-01T00:00", services=("web",))
    passed(judged(freeze=(freeze,), services=("api",)))
    failed(judged(freeze=(freeze,), services=("api", "web")), "frozen")
    failed(judged(freeze=(freeze,)), "frozen")


def test_the_night_on_which_clocks_go_back_is_five_hours_long() -> None:
    night = (b.allow("night", "22:00", "02:00", days=(Weekday.SAT,)),)
    for now, still in [("2026-11-01 06:59", True), ("2026-11-01 07:00", False)]:
        assert isinstance(judged(at(now), night), Passed) is still
    spring = [("2026-03-08 06:59", True), ("2026-03-08 07:00", False)]
    for now, still in spring:
        assert isinstance(judged(at(now), night), Passed) is still


zones = st.sampled_from(
    ["America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe", "UTC"]
)
moments = st.sampled_from(
    ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"]
).flatmap(lambda day: st.integers(-48 * 60, 48 * 60).map(lambda n: at(day) + timedelta(minutes=n)))
clock_times = st.integers(0, 23).map(lambda hour: f"{hour:02}:30")
allow_windows = st.builds(
    lambda start, end, days: b.allow("w", start, end, days=tuple(days)),
    clock_times,
    clock_times,
    st.sets(st.sampled_from(list(Weekday)), min_size=1),
)


@st.composite
def freezes(draw: st.DrawFn) -> Freeze:
    day = date(2026, draw(st.integers(3, 11)), draw(st.integers(1, 28)))
    start = datetime.combine(day, time(draw(st.integers(0, 23))))
    end = start + timedelta(hours=draw(st.integers(1, 200)))
    return Freeze(name="f", start=start, end=end)


some_windows = st.lists(allow_windows, max_size=3).map(tuple)
some_freezes = st.lists(freezes(), max_size=3).map(tuple)


@given(moments, some_windows, some_freezes, freezes(), zones)
@settings(deadline=None)
def test_one_more_freeze_never_opens_anything(
    now: datetime,
    allow: tuple[AllowWindow, ...],
    frozen: tuple[Freeze, ...],
    more: Freeze,
    zone: str,
) -> None:
    if isinstance(judged(now, allow, frozen, zone=zone), Failed):
        assert isinstance(judged(now, allow, (*frozen, more), zone=zone), Failed)


@given(moments, some_windows, some_freezes, zones)
@settings(deadline=None)
def test_a_pass_holds_until_its_end_and_not_any_longer(
    now: datetime, allow: tuple[AllowWindow, ...], frozen: tuple[Freeze, ...], zone: str
) -> None:
    def outcome(moment: datetime) -> Outcome:
        return judged(moment, allow, frozen, zone=zone)

    first = outcome(now)
    if isinstance(first, Passed) and first.until is not None:
        assert now < first.until
        assert isinstance(outcome(first.until - timedelta(seconds=1)), Passed)
        assert isinstance(outcome(now + (first.until - now) / 2), Passed)
        assert isinstance(outcome(first.until), Failed)


OPENING = re.compile(
    r"change is \w+ (?P<local>[\d-]+) (?P<clock>[\d:]+) (?:UTC|\S+ \((?:\w+ (?P<day>[\d-]+) )?(?P<utc>[\d:]+) UTC\))"
)


def next_opening(outcome: Failed) -> datetime | None:
    """The next opening that the outcome tells people, read from its words."""
    found = OPENING.search(outcome.reasons[0].remedy)
    return (
        at(f"{found['day'] or found['local']} {found['utc'] or found['clock']}") if found else None
    )


def test_the_words_are_read_as_they_are_meant() -> None:
    night = (b.allow("night", "22:00", "23:00"),)
    assert next_opening(failed(judged(allow=night), "closed")) == at("2026-11-26 03:00")
    assert next_opening(failed(judged(allow=night, zone="UTC"), "closed")) == at("2026-11-25 22:00")


@given(moments, some_windows, some_freezes, zones)
@settings(deadline=None, max_examples=60)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    now: datetime, allow: tuple[AllowWindow, ...], frozen: tuple[Freeze, ...], zone: str
) -> None:
    def is_open(moment: datetime) -> bool:
        return isinstance(judged(moment, allow, frozen, zone=zone), Passed)

    outcome = judged(now, allow, frozen, zone=zone)
    if isinstance(outcome, Failed):
        opening = next_opening(outcome)
        end = opening or now + timedelta(days=60)
        assert opening is None or is_open(opening)
        assert not any(is_open(now + n * (end - now) / 40) for n in range(40))
        assert not is_open(end - timedelta(seconds=1))
