from collections.abc import Mapping
from typing import Any

import pytest

from gate.domain.emergency_facts import FollowUpComment
from gate.domain.follow_up import LABEL
from gate.domain.identity import Kind
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.sandbox.world.faults import Fault, Wrong
from tests.adapters.trackers.forge_desks import (
    Played,
    creating,
    draft,
    issue,
    marker,
    played,
    world,
)

GRAPH = "POST /graphql FollowUps"


def follow_ups(comments: Any = (), **over: Any) -> tuple[FollowUpComment, ...]:
    tickets = {"acme/app#3": issue(comments=comments)}
    with played("github", world(tickets=tickets, **over)) as place:
        (found,) = place.desk().follow_ups()
    return found.comments


def refused(place: Played, *faults: Fault) -> Missing:
    place.fail(*faults)
    with pytest.raises(FactMissing) as caught:
        place.desk().follow_ups()
    return caught.value.missing


def one_issue(**changes: Any) -> Mapping[str, Any]:
    """An answer with one issue."""
    end = {"hasNextPage": False, "endCursor": None}
    found = {
        "number": 3,
        "title": "A",
        "body": "B",
        "url": "https://github.com/acme/app/issues/3",
        "state": "OPEN",
        "createdAt": "2026-11-25T15:00:00Z",
        "author": None,
        "labels": {"pageInfo": end, "nodes": [{"name": LABEL}]},
        "comments": {"pageInfo": end, "nodes": []},
        **changes,
    }
    issues = {"pageInfo": end, "nodes": [found]}
    return {"data": {"repository": {"nameWithOwner": "acme/app", "issues": issues}}}


def test_everything_comes_with_one_question() -> None:
    with played("github", world(tickets={"acme/app#3": issue(author="ben")})) as place:
        (found,) = place.desk().follow_ups()
        assert [one.operation for one in place.box.requests] == ["FollowUps"]
    assert found.url == "https://github.com/acme/app/issues/3"
    assert (found.opened_by.login, found.opened_by.id) == ("ben-b", "2")


@pytest.mark.parametrize(
    ("comment", "altered"),
    [
        ({"by": "ann"}, False),
        ({"by": "ann", "edited_at": "-10m"}, False),
        ({"by": "ann", "edited_at": "-10m", "edited_by": "ben"}, True),
        ({"by": "ann", "edited_at": "-10m", "edited_by": "gone"}, True),
        ({"by": "gone", "edited_at": "-10m", "edited_by": "gone"}, True),
    ],
)
def test_a_comment_is_altered_when_another_account_edited_it(
    comment: Mapping[str, Any], altered: bool
) -> None:
    (found,) = follow_ups([{"body": "Reviewed: x", **comment}])
    assert found.altered is altered
    assert found.body == "Reviewed: x"
    assert found.url.endswith(f"#issuecomment-{found.id}")


def test_machines_and_deleted_accounts_are_told_apart_from_people() -> None:
    found = follow_ups([{"by": name, "body": "x"} for name in ("ann", "robot", "gone")])
    assert [one.by.kind for one in found] == [Kind.HUMAN, Kind.BOT, Kind.UNKNOWN]


def test_pull_requests_with_the_label_are_no_follow_ups() -> None:
    pull = {
        "author": "ann", "commits": ["m0"], "branch": "fix", "state": "open",
        "labels": [f"gate-{marker().id}"], "title": "x", "body": draft().body,
    }  # fmt: skip
    with played("github", world(pull_requests={"4": pull})) as place:
        assert place.desk().find(marker().id) == ()
        assert place.desk().open(draft()).key == "acme/app#5"


def test_a_token_without_the_permission_is_told_which_one() -> None:
    with played("github", world(token={"writes": []})) as place:
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
        assert len(place.writes()) == 1
    assert caught.value.missing.reason_code == "not-permitted"
    assert "issues: write" in caught.value.missing.remedy


