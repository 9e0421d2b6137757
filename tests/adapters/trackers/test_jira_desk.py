import threading
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import LABEL
from gate.domain.follow_up_marker import read_marker
from gate.domain.identity import Kind
from gate.domain.missing import Missing
from gate.domain.ports import Desk, FactMissing
from gate.sandbox.server import Sandbox
from tests.adapters.loopback import Asked, Reply, as_json
from tests.adapters.trackers import jira_desks as j
from tests.sandbox.asking import NOW, world

CREATE = "POST /rest/api/3/issue"
SEARCH = "GET /rest/api/3/search/jql"
OURS = {"accountId": "5b10f00d0000000000000001"}


def asked(box: Sandbox) -> list[str]:
    return [f"{one.method} {one.path.rpartition('/3/')[2]}" for one in box.requests]


def issues(box: Sandbox) -> Any:
    return box.site.jira.shelf.all()


def is_missing(error: pytest.ExceptionInfo[FactMissing], code: str, says: str) -> Missing:
    missing = error.value.missing
    assert missing.reason_code == code
    assert says in missing.detail
    assert missing.remedy
    return missing


# --- opening --------------------------------------------------------------------------------


def test_a_follow_up_is_opened_with_all_that_it_holds_and_read_back() -> None:
    wanted = j.draft()
    with j.on() as (it, box):
        desk: Desk = it.desk
        opened = desk.open(wanted)
        (listed,) = desk.follow_ups()
        (made,) = issues(box)
    assert desk.system == "jira"
    assert (opened.key, opened.url) == ("OPS-1", f"{box.url}/jira/browse/OPS-1")
    assert (opened.system, opened.title, opened.is_open) == ("jira", wanted.title, True)
    assert opened.labels == (LABEL, f"gate-{wanted.marker.id}", "on-call")
    assert read_marker(opened.marker) == wanted.marker
    assert (opened.opened_by.id, opened.opened_by.kind) == (OURS["accountId"], Kind.BOT)
    assert opened == listed
    assert (made.type, made.due, made.assignee) == ("Task", "2026-11-26", "ann")
    assert "change-gate:follow-up" not in str(made.adf)
    assert asked(box)[:4] == ["GET myself", "GET search/jql", "POST issue", "GET search/jql"]


def test_the_ticket_that_is_there_is_found_again_whatever_happened_to_it() -> None:
    with j.on() as (it, box):
        first = it.desk.open(j.draft())
        it.desk.close(first.key, "Reviewed.", "done:1")
        with j.at(box.url) as other:
            second = other.desk.open(j.again(j.draft()))
        assert (second.key, second.is_open) == (first.key, False)
        assert len(issues(box)) == 1
        assert it.desk.open(j.draft(attempt=2)).key == "OPS-2"


@pytest.mark.parametrize(
    "foreign",
    [
        {"fields": {"creator": j.ANN}},
        {"fields": {"creator": None}},
        {"properties": {"change-gate": {"id": "x"}}},
        {"properties": {"change-gate": dict(j.draft(run_id="8").fields)}},
    ],
)
def test_a_ticket_that_somebody_made_to_look_like_ours_does_not_pass_for_it(foreign: Any) -> None:
    created = as_json({"id": "10002", "key": "OPS-2", "self": "x"}, 201)
    answers = {"GET /search/jql": j.found(j.issue(**foreign)), "POST /issue": created}
    with j.told(answers) as (it, _):
        assert it.desk.open(j.draft()).key == "OPS-2"
        assert [ticket.key for ticket in it.desk.find(j.draft().marker.id)] == ["OPS-1"]


@pytest.mark.parametrize(
    "properties",
    [{}, None, {"change-gate": None}, {"change-gate": ["x"]}, {"change-gate": {"a": 1}}],
)
def test_a_ticket_of_ours_without_a_marker_is_not_opened_twice(properties: Any) -> None:
    with j.told({"GET /search/jql": j.found(j.issue(properties=properties))}) as (it, server):
        assert it.desk.open(j.draft()).marker == {}
    assert all(one.method == "GET" for one in server.asked)


