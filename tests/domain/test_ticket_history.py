from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.facts import TicketEvent, TicketEventKind
from gate.domain.policy.people import ChangeTypeRule, Condition, RiskRule
from gate.domain.policy.workflow import TicketFields
from gate.domain.ticket_history import (
    HARMLESS_FIELDS,
    Reading,
    closed_by_merge,
    closing,
    edit_after,
    moved_after,
    reading_of,
    standing_of,
)
from tests.domain.slips import (
    APPROVED,
    ISSUES,
    JIRA,
    edit,
    issue,
    jira,
    labelled,
    move,
    step,
    with_rules,
    work_item,
)
from tests.domain.who import ALICE_JIRA, DANA, DANA_JIRA, at

READING = reading_of(with_rules(JIRA))
LABELS = reading_of(with_rules(ISSUES))


def first(ticket_events: tuple[TicketEvent, ...], reading: Reading = READING) -> float | None:
    """The hour of the approval that stands, if one does."""
    standing = standing_of(jira(*ticket_events), reading, ())
    if standing.ended_by is not None or not standing.steps:
        return None
    return (standing.steps[0].at - at(0)).total_seconds() / 3600


@pytest.mark.parametrize(
    ("history", "hour"),
    [
        ((), None),
        ((step("Open", "Review", -9),), None),
        ((step("Open", "Review", -9), step("Review", "Approved", -8)), -8),
        ((step("Review", " aPPROVED", -8),), -8),
        ((step("Review", "Approved", -8), step("Approved", "Scheduled", -7)), -8),
        ((step("Review", "Approved", -8), step("Approved", "In Progress", -7)), None),
        ((step("Review", "Approved", -8), step("Approved", "Review", -7), step("Review", "Approved", -6)), -6),
        ((step("Review", "Approved", -8), step("Review", "Scheduled", -6)), -6),
        ((step("Approved", "Review", -7), step("Review", "Approved", -8)), None),
        ((step("Open", "Unapproved", -8),), None),
    ],
)  # fmt: skip
def test_an_approval_stands_from_its_first_step_until_the_first_step_away(
    history: tuple[TicketEvent, ...], hour: float | None
) -> None:
    assert first(history) == hour


def test_what_ended_an_approval_is_told() -> None:
    away = step("Approved", "In Progress", -7)
    standing = standing_of(jira(APPROVED, away, step("In Progress", "Done", -6)), READING, ())
    assert (standing.steps, standing.ended_by) == ((APPROVED,), away)


@pytest.mark.parametrize(
    ("history", "hour"),
    [
        ((labelled("bug", -9), labelled("approved", -8)), -8),
        ((labelled("approved", -8), labelled("bug", -7)), -8),
        ((labelled("approved", -8), labelled("", -7, before="bug")), -8),
        ((labelled("approved", -8), labelled("scheduled", -7)), -8),
        ((labelled("approved", -8), labelled("scheduled", -7), labelled("", -6, before="approved")), -8),
        ((labelled("approved", -8), labelled("", -6, before="approved")), None),
        ((labelled("approved", -8), labelled("", -7, before="approved"), labelled("approved", -6)), -6),
        ((labelled("approved", -8), step("open", "closed", -7, field="state")), None),
        ((labelled("approved", -8), step("open", "closed", -7, field="state"), labelled("approved", -6)), -6),
    ],
)  # fmt: skip
def test_a_label_approves_as_long_as_it_stays(
    history: tuple[TicketEvent, ...], hour: float | None
) -> None:
    assert first(history, LABELS) == hour


@given(st.permutations([APPROVED, step("Approved", "Review", -7), step("Review", "Approved", -6)]))
def test_the_order_in_which_a_tracker_lists_its_history_does_not_matter(
    history: list[TicketEvent],
) -> None:
    assert first(tuple(history)) == -6


CLOSED = step("open", "closed", -2, field="state")


def test_closing_by_its_own_merge_is_no_break() -> None:
    ticket = issue(labelled("approved", -8), CLOSED)
    assert standing_of(ticket, LABELS, [at(-2.01)]).ended_by is None
    assert standing_of(ticket, LABELS, [at(-2.1)]).ended_by == CLOSED
    assert standing_of(ticket, LABELS, []).ended_by == CLOSED


