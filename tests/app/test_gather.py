from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gate.app import gather
from gate.domain import facts as f
from gate.domain.emergency_facts import BreakGlass
from gate.domain.gathered import GATHERED
from gate.domain.missing import Missing
from gate.domain.policy import windows
from gate.domain.policy.people import Role
from gate.domain.schedule import calendar_id
from tests import builders as b
from tests.app.doubles import FACTS, MemoryForge, MemoryTracker, gathered, world

GAP = b.missing()


def test_every_fact_is_gathered() -> None:
    found = gathered(world(MemoryForge()), b.policy())
    assert found.keys() == set(GATHERED)
    assert not [fact for fact in found.values() if isinstance(fact, Missing)]
    assert found[f.Tickets] == f.Tickets(tickets=(b.ticket(),))
    assert found[f.Clock] == f.Clock(now=b.NOW, skew_seconds=1)


def test_earlier_decisions_are_asked_for_only_when_rolling_back() -> None:
    forge = MemoryForge()
    assert gathered(world(forge), b.policy())[f.PriorDecision] == f.PriorDecision()
    forge.answers[f.Change] = b.change(kind=f.ChangeKind.ROLLBACK)
    found = gathered(world(forge), b.policy())
    assert found[f.PriorDecision] == f.PriorDecision(verdict="allow")


def test_tickets_named_for_the_run_are_asked_for_as_well() -> None:
    forge = MemoryForge()
    tracker = MemoryTracker(b.ticket(), b.ticket("CHG-9"))
    found = gathered(world(forge, tracker), b.policy(), named=("CHG-9",))
    assert found[f.Tickets] == f.Tickets(
        tickets=(b.ticket("CHG-9"), b.ticket()), named_for_run=("CHG-9",)
    )
    assert forge.asked_keys == ("CHG-9", "CHG-7")


def test_a_change_that_names_no_ticket_asks_no_tracker() -> None:
    forge = MemoryForge()
    forge.answers[f.Change] = b.change(b.request(title="Add retries", commits=()))
    assert gathered(world(forge, GAP), b.policy())[f.Tickets] == f.Tickets()


def test_a_tracker_that_is_not_there_is_missing() -> None:
    assert gathered(world(MemoryForge(), GAP), b.policy())[f.Tickets] == GAP


@pytest.mark.parametrize("kind", [kind for kind in FACTS if kind is not f.PriorDecision])
def test_what_the_forge_does_not_tell_is_missing(kind: type[f.Fact]) -> None:
    forge = MemoryForge()
    forge.answers[kind] = GAP
    found = gathered(world(forge), b.policy())
    gap = found[kind]
    assert isinstance(gap, Missing)
    assert gap.reason_code == "unavailable"


@pytest.mark.parametrize("kind", [f.Baseline, f.Change])
def test_what_follows_from_the_change_is_missing_with_it(kind: type[f.Fact]) -> None:
    forge = MemoryForge()
    forge.answers[kind] = GAP
    found = gathered(world(forge), b.policy())
    for following in (f.Change, f.Files, f.EarlierUses, f.Tickets, f.PriorDecision):
        gap = found[following]
        assert isinstance(gap, Missing)
        assert GAP.detail in gap.detail


def test_teams_and_calendars_are_those_that_the_policy_names() -> None:
    policy = b.policy()
    policy = replace(
        policy,
        roles={**policy.roles, "security": Role(github_team="acme/security")},
        windows=windows.Windows(freeze=(windows.Freeze(calendar="https://x/f.ics"),)),
    )
    forge = MemoryForge(teams={"acme/security": (b.CAROL,)})
    found = gathered(world(forge), policy)
    assert found[f.Teams] == f.Teams(members={"acme/security": (b.CAROL,)})
    calendars = found[f.Calendars]
    assert isinstance(calendars, f.Calendars)
    assert [span.calendar for span in calendars.spans] == [calendar_id("https://x/f.ics")]


BOTH = {
    "security": Role(github_team="acme/security", gitlab_group="acme/shop/security"),
    "leads": Role(github_team="acme/leads"),
}


def test_only_teams_of_the_forge_of_this_run_are_asked_about() -> None:
    forge = MemoryForge(teams={"acme/shop/security": (b.CAROL,), "acme/leads": (b.ALICE,)})
    forge.answers[f.Run] = b.run(forge="gitlab")
    found = gathered(world(forge), replace(b.policy(), roles=BOTH))
    assert found[f.Teams] == f.Teams(members={"acme/shop/security": (b.CAROL,)})


def test_without_the_run_nobody_knows_whose_teams_they_are() -> None:
    forge = MemoryForge()
    forge.answers[f.Run] = GAP
    gap = gathered(world(forge), replace(b.policy(), roles=BOTH))[f.Teams]
    assert isinstance(gap, Missing)
    assert gap.detail.startswith("whose teams hold the roles")
    assert gathered(world(forge), b.policy())[f.Teams] == f.Teams()


def test_the_forges_own_freeze_periods_are_asked_of_the_forge() -> None:
    frozen = windows.Windows(freeze=(windows.Freeze(calendar=windows.FREEZE_PERIODS),))
    found = gathered(world(MemoryForge()), replace(b.policy(), windows=frozen))
    calendars = found[f.Calendars]
    assert isinstance(calendars, f.Calendars)
    assert [span.name for span in calendars.spans] == ["period 1"]


@pytest.mark.parametrize("skew", [61, -61, 3600])
def test_a_clock_that_disagrees_with_the_systems_is_no_clock(skew: int) -> None:
    found = gathered(world(MemoryForge(), skew=skew), b.policy())
    gap = found[f.Clock]
    assert isinstance(gap, Missing)
    assert gap.reason_code == "clock-skew"


@pytest.mark.parametrize("skew", [None, 0, 60, -60])
def test_a_clock_that_agrees_or_cannot_be_compared_is_used(skew: int | None) -> None:
    found = gathered(world(MemoryForge(), skew=skew), b.policy())
    assert isinstance(found[f.Clock], f.Clock)


def test_without_a_policy_what_is_known_is_kept() -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        place = world(MemoryForge())
        found = gather.without_policy(place, gather.start(place, pool), GAP, BreakGlass())
    assert found[f.PolicySource] == GAP
    assert found[f.Run] == b.run()
