from dataclasses import replace
from pathlib import Path

from gate.controls.review import REASONS, evaluate
from gate.domain.control import Failed, NotApplicable, Outcome, Passed
from gate.domain.derived import OutOfScope, Reviews, ScopedChange
from gate.domain.facts import (
    Baseline,
    ChangeKind,
    Deployment,
    ForgeRule,
    ForgeRules,
    MergeKind,
    ReviewState,
    WeakerRule,
)
from gate.domain.policy.workflow import ForgeRulesUse, ReviewRules
from gate.domain.reviews import WHY_NOT, reviews
from tests.domain.who import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    DEPENDABOT,
    MALLORY,
    at,
    commit,
    policy,
    request,
    review,
    run,
    scoped,
)

BASELINE = Baseline(
    environment="production", history=(Deployment(id="1", revision="m1", at=at(-240)),)
)


def judge(
    change: ScopedChange,
    *,
    approvals: int = 1,
    baseline: Baseline = BASELINE,
    use: ForgeRulesUse = ForgeRulesUse.OBSERVE,
) -> Outcome:
    judged = reviews({ScopedChange: change}, policy())
    assert isinstance(judged, Reviews)
    rules = ReviewRules(approvals=approvals, forge_rules=use)
    return evaluate(change, judged, baseline, run(), rules)


def failed(outcome: Outcome) -> Failed:
    assert isinstance(outcome, Failed)
    assert {reason.code for reason in outcome.reasons} <= REASONS.keys()
    return outcome


def test_passes_and_says_who_wrote_and_who_approved_which_commit_when() -> None:
    outcome = judge(scoped(request(review(ALICE))))
    assert isinstance(outcome, Passed)
    assert [item.text for item in outcome.observations] == [
        "#12 was written by bob",
        "#12: alice approved c1 on 2026-11-25 08:00 UTC; it is for c1, and no content came after it",
    ]


def test_a_pass_also_shows_the_reviews_that_do_not_count() -> None:
    outcome = judge(scoped(request(review(ALICE), review(DEPENDABOT))))
    assert isinstance(outcome, Passed)
    assert (
        outcome.observations[2].text
        == "#12: @dependabot[bot]'s review does not count: a machine gave it, and only people approve"
    )


def test_a_merge_request_without_an_independent_approval_fails_and_says_who_could_have_approved() -> (
    None
):
    (reason,) = failed(judge(scoped(request(review(BOB), review(MALLORY))))).reasons
    assert reason.code == "not-approved"
    assert "#12 needs 1 independent approval of c1 and has 0." in reason.text
    assert "bob's review does not count: bob opened it and wrote 1 of its commits." in reason.text
    assert "@mallory's review does not count: nobody knows which person gave it" in reason.text
    assert "alice, carol or dana could have approved it" in reason.remedy
    assert reason.who == ("alice", "carol", "dana")
    assert reason.url.endswith("/pull/12")


def test_no_review_at_all_is_said_plainly() -> None:
    (reason,) = failed(
        judge(scoped(request(commits=[commit("c1", merge=MergeKind.CLEAN)])))
    ).reasons
    assert (
        "needs 1 independent approval of its content and has 0. Nobody reviewed it." in reason.text
    )


def test_as_many_different_people_are_needed_as_the_policy_says() -> None:
    one = scoped(request(review(ALICE), review(ALICE, -3)))
    assert failed(judge(one, approvals=2)).reasons[0].code == "not-approved"
    assert isinstance(judge(scoped(request(review(ALICE), review(CAROL))), approvals=2), Passed)


def test_every_merge_request_is_judged() -> None:
    other = request(review(BOB), number=13, commits=[commit("d1", BOB, by=(13,))])
    outcome = failed(judge(scoped(request(review(ALICE)), other)))
    assert ["#13" in reason.text for reason in outcome.reasons] == [True]


def test_a_request_for_changes_fails_even_beside_an_approval() -> None:
    asked = review(DANA, state=ReviewState.CHANGES_REQUESTED)
    (reason,) = failed(judge(scoped(request(review(ALICE), asked)))).reasons
    assert (reason.code, reason.who) == ("changes-requested", ("dana",))


def test_a_direct_push_hidden_below_a_clean_merge_request_fails() -> None:
    outcome = failed(judge(scoped(request(review(ALICE)), direct=(commit("d" * 40, DANA, by=()),))))
    (reason,) = outcome.reasons
    assert reason.code == "direct-push"
    assert (
        f"{'d' * 12} (Work {'d' * 40}) by @dana came without a merged merge request" in reason.text
    )
    assert len(outcome.observations) == 2


