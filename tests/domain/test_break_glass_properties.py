"""What holds of every emergency, whatever was typed, acknowledged, approved, or could not be had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from gate.controls import CONTROLS
from gate.domain import facts as f
from gate.domain.break_glass import emergency_case
from gate.domain.control import Failed
from gate.domain.decide import decide
from gate.domain.decision import Verdict
from gate.domain.derive import derive
from gate.domain.emergency_case import EmergencyCase
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState, OnCall
from gate.domain.facts import Fact
from gate.domain.gathered import GATHERED
from gate.domain.grant import Grant, Proof
from gate.domain.identity import Identity
from gate.domain.missing import OUTAGES, REASONS, Missing
from gate.domain.never_excused import NEVER_EXCUSED
from gate.domain.policy.document import Policy, ProhibitedRule
from gate.domain.policy.emergency import Unreachable
from tests import builders as b
from tests.domain.emergencies import Known, asked

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A whole decision takes a while on a busy machine."""

STRANGER = b.account("stranger", id="666")
PAGED: tuple[Identity | None, ...] = (
    b.CAROL_ON_CALL,
    b.ERIN_ON_CALL,
    b.account("", system="pagerduty", id="PNEW"),
    None,
)
MOMENTS = tuple(b.ago(minutes=minutes) for minutes in (1, 20, 30, 299))
entries = st.builds(
    b.acknowledged,
    st.sampled_from(PAGED),
    at=st.sampled_from(MOMENTS),
    by_hand=st.sampled_from([True, True, True, False]),
    kind=st.sampled_from([EntryKind.ACKNOWLEDGED] * 5 + [EntryKind.RESOLVED]),
)
incidents = st.builds(
    lambda first, rest, **changes: b.incident(b.raised(first), *rest, **changes),
    st.sampled_from([None, None, *PAGED]),
    st.lists(entries, max_size=3),
    state=st.sampled_from([IncidentState.OPEN] * 5 + [IncidentState.RESOLVED]),
)
duties = st.builds(
    lambda people: OnCall(
        duties=tuple(b.duty(*people, at=at) for at in (*MOMENTS, b.NOW, b.ago(hours=3, minutes=20)))
    ),
    st.sampled_from([(b.CAROL_ON_CALL,), (b.ERIN_ON_CALL,), (b.CAROL_ON_CALL, b.ERIN_ON_CALL)]),
)
accounts = st.sampled_from([b.ALICE, b.BOB, b.CAROL, b.ERIN, b.BOT, STRANGER])
approvals = st.builds(
    lambda given_: f.DeploymentApprovals(environment="production", approvals=tuple(given_)),
    st.lists(
        st.builds(
            f.DeploymentApproval,
            approver=accounts,
            state=st.sampled_from([f.ApprovalState.APPROVED] * 5 + [f.ApprovalState.REJECTED]),
        ),
        max_size=2,
    ),
)
changes = st.builds(
    lambda who, commits: b.change(
        b.request(reviews=tuple(b.review(w, submitted_at=b.ago(hours=3, minutes=20)) for w in who)),
        commits=tuple(b.commit(f"c{n + 1}") for n in range(commits)),
    ),
    st.lists(accounts, max_size=2),
    st.sampled_from([1, 1, 1, 6]),
)
runs = st.builds(
    b.run,
    event=st.sampled_from(["workflow_dispatch"] * 5 + ["push"]),
    attempt=st.sampled_from([1, 1, 1, 1, 2]),
    started_by=st.sampled_from([b.ERIN, b.ERIN, b.ERIN, b.CAROL, b.ALICE, b.BOT, STRANGER]),
    rerun_by=st.sampled_from([None, None, None, b.CAROL, b.ALICE]),
)
scenes = st.builds(
    asked,
    incidents,
    duties,
    approvals,
    changes,
    runs,
    st.builds(b.break_glass, reason=st.sampled_from([b.REASON] * 4 + ["no"])),
)
policies = st.builds(
    lambda paged, minutes, waives, **rules: b.emergency_policy(
        emergency=b.emergency_rules(
            pager=b.pager_rules(if_unreachable=Unreachable.FORGE) if paged else None,
            expires_after=timedelta(minutes=minutes),
            waives=tuple(waives),
            **rules,
        ),
        prohibited=(ProhibitedRule(id="infra", why="no", paths=b.globs("infra/**")),),
    ),
    st.sampled_from([True, True, False]),
    st.integers(min_value=1, max_value=10_000),
    st.sets(st.sampled_from([control.ID for control in CONTROLS])),
    second_person=st.sampled_from([True, True, False]),
    approved_by=st.sampled_from(["engineering-lead", ""]),
)


