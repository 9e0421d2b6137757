from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gate.domain import facts as f
from gate.domain.emergency_facts import EntryKind, Incident, IncidentEntry, IncidentState, OnCall
from gate.domain.grant import Proof
from gate.domain.identity import Identity, Kind
from gate.domain.policy.emergency import Unreachable
from gate.domain.policy.people import Role
from gate.domain.second_person import ALONE
from tests import builders as b
from tests.domain.emergencies import OLD, case, codes, gap, granted

UNTAKEN = b.incident(b.raised())


def approved(by: Identity = b.ALICE, **changes: Any) -> f.DeploymentApprovals:
    item = f.DeploymentApproval(approver=by, state=f.ApprovalState.APPROVED)
    return f.DeploymentApprovals(environment="production", approvals=(replace(item, **changes),))


def reviewed(review: f.Review, **changes: Any) -> f.Change:
    return b.change(b.request(reviews=(review,), **changes))


FRESH = b.review(submitted_at=b.ago(hours=3, minutes=20))
"""Given before the merge three hours ago, and within the four hours of the policy."""


# --- by the log of the pager ---------------------------------------------------------------------


def test_whoever_acknowledged_while_on_call_is_the_second_person() -> None:
    consent = granted().consent
    assert (consent.person, consent.proof, consent.at) == (
        "carol",
        Proof.ACKNOWLEDGEMENT,
        b.ago(minutes=30),
    )


def test_of_several_the_newest_counts() -> None:
    again = b.acknowledged(at=b.ago(minutes=10))
    found = granted(
        b.incident(b.raised(), b.acknowledged(), again),
        b.on_call(b.duty(), b.duty(at=b.ago(minutes=10))),
    )
    assert found.consent.at == b.ago(minutes=10)


def test_an_acknowledgement_that_does_not_count_does_not_hide_one_that_does() -> None:
    newer = b.acknowledged(b.ERIN_ON_CALL, at=b.ago(minutes=5))
    assert granted(b.incident(b.raised(), b.acknowledged(), newer)).consent.person == "carol"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (b.acknowledged(b.ERIN_ON_CALL), "acknowledged-by-invoker"),
        (b.acknowledged(at=b.ago(hours=4, minutes=1)), "acknowledged-too-long-ago"),
        (b.acknowledged(by_hand=False, channel="api"), "not-by-hand-ack"),
        (b.acknowledged(None), "not-by-hand-ack"),
        (b.acknowledged(replace(b.CAROL_ON_CALL, kind=Kind.BOT)), "not-by-hand-ack"),
    ],
)
def test_an_acknowledgement_that_proves_nothing_is_refused_with_its_own_code(
    entry: IncidentEntry, code: str
) -> None:
    assert codes(b.incident(b.raised(), entry)) == [code]


def test_whoever_was_not_on_call_when_they_acknowledged_does_not_count() -> None:
    found = case(b.on_call(b.duty(b.ERIN_ON_CALL), b.duty(at=b.NOW)))
    assert [reason.code for reason in found.reasons] == ["not-on-call"]
    assert found.reasons[0].text == (
        "carol acknowledged incident 1234, which does not count: carol was not on call (PRIMARY) at 2026-11-25 14:30 "
        "UTC."
    )
    # Who could help now: carol, who is on call by now, and alice in the forge.
    assert found.reasons[0].who == ("carol", "alice")
    assert found.reasons[0].remedy == (
        "carol or alice acknowledges incident 1234 by hand in PagerDuty, or approves in the forge: the deployment to "
        "production, or, before the merge, the merge request that it deploys. Then the deploy is started by hand in a "
        "new run."
    )


def test_an_old_acknowledgement_says_from_when_on_one_counts() -> None:
    found = case(b.incident(b.raised(), b.acknowledged(at=b.ago(hours=5))))
    assert found.reasons[0].text == (
        "Carol Diaz (PagerDuty PCAROL) acknowledged incident 1234 on 2026-11-25 10:00 UTC, which does not count: only "
        "what was done since 2026-11-25 11:00 UTC counts."
    )


def test_what_was_acknowledged_before_it_was_over_once_does_not_count() -> None:
    over = replace(b.acknowledged(at=b.ago(minutes=20)), kind=EntryKind.RESOLVED)
    assert codes(b.incident(b.raised(), b.acknowledged(), over)) == ["acknowledged-too-long-ago"]


