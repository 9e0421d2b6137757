from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.facts import Calendars, CalendarSpan, Clock, Fact, Run
from gate.domain.freeze_override import Answer, FreezeOverrides, Override, answer, freeze_overrides
from gate.domain.missing import Missing
from gate.domain.policy.windows import Freeze, Windows
from gate.domain.schedule import calendar_id
from gate.domain.units import units
from tests import builders as b

LINE = "override-freeze: customers cannot log in, INC-9"
ONE = b.scoped()
TWO = b.scoped(b.request(12), b.request(13))


def answered(
    *approvals: Approval, role: str = "engineering-lead", change: ScopedChange = ONE
) -> Answer:
    return answer(role, b.matrix(*approvals), units(change))


def test_a_holder_of_the_role_opens_the_freeze_with_a_reason() -> None:
    approval = b.approval("alice", comment=f"Looks good.\n{LINE}\nThanks")
    found = answered(approval)
    assert found == Answer(
        opened_by=(Override(approval=approval, reason="customers cannot log in, INC-9"),),
        near_misses=(),
        could=("alice",),
        invitation="engineering-lead (alice)",
    )
    assert answered(b.approval()).near_misses == ()


@pytest.mark.parametrize("comment", [LINE.upper(), f"  \t{LINE}", f"{LINE}\r\nmore"])
def test_the_line_may_stand_anywhere_and_in_capitals(comment: str) -> None:
    assert answered(b.approval(comment=comment)).opened_by


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "please override-freeze: customers cannot log in",
        f"> {LINE}",
        "override-freeze:\ncustomers cannot log in, INC-9",
        "override-freeze: too short",
        "override-freeze:                                   ",
        "override-freeze: a              b",
    ],
)
def test_anything_else_opens_nothing(comment: str) -> None:
    assert answered(b.approval(comment=comment)).opened_by == ()


@given(st.text(max_size=60))
def test_fewer_than_fifteen_characters_never_are_a_reason(text: str) -> None:
    found = answered(b.approval(comment=f"override-freeze:{text}"))
    assert all(len(one.reason) >= 15 for one in found.opened_by)


def test_attempts_that_open_nothing_say_why() -> None:
    found = answered(
        b.approval("alice", comment="override-freeze: short"),
        b.approval("alice", comment=LINE, counts=False, why_not="alice deploys the change"),
        b.approval("carol", comment=LINE),
        b.approval(
            "", shown="stranger", comment=LINE, counts=False, why_not="nobody knows who it is"
        ),
    )
    assert found.opened_by == ()
    assert found.near_misses == (
        "The override by alice (#12) opens nothing: its reason has fewer than 15 characters.",
        "The override by alice (#12) opens nothing: alice deploys the change.",
        "The override by carol (#12) opens nothing: carol does not hold engineering-lead.",
        "The override by stranger (#12) opens nothing: nobody knows who it is.",
    )


def test_the_first_override_with_a_reason_stands() -> None:
    short, good = b.approval(comment="override-freeze: short"), b.approval(comment=LINE)
    again = b.approval(comment=f"{LINE} again")
    assert [one.approval for one in answered(short, good, again).opened_by] == [good]


def test_an_override_in_a_review_is_for_its_merge_request_alone() -> None:
    review = b.approval(comment=LINE)
    found = answered(review, change=TWO)
    assert found.opened_by == ()
    assert found.near_misses == (
        "The override by alice (#12) opens nothing by itself: it is not for #13.",
    )
    other = b.approval(comment=LINE, where="#13", covers=(13,))
    assert [one.approval for one in answered(review, other, change=TWO).opened_by] == [
        review,
        other,
    ]
    released = b.approval(comment=LINE, where="production", covers=None)
    assert [one.approval for one in answered(released, change=TWO).opened_by] == [released]


# --- the fact ---------------------------------------------------------------------------------

NOW_FROZEN = b.freeze("2026-11-20T00:00", "2026-12-01T00:00", override="engineering-lead")
YEAR_END = b.freeze(override="security")
CLOSED = b.freeze("2026-11-20T00:00", "2026-12-01T00:00")
DOWN = b.missing(source="Jira", detail="Jira answered 503.", remedy="Wait.", retriable=True)


def found(
    *freezes: Freeze, without: tuple[type[Fact], ...] = (), **known: Fact | Missing
) -> FreezeOverrides | Missing:
    facts: Mapping[type[Fact], Fact | Missing] = {
        Clock: b.clock(),
        Run: known.get("run", b.run()),
        Calendars: known.get("calendars", Calendars()),
        ScopedChange: ONE,
        People: known.get("people", DOWN),
    }
    kept = {kind: fact for kind, fact in facts.items() if kind not in without}
    windows = Windows(timezone="America/New_York", freeze=freezes)
    return freeze_overrides(kept, b.policy(windows=windows))


def test_every_role_that_may_open_a_freeze_is_asked_whenever_its_freeze_holds() -> None:
    people = b.matrix(b.approval(comment=LINE))
    answers = found(NOW_FROZEN, YEAR_END, CLOSED, people=people)
    assert isinstance(answers, FreezeOverrides)
    assert list(answers.by_role) == ["engineering-lead", "security"]
    assert [bool(one.opened_by) for one in answers.by_role.values()] == [True, False]


def test_without_people_it_is_missing_when_somebody_may_have_opened_what_holds_now() -> None:
    missing = found(NOW_FROZEN, CLOSED, YEAR_END)
    assert isinstance(missing, Missing)
    assert missing.detail == (
        "whether engineering-lead opened the freeze that holds now for this change cannot be told: Jira answered 503."
    )
    assert (missing.source, missing.remedy, missing.retriable) == ("Jira", "Wait.", True)


def test_without_people_nobody_opens_a_freeze_to_come_or_one_that_nobody_may_open() -> None:
    for freezes in ((), (YEAR_END,), (CLOSED,), (YEAR_END, CLOSED)):
        assert found(*freezes) == FreezeOverrides()


def test_a_freeze_of_a_service_that_is_not_deployed_asks_nobody() -> None:
    web = b.freeze("2026-11-20T00:00", override="engineering-lead", services=("web",))
    assert found(web, run=b.run(services=("api",))) == FreezeOverrides()
    assert isinstance(found(web, run=b.run(services=("api", "web"))), Missing)


def test_a_freeze_of_a_calendar_holds_as_well() -> None:
    freeze = Freeze(calendar="https://calendar.example/f.ics", override="engineering-lead")
    entry = CalendarSpan(
        calendar=calendar_id(freeze.calendar), name="", start=b.ago(hours=1), end=b.ago(hours=-1)
    )
    assert found(freeze) == FreezeOverrides()
    assert isinstance(found(freeze, calendars=Calendars(spans=(entry,))), Missing)


@pytest.mark.parametrize("kind", [Clock, Run, Calendars])
def test_without_people_whatever_keeps_a_freeze_from_being_told_is_the_cause(
    kind: type[Fact],
) -> None:
    missing = found(NOW_FROZEN, without=(kind,))
    assert isinstance(missing, Missing)
    assert missing.detail.startswith("whether a freeze that somebody may open holds now cannot be")
    assert kind.__name__ in missing.detail


def test_with_people_it_needs_neither_clock_nor_calendar() -> None:
    answers = found(NOW_FROZEN, without=(Clock, Run, Calendars), people=b.matrix())
    assert isinstance(answers, FreezeOverrides)


def test_without_the_change_nobody_knows_what_an_override_is_for() -> None:
    missing = found(NOW_FROZEN, without=(ScopedChange,), people=b.matrix())
    assert isinstance(missing, Missing)
    assert "ScopedChange" in missing.detail
