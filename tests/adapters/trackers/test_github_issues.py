from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from gate.adapters.deadline import Deadline
from gate.adapters.trackers.github_documents import issue_page, issues
from gate.adapters.trackers.github_issues import GitHubIssues
from gate.domain.facts import Ticket, TicketEventKind, TicketState
from gate.domain.identity import Kind
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ports import FactMissing
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve
from tests.adapters.trackers.mutations import WRONG, instead, looks_more_approved, paths, without

RULES = TicketRules(
    tracker=TrackerName.GITHUB,
    projects=("acme/app",),
    approved_statuses=("approved", "go"),
    rejected_statuses=("rejected",),
)
STATUS, EDITED, MOVED = TicketEventKind.STATUS, TicketEventKind.EDITED, TicketEventKind.MOVED
ALICE = {"__typename": "User", "login": "alice-ng", "databaseId": 101}
BOB = {"__typename": "User", "login": "bokafor", "databaseId": 102}
ROBOT = {"__typename": "Bot", "login": "robot", "databaseId": 9}
END = {"hasNextPage": False, "endCursor": None}


def event(kind: str, at: str, actor: Any = ALICE, **more: Any) -> dict[str, Any]:
    return {"__typename": kind, "createdAt": f"2026-11-{at}Z", "actor": actor, **more}


def label(kind: str, at: str, name: str, actor: Any = ALICE) -> dict[str, Any]:
    return event(kind, at, actor, label={"name": name})


TIMELINE = [
    label("LabeledEvent", "20T10:00:00", "risk: High", BOB),
    event(
        "RenamedTitleEvent", "20T11:00:00", BOB, previousTitle="Old", currentTitle="Retry payments"
    ),
    label("LabeledEvent", "21T10:00:00", "draft", ROBOT),
    label("UnlabeledEvent", "21T12:00:00", "draft", None),
    event("TransferredEvent", "22T09:00:00", BOB, fromRepository={"nameWithOwner": "acme/old"}),
    event("ClosedEvent", "22T10:00:00"),
    event("ReopenedEvent", "22T11:00:00"),
    label("LabeledEvent", "24T19:00:00", "Approved"),
]


def issue(**changes: Any) -> dict[str, Any]:
    return {
        "number": 3,
        "title": "Retry payments",
        "body": "## Rollback plan\nrevert m1",
        "state": "OPEN",
        "stateReason": None,
        "url": "https://github.com/acme/app/issues/3",
        "createdAt": "2026-11-19T15:00:00Z",
        "lastEditedAt": "2026-11-23T10:00:00Z",
        "repository": {"nameWithOwner": "acme/app"},
        "author": BOB,
        "labels": {
            "pageInfo": {"hasNextPage": False},
            "nodes": [{"name": "Approved"}, {"name": "risk: High"}],
        },
        "timelineItems": {"pageInfo": END, "nodes": deepcopy(TIMELINE)},
        "userContentEdits": {
            "pageInfo": END,
            "nodes": [
                {"editedAt": "2026-11-23T10:00:00Z", "editor": BOB},
                {"editedAt": "2026-11-19T15:00:00Z", "editor": BOB},
            ],
        },
        **changes,
    }


def labelled(*names: str, **changes: Any) -> dict[str, Any]:
    nodes = [{"name": name} for name in names]
    return issue(labels={"pageInfo": {"hasNextPage": False}, "nodes": nodes}, **changes)


def data(*found: Any) -> dict[str, Any]:
    return {"data": {f"i{index}": {"issue": one} for index, one in enumerate(found)}}


@contextmanager
def github(answer: Callable[[Asked], Reply]) -> Iterator[tuple[GitHubIssues, Loopback]]:
    with serve(lambda asked, _: answer(asked)) as server:
        tracker = GitHubIssues(
            graphql_url=f"{server.url}/github/graphql", token="t0ken", rules=RULES, recorder=recorder(),
            deadline=Deadline(30), sleep=lambda _: None,
        )  # fmt: skip
        try:
            yield tracker, server
        finally:
            tracker.close()


