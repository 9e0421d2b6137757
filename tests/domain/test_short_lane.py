from collections.abc import Mapping
from dataclasses import replace

import pytest

from gate.domain.facts import Baseline, Change, ChangeKind, Deployment, Fact, PriorDecision, Run
from gate.domain.missing import Missing
from gate.domain.policy.document import RollbackRules
from gate.domain.short_lane import ShortLane, short_lane
from tests.domain.who import at, policy, run

LANE = ("ticket", "tests", "window")
POLICY = replace(policy(), rollback=RollbackRules(short_lane=LANE))
BACK = Change(kind=ChangeKind.ROLLBACK, base="bad", head="good", undone=("bad",))
PRIOR = PriorDecision(verdict="allow", revision="good", environment="production", run_id="6000")
BAD = Deployment(id="3", revision="bad", at=at(-1), run_id="6500")
AGAIN = Deployment(id="2", revision="good", at=at(-24), run_id="6200")
FIRST = Deployment(id="1", revision="good", at=at(-48), run_id="6000")
HISTORY = Baseline(environment="production", history=(BAD, AGAIN, FIRST))
FACTS: Mapping[type[Fact], Fact | Missing] = {
    Run: run(revision="good"),
    Change: BACK,
    Baseline: HISTORY,
    PriorDecision: PRIOR,
}


def lane(**changed: Fact | Missing) -> ShortLane | Missing:
    names = {"run": Run, "change": Change, "baseline": Baseline, "prior": PriorDecision}
    return short_lane({**FACTS, **{names[name]: fact for name, fact in changed.items()}}, POLICY)


def test_back_to_what_was_once_allowed_takes_the_lane() -> None:
    found = lane()
    assert isinstance(found, ShortLane)
    assert found.controls == LANE
    assert found.why == (
        "rollback to good, deployed on 2026-11-23 12:00 UTC with an allow decision of run 6000"
    )


def test_any_deployment_of_the_revision_may_be_the_one_that_was_allowed() -> None:
    found = lane(prior=replace(PRIOR, run_id="6200"))
    assert isinstance(found, ShortLane)
    assert found.controls == LANE


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind is not ChangeKind.ROLLBACK])
def test_nothing_but_a_rollback_takes_it(kind: ChangeKind) -> None:
    assert lane(change=replace(BACK, kind=kind)) == ShortLane()


def test_a_policy_without_a_lane_grants_none() -> None:
    assert short_lane(FACTS, policy()) == ShortLane()


@pytest.mark.parametrize(
    "prior",
    [
        PriorDecision(),
        replace(PRIOR, verdict="block"),
        replace(PRIOR, verdict="undecided"),
        replace(PRIOR, revision="other"),
        replace(PRIOR, environment="staging"),
        replace(PRIOR, run_id="6500"),
        replace(PRIOR, run_id="9999"),
        replace(PRIOR, run_id=""),
    ],
)
def test_without_an_allow_decision_of_a_run_that_deployed_it_there_is_no_lane(
    prior: PriorDecision,
) -> None:
    found = lane(prior=prior)
    assert isinstance(found, ShortLane)
    assert found.controls == ()
    assert "no allow decision" in found.why


def test_a_deployment_without_a_run_proves_nothing() -> None:
    nameless = replace(HISTORY, history=(BAD, replace(FIRST, run_id="")))
    found = lane(baseline=nameless, prior=replace(PRIOR, run_id=""))
    assert isinstance(found, ShortLane)
    assert found.controls == ()


def test_a_revision_that_was_never_deployed_has_no_lane() -> None:
    found = lane(baseline=replace(HISTORY, history=(BAD,)))
    assert isinstance(found, ShortLane)
    assert found.controls == ()


@pytest.mark.parametrize("name", ["run", "change", "baseline", "prior"])
def test_without_its_facts_nobody_can_tell(name: str) -> None:
    gap = Missing(source="x", reason_code="unavailable", detail="down")
    found = lane(**{name: gap})
    assert isinstance(found, Missing)
    assert found.reason_code == "unavailable"