def test_of_several_the_oldest_counts_and_the_later_open_ones_are_closed() -> None:
    found = j.found(
        j.issue(id="30", key="OPS-3"),
        j.issue(id="9", key="NEW-77"),
        j.issue(id="20", key="OPS-2", fields={"status": _status("done")}),
    )
    transition = {"id": "31", "to": _status("done")}
    answers = {
        "GET /search/jql": found,
        "GET /issue/OPS-3": as_json({"fields": {"status": _status("new")}}),
        "GET /issue/OPS-3/comment": as_json(j.commented()["comment"]),
        "POST /issue/OPS-3/comment": as_json(j.comment(), 201),
        "GET /issue/OPS-3/transitions": as_json({"transitions": [transition]}),
        "POST /issue/OPS-3/transitions": Reply(status=204, body=b"", kind=""),
    }
    with j.told(answers) as (it, server):
        assert it.desk.open(j.draft()).key == "NEW-77"
    wrote = [one for one in server.asked if one.method == "POST"]
    assert [one.path.rpartition("/")[2] for one in wrote] == ["comment", "transitions"]
    assert "The same follow-up is kept in NEW-77" in str(wrote[0].json)
    assert "duplicate:NEW-77" in str(wrote[0].json)
    assert wrote[1].json == {"transition": {"id": "31"}}


def test_a_duplicate_that_cannot_be_closed_does_not_hide_the_ticket_that_counts() -> None:
    found = j.found(j.issue(id="30", key="OPS-3"), j.issue(id="9", key="OPS-1"))
    with j.told({"GET /search/jql": found}) as (it, _):
        assert it.desk.open(j.draft()).key == "OPS-1"


def _status(category: str) -> Any:
    return {"name": category.title(), "statusCategory": {"key": category}}


