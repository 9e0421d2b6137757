from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.adapters.writing import WriteUnknown
from gate.domain.follow_up import LABEL
from gate.domain.follow_up_marker import id_label, read_marker
from gate.domain.identity import Kind
from gate.domain.ports import Desk, FactMissing
from gate.sandbox.world.faults import Fault, Wrong
from tests.adapters.trackers.forge_desks import (
    FORGES,
    NOW,
    Played,
    creating,
    draft,
    issue,
    marker,
    played,
    world,
)

pytestmark = pytest.mark.parametrize("forge", FORGES)
NOTES = {
    "github": "POST /repos/*/*/issues/*/comments",
    "gitlab": "POST /projects/*/issues/*/notes",
}
CLOSING = {"github": "PATCH /repos/*/*/issues/*", "gitlab": "PUT /projects/*/issues/*"}
LISTING = {"github": "GET /repos/*/*/issues", "gitlab": "GET /projects/*/issues"}
LOST = (
    {"reset": True, "done": True},
    {"status": 500, "done": True},
    {"status": 502, "done": True, "body": "<html>"},
    {"truncate": 20},
    {"wrong": Wrong(json={}), "done": True},
)
NEVER_DONE = ({"reset": True}, {"status": 500}, {"status": 503})


def as_desk(place: Played) -> Desk:
    """What the ports ask for."""
    return place.desk()


def test_a_follow_up_is_opened_with_its_labels_and_its_marker(forge: str) -> None:
    with played(forge) as place:
        made = as_desk(place).open(draft())
        (kept,) = place.issues
    assert (made.system, made.key, made.is_open) == (forge, "acme/app#1", True)
    assert set(made.labels) == {LABEL, id_label(marker().id), "sre"}
    assert read_marker(made.marker) == marker()
    assert (made.title, made.opened_by.kind) == (draft().title, Kind.BOT)
    assert abs(made.opened_at - NOW) < timedelta(minutes=5)
    assert kept.body == draft().body
    assert kept.due == ("2026-11-26" if forge == "gitlab" else "")


