import pytest

from gate.domain.conditions import Finding, Scene, describes_all, describes_any
from gate.domain.derived import JudgedTickets, ScopedChange
from gate.domain.facts import ChangedFile
from gate.domain.missing import Missing
from gate.domain.policy.people import Condition
from tests import builders as b

STANDARD = b.ticket(type="Standard Change", fields={"Change category": "Low impact"})
NO_TICKETS = JudgedTickets()


def scene(
    change: ScopedChange | None = None, tickets: JudgedTickets | Missing | None = None
) -> Scene:
    return Scene(change or b.scoped(), b.judged() if tickets is None else tickets)


def whole(condition: Condition, at: Scene, *, labels_on_all: bool = False) -> Finding:
    return describes_all(condition, at, labels_on_all=labels_on_all)


def docs(*paths: str | ChangedFile) -> Scene:
    return scene(b.scoped(files=b.files(*paths).files))


def test_a_condition_without_keys_describes_nothing() -> None:
    assert whole(b.condition(), scene()) == Finding(False, "nothing")
    assert describes_any(b.condition(), scene()) == Finding(False, "nothing")


def test_every_file_must_match_for_the_whole_and_one_for_a_part() -> None:
    condition = b.condition(paths=("docs/**", "*.md"))
    mixed = docs("docs/a.md", "src/main.py")
    assert whole(condition, mixed) == Finding(False, "src/main.py does not match docs/** or *.md")
    assert describes_any(condition, mixed) == Finding(True, "docs/a.md matches docs/**")
    assert whole(condition, docs("docs/a.md", "README.md")) == Finding(
        True, "every changed file matches docs/** or *.md"
    )
    assert describes_any(condition, docs("docs/a.md", "docs/b.md")) == Finding(
        True, "docs/a.md and 1 more matches docs/**"
    )
    assert describes_any(condition, docs("src/main.py")) == Finding(
        False, "no changed file matches"
    )


def test_old_names_of_files_are_looked_at_as_well() -> None:
    moved = docs(b.changed("docs/a.md", previous_path="infra/a.tf"))
    assert whole(b.condition(paths=("docs/**",)), moved).holds is False
    assert describes_any(b.condition(paths=("infra/**",)), moved).holds is True


def test_no_file_at_all_is_described_by_nothing() -> None:
    nothing = scene(b.scoped(files=()))
    assert whole(b.condition(paths=("**",)), nothing) == Finding(False, "no file is changed")
    assert describes_any(b.condition(paths=("**",)), nothing).holds is False


@pytest.mark.parametrize(
    "condition", [b.condition(paths=("docs/**",)), b.condition(changed_lines_over=10)]
)
def test_unlisted_files_leave_it_open(condition: Condition) -> None:
    unlisted = scene(b.scoped(files=None))
    for finding in (whole(condition, unlisted), describes_any(condition, unlisted)):
        assert finding == Finding(None, "the changed files could not be listed")


def test_what_certainly_does_not_hold_settles_it_whatever_is_unknown() -> None:
    condition = b.condition(paths=("docs/**",), labels=("docs",))
    assert describes_any(condition, scene(b.scoped(files=None))) == Finding(
        False, "nothing is labelled docs"
    )


def test_every_ticket_must_have_the_fields_for_the_whole_and_one_for_a_part() -> None:
    condition = b.condition(ticket={"type": "standard change "})
    other = b.ticket("CHG-8")
    assert whole(condition, scene(tickets=b.judged(STANDARD))) == Finding(
        True, "CHG-7 has type standard change "
    )
    both = scene(tickets=b.judged(STANDARD, other))
    assert whole(condition, both) == Finding(
        False, "CHG-8 has type Normal Change, not standard change "
    )
    assert describes_any(condition, both).holds is True
    assert describes_any(condition, scene(tickets=b.judged(other))) == Finding(
        False, "no ticket has type standard change "
    )


def test_several_tickets_can_all_have_the_fields() -> None:
    tickets = b.judged(STANDARD, b.ticket("CHG-8", type="Standard Change"))
    found = whole(b.condition(ticket={"type": "Standard Change"}), scene(tickets=tickets))
    assert found == Finding(True, "CHG-7 and CHG-8 have type Standard Change")


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("change CATEGORY", "low impact", True),
        ("Change category", "High impact", False),
        ("status", "approved", True),
        ("risk", "LOW", True),
        ("Team", "Platform", False),
    ],
)
def test_fields_are_found_by_their_shown_name_whatever_the_case(
    name: str, value: str, holds: bool
) -> None:
    found = whole(b.condition(ticket={name: value}), scene(tickets=b.judged(STANDARD)))
    assert found.holds is holds