def test_two_runs_at_the_same_moment_leave_one_open_ticket() -> None:
    with Sandbox(world(latency="20ms")) as box:
        opened: list[FollowUpTicket] = []

        def run() -> None:
            with j.at(box.url) as it:
                opened.append(it.desk.open(j.draft()))

        running = [threading.Thread(target=run) for _ in range(3)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        assert [one.status_category for one in issues(box)].count("new") == 1
    assert {ticket.key for ticket in opened} == {"OPS-1"}


@pytest.mark.parametrize(
    "fault",
    [
        {"reset": True, "done": True},
        {"status": 500, "done": True},
        {"status": 503, "headers": {"Retry-After": "0"}, "done": True},
        {"truncate": 10},
        {"wrong": {"json": {"self": "x"}}, "done": True},
        {"merge": {"id": "x"}},
    ],
)
def test_a_ticket_whose_creation_got_lost_on_the_way_back_is_found(fault: Any) -> None:
    with j.faulty({"route": CREATE, "times": 1, **fault}) as (it, box):
        assert it.desk.open(j.draft()).key == "OPS-1"
        assert len(issues(box)) == 1
    assert asked(box).count("POST issue") == 1
    assert it.waits == [0.5]


def test_a_search_that_lags_behind_is_asked_again_with_growing_pauses() -> None:
    lost = {"route": CREATE, "reset": True, "done": True, "times": 1}
    with j.faulty(lost, jira={"search_lag": "1h"}) as (it, box):
        with pytest.raises(WriteUnknown) as raised:
            it.desk.open(j.draft())
        assert len(issues(box)) == 1
    assert it.waits == [0.5, 2, 5]
    is_missing(raised, "unavailable", "whether it was written all the same is not known")


def test_a_search_that_fails_in_between_is_only_one_look_less() -> None:
    searches = [j.found(), as_json({}, 500), j.found(), j.found(j.issue())]
    answers: dict[str, j.Answer] = {
        "GET /search/jql": lambda _: searches.pop(0),
        "POST /issue": as_json({}, 500),
    }
    with j.told(answers) as (it, server):
        assert it.desk.open(j.draft()).key == "OPS-1"
    assert it.waits == [0.5, 2, 5]
    assert [one.method for one in server.asked].count("POST") == 1


def test_nobody_waits_for_a_search_beyond_the_deadline() -> None:
    lost = {"route": CREATE, "reset": True, "times": 1}
    with Sandbox(world(faults=[lost])) as box, j.at(box.url, seconds=0.45) as it:
        desk, wanted = it.desk, j.draft()
        with suppress(WriteUnknown):
            desk.open(wanted)
        assert issues(box) == []
    assert it.waits == []


def test_a_ticket_whose_creation_is_answered_too_late_is_found_by_whoever_opens_next() -> None:
    slow = {"route": CREATE, "delay": "30s", "done": True, "times": 1}
    with Sandbox(world(faults=[slow])) as box:
        with j.at(box.url, seconds=0.5) as it, pytest.raises(WriteUnknown):
            it.desk.open(j.draft())
        with j.at(box.url) as it:
            assert it.desk.open(j.draft()).key == "OPS-1"
        assert len(issues(box)) == 1


def test_a_ticket_that_comes_long_after_we_gave_up_is_closed_by_whoever_opens_next() -> None:
    late = {"route": CREATE, "delay": "400ms", "times": 1}
    with Sandbox(world(faults=[late])) as box:
        with j.at(box.url, seconds=0.2) as it, pytest.raises(WriteUnknown):
            it.desk.open(j.draft())
        with j.at(box.url) as it:
            assert it.desk.open(j.draft()).key == "OPS-1"
            for _ in range(100):
                if len(issues(box)) == 2:
                    break
                threading.Event().wait(0.02)
            assert it.desk.open(j.draft()).key == "OPS-1"
        assert [one.status for one in issues(box)] == ["To Do", "Done"]


def test_the_ticket_that_was_just_created_is_known_although_the_search_lags() -> None:
    with j.on(world(jira={"search_lag": "1h"})) as (it, box):
        assert it.desk.open(j.draft()).labels == (LABEL, j.draft().labels[1], "on-call")
        assert it.desk.open(j.draft()).key == "OPS-1"
    assert asked(box).count("POST issue") == 1


def test_the_ticket_that_was_just_created_is_told_although_the_search_fails() -> None:
    searches: list[Reply] = [j.found(), as_json({}, 500)]
    created = as_json(
        {"id": "10002", "key": "OPS-2"}, 201, {"Date": "Wed, 25 Nov 2026 15:30:00 GMT"}
    )
    answers: dict[str, j.Answer] = {
        "GET /search/jql": lambda _: searches.pop(0),
        "POST /issue": created,
    }
    with j.told(answers) as (it, _):
        opened = it.desk.open(j.draft())
    assert (opened.key, opened.is_open, opened.marker) == ("OPS-2", True, j.draft().fields)
    assert (opened.opened_at.minute, opened.opened_by.name) == (30, "Change Gate")


@pytest.mark.parametrize(
    ("date", "minute"),
    [("Wed, 25 Nov 2026 15:30:00 -0000", 30), ("never", 0), ("", 0)],
)
def test_the_time_of_a_ticket_that_nobody_could_look_at_is_that_of_the_answer(
    date: str, minute: int
) -> None:
    created = as_json({"id": "10002", "key": "OPS-2"}, 201, {"Date": date} if date else {})
    answers = {"GET /search/jql": j.found(), "POST /issue": created}
    with j.told(answers) as (it, _):
        opened = it.desk.open(j.draft())
    assert opened.opened_at == NOW.replace(minute=minute)


def test_fields_that_the_project_does_not_take_are_left_out() -> None:
    with j.on(world(jira={"not_on_screen": ["duedate", "assignee"]})) as (it, box):
        assert it.desk.open(j.draft()).key == "OPS-1"
        (made,) = issues(box)
    assert (made.due, made.assignee) == ("", None)
    assert asked(box).count("POST issue") == 2


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"not_on_screen": ["labels"]}, "Field 'labels' cannot be set"),
        ({"not_on_screen": ["labels", "duedate"]}, "cannot be set"),
        ({"may": []}, "You do not have permission to create issues"),
        ({"projects": ["CHG"]}, "valid project is required"),
    ],
)
def test_what_jira_refuses_for_good_is_said_with_its_reason(over: Any, says: str) -> None:
    with j.on(world(jira=over)) as (it, box):
        with pytest.raises(FactMissing) as raised:
            it.desk.open(j.draft())
        assert issues(box) == []
    is_missing(raised, "refused", says)


@pytest.mark.parametrize("body", [{}, [], {"errors": ["x"]}])
def test_a_refusal_that_names_no_field_is_one(body: Any) -> None:
    answers = {"GET /search/jql": j.found(), "POST /issue": as_json(body, 400)}
    with j.told(answers) as (it, _), pytest.raises(FactMissing) as raised:
        it.desk.open(j.draft())
    is_missing(raised, "refused", "Jira does not accept a ticket in project OPS")