def test_of_an_incident_that_is_over_that_is_all_there_is_to_say() -> None:
    """One cause, one reason; whoever acknowledged it while it burned did nothing wrong."""
    over = replace(b.acknowledged(at=b.ago(minutes=5)), kind=EntryKind.RESOLVED)
    resolved = b.incident(b.raised(), b.acknowledged(), over, state=IncidentState.RESOLVED)
    assert codes(resolved) == ["incident-resolved"]
    alone = b.incident(b.raised(), over, state=IncidentState.RESOLVED)
    assert codes(alone) == ["incident-resolved", "no-second-person"]


def test_a_role_of_people_need_not_be_on_call() -> None:
    rules = b.pager_rules(acknowledged_by="security")
    assert granted(OnCall(), pager=rules).consent.person == "carol"
    rules = b.pager_rules(acknowledged_by="engineering-lead")
    found = case(OnCall(), pager=rules)
    assert [reason.code for reason in found.reasons] == ["not-on-call"]
    assert "carol does not hold engineering-lead" in found.reasons[0].text


def test_a_role_that_the_policy_does_not_have_is_held_by_nobody() -> None:
    assert codes(pager=b.pager_rules(acknowledged_by="gone")) == ["not-on-call"]


@pytest.mark.parametrize("kind", [Kind.HUMAN, Kind.UNKNOWN])
def test_an_account_under_no_name_is_never_somebody_else(kind: Kind) -> None:
    stranger = b.account("", system="pagerduty", id="PNEW", kind=kind)
    found = gap(b.incident(b.raised(), b.acknowledged(stranger)))
    assert found.reason_code == "identity-unmapped"
    assert "`pagerduty: PNEW`" in found.remedy


def test_while_the_pager_does_not_tell_who_was_on_call_nobody_can_say() -> None:
    found = gap(without={OnCall: b.missing(source="PagerDuty")})
    assert (found.source, found.reason_code) == ("PagerDuty", "unavailable")
    assert gap(OnCall()).reason_code == "not-gathered"


def test_while_the_incident_cannot_be_read_nobody_says_that_nobody_took_it() -> None:
    assert gap(without={Incident: b.missing()}).reason_code == "unavailable"


# --- in the forge --------------------------------------------------------------------------------


def test_an_approval_of_the_deployment_counts() -> None:
    consent = granted(UNTAKEN, approved()).consent
    assert (consent.person, consent.proof, consent.where, consent.at) == (
        "alice",
        Proof.DEPLOYMENT,
        "production",
        None,
    )
    told = [seen.text for seen in case(UNTAKEN, approved()).observations]
    assert (
        "the second person is alice (engineering-lead), who approved the deployment to production in the forge"
        in told
    )


def test_a_review_of_the_merge_request_that_is_deployed_counts() -> None:
    consent = granted(b.incident(b.raised(), raised_at=None), reviewed(FRESH)).consent
    assert (consent.person, consent.proof, consent.where) == ("alice", Proof.REVIEW, "#12")
    told = [seen.text for seen in case(UNTAKEN, reviewed(FRESH), pager=None).observations]
    assert (
        "the second person is alice (engineering-lead), who approved #12 at 2026-11-25 11:40 UTC in the forge"
        in told
    )


def test_a_review_from_before_the_incident_was_not_given_for_it() -> None:
    found = case(UNTAKEN, reviewed(FRESH))
    assert [reason.code for reason in found.reasons] == ["no-second-person"]
    assert "a review from before 2026-11-25 14:20 UTC was not given for this emergency" in (
        found.reasons[0].text
    )


def test_without_a_pager_a_review_holds_for_four_hours() -> None:
    merged = b.ago(minutes=10)
    young = b.review(submitted_at=b.ago(hours=4))
    assert granted(reviewed(young, merged_at=merged), pager=None).consent.person == "alice"
    old = b.review(submitted_at=b.ago(hours=4, seconds=1))
    assert codes(reviewed(old, merged_at=merged), pager=None) == ["no-second-person"]


def test_a_review_of_another_merge_request_says_nothing_about_this_one() -> None:
    first = b.request(number=11, reviews=(FRESH,), merge_commit=b.sha("other"), head=b.sha("c0"))
    last = b.request(reviews=())
    assert codes(b.change(first, last), pager=None) == ["no-second-person"]