def test_opening_again_finds_the_one_that_is_there_even_when_it_is_closed(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        first = desk.open(draft())
        desk.close(first.key, "Reviewed.", "done")
        again = place.desk().open(draft())
        assert len(place.issues) == 1
    assert (again.key, again.is_open) == (first.key, False)


def test_another_release_has_a_ticket_of_its_own(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        assert desk.system == forge
        assert [desk.open(draft(run)).key for run in ("7001", "7002")] == [
            "acme/app#1",
            "acme/app#2",
        ]
        assert [one.key for one in desk.find(marker("7002").id)] == ["acme/app#2"]
        assert len(desk.follow_ups()) == 2
        desk.close_connections()


def test_a_ticket_that_only_has_the_label_is_not_taken_for_the_follow_up(forge: str) -> None:
    fake = issue(body="nothing to see", author="ann")
    other = issue(body=draft("7002").body)
    with played(forge, world(tickets={"acme/app#3": fake, "acme/app#4": other})) as place:
        made = place.desk().open(draft())
        assert made.key == "acme/app#5"
        assert [one.key for one in place.desk().find(marker().id)] == [
            "acme/app#3",
            "acme/app#4",
            "acme/app#5",
        ]
        assert len(place.left_open) == 3


def test_of_two_that_were_opened_at_the_same_moment_the_later_is_closed(forge: str) -> None:
    both = {"acme/app#3": issue(), "acme/app#4": issue()}
    with played(forge, world(tickets=both)) as place:
        assert place.desk().open(draft()).key == "acme/app#3"
        assert place.left_open == ["acme/app#3"]
        (said,) = place.comments("acme/app#4")
        place.desk().open(draft())
        assert place.comments("acme/app#4") == [said]
    assert "app#3 came first" in said


def test_a_duplicate_that_cannot_be_closed_now_is_closed_the_next_time(forge: str) -> None:
    both = {"acme/app#3": issue(), "acme/app#4": issue()}
    with played(forge, world(tickets=both)) as place:
        place.fail(Fault(route=CLOSING[forge], status=500))
        assert place.desk().open(draft()).key == "acme/app#3"
        assert len(place.left_open) == 2
        place.fail()
        place.desk().open(draft())
        assert place.left_open == ["acme/app#3"]


def test_runs_that_open_at_the_same_moment_leave_one_ticket(forge: str) -> None:
    with played(forge) as place, ThreadPoolExecutor(6) as pool:
        found = [pool.submit(place.desk().open, draft()) for _ in range(6)]
        keys = {one.result().key for one in found}
        place.desk().open(draft())
        assert place.left_open == ["acme/app#1"]
    assert "acme/app#1" in keys


@pytest.mark.parametrize("how", LOST)
def test_a_ticket_whose_answer_got_lost_is_found_and_not_opened_again(
    forge: str, how: dict[str, Any]
) -> None:
    with played(forge) as place:
        place.fail(creating(forge, **how))
        assert place.desk().open(draft()).key == "acme/app#1"
        assert len(place.issues) == 1
        assert len(place.writes()) == 1


@pytest.mark.parametrize("how", NEVER_DONE)
def test_what_was_surely_looked_for_and_is_not_there_is_written_again(
    forge: str, how: dict[str, Any]
) -> None:
    with played(forge) as place:
        place.fail(creating(forge, times=1, **how))
        assert place.desk().open(draft()).key == "acme/app#1"
        listed = [one for one in place.box.requests if one.path.endswith("/issues")]
    order = [one.method for one in listed]
    assert order == ["GET", "POST", "GET", "GET", "GET", "POST", "GET"]


def test_a_forge_that_never_takes_it_is_told_as_unknown(forge: str) -> None:
    with played(forge) as place:
        place.fail(creating(forge, status=500))
        with pytest.raises(WriteUnknown) as caught:
            place.desk().open(draft())
        assert len(place.writes()) == 2
    assert caught.value.missing.reason_code == "unavailable"


def test_a_ticket_that_was_made_counts_although_nobody_can_look_afterwards(forge: str) -> None:
    with played(forge) as place:
        place.fail(creating(forge, delay=timedelta(0)), Fault(route=LISTING[forge], status=404))
        with pytest.raises(FactMissing):
            place.desk().open(draft())
        assert place.issues == []
        desk = place.desk()
        place.fail(
            Fault(route=LISTING[forge], times=1, wrong=Wrong(json=[])),
            Fault(route=LISTING[forge], status=404),
        )
        assert desk.open(draft()).key == "acme/app#1"


def test_a_list_that_shows_a_new_ticket_late_is_looked_at_again(forge: str) -> None:
    with played(forge) as place:
        place.fail(Fault(route=LISTING[forge], times=2, wrong=Wrong(json=[])))
        assert place.desk().open(draft()).key == "acme/app#1"
        assert sum(place.waits) == 1
        place.fail(Fault(route=LISTING[forge], wrong=Wrong(json=[])))
        assert place.desk().open(draft("7002")).key == "acme/app#2"


def test_waiting_ends_with_the_deadline(forge: str) -> None:
    from gate.adapters.deadline import Deadline

    with played(forge) as place:
        seconds = iter([0.0, *[1.0] * 500])
        place.fail(Fault(route=LISTING[forge], wrong=Wrong(json=[])))
        desk = place.desk(deadline=Deadline(1.5, clock=lambda: next(seconds)))
        assert desk.open(draft()).key == "acme/app#1"
    assert max(place.waits) <= 0.5


def test_the_oldest_is_first_however_many_digits_its_number_has(forge: str) -> None:
    some = {f"acme/app#{number}": issue() for number in (101, 20, 3)}
    with played(forge, world(tickets=some)) as place:
        found = place.desk().find(marker().id)
    assert [one.key for one in found] == ["acme/app#3", "acme/app#20", "acme/app#101"]


def test_a_comment_is_made_once(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        for text in ("It is overdue.", "It is overdue by now."):
            desk.comment(key, text, "overdue")
        desk.comment(key, "Closed.", "done")
        said = place.comments(key)
    assert [one.splitlines()[0] for one in said] == ["It is overdue.", "Closed."]


@pytest.mark.parametrize("how", LOST[:4])
def test_a_comment_whose_answer_got_lost_is_not_made_twice(forge: str, how: dict[str, Any]) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        place.fail(Fault(route=NOTES[forge], **how))
        desk.comment(key, "It is overdue.", "overdue")
        assert len(place.comments(key)) == 1


def test_a_comment_that_never_gets_through_is_tried_twice(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        place.fail(Fault(route=NOTES[forge], status=500))
        with pytest.raises(WriteUnknown):
            desk.comment(key, "It is overdue.", "overdue")
        assert len(place.writes()) == 3


def test_a_second_try_whose_answer_got_lost_is_looked_up_as_well(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        place.fail(
            Fault(route=NOTES[forge], reset=True, times=1),
            Fault(route=NOTES[forge], reset=True, done=True),
        )
        desk.comment(key, "It is overdue.", "overdue")
        assert len(place.comments(key)) == 1


def test_nobody_keeps_the_gate_silent_by_writing_its_mark(forge: str) -> None:
    from gate.adapters.marks import signed

    comments = [{"by": "ann", "body": signed("not me", "overdue")}]
    with played(forge, world(tickets={"acme/app#3": issue(comments=comments)})) as place:
        place.desk().comment("acme/app#3", "It is overdue.", "overdue")
        assert len(place.comments("acme/app#3")) == 2


def test_closing_says_why_and_closes_once(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        desk.close(key, "Reviewed by Bo.", "done")
        desk.close(key, "Reviewed by Bo.", "done-again")
        assert [one.splitlines()[0] for one in place.comments(key)] == ["Reviewed by Bo."]
        assert place.left_open == []
        (found,) = desk.follow_ups()
    assert not found.is_open
    assert [one.by.kind for one in found.comments] == [Kind.BOT]


@pytest.mark.parametrize("how", LOST[:4])
def test_closing_is_looked_up_when_its_answer_got_lost(forge: str, how: dict[str, Any]) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        place.fail(Fault(route=CLOSING[forge], **how))
        desk.close(key, "Reviewed by Bo.", "done")
        assert place.left_open == []


@pytest.mark.parametrize("how", [{}, *LOST[:4]])
def test_a_ticket_is_opened_again_with_the_reason(forge: str, how: dict[str, Any]) -> None:
    with played(forge) as place:
        desk = as_desk(place)
        key = desk.open(draft()).key
        desk.reopen(key, "Nothing to do.", "reopened")
        desk.close(key, "Done.", "done")
        if how:
            place.fail(Fault(route=CLOSING[forge], **how))
        desk.reopen(key, "The review is still owed.", "reopened")
        assert place.left_open == [key]
        said = [one.splitlines()[0] for one in place.comments(key)]
    assert said == ["Done.", "The review is still owed."]


def test_a_label_is_put_beside_those_that_are_there(forge: str) -> None:
    with played(forge) as place:
        desk = place.desk()
        key = desk.open(draft()).key
        for _ in range(2):
            desk.label(key, "overdue")
        desk.label(key, "OVERDUE")
        (found,) = desk.find(marker().id)
        assert len(place.writes()) == 2
    assert set(found.labels) == {*draft().labels, "overdue"}


@pytest.mark.parametrize("key", ["acme/other#1", "acme/app", "acme/app#0", "acme/app#1/../2", "7"])
def test_a_key_of_another_project_is_no_ticket_of_this_desk(forge: str, key: str) -> None:
    with played(forge) as place:
        for act in (place.desk().comment, place.desk().close):
            with pytest.raises(FactMissing) as caught:
                act(key, "text", "mark")
            assert caught.value.missing.reason_code == "not-found"
        assert place.box.requests == ()


def test_a_ticket_that_is_not_there_is_not_found(forge: str) -> None:
    with played(forge) as place, pytest.raises(FactMissing) as caught:
        place.desk().label("acme/app#77", "overdue")
    assert caught.value.missing.reason_code == "not-found"


def test_an_answer_about_another_ticket_is_not_believed(forge: str) -> None:
    number = "number" if forge == "github" else "iid"
    with played(forge, world(tickets={"acme/app#3": issue()})) as place:
        place.fail(Fault(route=f"{LISTING[forge]}/3", merge={number: 4}))
        with pytest.raises(FactMissing) as caught:
            place.desk().close("acme/app#3", "text", "mark")
    assert caught.value.missing.reason_code == "unreadable"


def test_a_state_that_nobody_knows_is_not_believed(forge: str) -> None:
    with played(forge, world(tickets={"acme/app#3": issue()})) as place:
        place.fail(Fault(route=f"{LISTING[forge]}/3", merge={"state": "asleep"}))
        with pytest.raises(FactMissing) as caught:
            place.desk().close("acme/app#3", "text", "mark")
    assert "opened or closed" in caught.value.missing.detail or "open or closed" in (
        caught.value.missing.detail
    )


def test_an_issue_without_any_text_has_no_marker(forge: str) -> None:
    with played(forge, world(tickets={"acme/app#3": issue(body="")})) as place:
        (found,) = place.desk().find(marker().id)
    assert found.marker == {}


def test_whoever_gets_it_is_assigned(forge: str) -> None:
    with played(forge) as place:
        place.desk().open(draft(assignee="BEN-b"))
        (kept,) = place.issues
    assert kept.assignees == ("ben",)


def test_an_assignee_that_nobody_knows_does_not_lose_the_ticket(forge: str) -> None:
    with played(forge) as place:
        made = place.desk().open(draft(assignee="nobody-like-that"))
        (kept,) = place.issues
    assert made.key == kept.name
    assert kept.assignees == ()


def test_a_title_that_is_too_long_is_cut(forge: str) -> None:
    with played(forge) as place:
        made = place.desk().open(draft(title="long " * 100))
    assert 250 <= len(made.title) <= 256


@pytest.mark.parametrize(
    "text",
    [
        "/close\n/assign @me",
        "fine\n/close",
        "fine\r\n/close\r\n",
        "fine\n\r/close",
        "<!-- change-gate overdue -->",
        "-->\n/close\n<!--",
        "@everybody #1 !1 ![x](https://evil.example/x.png)",
        "\u202e/close",
    ],
)
def test_hostile_text_does_not_act(forge: str, text: str) -> None:
    body = f"{text}\n\n{draft().body}"
    with played(forge) as place:
        desk = place.desk()
        made = desk.open(draft(title=f"{text} "[:200], body=body))
        assert made.is_open
        assert read_marker(made.marker) == marker()
        desk.comment(made.key, text, "overdue")
        desk.comment(made.key, text, "overdue")
        assert place.left_open == [made.key]
        assert len(place.comments(made.key)) == 1


def test_a_project_that_cannot_be_one_is_said_before_anything_is_asked(forge: str) -> None:
    with played(forge) as place:
        for project in ("", "acme", "acme/app/../../x?y", "acme app/x"):
            with pytest.raises(FactMissing) as caught:
                place.desk(project=project)
            assert caught.value.missing.reason_code == "not-configured"
        for token in ("", "  ", "two words", "line\nbreak"):
            with pytest.raises(FactMissing) as caught:
                place.desk(token=token)
            assert caught.value.missing.reason_code == "not-configured"


def test_issues_that_are_switched_off_are_told_with_who_can_switch_them_on(forge: str) -> None:
    with played(forge, world(repository={"issues": False})) as place:
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
        assert len(place.writes()) == 1
    told = caught.value.missing
    assert "switched off" in told.detail
    assert "switches" in told.remedy
    assert "emergency.follow_up" in told.remedy
    assert not told.retriable


def test_follow_ups_may_be_kept_in_another_project(forge: str) -> None:
    with played(forge, world(repository={"others": ["acme/follow-ups"]})) as place:
        desk = place.desk(project="acme/follow-ups")
        assert desk.follow_ups() == ()
        assert desk.open(draft()).key == "acme/follow-ups#1"
        assert [one.key for one in desk.follow_ups()] == ["acme/follow-ups#1"]


def test_all_pages_are_read(forge: str) -> None:
    comments = [{"by": "ann", "body": f"comment {count}"} for count in range(205)]
    many = {f"acme/app#{count}": issue() for count in range(1, 121)}
    many["acme/app#7"] = issue(comments=comments)
    with played(forge, world(tickets=many)) as place:
        found = place.desk().follow_ups()
        assert len(place.desk().find(marker().id)) == 120
    assert [one.key for one in found] == [f"acme/app#{count}" for count in range(1, 121)]
    assert len(found[6].comments) == 205
    assert {one.by.login for one in found[6].comments} == {"ann-a"}


def test_long_comments_of_others_make_nothing_unreadable(forge: str) -> None:
    comments = [{"by": "ann", "body": "x" * 60_000} for _ in range(100)]
    with played(forge, world(tickets={"acme/app#3": issue(comments=comments)})) as place:
        (found,) = place.desk().follow_ups()
    assert len(found.comments) == 100


def test_more_pages_than_anybody_should_read_are_told(
    forge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gate.adapters.forges.github import issue_api
    from gate.adapters.forges.gitlab import writer

    monkeypatch.setattr({"github": issue_api, "gitlab": writer}[forge], "MOST_PAGES", 1)
    many = {f"acme/app#{count}": issue() for count in range(1, 121)}
    with played(forge, world(tickets=many)) as place, pytest.raises(FactMissing) as caught:
        place.desk().find(marker().id)
    assert caught.value.missing.reason_code == "too-large"


def test_a_dead_token_is_told_as_such(forge: str) -> None:
    dead = {"token": {"dead": True}, "gitlab": {"write_token": True, "dead": ["write"]}}
    with played(forge, world(**dead)) as place:
        for ask in (lambda: place.desk().open(draft()), place.desk().follow_ups):
            with pytest.raises(FactMissing) as caught:
                ask()
            assert caught.value.missing.reason_code == "not-authenticated"


FAULTS = st.lists(
    st.one_of(st.none(), st.sampled_from([*LOST, *NEVER_DONE, {"status": 429}, {"status": 403}])),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reads=FAULTS, writes=FAULTS, calls=st.integers(1, 4))
def test_whatever_goes_wrong_no_release_has_two_open_tickets(
    forge: str,
    reads: list[dict[str, Any] | None],
    writes: list[dict[str, Any] | None],
    calls: int,
) -> None:
    faults = [creating(forge, times=1, **(how or {"delay": timedelta(0)})) for how in writes]
    faults += [
        Fault(route=LISTING[forge], times=1, **{**how, "done": False})
        if how and "wrong" not in how
        else Fault(route=LISTING[forge], times=1, delay=timedelta(0))
        for how in reads
    ]
    with played(forge) as place:
        place.fail(*faults)
        opened = []
        for _ in range(calls):
            with suppress(FactMissing):
                opened.append(place.desk().open(draft()).key)
            assert len(place.left_open) <= 1
        place.fail()
        opened.append(place.desk().open(draft()).key)
        assert place.left_open == [opened[-1]]
    assert len(set(opened)) == 1
