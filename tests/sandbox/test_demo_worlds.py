from importlib import resources
from pathlib import Path

import pytest

from gate.sandbox.world import World

WORLDS = Path(str(resources.files("gate.sandbox"))) / "worlds"


MORNING, NIGHT = "2026-11-25T15:00:00+00:00", "2026-11-26T03:12:00+00:00"


@pytest.mark.parametrize(
    ("name", "now"),
    [("allowed", MORNING), ("blocked", MORNING), ("undecided", MORNING), ("emergency", NIGHT)],
)
def test_the_worlds_of_the_demo_ship_with_the_package_and_can_be_played(
    name: str, now: str
) -> None:
    found = World.load(WORLDS / name)
    assert found.about
    assert found.policy
    assert found.now.isoformat() == now


def test_the_allowed_one_is_the_base_world_of_the_scenarios() -> None:
    base = World.load(Path(__file__).parent.parent / "scenarios" / "base")
    assert World.load(WORLDS / "allowed") == base