def read(*found: Any, keys: tuple[str, ...] = ("acme/app#3",)) -> Ticket:
    with github(lambda _: as_json(data(*found))) as (tracker, _):
        return tracker.tickets(keys)[0]


def gap(reply: Reply | dict[str, Any], *keys: str) -> Missing:
    answer = reply if isinstance(reply, Reply) else as_json(reply)
    with github(lambda _: answer) as (tracker, _), pytest.raises(FactMissing) as raised:
        tracker.tickets(keys or ["acme/app#3"])
    return raised.value.missing


def test_an_issue_is_a_ticket_in_one_request() -> None:
    with github(lambda _: as_json(data(issue()))) as (tracker, server):
        (ticket,) = tracker.tickets(["acme/app#3"])
    assert ticket.key == ticket.asked_key == "acme/app#3"
    assert (ticket.tracker, ticket.project, ticket.status, ticket.state) == (
        "github",
        "acme/app",
        "Approved",
        TicketState.OPEN,
    )
    assert (ticket.risk, ticket.type, ticket.labels) == ("High", "", ("Approved", "risk: High"))
    assert ticket.title == "Retry payments"
    assert ticket.body.startswith("## Rollback plan")
    assert ticket.url == "https://github.com/acme/app/issues/3"
    assert ticket.reporter is not None
    assert (ticket.reporter.system, ticket.reporter.login, ticket.reporter.id) == (
        "github",
        "bokafor",
        "102",
    )
    assert [(e.kind, e.field, e.before, e.after, e.by and e.by.login) for e in ticket.history] == [
        (EDITED, "risk", "", "High", "bokafor"),
        (EDITED, "title", "Old", "Retry payments", "bokafor"),
        (STATUS, "label", "", "draft", "robot[bot]"),
        (STATUS, "label", "draft", "", None),
        (MOVED, "repository", "acme/old", "acme/app", "bokafor"),
        (STATUS, "state", "open", "closed", "alice-ng"),
        (STATUS, "state", "closed", "open", "alice-ng"),
        (EDITED, "body", "", "", "bokafor"),
        (STATUS, "label", "", "Approved", "alice-ng"),
    ]
    (asked,) = server.asked
    assert asked.path == "/github/graphql"
    assert asked.headers["Authorization"] == "Bearer t0ken"
    assert asked.json["operationName"] == "Issues"
    assert asked.json["variables"] == {"o0": "acme", "n0": "app", "i0": 3}


def test_nothing_asked_is_nothing_answered() -> None:
    with github(lambda _: as_json({})) as (tracker, server):
        assert tracker.tickets([]) == ()
    assert server.asked == []


@pytest.mark.parametrize(
    ("changes", "status", "state"),
    [
        ({"names": ("go", "approved")}, "approved", TicketState.OPEN),
        ({"names": ("approved", "Rejected")}, "Rejected", TicketState.REJECTED),
        ({"names": ()}, "open", TicketState.OPEN),
        ({"names": (), "state": "CLOSED", "stateReason": "COMPLETED"}, "closed", TicketState.DONE),
        ({"names": ("approved",), "state": "CLOSED"}, "approved", TicketState.DONE),
        (
            {"names": ("approved",), "state": "CLOSED", "stateReason": "NOT_PLANNED"},
            "approved",
            TicketState.REJECTED,
        ),
        (
            {"names": ("approved",), "state": "CLOSED", "stateReason": "DUPLICATE"},
            "approved",
            TicketState.REJECTED,
        ),
        ({"names": ("approved",), "stateReason": "REOPENED"}, "approved", TicketState.OPEN),
    ],
)
def test_labels_are_the_status_and_rejected_wins(
    changes: dict[str, Any], status: str, state: TicketState
) -> None:
    ticket = read(labelled(*changes.pop("names"), **changes))
    assert (ticket.status, ticket.state) == (status, state)


def test_labels_with_a_prefix_stand_for_fields() -> None:
    ticket = read(labelled("Type: Standard Change", "RISK:Low", "type", "risk:"))
    assert (ticket.type, ticket.risk) == ("Standard Change", "Low")


