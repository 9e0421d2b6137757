from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.trackers.gitlab_issues import GitLabIssues
from gate.domain.facts import Ticket, TicketEventKind, TicketState
from gate.domain.identity import Kind
from gate.domain.policy.workflow import TicketRules, TrackerName
from tests.adapters.forges.gitlab.canned import JOB, READ, Raw, recorder, serving, user
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

KEY = "acme/plans#3"
PATH = "/projects/acme%2Fplans/issues/3"
RULES = TicketRules(
    tracker=TrackerName.GITLAB,
    projects=("acme/plans",),
    approved_statuses=("approved",),
    rejected_statuses=("rejected",),
)


def issue(**more: Any) -> dict[str, Any]:
    return {
        "id": 77,
        "iid": 3,
        "project_id": 1,
        "title": "Add retries",
        "description": "Because.",
        "state": "opened",
        "created_at": "2026-11-20T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "labels": ["approved", "risk: Low"],
        "author": user("dana", 104),
        "web_url": "https://gitlab.example.com/acme/plans/-/issues/3",
        "references": {"short": "#3", "relative": "#3", "full": KEY},
        "issue_type": "issue",
        "_links": {"closed_as_duplicate_of": None},
        **more,
    }


def labelled(
    label: Any = "approved",
    action: str = "add",
    by: str = "alice",
    at: str = "2026-11-22T10:00:00.000Z",
) -> dict[str, Any]:
    named = {"id": 1, "name": label} if isinstance(label, str) else label
    return {"id": 1, "user": user(by), "created_at": at, "label": named, "action": action}


def stated(state: str, at: str = "2026-11-23T10:00:00.000Z") -> dict[str, Any]:
    return {"id": 1, "user": user("alice"), "created_at": at, "state": state}


def noted(
    body: str, *, system: bool = True, at: str = "2026-11-24T10:00:00.000Z"
) -> dict[str, Any]:
    return {"id": 1, "author": user("bob"), "created_at": at, "body": body, "system": system}


def table(
    found: Any = None, labels: Any = None, states: Any = None, notes: Any = None
) -> dict[str, Any]:
    return {
        PATH: issue() if found is None else found,
        f"{PATH}/resource_label_events": [labelled()] if labels is None else labels,
        f"{PATH}/resource_state_events": [] if states is None else states,
        f"{PATH}/notes": [] if notes is None else notes,
    }


def ask(answers: dict[str, Any], *keys: str, read: str = READ) -> tuple[Ticket, ...]:
    with serving(answers) as canned:
        issues = GitLabIssues(
            api_url=f"{canned.url}/api/v4",
            tokens=Tokens(job=JOB, read=read),
            rules=RULES,
            recorder=recorder(),
            deadline=Deadline(30),
            sleep=lambda _: None,
        )
        try:
            return issues.tickets(keys or (KEY,))
        finally:
            issues.close()


def ticket(**answers: Any) -> Ticket:
    (found,) = ask(table(**answers))
    return found


def events(found: Ticket) -> list[tuple[TicketEventKind, str, str, str]]:
    return [(one.kind, one.field, one.before, one.after) for one in found.history]


def test_an_issue_is_a_ticket_whose_label_is_its_approval() -> None:
    found = ticket()
    assert (found.key, found.asked_key, found.tracker, found.project) == (
        KEY,
        KEY,
        "gitlab",
        "acme/plans",
    )
    assert (found.title, found.body, found.status, found.state) == (
        "Add retries",
        "Because.",
        "approved",
        TicketState.OPEN,
    )
    assert (found.risk, found.type, found.labels) == ("Low", "issue", ("approved", "risk: Low"))
    assert found.reporter is not None
    assert (found.reporter.system, found.reporter.login, found.reporter.id) == (
        "gitlab",
        "dana",
        "104",
    )
    (event,) = found.history
    assert (event.kind, event.field, event.before, event.after) == (
        TicketEventKind.STATUS,
        "label",
        "",
        "approved",
    )
    assert event.by is not None
    assert event.by.login == "alice"


def test_labels_that_came_and_went_and_states_are_steps() -> None:
    labels = [labelled(), labelled(action="remove", at="2026-11-22T11:00:00Z")]
    found = ticket(
        labels=labels, states=[stated("closed"), stated("reopened", "2026-11-23T11:00:00Z")]
    )
    assert events(found) == [
        (TicketEventKind.STATUS, "label", "", "approved"),
        (TicketEventKind.STATUS, "label", "approved", ""),
        (TicketEventKind.STATUS, "state", "open", "closed"),
        (TicketEventKind.STATUS, "state", "closed", "open"),
    ]


@pytest.mark.parametrize("label", ["risk: High", "risk::High", "Risk : High"])
def test_a_label_may_stand_for_a_field(label: str) -> None:
    found = ticket(found=issue(labels=[label, "type::Standard Change"]), labels=[labelled(label)])
    assert (found.risk, found.type) == ("High", "Standard Change")
    assert events(found) == [(TicketEventKind.EDITED, "risk", "", "High")]


