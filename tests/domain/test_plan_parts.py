from collections.abc import Mapping

import pytest

from gate.domain.plan_parts import PartReader, key_of, labels_for
from gate.domain.sections import Line, LineKind, lines_of

WANTED = ("trigger", "owner", "steps", "verification")


def begins(text: str, *wanted: str) -> tuple[str, str] | None:
    return labels_for(wanted or WANTED).begins(Line(kind=LineKind.TEXT, text=text))


def read(markdown: str, *, prose_is_steps: bool = False) -> Mapping[str, str]:
    return PartReader(labels_for(WANTED), prose_is_steps=prose_is_steps).read(lines_of(markdown))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Trigger: x", "trigger"),
        ("Triggers – x", "trigger"),
        ("Trigger criteria (SLO): x", "trigger"),
        ("Rollback trigger: x", "trigger"),
        ("When to roll back? x", None),
        ("When to roll back: x", "trigger"),
        ("Roll back if x", "trigger"),
        ("Rollback when x", "trigger"),
        ("revert if: x", "trigger"),
        ("Triggered by x", "trigger"),
        ("Criteria: x", "trigger"),
        ("OWNER：x", "owner"),
        ("Decision owner: x", "owner"),
        ("Who decides: x", "owner"),
        ("Responsible person - x", "owner"),
        ("Decided by x", "owner"),
        ("Owned by: x", "owner"),
        ("Steps: x", "steps"),
        ("Rollback procedure: x", "steps"),
        ("How: x", "steps"),
        ("How to roll back: x", "steps"),
        ("Verification: x", "verification"),
        ("Verification after rollback: x", "verification"),
        ("Post-rollback verification: x", "verification"),
        ("How to check: x", "verification"),
        ("Validated by x", "verification"),
        ("Verify: x", "verification"),
        ("✅ Verification: x", "verification"),
        ("Target version: x", "target version"),
        ("Owner is x", None),
        ("Verify that x", None),
        ("The owner: x", None),
        ("Stepson: x", None),
        ("x", None),
    ],
)
def test_parts_are_known_by_the_words_that_people_use(text: str, part: str | None) -> None:
    assert begins(text) == (None if part is None else (part, "x"))


@pytest.mark.parametrize("text", ["Owner", "Owner:", "Who decides?"])
def test_a_label_may_stand_alone(text: str) -> None:
    assert begins(text) == ("owner", "")


def test_a_policy_may_ask_for_a_part_of_its_own() -> None:
    assert begins("Customer contact: x", "customer_contact") == ("customer contact", "x")
    assert begins("C++ (x): x", "C++") == ("c++", "x")


def test_code_begins_no_part() -> None:
    assert labels_for(WANTED).begins(Line(kind=LineKind.CODE, text="Owner: x")) is None


def test_names_of_parts_compare_without_regard_to_spelling() -> None:
    assert key_of(" Target_version ") == key_of("target-VERSION") == "target version"


def test_a_list_directly_under_the_plan_is_its_steps() -> None:
    assert read("Intro.\n- a\n- b\n\nOwner: x") == {"steps": "a\nb", "owner": "x"}


def test_code_directly_under_the_plan_is_its_steps() -> None:
    assert read("```\na\n```\nOwner: x") == {"steps": "a", "owner": "x"}


def test_a_list_after_a_one_line_part_and_a_gap_is_the_steps() -> None:
    assert read("Owner: x\n\n1. a\n2. b\n- c") == {"owner": "x", "steps": "a\nb\nc"}
    assert read("Owner: x\n\n```\na\n```") == {"owner": "x", "steps": "a"}
    assert read("Owner: x\n\n- a\n- b") == {"owner": "x", "steps": "a\nb"}


def test_bullets_below_a_part_belong_to_it() -> None:
    assert read("Trigger: any of\n\n- a\n- b") == {"trigger": "any of\na\nb"}
    assert read("Trigger: any of\n1. a") == {"trigger": "any of\na"}
    assert read("Trigger:\n\n1. a") == {"trigger": "a"}


def test_steps_named_and_listed_are_one() -> None:
    assert read("Steps: see the list\n\n1. a") == {"steps": "see the list\na"}


def test_a_heading_of_something_else_ends_a_part() -> None:
    assert read("### Owner\nx\n### Background\n- y\n### Steps\nz") == {"owner": "x", "steps": "z"}


def test_a_label_of_something_else_ends_a_part_that_has_its_text() -> None:
    assert read("Owner: x\nCost: 5\nmore") == {"owner": "x"}
    assert read("Steps:\nStaging: a\nCost: 5") == {"steps": "Staging: a"}


def test_a_known_part_that_nobody_asked_for_ends_the_one_before_it() -> None:
    assert read("Owner: x\nDuration: 5 min") == {"owner": "x", "duration": "5 min"}


def test_prose_under_rollback_steps_is_steps() -> None:
    assert read("run a\nthen b", prose_is_steps=True) == {"steps": "run a\nthen b"}
    assert read("run a\nthen b") == {}


def test_a_part_named_twice_holds_both_texts() -> None:
    assert read("Owner: x\nOwner: y") == {"owner": "x\ny"}
