"""What a world file says of its GitLab, and what does not go together there."""

from typing import Any

import pytest

from gate.sandbox.faults import Faults
from gate.sandbox.messages import Request, parameters
from gate.sandbox.world import World, WorldInvalid
from gate.sandbox.world.faults import Fault
from tests.sandbox.asking import raw, world
from tests.sandbox.gitlab.asking import HOME


@pytest.mark.parametrize(
    ("site", "problem"),
    [
        (
            {"edition": "ce"},
            "gitlab.edition: the Community Edition is always Free, not premium",
        ),
        ({"version": "new"}, "gitlab.version: must be like 18.5, not 'new'"),
        (
            {"tier": "gold"},
            "gitlab.tier: 'gold' is not one of free, premium, ultimate",
        ),
        (
            {"approval_rules": {"r": {"people": ["nobody"]}}},
            "gitlab.approval_rules.r.people.1: 'nobody' is not among accounts. Known: ann, ben, gone, robot.",
        ),
    ],
)
def test_what_cannot_be_is_refused(site: dict[str, Any], problem: str) -> None:
    with pytest.raises(WorldInvalid) as caught:
        World.of(raw(gitlab=site))
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("version", "since"), [("18.3", True), ("18.10.1", True), ("19.0", True), ("18.2.9", False)]
)
def test_versions_are_compared_by_their_numbers(version: str, since: bool) -> None:
    assert world(gitlab={"version": version}).gitlab.is_since(18, 3) is since


def test_only_paying_tiers_are_paid() -> None:
    tiers = ("free", "premium", "ultimate")
    paid = [world(gitlab={"tier": tier}).gitlab.is_paid for tier in tiers]
    assert paid == [False, True, True]


def test_what_stands_several_times_in_a_query_is_a_list() -> None:
    assert parameters("refs[]=a&refs[]=b&page=1&page=2&x=") == {
        "refs[]": "a,b",
        "page": "2",
        "x": "",
    }


def test_a_fault_names_routes_with_or_without_gitlabs_prefix() -> None:
    request = Request(method="GET", path=f"{HOME}/pipelines")
    for route in ("GET /projects/*/pipelines", "* /gitlab/**"):
        assert Faults([Fault(route=route, reset=True)]).pick(request)
    assert Faults([Fault(route="GET /projects/*", reset=True)]).pick(request) is None
