import pytest

from gate.app.desks import ClosedDesk
from gate.app.keep_debts import keep_debts
from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.domain.emergency_facts import BreakGlass
from gate.domain.follow_up import LABEL, Kept
from gate.domain.ports import Desk
from tests import builders as b
from tests.app.desks import MemoryDesk
from tests.app.doubles import emergencies
from tests.app.emergencies import granted, policy
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