@pytest.mark.parametrize("names", [("risk: High", "risk: Low"), ("type: A", "Type: B")])
def test_two_labels_for_one_field_are_no_answer(names: tuple[str, str]) -> None:
    assert gap(data(labelled(*names))).reason_code == "unreadable"


@pytest.mark.parametrize(
    ("actor", "login", "kind"),
    [
        (
            {"__typename": "Bot", "login": "dependabot[bot]", "databaseId": 1},
            "dependabot[bot]",
            Kind.BOT,
        ),
        ({"__typename": "User", "login": "sly[bot]", "databaseId": 1}, "sly[bot]", Kind.BOT),
        ({"__typename": "Mannequin", "login": "old", "databaseId": None}, "old", Kind.UNKNOWN),
        ({"__typename": "Organization", "login": "acme"}, "acme", Kind.UNKNOWN),
    ],
)
def test_only_users_are_people(actor: dict[str, Any], login: str, kind: Kind) -> None:
    reporter = read(issue(author=actor)).reporter
    assert reporter is not None
    assert (reporter.login, reporter.kind) == (login, kind)


def test_a_deleted_account_is_nobody() -> None:
    assert read(issue(author=None)).reporter is None


@pytest.mark.parametrize("edits", [None, {"pageInfo": END, "nodes": []}])
def test_an_edit_is_certain_even_where_its_entry_is_hidden(edits: Any) -> None:
    ticket = read(issue(userContentEdits=edits))
    (edit,) = [event for event in ticket.history if event.field == "body"]
    assert (edit.at, edit.by) == (datetime(2026, 11, 23, 10, tzinfo=UTC), None)
    assert not [
        e
        for e in read(issue(userContentEdits=edits, lastEditedAt=None)).history
        if e.field == "body"
    ]


def test_where_a_transferred_issue_came_from_may_be_hidden() -> None:
    moved = event("TransferredEvent", "22T09:00:00", BOB, fromRepository=None)
    (found,) = read(
        issue(
            timelineItems={"pageInfo": END, "nodes": [moved]},
            userContentEdits=None,
            lastEditedAt=None,
        )
    ).history
    assert (found.kind, found.before, found.after) == (MOVED, "", "acme/app")


def test_an_issue_that_lives_elsewhere_now_keeps_both_keys_apart() -> None:
    ticket = read(issue(number=8, repository={"nameWithOwner": "acme/other"}))
    assert (ticket.asked_key, ticket.key, ticket.project) == (
        "acme/app#3",
        "acme/other#8",
        "acme/other",
    )


# --- several, and long ones -----------------------------------------------------------------


def test_several_issues_are_read_in_batches_in_the_order_asked() -> None:
    keys = [f"acme/app#{number}" for number in range(1, 121)]

    def answer(asked: Asked) -> Reply:
        given = asked.json["variables"]
        count = sum(name.startswith("i") for name in given)
        assert asked.json["query"] == issues(count)
        return as_json(data(*(issue(number=given[f"i{index}"]) for index in range(count))))

    with github(answer) as (tracker, server):
        found = tracker.tickets([*keys, keys[0]])
    assert [ticket.key for ticket in found] == [*keys, keys[0]]
    assert len(server.asked) == 3


def long_issue() -> dict[str, Any]:
    found = issue()
    found["timelineItems"] = {
        "pageInfo": {"hasNextPage": True, "endCursor": "t1"},
        "nodes": TIMELINE[:3],
    }
    found["userContentEdits"]["pageInfo"] = {"hasNextPage": True, "endCursor": "u1"}
    return found


PAGES = {
    "t1": {
        "timelineItems": {
            "pageInfo": {"hasNextPage": True, "endCursor": "t2"},
            "nodes": TIMELINE[3:6],
        }
    },
    "t2": {"timelineItems": {"pageInfo": END, "nodes": TIMELINE[6:]}},
    "u1": {
        "userContentEdits": {
            "pageInfo": END,
            "nodes": [{"editedAt": "2026-11-22T10:00:00Z", "editor": ALICE}],
        }
    },
}