def test_a_message_that_claims_a_merge_is_no_proof() -> None:
    fake = commit("e1", BOB, merge=MergeKind.CLEAN, by=())
    assert failed(judge(scoped(direct=(fake,)))).reasons[0].code == "direct-push"


def test_a_commit_of_a_merge_request_that_is_not_in_the_change_was_brought_by_none() -> None:
    assert failed(judge(scoped(direct=(commit("e1", by=(99,)),)))).reasons[0].code == "direct-push"


def test_a_redeploy_brings_nothing_to_review() -> None:
    outcome = judge(ScopedChange(kind=ChangeKind.REDEPLOY))
    assert outcome == NotApplicable(
        reason="nothing new is deployed: the revision is the one that already runs; "
        "m1 was deployed on 2026-11-15 12:00 UTC"
    )


def test_a_rollback_brings_back_what_came_through_earlier_deployments() -> None:
    outcome = judge(
        ScopedChange(kind=ChangeKind.ROLLBACK), baseline=Baseline(environment="production")
    )
    assert outcome == NotApplicable(
        reason="what will run again came through earlier deployments, and nothing is new"
    )


def test_a_change_that_this_deploy_cannot_touch_is_not_judged() -> None:
    change = ScopedChange(
        kind=ChangeKind.FORWARD,
        left_out=tuple(OutOfScope(what=f"#{n}", why="only services/web") for n in range(5)),
    )
    outcome = judge(change, baseline=Baseline(environment="production"))
    assert isinstance(outcome, NotApplicable)
    assert outcome.reason.endswith("#2 (only services/web); and 2 more parts")


def test_a_new_revision_without_any_commit_is_not_a_yes() -> None:
    outcome = judge(
        ScopedChange(kind=ChangeKind.FORWARD), baseline=Baseline(environment="production")
    )
    assert failed(outcome).reasons[0].code == "nothing-known"


def test_the_first_deployment_and_a_rewritten_history_are_judged_like_any_other() -> None:
    for kind in (ChangeKind.FIRST, ChangeKind.DIVERGED):
        assert isinstance(judge(scoped(request(review(ALICE)), kind=kind)), Passed)
        assert isinstance(judge(scoped(request(), kind=kind)), Failed)


def test_the_page_explains_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs/controls/review.md").read_text(encoding="utf-8")
    for code in REASONS:
        assert f"`review.{code}`" in page
    for code in WHY_NOT:
        assert f"| `{code}` |" in page


def ruled(*rules: ForgeRule, weaker: tuple[WeakerRule, ...] = ()) -> ScopedChange:
    own = ForgeRules(rules=rules, overwritten=bool(weaker), weaker=weaker)
    return scoped(replace(request(review(ALICE)), forge_rules=own))


MET = ForgeRule(name="security", required=1, met=True, approved_by=(ALICE,))
UNMET = ForgeRule(name="security", required=2, met=False, approved_by=(ALICE,))
WEAKER = WeakerRule(name="security", project_asks=2, asks=1)


def test_rules_of_the_forge_are_told_and_decide_nothing_by_themselves() -> None:
    for change in (ruled(MET), ruled(UNMET), ruled(weaker=(WEAKER,)), ruled()):
        outcome = judge(change)
        assert isinstance(outcome, Passed)
    outcome = judge(ruled(UNMET, weaker=(WEAKER,)))
    assert isinstance(outcome, Passed)
    assert [item.text for item in outcome.observations][2:] == [
        "#12 has approval rules of its own: the project's rule security asks for 2 approvals, and that of the merge "
        "request for 1",
        "#12 did not meet the forge's own rule security, which asks for 2 approvals and has 1, by @alice-ng",
    ]


def test_where_the_policy_relies_on_them_they_hold_or_it_fails() -> None:
    required = ForgeRulesUse.REQUIRE
    assert isinstance(judge(ruled(MET), use=required), Passed)
    expected = {
        "forge-rules-weakened": ruled(MET, weaker=(WEAKER,)),
        "forge-rules-not-met": ruled(UNMET),
        "no-forge-rules": ruled(),
    }
    for code, change in expected.items():
        (reason,) = failed(judge(change, use=required)).reasons
        assert reason.code == code
        assert reason.text.endswith(".")
        assert reason.remedy.endswith(".")
        assert reason.url.endswith("/pull/12")


def test_a_forge_without_such_rules_cannot_be_relied_on_for_them() -> None:
    (reason,) = failed(judge(scoped(request(review(ALICE))), use=ForgeRulesUse.REQUIRE)).reasons
    assert reason.code == "no-forge-rules"
    assert "from the tier Premium on" in reason.text
