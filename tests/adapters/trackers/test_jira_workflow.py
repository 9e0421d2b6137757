from typing import Any

import pytest

from gate.adapters.answer import Asked
from gate.adapters.part import Part
from gate.adapters.trackers.jira_workflow import Way, way_to
from gate.domain.ports import FactMissing

ASKED = Asked(system="Jira", what="transitions of ticket OPS-1")
REQUIRED = {"required": True, "hasDefaultValue": False}


def transition(id_: str, to: str = "Done", category: str = "done", **more: Any) -> Any:
    return {"id": id_, "to": {"name": to, "statusCategory": {"key": category}}, **more}


def way(*transitions: Any, done: bool = True) -> Way | None:
    return way_to([Part(one, ASKED) for one in transitions], done=done)


def chosen(*transitions: Any, done: bool = True) -> str:
    found = way(*transitions, done=done)
    assert found
    return found.id


def resolution(*names: str) -> Any:
    allowed = [{"id": str(number), "name": name} for number, name in enumerate(names, start=1)]
    return {"resolution": {**REQUIRED, "allowedValues": allowed}}


def test_the_category_of_the_status_counts_and_not_its_name() -> None:
    to_done = transition("31", to="Erledigt")
    assert chosen(transition("11", to="Done", category="indeterminate"), to_done) == "31"
    assert chosen(to_done, transition("11", category="new"), done=False) == "11"
    assert way(transition("11", category="new")) is None
    assert way() is None


def test_what_does_not_say_that_nothing_was_done_comes_first() -> None:
    assert chosen(transition("41", to="Won't do"), transition("31")) == "31"
    assert chosen(transition("41", to="Rejected")) == "41"


def test_what_the_account_may_not_do_is_no_way() -> None:
    assert way(transition("31", isAvailable=False)) is None
    assert chosen(transition("31", isAvailable=True)) == "31"


def test_a_way_that_asks_for_nothing_comes_before_one_that_does() -> None:
    asks = transition("31", fields={"customfield_1": REQUIRED, "summary": {"required": False}})
    assert chosen(asks, transition("41", to="Canceled", fields={})) == "41"
    has_default = {"customfield_1": {"required": True, "hasDefaultValue": True}}
    assert chosen(asks, transition("51", fields=has_default)) == "51"
    assert chosen(asks) == "31"


@pytest.mark.parametrize(
    ("names", "id_"),
    [(("Won't Do", "Done"), "2"), (("Duplicate", "Other"), "1"), (("FIXED",), "1")],
)
def test_a_resolution_that_is_asked_for_is_given(names: tuple[str, ...], id_: str) -> None:
    found = way(transition("31", fields=resolution(*names)))
    assert found
    assert found.body == {"transition": {"id": "31"}, "fields": {"resolution": {"id": id_}}}
    plain = way(transition("31"))
    assert plain
    assert plain.body == {"transition": {"id": "31"}}


def test_a_resolution_without_a_choice_is_no_answer() -> None:
    with pytest.raises(FactMissing, match="a list of resolutions"):
        way(transition("31", fields=resolution()))
