from dataclasses import replace
from typing import Any

import pytest

from gate.app.tell_emergency import tell_emergency
from gate.controls import CONTROLS
from gate.domain import facts as f
from gate.domain.decide import decide
from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_facts import BreakGlass, Incident
from gate.domain.follow_up import Kept
from gate.domain.policy.emergency import PagerName, Unreachable
from tests import builders as b
from tests.app.doubles import emergencies
from tests.app.emergencies import Listening, NotingPager, granted, policy
from tests.domain.emergencies import asked

KEPT = Kept(system="jira", key="CHG-1", url="https://jira.example/browse/CHG-1")
GAP = b.missing(source="PagerDuty", detail="no answer came", remedy="look at it")


def told(
    decision: Decision,
    noting: NotingPager,
    webhook: Listening | None = None,
    kept: Kept | None = KEPT,
    **rules: Any,
) -> list[str]:
    world = replace(emergencies(noting), webhook=webhook)
    return list(tell_emergency(world, decision, policy(**rules), kept))


def test_the_incident_and_the_webhook_are_told_what_was_let_through() -> None:
    pager, webhook = NotingPager(), Listening()
    assert told(granted(), pager, webhook) == []
    ((key, text),) = pager.notes
    assert key == b.grant().incident
    assert KEPT.url in text
    (message,) = webhook.heard
    assert (message["event"], message["id"], message["ticket"]) == (
        "break-glass",
        b.grant().id,
        KEPT.url,
    )
    assert message["text"] == text


def test_without_a_ticket_none_is_named() -> None:
    pager, webhook = NotingPager(), Listening()
    assert told(granted(), pager, webhook, kept=None) == []
    assert webhook.heard[0]["ticket"] is None


def test_what_could_not_be_told_is_a_warning_and_keeps_nothing_else_from_being_told() -> None:
    webhook = Listening()
    found = told(granted(), NotingPager(gap=GAP), webhook)
    assert found == ["PagerDuty: no answer came. To mend it, look at it."]
    assert len(webhook.heard) == 1
    assert told(granted(), NotingPager(), Listening(gap=GAP)) == found


def test_nobody_listens_elsewhere_unless_it_is_configured() -> None:
    pager = NotingPager()
    assert told(granted(), pager) == []
    assert len(pager.notes) == 1


def test_an_incident_that_nobody_confirmed_gets_no_note() -> None:
    rules = b.pager_rules(if_unreachable=Unreachable.FORGE)
    approved = f.DeploymentApprovals(
        environment="production",
        approvals=(f.DeploymentApproval(approver=b.ALICE, state=f.ApprovalState.APPROVED),),
    )
    facts = asked(approved, without={Incident: b.missing()})
    decision = decide(facts, policy(pager=rules), CONTROLS)
    assert decision.emergency is not None
    assert decision.emergency.unverified
    pager = NotingPager()
    assert told(decision, pager, pager=rules) == []
    assert pager.notes == []


@pytest.mark.parametrize("pager", [None, b.pager_rules(system=PagerName.INCIDENT_IO)])
def test_where_no_pager_takes_notes_only_the_webhook_hears(pager: object) -> None:
    noting, webhook = NotingPager(), Listening()
    assert told(granted(), noting, webhook, pager=pager) == []
    assert noting.notes == []
    assert len(webhook.heard) == 1


def test_a_policy_without_break_glass_has_no_pager_to_tell() -> None:
    noting = NotingPager()
    assert list(tell_emergency(emergencies(noting), granted(), b.policy(), KEPT)) == []
    assert noting.notes == []


def test_of_a_deploy_that_is_no_emergency_nobody_is_told() -> None:
    noting, webhook = NotingPager(), Listening()
    assert told(decide(asked(BreakGlass()), policy(), CONTROLS), noting, webhook) == []
    assert (noting.notes, webhook.heard) == ([], [])


def test_of_a_grant_that_does_not_set_aside_all_that_blocks_nobody_is_told() -> None:
    red = b.checks(b.check(state=f.CheckState.FAILURE))
    decision = decide(asked(red), policy(waives=("ticket", "authority")), CONTROLS)
    assert (decision.verdict, decision.emergency is None) == (Verdict.BLOCK, False)
    noting, webhook = NotingPager(), Listening()
    assert told(decision, noting, webhook) == []
    assert (noting.notes, webhook.heard) == ([], [])