def granted(known: Known, policy: Policy) -> Grant | None:
    found = emergency_case(derive(known, policy), policy)
    return found.grant if isinstance(found, EmergencyCase) else None


@pytest.mark.parametrize("proof", Proof)
def test_among_these_scenes_there_are_grants_with_every_proof(proof: Proof) -> None:
    def proves(scene: tuple[Known, Policy]) -> bool:
        grant = granted(*scene)
        return grant is not None and grant.consent.proof is proof

    once = settings(unhurried, phases=[Phase.generate], max_examples=3_000, derandomize=True)
    assert proves(find(st.tuples(scenes, policies), proves, settings=once))


@unhurried
@given(scenes, policies)
def test_no_grant_is_without_a_second_person_unless_the_policy_says_so(
    known: Known, policy: Policy
) -> None:
    grant = granted(known, policy)
    if grant is None:
        return
    assert policy.emergency is not None
    assert grant.invoked_by
    if policy.emergency.second_person:
        assert grant.consent.person in policy.people
        assert grant.consent.person not in grant.invoked_by
        assert grant.consent.proof is not Proof.NONE


@unhurried
@given(scenes, policies)
def test_no_grant_outlives_what_the_policy_gives_it(known: Known, policy: Policy) -> None:
    grant = granted(known, policy)
    if grant is None:
        return
    assert policy.emergency is not None
    assert grant.expires_at - grant.issued_at == policy.emergency.expires_after
    decision = decide(known, policy, CONTROLS)
    if decision.valid_until is not None:
        assert decision.valid_until <= grant.expires_at


@unhurried
@given(scenes, policies, st.sampled_from(["services/api/app.py", "infra/main.tf"]))
def test_a_no_of_what_nothing_excuses_blocks_in_every_emergency(
    known: Known, policy: Policy, path: str
) -> None:
    decision = decide({**known, f.Files: b.files(path)}, policy, CONTROLS)
    failed = {r.control for r in decision.results if isinstance(r.outcome, Failed)}
    if failed & NEVER_EXCUSED.keys():
        assert decision.verdict is Verdict.BLOCK
    assert not (set(decision.waived) & NEVER_EXCUSED.keys() & failed)


@unhurried
@given(scenes, policies)
def test_a_release_by_break_glass_owes_a_review_and_nothing_else_does(
    known: Known, policy: Policy
) -> None:
    decision = decide(known, policy, CONTROLS)
    released = decision.emergency is not None and decision.verdict is Verdict.ALLOW
    assert bool(decision.obligations) == released
    if not decision.emergency:
        assert decision.waived == ()


gaps: st.SearchStrategy[Mapping[type[Fact], Any]] = st.dictionaries(
    st.sampled_from(GATHERED),
    st.builds(
        lambda code: Missing(source="it", reason_code=code, detail="no answer"),
        st.sampled_from(sorted(REASONS)),
    ),
    min_size=1,
    max_size=4,
)


@unhurried
@given(scenes, policies, gaps)
def test_taking_facts_away_grants_nothing_but_what_the_forge_may_stand_in_for(
    known: Known, policy: Policy, lost: Mapping[type[Fact], Missing]
) -> None:
    stands_in = Incident in lost and lost[Incident].reason_code in OUTAGES
    assume(not stands_in or (policy.emergency is not None and policy.emergency.pager is None))
    if granted(known, policy) is None:
        assert granted({**known, **lost}, policy) is None


@unhurried
@given(scenes, policies)
def test_even_where_the_forge_stands_in_there_are_two_people(known: Known, policy: Policy) -> None:
    down = Missing(source="PagerDuty", reason_code="unavailable", detail="no answer")
    grant = granted({**known, Incident: down, OnCall: down}, policy)
    if grant is None:
        return
    assert policy.emergency is not None
    if policy.emergency.second_person:
        assert grant.consent.person not in grant.invoked_by
        assert grant.consent.proof in {Proof.DEPLOYMENT, Proof.REVIEW}
