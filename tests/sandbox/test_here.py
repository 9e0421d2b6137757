from dataclasses import replace

from gate.sandbox.here import here
from gate.sandbox.world import World
from tests.sandbox.asking import BASE


def test_a_policy_that_names_the_sandbox_gets_the_address_it_is_played_at() -> None:
    world = replace(
        World.load(BASE), policy="url: http://127.0.0.1:0/pagerduty\nother: http://127.0.0.1:01/"
    )

    found = here(world, "http://127.0.0.1:4711")

    assert found.policy == "url: http://127.0.0.1:4711/pagerduty\nother: http://127.0.0.1:01/"
    assert replace(found, policy=world.policy) == world


def test_a_world_without_a_policy_stays_as_it_is() -> None:
    world = replace(World.load(BASE), policy=None)

    assert here(world, "http://127.0.0.1:4711") == world
