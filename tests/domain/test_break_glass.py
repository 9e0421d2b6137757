from datetime import timedelta

import pytest

from gate.domain import facts as f
from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident, IncidentState, OnCall
from gate.domain.grant import Consent, Grant, Proof, grant_id
from tests import builders as b
from tests.domain.emergencies import case, codes, gap, granted


def test_nobody_asked() -> None:
    found = case(BreakGlass())
    assert not found.asked
    assert found.grant is None
    assert (found.reasons, found.observations) == ((), ())


def test_the_grant_tells_what_it_is_for_who_asked_and_who_approved() -> None:
    assert granted() == Grant(
        id=grant_id("4242", "production", b.sha("m1"), "7001", 1),
        repository="acme/app",
        repository_id="4242",
        environment="production",
        revision=b.sha("m1"),
        run_id="7001",
        attempt=1,
        run_url="https://github.com/acme/app/actions/runs/7001",
        reason=b.REASON,
        incident="PINC1",
        incident_url="https://acme.pagerduty.com/incidents/PINC1",
        incident_title="Log-in fails",
        unverified="",
        invoked_by=("erin",),
        consent=Consent(
            person="carol",
            proof=Proof.ACKNOWLEDGEMENT,
            where="incident 1234",
            at=b.ago(minutes=30),
            url="https://acme.pagerduty.com/incidents/PINC1",
        ),
        waives=("ticket", "authority", "tests", "window"),
        issued_at=b.NOW,
        expires_at=b.NOW + timedelta(minutes=60),
    )


def test_what_is_in_order_is_told() -> None:
    told = [seen.text for seen in case().observations]
    assert told == [
        "erin asked for it",
        "incident 1234 (Log-in fails) of PSHOP is open in PagerDuty, raised by monitoring at 2026-11-25 14:20 UTC",
        "the second person is carol (on-call), who acknowledged incident 1234 at 2026-11-25 14:30 UTC, as the log of "
        "the pager tells",
        "the change is within the limited scope: 1 commit of at most 5, 1 file of at most 20",
    ]


def test_a_policy_without_the_section_grants_nothing() -> None:
    assert codes(policy=b.policy()) == ["not-allowed"]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("it is broken", "reason-too-short"),
        ("", "reason-too-short"),
        ("fix fix fix fix fix fix fix fix fix", "reason-not-typed"),
    ],
)
def test_a_reason_that_says_nothing_is_refused(reason: str, code: str) -> None:
    assert codes(b.break_glass(reason=reason)) == [code]


def test_the_reason_is_judged_before_the_run_or_the_time_is_known() -> None:
    found = case(b.break_glass(reason="no"), without={f.Run: b.missing(), f.Clock: b.missing()})
    assert [reason.code for reason in found.reasons] == ["reason-too-short"]
    assert found.grant is None


def test_everything_that_is_wrong_is_told_at_once() -> None:
    run = b.run(event="push", started_by=b.ERIN, attempt=2)
    found = codes(
        run,
        b.break_glass(reason="no"),
        b.incident(state=IncidentState.RESOLVED, services=("POTHER",)),
        b.files(*(f"a/{n}.py" for n in range(30))),
    )
    assert found == [
        "not-by-hand",
        "second-attempt",
        "reason-too-short",
        "incident-resolved",
        "incident-other-service",
        "scope-exceeded",
    ]


@pytest.mark.parametrize(
    "kind", [f.Run, f.Clock, f.Baseline, f.Change, f.Files, f.DeploymentApprovals]
)
def test_it_cannot_be_told_while_something_that_it_needs_is_missing(kind: type[f.Fact]) -> None:
    found = gap(without={kind: b.missing()})
    assert found.reason_code == "unavailable"
    assert "GitHub answered 502." in f"{found.detail} {found.cause}"


def test_what_was_typed_is_needed_as_well() -> None:
    assert gap(without={BreakGlass: b.missing()}).reason_code == "unavailable"


def test_one_gap_is_told_with_its_remedy() -> None:
    found = gap(without={f.Baseline: b.missing(remedy="Wait.", retriable=True)})
    assert (found.remedy, found.retriable) == ("Wait.", True)
    assert found.detail.startswith("whether this emergency is granted cannot be told: ")


def test_several_gaps_are_told_together() -> None:
    found = gap(
        without={
            f.Baseline: b.missing(remedy="Wait.", retriable=True),
            Incident: b.missing(
                source="PagerDuty", detail="PagerDuty refused the token.", remedy="Renew it."
            ),
            OnCall: b.missing(
                source="PagerDuty", detail="PagerDuty refused the token.", remedy="Renew it."
            ),
        }
    )
    assert found.source == "GitHub and PagerDuty"
    assert found.cause == "GitHub: GitHub answered 502.; PagerDuty: PagerDuty refused the token."
    assert found.remedy == "Wait. Renew it."
    assert not found.retriable


def test_a_gap_does_not_hide_what_speaks_against_it() -> None:
    found = case(b.break_glass(reason="no"), without={f.Baseline: b.missing()})
    assert [reason.code for reason in found.reasons] == ["reason-too-short"]
    assert found.grant is None


def test_the_grant_lasts_as_long_as_the_policy_says() -> None:
    grant = granted(expires_after=timedelta(minutes=15))
    assert grant.expires_at == b.NOW + timedelta(minutes=15)


def test_without_a_pager_the_incident_is_what_was_typed() -> None:
    reviewed = b.request(
        reviews=(b.review(submitted_at=b.ago(minutes=20)),), merged_at=b.ago(minutes=9)
    )
    grant = granted(b.change(reviewed), Incident(), OnCall(), pager=None)
    assert (grant.incident, grant.incident_url, grant.unverified) == ("1234", "", "")
    assert grant.consent.person == "alice"


def test_another_run_is_another_grant() -> None:
    one = granted()
    other = granted(b.run(event="workflow_dispatch", started_by=b.ERIN, id="7002"))
    assert one.id != other.id


def test_no_tracker_is_asked() -> None:
    down = {f.Tickets: b.missing(source="Jira"), FollowUps: b.missing(source="Jira")}
    found = case(without=down)
    assert found.grant == granted()
