from pathlib import Path

import pytest

from gate.policy.load import parse
from gate.policy.places import PLACES
from tests.policy.policies import EXAMPLE

ROOT = Path(__file__).parents[2]


def test_the_places_are_relative_and_ordered() -> None:
    assert PLACES == (
        ".github/change-policy.yml",
        ".gitlab/change-policy.yml",
        "change-policy.yml",
    )


@pytest.mark.parametrize("name", ["starter.yml", "starter-gitlab.yml"])
def test_the_starter_has_no_problem_at_all(name: str) -> None:
    starter = (ROOT / "gate" / "policy" / name).read_bytes()
    assert parse(starter, name=name).warnings == ()


def test_the_example_in_the_docs_is_the_one_that_is_tested() -> None:
    assert (ROOT / "docs" / "example" / "change-policy.yml").read_bytes() == EXAMPLE
