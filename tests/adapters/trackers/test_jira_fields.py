from typing import Any

import pytest

from gate.adapters.answer import Asked
from gate.adapters.part import Part
from gate.adapters.trackers.adf_nodes import MOST_NODES
from gate.adapters.trackers.jira_fields import Fields, document, text_of
from gate.domain.ports import FactMissing

ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")
SPELLED = {
    name.casefold(): name for name in ("Change risk", "Planned start", "Backout plan", "Due date")
}


def fields(values: dict[str, Any], names: dict[str, Any], *, complete: bool = True) -> Fields:
    return Fields(Part(values, ASKED), Part(names, ASKED), SPELLED, complete=complete)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" Low ", "Low"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (3.0, "3"),
        (0.25, "0.25"),
        (1e20, "1e+20"),
        ({"value": "High", "id": "1"}, "High"),
        ({"value": "EU", "child": {"value": "Berlin"}}, "EU - Berlin"),
        ({"value": "EU", "child": None}, "EU"),
        ({"displayName": "Alice Ng", "accountId": "1"}, "Alice Ng"),
        ({"name": "v1.2"}, "v1.2"),
        ({"key": "CHG-1"}, "CHG-1"),
        ({"value": 3}, ""),
        ({}, ""),
        (["a", {"value": "b"}, None], "a, b"),
        ([[[[[["deep"]]]]]], ""),
        (
            {
                "type": "doc",
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}],
            },
            "x",
        ),
    ],
)
def test_every_shape_of_a_value_becomes_text(value: Any, text: str) -> None:
    assert text_of(Part(value, ASKED)) == text


def test_a_choice_within_a_choice_ends_somewhere() -> None:
    value: dict[str, Any] = {"value": "x"}
    for _ in range(20):
        value = {"value": "x", "child": value}
    assert text_of(Part(value, ASKED)).count("x") == 6


def test_fields_of_the_policy_and_custom_ones_are_texts_by_the_policys_spelling() -> None:
    found = fields(
        {
            "customfield_1": {"value": "Low"}, "customfield_2": "free text", "customfield_3": {"accountId": "1"},
            "customfield_4": [{"accountId": "1", "displayName": "Bob"}], "duedate": "2026-11-25",
            "priority": {"name": "P1"},
            "customfield_5": None, "customfield_6": [],
        },
        {
            "customfield_1": " change RISK", "customfield_2": "Notes", "customfield_3": "Owner",
            "customfield_4": "Team", "duedate": "Due date", "priority": "Priority",
            "customfield_5": "Empty", "customfield_6": "List",
        },
    )  # fmt: skip
    assert found.texts() == {"Change risk": "Low", "Due date": "2026-11-25", "Notes": "free text"}


def test_two_fields_of_one_name_are_both_shown_but_are_no_answer() -> None:
    found = fields(
        {
            "customfield_1": "Low",
            "customfield_2": "High",
            "customfield_3": "2026-11-25",
            "customfield_4": "2026-11-26",
        },
        {
            "customfield_1": "Change risk",
            "customfield_2": "Change Risk",
            "customfield_3": "Planned start",
            "customfield_4": "Planned start",
        },
    )
    assert found.texts()["Change risk"] == "Low\n\nHigh"
    with pytest.raises(FactMissing, match="one value for `Change risk`"):
        found.choice("Change risk")
    with pytest.raises(FactMissing, match="one time for `Planned start`"):
        found.moment("Planned start", end=False)


def test_one_of_two_fields_may_be_empty_or_say_the_same() -> None:
    found = fields(
        {"customfield_1": None, "customfield_2": ["High"], "customfield_3": {"value": "High"}},
        dict.fromkeys(("customfield_1", "customfield_2", "customfield_3"), "Change risk"),
    )
    assert found.choice("Change risk") == "High"
    assert found.choice("Planned start") == ""
    assert found.moment("Planned start", end=True) is None


@pytest.mark.parametrize("value", [["Low", "High"], {"id": "1"}, [None], True, [{}]])
def test_a_risk_that_cannot_be_read_as_one_is_unreadable(value: Any) -> None:
    with pytest.raises(FactMissing):
        fields({"customfield_1": value}, {"customfield_1": "Change risk"}).choice("Change risk")


@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "2026-11-25T15:00:00",
        "2026-02-30",
        7,
        True,
        ["2026-11-25"],
        {"value": "2026-11-25"},
    ],
)
def test_a_planned_time_that_cannot_be_read_is_unreadable(value: Any) -> None:
    found = fields({"customfield_1": value}, {"customfield_1": "Planned start"})
    with pytest.raises(FactMissing, match="a time with its zone, or a date"):
        found.moment("Planned start", end=False)


def test_a_custom_field_without_a_name_could_be_any() -> None:
    with pytest.raises(FactMissing, match="customfield_9"):
        fields({"customfield_9": "x"}, {})
    assert fields({"customfield_9": None, "new": "x"}, {}).texts() == {}


@pytest.mark.parametrize(
    "id_", ["customfield_1", "resolution", "labels", "reporter", "description"]
)
def test_a_field_that_is_named_and_not_there_is_unreadable(id_: str) -> None:
    names = {id_: "Planned start" if id_ == "customfield_1" else id_}
    with pytest.raises(FactMissing, match="although"):
        fields({}, names)
    assert fields({}, names, complete=False).texts() == {}


def test_a_text_is_a_document_too_and_nothing_else_is() -> None:
    assert document(Part("# As it is", ASKED)) == "# As it is"
    odd: list[Any] = [[], {}, {"type": "paragraph"}, {"type": 3}]
    for value in odd:
        with pytest.raises(FactMissing):
            document(Part(value, ASKED))


def test_a_document_that_is_too_complex_is_too_large() -> None:
    huge = {"type": "doc", "content": [{"type": "text"}] * MOST_NODES}
    with pytest.raises(FactMissing) as raised:
        document(Part(huge, ASKED))
    assert raised.value.missing.reason_code == "too-large"