def next_page(asked: Asked, **changes: Any) -> Reply:
    if asked.json["operationName"] == "Issues":
        return as_json(data(long_issue()))
    given = asked.json["variables"]
    assert (given["owner"], given["name"], given["number"]) == ("acme", "app", 3)
    part = {
        "number": 3,
        "repository": {"nameWithOwner": "acme/app"},
        **PAGES[given["after"]],
        **changes,
    }
    return as_json({"data": {"repository": {"issue": part}}})


def test_a_long_timeline_is_read_to_its_end() -> None:
    with github(next_page) as (tracker, server):
        (ticket,) = tracker.tickets(["acme/app#3"])
    assert len(ticket.history) == len(TIMELINE) + 2
    assert len(server.asked) == 4


def test_a_page_of_another_issue_is_another_object() -> None:
    with (
        github(lambda asked: next_page(asked, number=4)) as (tracker, _),
        pytest.raises(FactMissing) as raised,
    ):
        tracker.tickets(["acme/app#3"])
    assert raised.value.missing.reason_code == "wrong-object"


@pytest.mark.parametrize(
    ("cursor", "code"), [(lambda _: "t1", "unreadable"), (lambda before: f"c{before}", "too-large")]
)
def test_a_timeline_without_an_end_is_missing(cursor: Callable[[int], str], code: str) -> None:
    def answer(asked: Asked, before: int) -> Reply:
        if asked.json["operationName"] == "Issues":
            return as_json(data(long_issue()))
        page = {"pageInfo": {"hasNextPage": True, "endCursor": cursor(before)}, "nodes": []}
        part = {"number": 3, "repository": {"nameWithOwner": "acme/app"}, "timelineItems": page}
        return as_json({"data": {"repository": {"issue": part}}})

    with serve(answer) as server:
        tracker = GitHubIssues(
            graphql_url=server.url,
            token="t",
            rules=RULES,
            recorder=recorder(),
            deadline=Deadline(30),
        )
        with pytest.raises(FactMissing) as raised:
            tracker.tickets(["acme/app#3"])
        tracker.close()
    assert raised.value.missing.reason_code == code


def test_more_labels_than_fit_on_a_page_are_too_many() -> None:
    found = issue(labels={"pageInfo": {"hasNextPage": True}, "nodes": []})
    assert gap(data(found)).reason_code == "too-large"


# --- what GitHub does not answer ----------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["CHG-7", "acme/app#0", "acme/app", "acme#3", "a/b/c#3", "acme/app#3\n", "../x#1", ""]
)
def test_what_is_no_key_is_never_asked_about(key: str) -> None:
    with github(lambda _: as_json({})) as (tracker, server), pytest.raises(FactMissing) as raised:
        tracker.tickets([key])
    assert raised.value.missing.reason_code == "not-found"
    assert server.asked == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            {
                "type": "NOT_FOUND",
                "path": ["i0", "issue"],
                "message": "Could not resolve to an Issue",
            },
            "not-found",
        ),
        (
            {
                "type": "FORBIDDEN",
                "path": ["i0"],
                "message": "Resource not accessible by integration",
            },
            "not-permitted",
        ),
        ({"message": "Resource not accessible by personal access token"}, "not-permitted"),
        ({"type": "INSUFFICIENT_SCOPES", "message": "x"}, "not-permitted"),
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, "rate-limited"),
        ({"message": "You have exceeded a secondary rate limit"}, "rate-limited"),
        ({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "x"}, "too-large"),
        ({"type": "INTERNAL", "message": "x"}, "unavailable"),
        ({"message": "Something went wrong while executing your query"}, "unavailable"),
        ({"type": "NEW", "path": [3], "message": "x"}, "unreadable"),
        ({}, "unreadable"),
        ("x", "unreadable"),
        ({"path": "x"}, "unreadable"),
    ],
)
def test_an_error_beside_whole_data_makes_it_missing(error: Any, code: str) -> None:
    missing = gap(data(issue()) | {"errors": [error]})
    assert missing.reason_code == code
    assert missing.remedy


def test_no_credential_of_an_error_is_told_not_even_half_of_one() -> None:
    error = {"type": "FORBIDDEN", "message": f"{'x' * 60} ghp_{'a1B2' * 9}"}
    assert "ghp" not in gap(data(issue()) | {"errors": [error]}).detail


