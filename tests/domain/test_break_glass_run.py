from dataclasses import replace
from typing import Any

import pytest

from gate.domain import facts as f
from gate.domain.break_glass_run import BY_HAND, invokers_of
from gate.domain.emergency_facts import OnCall
from gate.domain.identity import Identity, Kind
from gate.domain.policy.people import Role
from tests import builders as b
from tests.domain.emergencies import case, codes, gap, granted


def run(**changes: Any) -> f.Run:
    return b.run(**{"event": "workflow_dispatch", "started_by": b.ERIN} | changes)


@pytest.mark.parametrize("event", BY_HAND)
def test_a_person_starts_it_by_hand(event: str) -> None:
    assert granted(run(event=event)).id


@pytest.mark.parametrize(
    "event", ["push", "schedule", "workflow_run", "merge_request_event", "trigger"]
)
def test_what_starts_by_itself_is_no_emergency(event: str) -> None:
    assert codes(run(event=event)) == ["not-by-hand"]


def test_a_machine_does_not_ask_for_an_emergency() -> None:
    assert codes(run(started_by=b.BOT)) == ["not-by-hand"]


def test_a_second_attempt_is_refused_whoever_starts_it() -> None:
    assert codes(run(attempt=2, rerun_by=b.ERIN)) == ["second-attempt"]
    assert codes(run(attempt=2)) == ["second-attempt"]


def test_a_grant_is_for_one_release() -> None:
    done = b.deployment("m1", run_id="7001", at=b.ago(minutes=3))
    (reason,) = case(b.baseline(by_this_run=done)).reasons
    assert reason.code == "used"
    assert "at 2026-11-25 14:57 UTC" in reason.text
    assert reason.url == "https://github.com/acme/app/actions/runs/7001"
    addressed = replace(done, url="https://github.com/acme/app/deployments/1")
    assert case(b.baseline(by_this_run=addressed)).reasons[0].url == addressed.url


def test_a_rejection_in_the_forge_stands() -> None:
    no = f.DeploymentApproval(approver=b.ALICE, state=f.ApprovalState.REJECTED)
    stranger = replace(no, approver=b.account("new-here", id="9"))
    answers = f.DeploymentApprovals(environment="production", approvals=(no, stranger))
    (reason,) = case(answers).reasons
    assert reason.code == "rejected"
    assert reason.text == "alice and new-here rejected the deployment to production in the forge."
    assert reason.who == ("alice", "new-here")
    assert codes(answers, b.incident(b.raised())) == ["rejected", "no-second-person"]


def test_the_invokers_are_those_who_started_the_run_and_this_attempt() -> None:
    policy = b.emergency_policy()
    assert invokers_of(run(), policy) == ("erin",)
    assert invokers_of(run(rerun_by=b.ALICE), policy) == ("erin", "alice")
    assert invokers_of(run(rerun_by=b.ERIN), policy) == ("erin",)
    assert invokers_of(run(started_by=b.BOT), policy) == ()


def test_whoever_started_this_attempt_asks_for_it_too() -> None:
    found = codes(run(attempt=2, rerun_by=b.CAROL))
    assert found == ["second-attempt", "acknowledged-by-invoker"]


@pytest.mark.parametrize("kind", [Kind.HUMAN, Kind.UNKNOWN])
def test_an_invoker_under_no_name_may_be_anybody(kind: Kind) -> None:
    stranger = b.account("new-here", id="9", kind=kind)
    assert gap(run(started_by=stranger)).reason_code == "identity-unmapped"


def test_an_invoker_whose_account_is_of_no_known_kind_is_unknown() -> None:
    found = gap(run(started_by=replace(b.ERIN, kind=Kind.UNKNOWN)))
    assert found.reason_code == "identity-unmapped"


@pytest.mark.parametrize(
    ("role", "codes_"), [("security", ["not-invoker"]), ("responders", []), ("", [])]
)
def test_the_policy_may_say_who_breaks_the_glass(role: str, codes_: list[str]) -> None:
    base = b.emergency_policy(emergency=b.emergency_rules(invoked_by=role))
    policy = replace(base, roles={**base.roles, "responders": Role(people=("erin",))})
    found = case(policy=policy)
    assert [reason.code for reason in found.reasons] == codes_
    if codes_:
        assert found.reasons[0].who == ("carol",)
        assert "the policy lets only security break the glass" in found.reasons[0].text


def on_call_policy() -> Any:
    return b.emergency_policy(emergency=b.emergency_rules(invoked_by="on-call"))


def duties(*now: Identity) -> OnCall:
    return b.on_call(b.duty(), b.duty(*now, at=b.NOW))


def test_whoever_is_on_call_now_may_break_the_glass_when_the_policy_says_so() -> None:
    assert granted(duties(b.ERIN_ON_CALL), policy=on_call_policy()).id
    assert codes(duties(b.CAROL_ON_CALL), policy=on_call_policy()) == ["not-invoker"]
    assert gap(b.on_call(b.duty()), policy=on_call_policy()).reason_code == "not-gathered"


def test_a_role_that_nobody_holds_is_named_itself() -> None:
    base = b.emergency_policy(emergency=b.emergency_rules(invoked_by="nobody"))
    assert case(policy=base).reasons[0].who == ("nobody",)