def test_a_shown_field_cannot_pass_itself_off_as_the_type() -> None:
    fake = b.ticket(type="Normal Change", fields={"Type": "Standard Change"})
    found = whole(b.condition(ticket={"type": "Standard Change"}), scene(tickets=b.judged(fake)))
    assert found.holds is False


def test_a_field_that_is_not_set_is_called_that() -> None:
    found = whole(b.condition(ticket={"Team": "Web"}), scene())
    assert found.why == "CHG-7 has Team not set, not Web"


def test_no_ticket_is_not_every_ticket() -> None:
    condition = b.condition(ticket={"type": "Standard Change"})
    empty = scene(b.scoped(merge_requests=()), NO_TICKETS)
    assert whole(condition, empty) == Finding(False, "no ticket is named")
    assert describes_any(condition, empty).holds is False


def test_a_merge_request_without_a_ticket_is_not_covered_by_the_ticket_of_another() -> None:
    change = b.scoped(b.request(12), b.request(13))
    found = whole(
        b.condition(ticket={"type": "Standard Change"}), scene(change, b.judged(STANDARD))
    )
    assert found == Finding(False, "#13 names no ticket")


def test_unknown_tickets_leave_it_open() -> None:
    condition = b.condition(ticket={"risk": "High"})
    unknown = scene(tickets=b.missing(detail="Jira answered 502"))
    for finding in (whole(condition, unknown), describes_any(condition, unknown)):
        assert finding == Finding(None, "the tickets are not known (Jira answered 502)")


def test_any_label_of_a_merge_request_or_a_ticket_is_enough_for_a_part() -> None:
    condition = b.condition(labels=("disruptive", "network"))
    labelled = b.request(labels=("Network",))
    assert describes_any(condition, scene(b.scoped(labelled))) == Finding(
        True, "labelled disruptive or network"
    )
    ticket = b.judged(b.ticket(labels=("DISRUPTIVE",)))
    assert describes_any(condition, scene(tickets=ticket)).holds is True
    loose = b.judged(b.ticket(labels=("disruptive",)), by_request={})
    assert describes_any(condition, scene(tickets=loose)).holds is True
    assert describes_any(condition, scene()) == Finding(
        False, "nothing is labelled disruptive or network"
    )


def test_a_label_on_one_merge_request_does_not_speak_for_another() -> None:
    condition = b.condition(labels=("routine",))
    one, other = b.request(12, labels=("routine",)), b.request(13)
    change = b.scoped(one, other)
    tickets = b.judged()
    assert whole(condition, scene(change, tickets)).holds is True
    assert whole(condition, scene(change, tickets), labels_on_all=True) == Finding(
        False, "not every part of the change is labelled routine"
    )
    named = b.judged(b.ticket(labels=("routine",)), by_request={12: ("CHG-7",), 13: ("CHG-7",)})
    assert whole(condition, scene(change, named), labels_on_all=True).holds is True


def test_nothing_to_carry_a_label_is_not_all_of_it() -> None:
    empty = scene(b.scoped(merge_requests=()), NO_TICKETS)
    assert whole(b.condition(labels=("routine",)), empty, labels_on_all=True).holds is False


def test_unknown_tickets_might_carry_the_label() -> None:
    condition = b.condition(labels=("routine",))
    assert describes_any(condition, scene(tickets=b.missing())).holds is None
    labelled = b.scoped(b.request(labels=("routine",)))
    assert describes_any(condition, scene(labelled, b.missing())).holds is True


def test_lines_added_and_removed_count_together() -> None:
    big = b.scoped(files=b.files(b.changed(added=8, removed=3)).files)
    assert describes_any(b.condition(changed_lines_over=10), scene(big)) == Finding(
        True, "11 lines changed, more than 10"
    )
    assert whole(b.condition(changed_lines_over=11), scene(big)) == Finding(
        False, "11 lines changed, not more than 11"
    )


def test_all_keys_must_hold() -> None:
    condition = b.condition(paths=("services/**",), ticket={"risk": "Low"}, changed_lines_over=0)
    assert whole(condition, scene()) == Finding(
        True,
        "every changed file matches services/**, CHG-7 has risk Low and 12 lines changed, more than 0",
    )
    assert describes_any(condition, scene()).holds is True
