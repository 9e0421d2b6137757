from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from gate.domain import emergency_facts as e
from gate.domain import facts as f
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import Emergency, PagerRules
from gate.domain.policy.people import Role
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.app.desks import MemoryDesk
from tests.app.doubles import MemoryForge, emergencies, gathered, world

GAP = b.missing()
SAID = e.BreakGlass(asked=True, reason="checkout is down", incident=" PT4 ")
ACK = b.NOW - timedelta(minutes=5)
ALICE = Identity(system="pagerduty", login="", id="PXPGF42")


def incident(**changes: object) -> e.Incident:
    entries = (
        e.IncidentEntry(kind=e.EntryKind.RAISED, at=b.ago(minutes=9), by=None),
        e.IncidentEntry(kind=e.EntryKind.ACKNOWLEDGED, at=ACK, by=ALICE),
        e.IncidentEntry(kind=e.EntryKind.ACKNOWLEDGED, at=b.ago(minutes=4), by=None),
    )
    return replace(e.Incident(system="pagerduty", key="PT4", entries=entries), **changes)  # type: ignore[arg-type]


@dataclass
class MemoryPager:
    found: e.Incident = field(default_factory=incident)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    named: str = ""

    def incident(self, key: str) -> e.Incident:
        self.named = key
        return self.found

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        self.asked.append((schedule, at))
        return (ALICE,)

    def note(self, key: str, text: str) -> None:
        raise AssertionError("gathering writes nothing")


def policy(**changes: object) -> Policy:
    rules = PagerRules(service="PSVC", acknowledged_by="on-call")
    roles = {"on-call": Role(pager_schedule="PRIMARY"), "lead": Role(people=("alice",))}
    emergency = replace(Emergency(pager=rules), **changes)  # type: ignore[arg-type]
    return b.policy(roles={**b.policy().roles, **roles}, emergency=emergency)


def forge(**answers: f.Fact | Missing) -> MemoryForge:
    made = MemoryForge()
    made.answers |= {getattr(f, kind): answer for kind, answer in answers.items()}
    return made


def found(
    pager: MemoryPager | Missing,
    rules: Policy,
    said: e.BreakGlass = SAID,
    place: MemoryForge | None = None,
) -> dict[type[f.Fact], f.Fact | Missing]:
    asked = replace(world(place or MemoryForge()), emergencies=emergencies(pager))
    return gathered(asked, rules, said=said)


def test_the_incident_and_who_was_on_call_when_it_matters_are_asked_for() -> None:
    pager, approved = MemoryPager(), b.ago(minutes=3)
    released = f.DeploymentApprovals(
        environment="production",
        approvals=(
            f.DeploymentApproval(approver=b.ALICE, state=f.ApprovalState.APPROVED, at=approved),
            f.DeploymentApproval(approver=b.ALICE, state=f.ApprovalState.APPROVED),
        ),
    )
    change = b.change(b.request(reviews=(b.review(), b.review(state=f.ReviewState.COMMENTED))))
    place = forge(DeploymentApprovals=released, Change=change)
    known = found(pager, policy(), place=place)
    assert known[e.Incident] == pager.found
    assert pager.named == "PT4"
    moments = [b.NOW, ACK, approved, b.review().submitted_at]
    assert sorted(pager.asked) == sorted(("PRIMARY", at) for at in moments)
    duty = known[e.OnCall]
    assert isinstance(duty, e.OnCall)
    assert duty.at("PRIMARY", ACK) == e.Duty(schedule="PRIMARY", at=ACK, people=(ALICE,))
    assert duty.at("PRIMARY", b.ago(days=3)) is None


@pytest.mark.parametrize(
    "said",
    [e.BreakGlass(), e.BreakGlass(incident="PT4"), e.BreakGlass(asked=True, incident=" ")],
)
def test_no_pager_is_asked_about_an_incident_without_need(said: e.BreakGlass) -> None:
    pager = MemoryPager()
    assert found(pager, policy(), said)[e.Incident] == e.Incident()
    assert pager.named == ""


def test_without_break_glass_nobody_is_asked_who_is_on_call() -> None:
    pager = MemoryPager()
    assert found(pager, policy(), e.BreakGlass())[e.OnCall] == e.OnCall()
    assert pager.asked == []


@pytest.mark.parametrize(
    "rules",
    [
        b.policy(),
        policy(pager=None, approved_by="on-call"),
        policy(pager=PagerRules(service="P", acknowledged_by="lead")),
    ],
)
def test_without_a_schedule_or_a_pager_nobody_is_on_call(rules: Policy) -> None:
    assert found(MemoryPager(), rules)[e.OnCall] == e.OnCall()


def test_a_pager_that_is_silent_leaves_its_facts_missing() -> None:
    known = found(GAP, policy())
    assert known[e.Incident] == GAP
    assert known[e.OnCall] == GAP


def test_who_is_on_call_now_takes_a_clock_that_can_be_trusted() -> None:
    asked = replace(world(MemoryForge(), skew=90), emergencies=emergencies(MemoryPager()))
    duty = gathered(asked, policy(), said=SAID)[e.OnCall]
    assert isinstance(duty, Missing)
    assert duty.reason_code == "clock-skew"


def test_duty_is_asked_for_although_the_forge_tells_little() -> None:
    pager = MemoryPager(found=incident(entries=()))
    found(pager, policy(), place=forge(DeploymentApprovals=GAP, Change=GAP))
    assert pager.asked == [("PRIMARY", b.NOW)]


def test_too_many_moments_are_no_emergency() -> None:
    entries = tuple(
        e.IncidentEntry(kind=e.EntryKind.ACKNOWLEDGED, at=b.ago(seconds=n), by=ALICE)
        for n in range(1, 60)
    )
    duty = found(MemoryPager(found=incident(entries=entries)), policy())[e.OnCall]
    assert isinstance(duty, Missing)
    assert duty.reason_code == "too-large"


def test_follow_ups_of_all_desks_are_gathered_where_reviews_can_be_owed() -> None:
    desks = (MemoryDesk("jira"), MemoryDesk("github"))
    tickets = tuple(desk.put(f"id-{desk.system}") for desk in desks)
    place = replace(world(MemoryForge()), emergencies=emergencies(desks=desks))
    assert gathered(place, policy())[e.FollowUps] == e.FollowUps(tickets=tickets)
    assert gathered(place, b.policy())[e.FollowUps] == e.FollowUps()


def test_with_one_desk_silent_nobody_knows_what_is_owed() -> None:
    desks = (MemoryDesk("jira", gap=GAP), MemoryDesk("github"))
    place = replace(world(MemoryForge()), emergencies=emergencies(desks=desks))
    assert gathered(place, policy())[e.FollowUps] == GAP
    with pytest.raises(FactMissing):
        desks[0].find("x")
