"""One id is the module, the test, the docs page and the policy key: held here for every control."""

import inspect
from pathlib import Path
from pkgutil import iter_modules

import pytest

import gate.controls
from gate.controls import CONTROLS
from gate.domain.control import Control, Outcome, needs
from gate.domain.derive import DERIVED
from gate.domain.gathered import GATHERED
from gate.domain.settings import settings_of
from tests.domain.who import policy

ROOT = Path(__file__).parents[2]
ORDER = (
    "ticket",
    "review",
    "authority",
    "separation",
    "tests",
    "window",
    "rollback",
    "prohibited",
    "revision",
    "emergency",
    "retroactive_review",
    "retention",
)

each_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.ID)


def test_every_module_is_in_the_list_and_nothing_else_is() -> None:
    modules = {module.name for module in iter_modules(gate.controls.__path__)}
    assert {control.ID for control in CONTROLS} == modules


def test_the_list_is_in_the_order_of_the_guide() -> None:
    ids = [control.ID for control in CONTROLS]
    assert ids == [name for name in ORDER if name in ids]


@each_control
def test_it_has_a_test_and_a_page(control: Control) -> None:
    assert (ROOT / f"tests/controls/test_{control.ID}.py").is_file()
    assert (ROOT / f"docs/controls/{control.ID}.md").is_file()


@each_control
def test_its_page_explains_every_reason(control: Control) -> None:
    page = (ROOT / f"docs/controls/{control.ID}.md").read_text(encoding="utf-8")
    assert [code for code in control.REASONS if f"{control.ID}.{code}" not in page] == []


@each_control
def test_its_needs_are_facts_that_exist(control: Control) -> None:
    wanted = needs(control)
    assert wanted
    assert set(wanted.values()) <= {*GATHERED, *DERIVED}


@each_control
def test_its_settings_are_where_it_says(control: Control) -> None:
    found = settings_of(policy(), control.SETTINGS)
    parameters = inspect.signature(control.evaluate, eval_str=True).parameters
    assert "settings" in parameters
    if isinstance(control.Settings, type):
        assert isinstance(found, control.Settings)


@each_control
def test_it_states_what_is_true_when_it_passes(control: Control) -> None:
    assert control.TITLE[0].isupper()
    assert not control.TITLE.endswith(".")
    assert control.GUIDE.startswith("§")
    assert inspect.signature(control.evaluate, eval_str=True).return_annotation == Outcome
