import pytest

from gate.app.desks import ClosedDesk
from gate.app.keep_debts import keep_debts
from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.domain.emergency_facts import BreakGlass
from gate.domain.follow_up import LABEL, LET_THROUGH, Kept
from gate.domain.ports import Desk, FactMissing
from tests import builders as b
from tests.app.desks import MemoryDesk
from tests.app.doubles import emergencies
from tests.app.emergencies import granted, policy
from tests.domain import small_team
from tests.domain.emergencies import asked

DOWN = b.missing(source="Jira", detail="Jira failed (HTTP 503)")
SHUT = b.missing(source="GitHub", detail="issues are off")


def kept(*desks: Desk) -> Kept | None:
    return keep_debts(emergencies(desks=desks), granted(), policy())


def test_the_first_desk_keeps_it_and_no_other_is_asked() -> None:
    jira, forge = MemoryDesk("jira"), MemoryDesk("github")
    assert kept(jira, forge) == Kept(
        system="jira", key="jira-1", url="https://jira.example/jira-1", refused={}
    )
    (draft,) = jira.drafts
    owed = granted().obligations[0]
    assert (draft.marker.id, draft.marker.due_at) == (owed.id, owed.due_at)
    assert {LABEL, f"gate-{owed.id}"} <= set(draft.labels)
    assert forge.drafts == []


def test_where_the_first_is_down_the_next_keeps_it_and_the_refusal_is_told() -> None:
    forge = MemoryDesk("github")
    found = kept(MemoryDesk("jira", gap=DOWN), forge)
    assert found is not None
    assert (found.system, dict(found.refused)) == ("github", {"jira": "Jira failed (HTTP 503)"})
    assert len(forge.drafts) == 1


def test_what_no_desk_takes_is_kept_by_the_evidence_alone() -> None:
    found = kept(MemoryDesk("jira", gap=DOWN), ClosedDesk("github", SHUT))
    assert found == Kept(refused={"jira": "Jira failed (HTTP 503)", "github": "issues are off"})
    assert not found.is_ticket
    assert kept() == Kept()


def test_two_desks_of_one_system_are_both_told() -> None:
    found = kept(ClosedDesk("github", DOWN), ClosedDesk("github", SHUT))
    assert found == Kept(refused={"github": "Jira failed (HTTP 503); issues are off"})


def test_a_retry_finds_the_ticket_that_is_there() -> None:
    desk = MemoryDesk("jira")
    assert kept(desk) == kept(desk)
    assert len(desk.drafts) == 1


@pytest.mark.parametrize("said", [BreakGlass(), BreakGlass(asked=True, reason="now")])
def test_whoever_owes_nothing_opens_nothing(said: BreakGlass) -> None:
    desk = MemoryDesk("jira")
    decision = decide(asked(said), policy(), CONTROLS)
    assert keep_debts(emergencies(desks=(desk,)), decision, policy()) is None
    assert desk.drafts == []


def noticed(*desks: Desk, fresh: bool = False) -> Kept | None:
    """The second check of a notice: its release is let go, unless the notice is still fresh."""
    opened_at = b.ago(minutes=1) if fresh else small_team.GIVEN
    about = small_team.marker(issued_at=opened_at)
    decision = small_team.decided(small_team.notice(about=about))
    return keep_debts(emergencies(desks=desks), decision, small_team.policy())


def test_the_ticket_of_a_notice_says_when_its_release_was_let_go() -> None:
    """From then on a review is owed, although the deploy may fail and leave no record."""
    desk = MemoryDesk("github")
    desk.put(small_team.ID)
    assert noticed(desk, fresh=True) is not None
    assert LET_THROUGH not in desk.tickets["github-1"].labels
    for _ in range(2):
        found = noticed(desk)
        assert found is not None
        assert found.key == "github-1"
    assert desk.tickets["github-1"].labels == (LABEL, f"gate-{small_team.ID}", LET_THROUGH)
    assert desk.drafts == []


def test_where_that_cannot_be_said_another_desk_gets_a_ticket_that_says_it() -> None:
    class Unlabelled(MemoryDesk):
        def label(self, key: str, label: str) -> None:
            raise FactMissing(DOWN)

    first, second = Unlabelled("jira"), MemoryDesk("github")
    first.put(small_team.ID)
    found = noticed(first, second)
    assert found is not None
    assert (found.system, dict(found.refused)) == ("github", {"jira": "Jira failed (HTTP 503)"})
    assert LET_THROUGH in second.tickets["github-1"].labels


def test_an_emergency_needs_no_such_label() -> None:
    desk = MemoryDesk("jira")
    kept(desk)
    (ticket,) = desk.tickets.values()
    assert LET_THROUGH not in ticket.labels