def test_a_dead_token_fails_before_anything_is_written() -> None:
    with j.on(world(token={"jira_dead": True})) as (it, box), pytest.raises(FactMissing) as raised:
        it.desk.open(j.draft())
    is_missing(raised, "not-authenticated", "Jira does not know us")
    assert asked(box) == ["GET myself"]


@pytest.mark.parametrize("me", [{}, None, {"accountId": ""}, {"accountId": "unknown"}])
def test_an_account_without_an_id_can_be_told_from_nobody(me: Any) -> None:
    with j.told({"GET /myself": as_json(me)}) as (it, _), pytest.raises(FactMissing):
        it.desk.open(j.draft())


def test_titles_and_labels_have_the_form_that_jira_takes() -> None:
    given = j.draft()
    long = type(given)(
        marker=given.marker, fields=given.fields, title="a\n" + "b " * 200, body="", due=given.due,
        labels=(*given.labels, " two\twords "),
    )  # fmt: skip
    with j.on() as (it, box):
        it.desk.open(long)
        (made,) = issues(box)
    assert (len(made.summary), made.summary[:6], made.summary[-1]) == (255, "a b b ", "…")
    assert made.labels[-1] == "two-words"


# --- the invariant --------------------------------------------------------------------------

GOING_WRONG = st.sampled_from(
    [
        {"status": 500}, {"status": 500, "done": True}, {"status": 503, "done": True}, {"status": 429},
        {"status": 429, "headers": {"Retry-After": "0"}}, {"reset": True}, {"reset": True, "done": True},
        {"truncate": 5}, {"truncate": 0}, {"wrong": {"json": {}}}, {"wrong": {"json": {}}, "done": True},
        {"status": 401}, {"status": 302},
    ]
)  # fmt: skip
ROUTES = st.sampled_from(
    [CREATE, SEARCH, "GET /rest/api/3/myself", "POST /rest/api/3/**", "GET /rest/api/3/**", "**"]
)
SEQUENCES = st.lists(
    st.builds(
        lambda route, fault, times: {"route": route, "times": times, **fault},
        ROUTES,
        GOING_WRONG,
        st.integers(1, 3),
    ),
    max_size=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEQUENCES, st.integers(1, 3))
def test_whatever_goes_wrong_no_follow_up_is_opened_twice_and_none_is_lost(
    faults: Any, runs: int
) -> None:
    with Sandbox(world(faults=faults)) as box:
        said: list[FollowUpTicket] = []
        for _ in range(runs):
            with j.at(box.url) as it, suppress(FactMissing):
                said.append(it.desk.open(j.draft()))
        box.faults = type(box.faults)([])
        with j.at(box.url) as it:
            last = it.desk.open(j.draft())
            tickets = it.desk.find(j.draft().marker.id)
        assert [ticket.key for ticket in tickets if ticket.is_open] == ["OPS-1"]
        assert len(tickets) == 1
        assert {ticket.key for ticket in [*said, last]} == {"OPS-1"}


# --- finding --------------------------------------------------------------------------------


def listed(*found: Any, answers: Any = None, **more: Any) -> tuple[FollowUpTicket, ...]:
    permission = {"permissions": {"BROWSE_PROJECTS": {"havePermission": True}}}
    known = {
        "GET /search/jql": j.found(*found, **more),
        "GET /mypermissions": as_json(permission),
        **(answers or {}),
    }
    with j.told(known) as (it, _):
        return it.desk.follow_ups()


def test_every_page_of_the_search_is_read() -> None:
    tickets = {
        f"OPS-{number}": {"id": number, "labels": [LABEL], "reporter": "ann"}
        for number in range(1, 8)
    }
    with j.on(world(tickets=tickets, jira={"page": 3})) as (it, box):
        assert [ticket.key for ticket in it.desk.follow_ups()] == list(tickets)
    assert asked(box).count("GET search/jql") == 3


def test_what_the_index_found_but_lost_its_label_since_is_left_out() -> None:
    assert listed(j.issue(fields={"labels": ["change-gate-follow-up-not"]})) == ()