@pytest.mark.parametrize(
    ("review", "code"),
    [
        (b.review(submitted_at=b.ago(hours=2)), "no-second-person"),  # after the merge
        (replace(FRESH, reviewer=b.BOB), "no-second-person"),  # who wrote it
        (replace(FRESH, reviewer=b.ERIN), "acknowledged-by-invoker"),
        (replace(FRESH, reviewer=b.CAROL), "not-on-call"),  # who does not lead
        (replace(FRESH, reviewer=b.BOT), "not-by-hand-ack"),
        (replace(FRESH, state=f.ReviewState.COMMENTED), "no-second-person"),
    ],
)
def test_a_review_that_proves_nothing_is_refused(review: f.Review, code: str) -> None:
    assert codes(reviewed(review), pager=None) == [code]


def test_a_reviewer_under_no_name_may_be_the_invoker() -> None:
    stranger = replace(FRESH, reviewer=b.account("new-here", id="999"))
    assert gap(reviewed(stranger), pager=None).reason_code == "identity-unmapped"


def test_an_author_under_no_name_matters_only_where_a_review_has_to_prove_it() -> None:
    request = b.request(author=b.account("new-here", id="999"))
    assert granted(b.change(request)).consent.proof is Proof.ACKNOWLEDGEMENT
    assert gap(b.change(request), pager=None).reason_code == "identity-unmapped"


@pytest.mark.parametrize(
    ("approval", "code"),
    [
        (approved(b.ERIN), "acknowledged-by-invoker"),
        (approved(b.CAROL), "not-on-call"),
        (approved(b.BOT), "not-by-hand-ack"),
    ],
)
def test_an_approval_of_the_deployment_that_proves_nothing_is_refused(
    approval: f.DeploymentApprovals, code: str
) -> None:
    assert codes(UNTAKEN, approval) == [code]


def test_the_same_code_is_one_reason() -> None:
    found = case(b.incident(b.raised(), b.acknowledged(b.ERIN_ON_CALL)), approved(b.ERIN))
    assert [reason.code for reason in found.reasons] == ["acknowledged-by-invoker"]
    assert "acknowledged incident 1234" in found.reasons[0].text
    assert "approved the deployment to production" in found.reasons[0].text


def test_without_a_role_of_its_own_whoever_acknowledges_can_approve_in_the_forge() -> None:
    assert granted(UNTAKEN, approved(b.CAROL), approved_by="").consent.person == "carol"
    then = b.ago(minutes=20)
    was = b.on_call(b.duty(at=then), b.duty(b.ERIN_ON_CALL, at=b.NOW))
    assert granted(UNTAKEN, approved(b.CAROL, at=then), was, approved_by="").consent.at == then
    assert codes(UNTAKEN, approved(b.CAROL), was, approved_by="") == ["not-on-call"]


def test_without_any_role_nobody_can() -> None:
    assert codes(approved(b.CAROL), approved_by="", pager=None) == ["not-on-call"]


def test_an_answer_about_another_environment_is_none() -> None:
    elsewhere = replace(approved(), environment="staging")
    assert gap(UNTAKEN, elsewhere).reason_code == "wrong-object"


# --- a team of the forge -------------------------------------------------------------------------

TEAM = {"on-call": Role(github_team="acme/on-call")}


def test_a_member_of_a_team_counts_and_an_unreadable_team_is_no_answer() -> None:
    base = b.emergency_policy(emergency=b.emergency_rules(approved_by="on-call", pager=None))
    policy = replace(base, roles={**base.roles, **TEAM})
    members = f.Teams(members={"acme/on-call": (b.CAROL, b.account("stranger", id="9"))})
    assert granted(approved(b.CAROL), members, policy=policy).consent.person == "carol"
    assert codes(approved(b.ALICE), members, policy=policy) == ["not-on-call"]
    assert gap(approved(b.CAROL), policy=policy).reason_code == "not-gathered"
    down = {f.Teams: b.missing(reason_code="not-permitted")}
    assert gap(approved(b.CAROL), policy=policy, without=down).reason_code == "not-permitted"


