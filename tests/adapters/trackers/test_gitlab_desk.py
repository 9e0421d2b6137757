from collections.abc import Mapping
from typing import Any

import pytest

from gate.domain.emergency_facts import FollowUpComment
from gate.domain.identity import Kind
from gate.domain.ports import FactMissing
from gate.sandbox.world.faults import Fault, Wrong
from tests.adapters.trackers.forge_desks import creating, draft, issue, marker, played, world


def follow_ups(comments: Any) -> tuple[FollowUpComment, ...]:
    history = [{"at": "-2h", "by": "ann", "event": "renamed", "from": "A", "to": "B"}]
    tickets = {"acme/app#3": issue(comments=comments, history=history)}
    with played("gitlab", world(tickets=tickets)) as place:
        (found,) = place.desk().follow_ups()
    return found.comments


@pytest.mark.parametrize(
    ("comment", "altered"),
    [
        ({"by": "ann", "at": "-30m"}, False),
        ({"by": "ann", "at": "-30m", "edited_at": "-1799s"}, False),
        ({"by": "ann", "at": "-30m", "edited_at": "-29m"}, True),
        ({"by": "ann", "at": "-30m", "edited_at": "-29m", "edited_by": "ben"}, True),
    ],
)
def test_a_note_that_was_touched_at_all_is_altered_since_nobody_can_see_by_whom(
    comment: Mapping[str, Any], altered: bool
) -> None:
    (found,) = follow_ups([{"body": "Reviewed: x", **comment}])
    assert found.altered is altered
    assert found.url == f"{found.url.partition('#')[0]}#note_{found.id}"


def test_what_gitlab_itself_notes_is_no_comment() -> None:
    assert [one.body for one in follow_ups([{"by": "ann", "body": "hello"}])] == ["hello"]


def test_machines_and_deleted_accounts_are_told_apart_from_people() -> None:
    found = follow_ups([{"by": name, "body": "x"} for name in ("ann", "robot", "gone")])
    assert [one.by.kind for one in found] == [Kind.HUMAN, Kind.BOT, Kind.UNKNOWN]


def test_a_type_that_is_written_as_a_label_does_not_hide_the_others() -> None:
    with played("gitlab", world(tickets={"acme/app#3": issue(type="Task")})) as place:
        (found,) = place.desk().find(marker().id)
    assert "type::Task" in found.labels


def test_a_token_that_may_only_read_reads_and_is_told_what_writing_takes() -> None:
    with played("gitlab", world(tickets={"acme/app#3": issue()})) as place:
        desk = place.desk(token="sandbox-read-token")
        assert len(desk.follow_ups()) == 1
        with pytest.raises(FactMissing) as caught:
            desk.open(draft("7002"))
    assert caught.value.missing.reason_code == "not-permitted"
    assert "CHANGE_GATE_WRITE_TOKEN" in caught.value.missing.remedy
    assert "scope `api`" in caught.value.missing.remedy


def test_a_guest_whose_labels_are_dropped_leaves_no_ticket_behind() -> None:
    site = {"write_token": True, "write_role": "guest"}
    with played("gitlab", world(gitlab=site)) as place:
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
        assert place.left_open == []
    assert "role Reporter" in caught.value.missing.remedy


def test_a_guest_cannot_label_and_is_told_so() -> None:
    site = {"write_token": True, "write_role": "guest"}
    with played("gitlab", world(gitlab=site, tickets={"acme/app#3": issue(author="ann")})) as place:
        with pytest.raises(FactMissing) as caught:
            place.desk().label("acme/app#3", "overdue")
        assert caught.value.missing.reason_code == "not-permitted"
    with played("gitlab", world(tickets={"acme/app#3": issue()})) as place:
        place.fail(Fault(route="PUT /projects/*/issues/*", merge={"labels": {"0": "x"}}))
        with pytest.raises(FactMissing):
            place.desk().label("acme/app#3", "overdue")
        place.fail(Fault(route="PUT /projects/*/issues/*", merge={"labels": ["x"]}))
        with pytest.raises(FactMissing) as caught:
            place.desk().label("acme/app#3", "later")
    assert "labels" in caught.value.missing.detail


def test_a_project_that_is_hidden_is_not_found_and_both_reasons_are_told() -> None:
    with played("gitlab") as place, pytest.raises(FactMissing) as caught:
        place.desk(project="acme/none").open(draft())
    assert caught.value.missing.reason_code == "not-found"
    with played("gitlab") as place:
        place.fail(creating("gitlab", status=404, body='{"message": "404 Project Not Found"}'))
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
    assert "switched off" in caught.value.missing.detail


def test_another_refusal_is_told_as_it_is() -> None:
    with played("gitlab") as place:
        place.fail(creating("gitlab", status=400, body='{"message": {"error": "Spam detected"}}'))
        with pytest.raises(FactMissing) as caught:
            place.desk().open(draft())
        assert caught.value.missing.reason_code == "refused"
        assert "switched off" not in caught.value.missing.detail


def test_people_who_cannot_be_asked_for_are_not_assigned() -> None:
    with played("gitlab") as place:
        place.fail(Fault(route="GET /users", status=403, body='{"message": "403 Forbidden"}'))
        place.desk().open(draft(assignee="ben-b"))
        (kept,) = place.issues
    assert kept.assignees == ()


def test_an_account_with_another_name_is_not_assigned() -> None:
    with played("gitlab") as place:
        wrong = [{"id": 1, "username": "ben-bb"}]
        place.fail(Fault(route="GET /users", wrong=Wrong(json=wrong)))
        place.desk().open(draft(assignee="ben-b"))
        (kept,) = place.issues
    assert kept.assignees == ()


def test_an_issue_that_does_not_have_the_label_is_left_out() -> None:
    with played("gitlab", world(tickets={"acme/app#3": issue(), "acme/app#4": issue()})) as place:
        assert len(place.desk().find(marker().id)) == 2
        other = [{"iid": 9, "labels": ["else"]}]
        place.fail(Fault(route="GET /projects/*/issues", wrong=Wrong(json=other)))
        assert place.desk().find(marker().id) == ()


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "unreadable"), (401, "not-authenticated"), (403, "not-permitted"), (404, "not-found")],
)
@pytest.mark.parametrize("body", ['{"message": "no"}', "{}"])
def test_refusals_of_reads_are_told_by_their_status(status: int, code: str, body: str) -> None:
    with played("gitlab") as place:
        place.fail(Fault(route="GET /projects/*/issues", status=status, body=body))
        with pytest.raises(FactMissing) as caught:
            place.desk().follow_ups()
    assert caught.value.missing.reason_code == code


def test_a_limit_and_a_page_of_html_are_no_refusals() -> None:
    def told(**what: Any) -> str:
        with played("gitlab") as place:
            place.fail(Fault(route="GET /projects/*/issues", **what))
            with pytest.raises(FactMissing) as caught:
                place.desk().follow_ups()
        return caught.value.missing.reason_code

    assert told(status=403, body="<html>", content_type="text/html") == "unreadable"
    assert told(status=429, body="Retry later", content_type="text/plain") == "rate-limited"
    assert told(status=403, body="{}", headers={"retry-after": "1"}) == "rate-limited"


def test_the_account_of_the_token_is_asked_for_once() -> None:
    with played("gitlab", world(tickets={"acme/app#3": issue()})) as place:
        desk = place.desk()
        for mark in ("one", "two"):
            desk.comment("acme/app#3", "text", mark)
        assert [one.path for one in place.box.requests].count("/gitlab/api/v4/user") == 1