def test_a_token_that_may_not_even_read_is_told_which_permission() -> None:
    with played("github", world(token={"lacks": ["issues"]})) as place:
        for ask in (lambda: place.desk().open(draft()), place.desk().follow_ups):
            with pytest.raises(FactMissing) as caught:
                ask()
            assert caught.value.missing.reason_code == "not-permitted"
            assert "issues: read" in caught.value.missing.remedy


def test_a_limit_that_is_told_in_words_alone_is_no_lacking_permission() -> None:
    body = '{"message": "You have exceeded a secondary rate limit"}'
    with played("github") as place:
        place.fail(creating("github", status=403, body=body))
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
    assert caught.value.missing.reason_code == "rate-limited"


def test_labels_that_github_drops_are_put_on_afterwards() -> None:
    with played("github") as place:
        place.fail(creating("github", merge={"labels": []}))
        place.desk().open(draft())
        assert [path for _, path in place.writes()][-1].endswith("/issues/1/labels")


def test_a_ticket_that_cannot_have_its_labels_is_closed_again() -> None:
    with played("github") as place:
        place.fail(
            creating("github", merge={"labels": []}),
            Fault(route="POST /repos/*/*/issues/*/labels", status=403, body='{"message": "No"}'),
        )
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
        assert place.left_open == []
    assert caught.value.missing.reason_code == "not-permitted"


def test_a_refusal_that_has_nothing_to_do_with_the_assignee_is_told() -> None:
    with played("github") as place:
        place.fail(creating("github", status=403, body='{"message": "No"}'))
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft(assignee="ben-b"))
        assert len(place.writes()) == 1
    assert caught.value.missing.reason_code == "not-permitted"


def test_a_body_that_github_does_not_take_is_refused_for_good() -> None:
    with played("github") as place:
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft(body="x" * 70_000))
        assert len(place.writes()) == 1
    assert caught.value.missing.reason_code == "refused"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"data": {"repository": None}}, "unreadable"),
        ({"errors": [{"type": "NOT_FOUND", "message": "no"}], "data": None}, "not-found"),
        ({"errors": [{"message": "Something went wrong"}], "data": None}, "unavailable"),
        ({"data": {"repository": {"nameWithOwner": "evil/app"}}}, "wrong-object"),
        (one_issue(state="ASLEEP"), "unreadable"),
        (one_issue(createdAt="yesterday"), "unreadable"),
        (one_issue(number="3"), "unreadable"),
        (one_issue(comments=None), "unreadable"),
        (one_issue(labels={"pageInfo": {"hasNextPage": True}, "nodes": []}), "too-large"),
        ([], "unreadable"),
    ],
)
def test_answers_that_cannot_be_believed_are_missing(wrong: Any, code: str) -> None:
    with played("github") as place:
        assert refused(place, Fault(route=GRAPH, wrong=Wrong(json=wrong))).reason_code == code


def test_an_answer_in_the_known_form_is_believed() -> None:
    with played("github") as place:
        place.fail(Fault(route=GRAPH, wrong=Wrong(json=one_issue())))
        (found,) = place.desk().follow_ups()
    assert (found.key, found.opened_by.kind) == ("acme/app#3", Kind.UNKNOWN)


def test_a_page_of_comments_on_another_issue_is_not_believed() -> None:
    comments = [{"by": "ann", "body": "x"}] * 101
    other = {"repository": {"nameWithOwner": "acme/app", "issue": {"number": 4}}}
    with played("github", world(tickets={"acme/app#3": issue(comments=comments)})) as place:
        fault = Fault(route="POST /graphql MoreComments", wrong=Wrong(json={"data": other}))
        assert refused(place, fault).reason_code == "unreadable"


def test_a_page_of_html_is_no_answer() -> None:
    with played("github") as place:
        fault = Fault(route=GRAPH, status=403, body="<html>", content_type="text/html")
        assert refused(place, fault).reason_code == "unreadable"
