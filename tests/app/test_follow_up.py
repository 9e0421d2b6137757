from dataclasses import replace

from gate.app.follow_up import Swept, follow_up
from gate.domain.missing import Missing
from gate.domain.ports import StoredDecision
from gate.domain.sweep_release import State
from tests import builders as b
from tests.app.desks import MemoryDesk
from tests.app.doubles import MemoryForge, emergencies, world
from tests.app.emergencies import policy
from tests.app.test_sweep_find import STORED, SweptForge

GAP = b.missing(source="Jira", detail="Jira failed", remedy="")


def sweep(
    *desks: MemoryDesk, left: tuple[StoredDecision, ...] | Missing = (STORED,), days: int = 30
) -> tuple[Swept, SweptForge]:
    forge = SweptForge(left=left)
    place = replace(world(forge), emergencies=emergencies(desks=desks))
    return follow_up(place, policy(), days), forge


def test_a_release_without_a_ticket_gets_one_and_the_next_sweep_finds_it() -> None:
    jira, forge = MemoryDesk("jira"), MemoryDesk("github")
    swept, place = sweep(jira, forge, days=7)
    assert place.asked_since == b.ago(days=7)
    assert swept.problems == ()
    assert [row.state for row in swept.plan.rows] == [State.OPEN]
    assert (len(jira.drafts), len(forge.drafts)) == (1, 0)
    again, _ = sweep(jira, forge)
    assert [row.key for row in again.plan.rows] == ["jira-1"]
    assert len(jira.drafts) == 1


def test_what_could_not_be_seen_and_what_could_not_be_done_are_both_told() -> None:
    down = b.missing(source="GitHub", detail="artifacts are not told", remedy="")
    jira = MemoryDesk("jira")
    swept, _ = sweep(jira, left=down)
    assert swept.problems == ("GitHub: artifacts are not told.",)
    assert swept.plan.rows == ()
    silent, _ = sweep(MemoryDesk("jira", gap=GAP))
    assert silent.problems == ("Jira: Jira failed.",)
    assert silent.plan.silent == (GAP,)


def test_without_emergencies_nothing_is_owed() -> None:
    swept = follow_up(world(MemoryForge()), policy(), 30)
    assert (swept.plan.rows, swept.problems) == ((), ())