def test_nothing_found_is_believed_only_where_the_project_may_be_browsed() -> None:
    with j.on(world(jira={"projects": ["CHG"]})) as (it, _), pytest.raises(FactMissing) as raised:
        it.desk.follow_ups()
    is_missing(raised, "not-found", "project OPS")
    denied = as_json({"permissions": {"BROWSE_PROJECTS": {"havePermission": False}}})
    with pytest.raises(FactMissing) as raised:
        listed(answers={"GET /mypermissions": denied})
    is_missing(raised, "not-permitted", "its tickets look like none")


@pytest.mark.parametrize(
    "more",
    [{"isLast": False}, {"nextPageToken": "same"}, {"nextPageToken": 7}],
)
def test_pages_that_do_not_fit_together_are_no_answer(more: Any) -> None:
    with pytest.raises(FactMissing) as raised:
        listed(j.issue(), **more)
    assert raised.value.missing.reason_code == "unreadable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"key": ""},
        {"fields": {"labels": [LABEL, 7]}},
        {"fields": {"status": {"name": "x"}}},
        {"fields": {"created": "2026-11-25"}},
    ],
)
def test_a_ticket_that_cannot_be_read_is_no_answer(wrong: Any) -> None:
    with pytest.raises(FactMissing) as raised:
        listed(j.issue(**wrong))
    assert raised.value.missing.reason_code == "unreadable"


def test_comments_are_told_in_order_with_who_wrote_them_when() -> None:
    later = j.comment(2, "Reviewed: abc", created="2026-11-25T18:00:00.000+0100")
    (ticket,) = listed(j.issue(fields=j.commented(later, j.comment(1, "first"))))
    assert [said.body for said in ticket.comments] == ["first", "Reviewed: abc"]
    said = ticket.comments[1]
    assert (said.by.id, said.by.kind, said.at.hour) == ("j-ann", Kind.HUMAN, 17)
    assert not said.altered
    assert said.url.endswith("/jira/browse/OPS-1?focusedCommentId=2")


@pytest.mark.parametrize(
    ("changed", "hour", "altered"),
    [
        ({}, 16, False),
        ({"updated": "2026-11-25T19:00:00.000+0000"}, 19, False),
        ({"updated": "2026-11-25T19:00:00.000+0000", "updateAuthor": j.ME}, 19, True),
        ({"updateAuthor": j.ME}, 16, True),
        ({"updated": "2026-11-25T19:00:00.000+0000", "updateAuthor": None}, 19, True),
        ({"updateAuthor": None}, 16, False),
        ({"author": None, "updateAuthor": None}, 16, False),
        ({"author": {"accountId": "unknown"}, "updateAuthor": {"accountId": "unknown"}}, 16, False),
        (
            {
                "author": {"accountId": "unknown"},
                "updateAuthor": {"accountId": "unknown"},
                "updated": "2026-11-25T19:00:00.000+0000",
            },
            19,
            True,
        ),
    ],
)
def test_a_comment_counts_from_its_last_change_and_says_whether_another_made_it(
    changed: Any, hour: int, altered: bool
) -> None:
    (ticket,) = listed(j.issue(fields=j.commented(j.comment(**changed))))
    (said,) = ticket.comments
    assert (said.at.hour, said.altered) == (hour, altered)


def test_a_comment_that_is_too_complex_hides_no_other() -> None:
    many = [{"type": "rule"}] * 50_001
    made = j.comment(1, body={"type": "doc", "version": 1, "content": many})
    (ticket,) = listed(j.issue(fields=j.commented(made, j.comment(2))))
    assert [said.body for said in ticket.comments] == [
        "(This comment is too complex to be read.)",
        "fine",
    ]
    with pytest.raises(FactMissing):
        listed(j.issue(fields=j.commented(j.comment(1, body={"type": "video"}))))


def test_where_more_comments_may_be_there_all_of_them_are_asked_for() -> None:
    comments = [
        {"by": "ben", "at": f"-{90 - number}m", "body": f"c{number}"} for number in range(25)
    ]
    tickets = {"OPS-1": {"labels": [LABEL], "reporter": "ann", "comments": comments}}
    with j.on(world(tickets=tickets, jira={"page": 10})) as (it, box):
        (ticket,) = it.desk.follow_ups()
    assert [said.body for said in ticket.comments] == [f"c{number}" for number in range(25)]
    assert asked(box).count("GET issue/OPS-1/comment") == 3


