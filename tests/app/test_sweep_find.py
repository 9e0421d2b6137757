from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from gate.app.gather import World
from gate.app.sweep_find import Found, find
from gate.domain import facts as f
from gate.domain.follow_up import Marker
from gate.domain.grant import Owed
from gate.domain.landing import Landing
from gate.domain.missing import Missing
from gate.domain.ports import Desk, FactMissing, StoredDecision
from gate.domain.sweep import Shelf
from gate.errors import FactsUnavailable
from gate.evidence.decision_json import decision_json
from tests import builders as b
from tests import owed
from tests.app.desks import MemoryDesk
from tests.app.doubles import MemoryForge, world
from tests.app.emergencies import granted

SINCE = b.ago(days=30)
GAP = b.missing(source="GitHub", detail="no answer came", remedy="")
DECISION = decision_json(granted(), facts_digest="sha256:0", gate_version="1")
STORED = StoredDecision(content=DECISION, run_id="7001", url="https://github.example/artifact/1")


@dataclass
class SweptForge(MemoryForge):
    """One that leaves these decisions, or does not tell."""

    left: tuple[StoredDecision, ...] | Missing = ()
    asked_since: datetime | None = None
    looked_into: tuple[str, ...] = ()

    def emergency_decisions(
        self, since: datetime, deployed: Sequence[str] = ()
    ) -> tuple[StoredDecision, ...]:
        self.asked_since, self.looked_into = since, tuple(deployed)
        if isinstance(self.left, Missing):
            raise FactMissing(self.left)
        return self.left


def found(*desks: Desk, place: MemoryForge | None = None, **answers: f.Fact | Missing) -> Found:
    forge = place or SweptForge(left=(STORED,))
    forge.answers |= {getattr(f, kind): answer for kind, answer in answers.items()}
    return find(swept(forge), desks, SINCE)


def swept(forge: MemoryForge) -> World:
    return world(forge)


def deployed(run_id: str) -> f.Baseline:
    past = b.deployment(run_id="5000", at=b.ago(days=3))
    mine = replace(past, run_id=run_id, revision=b.run().revision, at=b.NOW)
    return b.baseline(history=(mine, past))


def test_what_evidence_and_tickets_tell_is_found_together() -> None:
    forge, jira = SweptForge(left=(STORED,)), MemoryDesk("jira")
    ticket = jira.put("3f2a91c07d5e")
    seen = found(jira, MemoryDesk("github"), place=forge, Baseline=deployed("7001"))
    assert forge.asked_since == SINCE
    (record,) = seen.records
    assert (record.marker.id, record.evidence_url) == (granted().obligations[0].id, STORED.url)
    assert seen.landings[record.marker.id].state is Landing.DEPLOYED
    assert seen.shelves == (
        Shelf(system="jira", tickets=(ticket,)),
        Shelf(system="github", tickets=()),
    )
    assert seen.problems == ()
    assert seen.run == b.run()


def notice() -> Marker:
    return owed.marker(owed=Owed.INDEPENDENT_REVIEW)


def test_what_only_a_ticket_tells_of_is_looked_for_as_well() -> None:
    jira, told = MemoryDesk("jira"), notice()
    jira.tickets["CHG-90"] = owed.ticket(about=told)
    jira.tickets["CHG-91"] = owed.ticket(about=owed.marker(), key="CHG-91")
    seen = found(jira, place=SweptForge())
    assert set(seen.landings) == {told.id, owed.marker().id}


def test_in_compensating_mode_every_run_that_deployed_is_looked_into() -> None:
    """Its ticket may have been deleted, and nobody has to have started it by hand."""
    forge = SweptForge()
    seen = b.ago(days=2)
    again = b.deployment("m1", at=b.ago(hours=5), run_id="6001")
    nameless = b.deployment("m1", at=b.ago(hours=6), run_id="")
    old = b.deployment("m0", at=b.ago(days=3), run_id="5000")
    forge.answers[f.Baseline] = b.baseline(again, replace(again, id="2"), nameless, old)

    def looked_into(*, any_run: bool) -> tuple[str, ...]:
        find(swept(forge), (), seen, any_run=any_run)
        return forge.looked_into

    assert looked_into(any_run=True) == ("6001",)
    assert looked_into(any_run=False) == ()
    forge.answers[f.Baseline] = GAP
    assert looked_into(any_run=True) == ()


def test_without_records_of_deployments_everything_is_owed() -> None:
    seen = found(MemoryDesk("jira"), Baseline=GAP)
    assert len(seen.records) == 1
    assert seen.landings == {}
    assert seen.problems == ("GitHub: no answer came.",)


def test_a_desk_that_is_silent_is_told_and_hides_no_other() -> None:
    seen = found(MemoryDesk("jira", gap=GAP), MemoryDesk("github"))
    assert [shelf.tickets for shelf in seen.shelves] == [GAP, ()]
    assert seen.problems == ("GitHub: no answer came.",)


def test_evidence_that_cannot_be_read_is_told_and_the_tickets_are_followed_up_all_the_same() -> (
    None
):
    seen = found(MemoryDesk("jira"), place=SweptForge(left=GAP))
    assert (seen.records, seen.problems) == ((), ("GitHub: no answer came.",))


@pytest.mark.parametrize("odd", [replace(STORED, content=b"{}"), replace(STORED, run_id="7002")])
def test_evidence_that_does_not_fit_its_run_is_told_and_hides_no_other(odd: StoredDecision) -> None:
    seen = found(place=SweptForge(left=(odd, STORED)))
    assert len(seen.records) == 1
    (problem,) = seen.problems
    assert odd.run_id in problem


def test_without_the_run_nobody_knows_whose_debts_these_are() -> None:
    with pytest.raises(FactsUnavailable, match="GitHub: no answer came"):
        found(Run=GAP)