def test_a_field_that_went_has_its_value_before() -> None:
    assert events(ticket(labels=[labelled("risk: High", "remove")])) == [
        (TicketEventKind.EDITED, "risk", "High", "")
    ]


def test_two_labels_for_one_field_are_a_gap() -> None:
    assert code_of(lambda: ticket(found=issue(labels=["risk: High", "risk::Low"]))) == "unreadable"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("changed the description", (TicketEventKind.EDITED, "body", "", "")),
        (
            "marked the checklist item **Plan** as completed",
            (TicketEventKind.EDITED, "body", "", ""),
        ),
        ("changed title from **{-a-}** to **{+b+}**", (TicketEventKind.EDITED, "title", "", "")),
        ("moved from acme/old#9", (TicketEventKind.MOVED, "project", "acme/old", "acme/plans")),
    ],
)
def test_notes_of_the_system_tell_edits_and_moves(body: str, wanted: Any) -> None:
    assert events(ticket(labels=[], notes=[noted(body)])) == [wanted]
    assert events(ticket(labels=[], notes=[noted(body, system=False)])) == []


def test_other_notes_tell_nothing() -> None:
    assert (
        events(
            ticket(
                labels=[], notes=[noted("changed due date to tomorrow"), noted("assigned to @bob")]
            )
        )
        == []
    )


def test_a_closed_issue_is_done_and_a_rejected_or_duplicate_one_is_rejected() -> None:
    assert ticket(found=issue(state="closed")).state is TicketState.DONE
    assert ticket(found=issue(labels=["rejected", "approved"])).state is TicketState.REJECTED
    assert ticket(found=issue(labels=["rejected", "approved"])).status == "rejected"
    duplicate = {"closed_as_duplicate_of": "https://gitlab.example.com/api/v4/projects/1/issues/1"}
    assert ticket(found=issue(state="closed", _links=duplicate)).state is TicketState.REJECTED
    assert ticket(found=issue(_links=duplicate)).state is TicketState.OPEN


def test_a_label_that_was_deleted_since_is_still_a_step() -> None:
    found = ticket(labels=[{**labelled(), "label": None}])
    assert events(found) == [(TicketEventKind.STATUS, "label", "", "(a label that was deleted)")]


def test_nobody_knows_whose_a_deleted_account_was_and_machines_are_machines() -> None:
    found = ticket(
        found=issue(author=user("ghost", 1)),
        labels=[labelled(by="project_1_bot"), {**labelled(), "user": None}],
    )
    assert found.reporter is None
    assert [one.by and one.by.kind for one in found.history] == [Kind.BOT, None]


def test_a_key_that_was_moved_answers_with_another_one() -> None:
    moved = issue(references={"full": "acme/new#3"})
    assert ticket(found=moved).key == "acme/new#3"


def test_each_key_is_asked_once_and_all_come_in_the_order_asked() -> None:
    other = "acme/plans#4"
    more = {path.replace("/3", "/4"): answer for path, answer in table().items()}
    more[PATH.replace("/3", "/4")] = issue(iid=4, references={"full": other})
    found = ask({**table(), **more}, other, KEY, other)
    assert [one.key for one in found] == [other, KEY, other]


def test_all_pages_of_a_history_are_read() -> None:
    assert len(ticket(labels=[labelled(f"l{at}") for at in range(150)]).history) == 150


def test_the_job_token_cannot_tell_who_approved() -> None:
    gap = gap_of(lambda: ask(table(), read=""))
    assert gap.reason_code == "not-permitted"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


@pytest.mark.parametrize(
    "key",
    ["CHG-7", "#3", "acme#3", "acme/plans#0", "acme/plans#3x", "../x#1", "acme/../../x#1/../2"],
)
def test_what_is_no_key_is_not_asked_about(key: str) -> None:
    assert code_of(lambda: ask({}, key)) == "not-found"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (table(Raw(404, {"message": "404 Not found"})), "not-found"),
        (table(labels=Raw(403, {"message": "403 Forbidden"})), "not-permitted"),
        (table(issue(iid=4, references={"full": "acme/plans#4"})), "wrong-object"),
        (table(issue(state="paused")), "unreadable"),
        (table(issue(labels=[1])), "unreadable"),
        (table(issue(_links=None)), "unreadable"),
        (table(labels=[labelled(action="toggle")]), "unreadable"),
        (table(states=[stated("paused")]), "unreadable"),
        (table(notes=[{"id": 1}]), "unreadable"),
        (table(labels=[{**labelled(), "created_at": None}]), "unreadable"),
    ],
)
def test_a_ticket_that_cannot_be_read_whole_is_a_gap(answers: dict[str, Any], code: str) -> None:
    assert code_of(lambda: ask(answers)) == code


def test_a_state_of_a_merge_says_so() -> None:
    assert code_of(lambda: ticket(states=[stated("merged")])) == "unreadable"