def test_comments_that_are_too_much_for_one_answer_are_asked_for_ticket_by_ticket() -> None:
    def answer(asked: Asked) -> Reply:
        is_long = "comment" in asked.path.partition("fields=")[2].partition("&")[0]
        bare = j.issue(fields=j.commented(j.comment(text="x" * 5_000_000)))
        if not is_long:
            del bare["fields"]["comment"]
        return j.found(bare)

    page = as_json(j.commented(j.comment())["comment"])
    (ticket,) = listed(answers={"GET /search/jql": answer, "GET /issue/OPS-1/comment": page})
    assert len(ticket.comments) == 1
    assert ticket.comments[0].body == "fine"


def test_a_site_that_hides_the_field_of_comments_is_asked_for_them() -> None:
    page = as_json(j.commented(j.comment())["comment"])
    bare = j.issue()
    del bare["fields"]["comment"]
    (ticket,) = listed(bare, answers={"GET /issue/OPS-1/comment": page})
    assert len(ticket.comments) == 1


def test_comments_that_are_counted_and_not_given_are_no_answer() -> None:
    page = as_json({**j.commented(j.comment())["comment"], "total": 2})
    with pytest.raises(FactMissing, match="the comments that it counts"):
        listed(j.issue(fields=j.commented(total=1)), answers={"GET /issue/OPS-1/comment": page})


def test_a_site_whose_pages_nobody_named_gives_no_addresses() -> None:
    with j.told({"GET /search/jql": j.found(j.issue(fields=j.commented(j.comment())))}) as (it, _):
        it.connection.site = ""
        (ticket,) = it.desk.find(j.draft().marker.id)
        said = it.desk._comments("OPS-1", [])
    assert (ticket.url, said) == ("", ())


def test_what_is_searched_for_is_quoted() -> None:
    def answer(asked: Asked) -> Reply:
        assert "%5C%22+OR+project" in asked.path
        return j.found()

    with j.told({"GET /search/jql": answer}) as (it, _):
        assert it.desk.find('x" OR project = "CHG') == ()


def test_no_address_of_a_person_is_kept_in_the_evidence() -> None:
    shown = {**j.ANN, "emailAddress": "ann@acme.example"}
    said = j.comment(author=shown)
    with j.told({"GET /search/jql": j.found(j.issue(fields=j.commented(said)))}) as (it, _):
        it.desk.find(j.draft().marker.id)
    kept = str(it.recorder.exchanges)
    assert "acme.example" not in kept
    assert "'not_by': 'ann'" in kept


# --- writing in a ticket --------------------------------------------------------------------


def test_something_is_said_once_and_ends_with_its_marker() -> None:
    with j.on() as (it, _):
        key = it.desk.open(j.draft()).key
        it.desk.comment(key, "The review is **overdue**.", "<!-- overdue:1 -->")
        it.desk.comment(key, "The review is still overdue.", "<!-- overdue:1 -->")
        it.desk.comment(key, "Again.", "overdue:2")
        (ticket,) = it.desk.follow_ups()
    assert [said.body for said in ticket.comments] == [
        "The review is **overdue**.\n\noverdue:1",
        "Again.\n\noverdue:2",
    ]


def test_a_marker_that_somebody_else_wrote_keeps_nobody_silent() -> None:
    tickets = {
        "OPS-1": {"labels": [LABEL], "reporter": "ann", "comments": [{"by": "ann", "body": "m:1"}]}
    }
    with j.on(world(tickets=tickets)) as (it, _):
        it.desk.comment("OPS-1", "Said.", "m:1")
        (ticket,) = it.desk.follow_ups()
    assert len(ticket.comments) == 2


LOST = [{"reset": True, "done": True}, {"status": 500, "done": True}, {"truncate": 3}]


@pytest.mark.parametrize("fault", LOST)
def test_a_comment_whose_answer_got_lost_is_not_repeated(fault: Any) -> None:
    with j.faulty({"route": "POST **/comment", "times": 1, **fault}) as (it, _):
        key = it.desk.open(j.draft()).key
        it.desk.comment(key, "Said.", "m:1")
        (ticket,) = it.desk.follow_ups()
    assert len(ticket.comments) == 1


