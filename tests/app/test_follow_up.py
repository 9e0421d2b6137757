from dataclasses import replace
from datetime import timedelta

from gate.app.follow_up import FRESH, Swept, follow_up, is_worth_archiving
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.follow_up_review import JudgedComment
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing, StoredDecision
from gate.domain.review_comment import ReviewOutcome
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
    assert again.opened == {}


def test_a_ticket_that_it_opens_stands_in_its_own_table() -> None:
    jira = MemoryDesk("jira")
    swept, _ = sweep(jira)
    (row,) = swept.plan.rows
    assert (row.system, row.key, row.url) == ("jira", "jira-1", "https://jira.example/jira-1")
    assert (row.state, row.note) == (State.OPEN, "")
    assert swept.opened == {row.name: jira.tickets["jira-1"]}


def test_a_ticket_that_could_not_be_opened_stands_nowhere() -> None:
    class Shut(MemoryDesk):
        def open(self, draft: Draft) -> FollowUpTicket:
            raise FactMissing(GAP)

    swept, _ = sweep(Shut("jira"))
    (row,) = swept.plan.rows
    assert (row.key, row.note) == ("", "it has no ticket yet")
    assert swept.problems == ("Jira: Jira failed.",)


REVIEWED = JudgedComment(
    person="carol",
    shown="Carol",
    at=b.NOW - FRESH + timedelta(seconds=1),
    url="",
    code="counts",
    why="",
    outcome=ReviewOutcome.CONFIRMED,
    findings="",
)


def with_row(**changes: object) -> Swept:
    """The second of two sweeps, which has nothing to do, with another row."""
    jira = MemoryDesk("jira")
    sweep(jira)
    quiet, _ = sweep(jira)
    (row,) = quiet.plan.rows
    row = replace(row, **changes)  # type: ignore[arg-type]  # fields of each test
    return replace(quiet, plan=replace(quiet.plan, rows=(row,)))


def test_a_sweep_where_nothing_happened_is_not_worth_archiving() -> None:
    assert not is_worth_archiving(with_row())
    assert not is_worth_archiving(follow_up(world(MemoryForge()), policy(), 30))
    old = replace(REVIEWED, at=b.NOW - FRESH)
    assert not is_worth_archiving(with_row(state=State.PAID, review=old))


def test_a_sweep_that_says_something_is_archived() -> None:
    opened, _ = sweep(MemoryDesk("jira"))
    assert is_worth_archiving(opened)
    assert is_worth_archiving(with_row(state=State.OVERDUE))
    assert is_worth_archiving(replace(with_row(), problems=("Jira: no.",)))


def test_a_review_is_archived_although_a_person_closed_its_ticket() -> None:
    assert is_worth_archiving(with_row(state=State.PAID, review=REVIEWED))


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