def test_a_team_of_the_other_forge_counts_for_nothing() -> None:
    base = b.emergency_policy(emergency=b.emergency_rules(approved_by="on-call", pager=None))
    policy = replace(base, roles={**base.roles, "on-call": Role(gitlab_group="acme/on-call")})
    members = f.Teams(members={"acme/on-call": (b.CAROL,)})
    assert codes(approved(b.CAROL), members, policy=policy) == ["not-on-call"]


# --- nobody --------------------------------------------------------------------------------------


def test_nobody_at_all_is_told_with_who_could() -> None:
    (reason,) = case(UNTAKEN, b.change(b.request(reviews=()))).reasons
    assert reason.code == "no-second-person"
    assert reason.text == (
        "Nobody but erin stands behind this emergency: nobody acknowledged incident 1234, and nobody approved the "
        "deployment to production or the change for it."
    )
    assert reason.who == ("carol", "alice")


def test_without_a_pager_only_the_forge_is_named() -> None:
    (reason,) = case(b.change(b.request(reviews=())), pager=None).reasons
    assert reason.text.startswith("Nobody but erin stands behind this emergency: nobody approved")
    assert reason.remedy.startswith("alice approves in the forge")


def test_a_role_stands_for_people_whom_nobody_can_name() -> None:
    rules: dict[str, Any] = {"approved_by": "", "pager": b.pager_rules()}
    (reason,) = case(UNTAKEN, b.on_call(b.duty(b.ERIN_ON_CALL, at=b.NOW)), **rules).reasons
    assert reason.who == ("on-call",)


def test_a_machine_that_starts_it_leaves_nobody() -> None:
    bot = b.run(event="workflow_dispatch", started_by=b.BOT)
    found = case(bot, UNTAKEN, b.change(b.request(reviews=())))
    assert [reason.code for reason in found.reasons] == ["not-by-hand", "no-second-person"]
    assert found.reasons[1].text.startswith("Nobody stands behind this emergency")


def test_a_policy_can_say_out_loud_that_one_person_is_enough() -> None:
    grant = granted(UNTAKEN, second_person=False)
    assert grant.consent == ALONE
    told = [seen.text for seen in case(UNTAKEN, second_person=False).observations]
    assert (
        "no second person: the policy lets erin alone break the glass (`emergency.second_person: false`)"
        in told
    )


# --- the pager is down ---------------------------------------------------------------------------

DOWN = {
    Incident: b.missing(source="PagerDuty", detail="PagerDuty answered 503."),
    OnCall: b.missing(source="PagerDuty", detail="PagerDuty answered 503."),
}
FORGE = b.pager_rules(if_unreachable=Unreachable.FORGE)


def test_the_policy_may_let_the_second_person_approve_in_the_forge_while_the_pager_is_down() -> (
    None
):
    found = case(approved(), without=DOWN, pager=FORGE)
    assert found.grant is not None
    assert found.grant.unverified == "PagerDuty: PagerDuty answered 503."
    assert (found.grant.incident, found.grant.incident_title) == ("1234", "")
    assert found.grant.consent.person == "alice"


def test_even_then_nobody_but_the_invoker_is_not_enough() -> None:
    found = case(without=DOWN, pager=FORGE)
    assert [reason.code for reason in found.reasons] == ["no-second-person"]
    unreviewed = case(b.change(b.request(reviews=())), without=DOWN, pager=FORGE)
    assert [reason.code for reason in unreviewed.reasons] == ["no-second-person"]


def test_a_review_just_now_counts_then_as_well() -> None:
    merged = b.request(
        reviews=(b.review(submitted_at=b.ago(minutes=8)),), merged_at=b.ago(minutes=7)
    )
    found = case(b.change(merged), without=DOWN, pager=FORGE)
    assert found.grant is not None
    assert found.grant.consent.proof is Proof.REVIEW


def test_the_window_for_acknowledging_is_the_policys() -> None:
    rules = b.pager_rules(acknowledged_within=timedelta(minutes=29))
    assert codes(pager=rules) == ["acknowledged-too-long-ago"]


def test_the_scene_is_reviewed_too_long_ago() -> None:
    (reason,) = case(b.change(OLD), UNTAKEN).reasons
    assert reason.code == "no-second-person"
    assert reason.text.startswith("Nobody but erin stands behind this emergency")
    assert (
        "@alice-ng approved #12 on 2026-11-24 19:00 UTC, which does not count: a review from before"
        in reason.text
    )