@pytest.mark.parametrize("verb", ["comment", "close", "label"])
def test_what_was_lost_on_the_way_there_stays_unknown(verb: str) -> None:
    lost = [
        {"route": f"{method} /rest/api/3/issue/**", "reset": True} for method in ("POST", "PUT")
    ]
    with j.faulty(*lost) as (it, _):
        key = it.desk.open(j.draft()).key
        write = getattr(it.desk, verb)
        with pytest.raises(WriteUnknown):
            write(key, "overdue") if verb == "label" else write(key, "a", "m")
    assert it.waits == [0.5, 2, 5]


def test_a_ticket_is_closed_with_its_last_word_and_only_once() -> None:
    with j.on() as (it, box):
        key = it.desk.open(j.draft()).key
        it.desk.close(key, "Reviewed by Carol.", "closed:1")
        it.desk.close(key, "Reviewed by Dave.", "closed:2")
        (ticket,) = it.desk.follow_ups()
        (made,) = issues(box)
    assert (ticket.is_open, len(ticket.comments)) == (False, 1)
    assert (made.status, made.resolution) == ("Done", "Done")
    assert asked(box).count("POST issue/OPS-1/transitions") == 1


def test_a_ticket_is_opened_again_with_the_reason() -> None:
    with j.on() as (it, box):
        key = it.desk.open(j.draft()).key
        it.desk.reopen(key, "It is open.", "m:0")
        it.desk.close(key, "Reviewed.", "m:1")
        it.desk.reopen(key, "That was no review.", "m:2")
        (ticket,) = it.desk.follow_ups()
        (made,) = issues(box)
    assert (ticket.is_open, made.status) == (True, "To Do")
    assert [said.body.splitlines()[0] for said in ticket.comments] == [
        "Reviewed.",
        "That was no review.",
    ]


@pytest.mark.parametrize("fault", LOST)
def test_a_transition_whose_answer_got_lost_is_not_repeated(fault: Any) -> None:
    with j.faulty({"route": "POST **/transitions", "times": 1, **fault}) as (it, box):
        key = it.desk.open(j.draft()).key
        it.desk.close(key, "Reviewed.", "closed:1")
        assert not it.desk.open(j.draft()).is_open
    assert asked(box).count(f"POST issue/{key}/transitions") == 1


def test_a_ticket_that_may_not_be_closed_says_who_can() -> None:
    with j.on(world(jira={"may": ["create", "comment"]})) as (it, _):
        key = it.desk.open(j.draft()).key
        with pytest.raises(FactMissing) as raised:
            it.desk.close(key, "Reviewed.", "closed:1")
    missing = is_missing(raised, "not-permitted", "no way from the status of OPS-1")
    assert "whoever works on OPS-1 closes it by hand" in missing.remedy
    assert "Change Gate" in missing.remedy


def test_a_ticket_that_may_not_be_opened_again_says_who_can() -> None:
    closed = {"OPS-1": {"labels": [LABEL], "status": "Done", "status_category": "done"}}
    says = "no way from the status of OPS-1 to one that means open"
    with j.on(world(tickets=closed, jira={"may": ["comment"]})) as (it, _):
        with pytest.raises(FactMissing, match=says) as raised:
            it.desk.reopen("OPS-1", "Not reviewed.", "m:1")
        assert "opens it again by hand" in raised.value.missing.remedy


def test_a_label_is_put_beside_the_others() -> None:
    with j.on() as (it, box):
        key = it.desk.open(j.draft()).key
        it.desk.label(key, "over due")
        it.desk.label(key, "over due")
        (made,) = issues(box)
    assert made.labels == (LABEL, j.draft().labels[1], "on-call", "over-due")


@pytest.mark.parametrize("fault", LOST[:2])
def test_a_label_whose_answer_got_lost_is_seen(fault: Any) -> None:
    with j.faulty({"route": "PUT **", "times": 1, **fault}) as (it, _):
        key = it.desk.open(j.draft()).key
        it.desk.label(key, "overdue")
        assert "overdue" in it.desk.open(j.draft()).labels


@pytest.mark.parametrize("key", ["", "OPS-1/../CHG-7", "ops-1", "OPS-1?x", "OPS-0"])
def test_only_keys_become_part_of_an_address(key: str) -> None:
    with j.on() as (it, box):
        for write in (it.desk.comment, it.desk.close):
            with pytest.raises(FactMissing, match="no key of a Jira issue"):
                write(key, "a", "m")
        with pytest.raises(FactMissing, match="no key of a Jira issue"):
            it.desk.label(key, "a")
    assert box.requests == ()