def test_only_an_issue_is_closed_by_a_merge() -> None:
    assert closed_by_merge(issue(), CLOSED, [at(-2)])
    assert closed_by_merge(work_item(), CLOSED, [at(-2)])
    assert not closed_by_merge(work_item(), CLOSED, [at(-3)])
    assert not closed_by_merge(issue(), step("closed", "open", -2, field="state"), [at(-2)])
    assert not closed_by_merge(jira(), CLOSED, [at(-2)])


def test_the_newest_step_that_is_no_label_closes() -> None:
    assert closing(issue(CLOSED, labelled("bug", -1))) == CLOSED
    assert closing(issue(labelled("bug", -1))) is None


@pytest.mark.parametrize(
    "field",
    ["summary", "description", "Change risk", "Planned start", "Fix Version", "Backout plan", "priority",
     "reporter", "issuetype", "duedate", "Some new field", "body", "title"],
)  # fmt: skip
def test_an_edit_of_any_other_field_changes_what_was_approved(field: str) -> None:
    later = edit(field)
    assert edit_after(jira(APPROVED, later), APPROVED, READING) == later


@pytest.mark.parametrize(
    "field",
    [
        *sorted(HARMLESS_FIELDS),
        "Comment",
        "Epic Link",
        "RemoteIssueLink",
        "Story Points",
        "time_spent",
    ],
)
def test_an_edit_of_a_harmless_field_does_not(field: str) -> None:
    assert edit_after(jira(APPROVED, edit(field)), APPROVED, READING) is None


def test_an_edit_before_the_approval_is_what_was_approved() -> None:
    assert edit_after(jira(edit("summary", -11), APPROVED), APPROVED, READING) is None


def test_the_first_of_several_edits_is_told() -> None:
    early, late = edit("summary", -6), edit("description", -5)
    assert edit_after(jira(late, early, APPROVED), APPROVED, READING) == early


def test_an_edit_in_the_very_step_that_approved_is_part_of_it() -> None:
    same = edit("description", -10, by=ALICE_JIRA)
    assert edit_after(jira(same, APPROVED), APPROVED, READING) is None
    other = edit("description", -10, by=DANA_JIRA)
    assert edit_after(jira(other, APPROVED), APPROVED, READING) == other
    nobody = edit("description", -10, by=None)
    assert edit_after(jira(APPROVED, nobody), APPROVED, READING) == nobody


def test_the_policy_may_call_further_fields_harmless() -> None:
    reading = reading_of(with_rules(replace(JIRA, harmless_fields=("Some team", "Description"))))
    assert edit_after(jira(APPROVED, edit("some TEAM")), APPROVED, reading) is None
    assert edit_after(jira(APPROVED, edit("description")), APPROVED, reading) is not None


def test_a_field_that_the_policy_reads_is_never_harmless() -> None:
    rules = replace(JIRA, fields=TicketFields(risk="Story points"), harmless_fields=("Urgency",))
    policy = replace(
        with_rules(rules),
        change_types={"standard": ChangeTypeRule(when=Condition(ticket={"Urgency": "Low"}))},
    )
    reading = reading_of(policy)
    for field in ("Story Points", "urgency"):
        assert edit_after(jira(APPROVED, edit(field)), APPROVED, reading) is not None


DISRUPTIVE = replace(
    with_rules(JIRA), risk={"disruptive": RiskRule(when=(Condition(labels=("Disruptive",)),))}
)


@pytest.mark.parametrize(
    ("event", "material"),
    [
        (edit("labels", before="disruptive urgent", after="urgent"), True),
        (edit("labels", before="", after="disruptive"), True),
        (edit("labels", before="disruptive", after="disruptive urgent"), False),
        (labelled("", -5, before="disruptive"), True),
        (labelled("urgent", -5), False),
        (replace(edit("label"), kind=TicketEventKind.STATUS, after="other"), False),
    ],
)
def test_a_label_that_decides_about_risk_is_part_of_what_was_approved(
    event: TicketEvent, material: bool
) -> None:
    found = edit_after(jira(APPROVED, event), APPROVED, reading_of(DISRUPTIVE))
    assert (found is not None) == material


def test_the_approving_label_itself_is_no_edit() -> None:
    approval = labelled("approved", -8, by=DANA)
    assert edit_after(issue(approval), approval, LABELS) is None


def test_a_move_before_the_approval_is_history() -> None:
    assert moved_after(jira(move(-11), APPROVED), APPROVED) is None
    assert moved_after(jira(APPROVED, move(-5)), APPROVED) == move(-5)
    assert moved_after(jira(APPROVED, move(-10)), APPROVED) == move(-10)