def test_a_missing_issue_is_named_and_the_permission_with_it() -> None:
    error = {
        "type": "NOT_FOUND",
        "path": ["i1", "issue"],
        "message": "Could not resolve to an Issue",
    }
    missing = gap(
        {"data": {"i0": None, "i1": None}, "errors": [error]}, "acme/app#3", "acme/app#12"
    )
    assert missing.source == "GitHub: ticket acme/app#12"
    assert "pull request" in missing.detail
    assert "issues: read" in missing.remedy


@pytest.mark.parametrize("errors", [[], {}, "x"])
def test_errors_that_name_none_are_no_success(errors: Any) -> None:
    assert gap(data(issue()) | {"errors": errors}).reason_code == "unreadable"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (as_json({"message": "Bad credentials"}, 401), "not-authenticated"),
        (as_json({"message": "no"}, 403), "not-permitted"),
        (Reply(status=502, body=b"<html>", kind="text/html"), "unavailable"),
        (Reply(body=b"<html>", kind="text/html"), "unreadable"),
        (as_json({"data": None}), "unreadable"),
        (as_json({"data": {"i0": None}}), "unreadable"),
        (as_json({"data": {"i0": {"issue": None}}}), "unreadable"),
        (as_json([]), "unreadable"),
    ],
)
def test_every_other_answer_has_its_reason(reply: Reply, code: str) -> None:
    assert gap(reply).reason_code == code


def test_an_address_that_is_not_safe_is_not_configured() -> None:
    with pytest.raises(FactMissing) as raised:
        GitHubIssues(
            graphql_url="http://api.github.com/graphql",
            token="t",
            rules=RULES,
            recorder=recorder(),
            deadline=Deadline(1),
        )
    assert raised.value.missing.reason_code == "not-configured"


# --- hostile answers ----------------------------------------------------------------------------

GOOD = data(issue())
REFUSED = data(labelled("approved", "rejected", state="CLOSED", stateReason="NOT_PLANNED"))


@pytest.fixture(scope="module")
def mocked() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def answered(mock: Any, found: Any) -> Ticket | Missing:
    mock.reset()
    mock.post("https://api.github.com/graphql", json=found)
    tracker = GitHubIssues(
        graphql_url="https://api.github.com/graphql", token="t", rules=RULES, recorder=recorder(), deadline=Deadline(5),
        sleep=lambda _: None,
    )  # fmt: skip
    try:
        return tracker.tickets(["acme/app#3"])[0]
    except FactMissing as raised:
        return raised.missing
    finally:
        tracker.close()


@pytest.mark.parametrize("good", [GOOD, REFUSED], ids=["approved", "refused"])
def test_an_answer_without_a_key_is_the_same_ticket_or_missing(mocked: Any, good: Any) -> None:
    was = answered(mocked, good)
    assert isinstance(was, Ticket)
    seen = set()
    for path in paths(good):
        if isinstance(path[-1], str):
            now = answered(mocked, without(good, path))
            seen.add(type(now))
            assert isinstance(now, Missing) or not looks_more_approved(was, now), path
    assert seen == {Ticket, Missing}


NO_SUCH_VALUES = [
    wrong for wrong in WRONG if isinstance(wrong, dict | bool) or wrong in ([None], [[]], -1, 1.5)
]
"""What stands for nothing in any of these places, so that nothing may come of it."""


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_an_answer_with_something_odd_in_it_never_crashes_nor_looks_more_approved(
    mocked: Any, wrong: Any
) -> None:
    was = answered(mocked, GOOD)
    assert isinstance(was, Ticket)
    for path in paths(GOOD):
        now = answered(mocked, instead(GOOD, path, wrong))
        assert isinstance(now, Ticket | Missing), path
        if wrong in NO_SUCH_VALUES and isinstance(now, Ticket):
            assert not looks_more_approved(was, now), path


def test_the_documents_name_their_operations_and_change_nothing() -> None:
    for document in (issues(2), issue_page("timelineItems"), issue_page("userContentEdits")):
        assert document.startswith("query Issue")
        assert "mutation" not in document
