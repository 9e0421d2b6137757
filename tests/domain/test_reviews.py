from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.derived import JudgedRequest, Reviews, ScopedChange
from gate.domain.facts import Commit, ForgeRules, MergeKind, MergeRequest, Review, ReviewState
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import ForgeRulesUse, Freshness, ReviewRules
from gate.domain.reviews import COUNTS, WHY_NOT, reviews
from tests.domain.who import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    DEPENDABOT,
    GHOST,
    MALLORY,
    commit,
    policy,
    push,
    request,
    review,
    scoped,
)

APPROVED, ASKED = ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED
COMMENTED, DISMISSED = ReviewState.COMMENTED, ReviewState.DISMISSED


def judged(
    one: MergeRequest, using: Policy | None = None, *, landed: tuple[Commit, ...] = ()
) -> JudgedRequest:
    found = reviews({ScopedChange: scoped(one, landed=landed)}, using or policy())
    assert isinstance(found, Reviews)
    return found.requests[0]


def codes(*given_: Review, commits: tuple[Commit, ...] = (commit("c1", arrived=-6),)) -> list[str]:
    return [item.code for item in judged(request(*given_, commits=commits)).reviews]


def test_an_approval_of_the_final_content_by_somebody_else_counts() -> None:
    found = judged(request(review(ALICE)))
    assert found.approvers == ("alice",)
    assert found.writers == ("bob",)
    assert found.last_content == "c1"
    assert found.could_approve == ("alice", "carol", "dana")
    assert found.reviews[0].why == "it is for c1, and no content came after it"


def test_an_approval_that_a_rebase_carried_over_says_what_it_was_given_for() -> None:
    found = judged(request(replace(review(ALICE), given_for="c0")))
    assert found.approvers == ("alice",)
    assert (
        found.reviews[0].why
        == "it is for c0, which was rebased unchanged, and no content came after it"
    )


@pytest.mark.parametrize("use", ForgeRulesUse)
def test_rules_of_the_forge_that_cannot_be_told_matter_only_where_the_policy_relies_on_them(
    use: ForgeRulesUse,
) -> None:
    gap = Missing(
        source="GitLab", reason_code="not-permitted", detail="no token", remedy="Make one."
    )
    one = replace(request(review(ALICE)), forge_rules=ForgeRules(missing=gap))
    chosen = replace(policy().workflow, review=ReviewRules(forge_rules=use))
    found = reviews({ScopedChange: scoped(one)}, replace(policy(), workflow=chosen))
    if use is ForgeRulesUse.OBSERVE:
        assert isinstance(found, Reviews)
    else:
        assert isinstance(found, Missing)
        assert found.reason_code == "not-permitted"
        assert "what the forge's own approval rules asked of #12 cannot be told" in found.detail
        assert found.remedy == "Make one."
    known = scoped(replace(one, forge_rules=ForgeRules()), request(review(ALICE), number=13))
    found = reviews({ScopedChange: known}, replace(policy(), workflow=chosen))
    assert isinstance(found, Reviews)


def test_without_the_change_nothing_is_known() -> None:
    missing = Missing(source="GitHub", reason_code="unavailable", detail="no answer")
    found = reviews({ScopedChange: missing}, policy())
    assert isinstance(found, Missing)
    assert found.detail == "who reviewed what cannot be told: no answer"


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (review(ALICE, state=COMMENTED), "commented"),
        (review(ALICE, state=ASKED), "changes-requested"),
        (review(ALICE, state=DISMISSED), "dismissed"),
        (review(DEPENDABOT), "bot"),
        (review(MALLORY), "unmapped"),
        (review(replace(ALICE, kind=Kind.UNKNOWN)), "unmapped"),
        (review(replace(ALICE, id="999")), "unmapped"),
        (review(BOB), "self"),
        (review(ALICE, edited=True), "edited"),
        (review(ALICE, may_merge=False), "no-write"),
        (review(ALICE, -1), "after-merge"),
        (review(ALICE, sha="gone"), "stale"),
        (review(ALICE, -7), "reanchored"),
    ],
)
def test_a_review_that_does_not_count_says_why(one: Review, code: str) -> None:
    found = judged(request(one))
    assert found.reviews[0].code == code
    assert found.reviews[0].why
    assert not found.approvers
    assert code in WHY_NOT


def test_an_approval_at_the_very_moment_of_the_merge_counts() -> None:
    assert codes(review(ALICE, -2)) == [COUNTS]


def test_a_coauthor_is_told_apart_from_the_author() -> None:
    found = judged(request(review(CAROL), commits=(commit("c1", BOB, CAROL, arrived=-6),)))
    assert (found.reviews[0].code, found.reviews[0].why) == (
        "co-author",
        "carol wrote 1 of its commits",
    )


def test_two_authors_cannot_approve_each_other() -> None:
    commits = (commit("c1", BOB, arrived=-7), commit("c2", CAROL, arrived=-6))
    assert codes(review(BOB, sha="c2"), review(CAROL, -3, sha="c2"), commits=commits) == [
        "self",
        "co-author",
    ]


def test_whoever_pressed_update_branch_may_still_approve() -> None:
    update = commit("c2", ALICE, merge=MergeKind.CLEAN, arrived=-5)
    assert codes(review(ALICE, sha="c2"), commits=(commit("c1", arrived=-6), update)) == [COUNTS]


def test_a_comment_does_not_replace_an_approval() -> None:
    assert codes(review(ALICE, -4), review(ALICE, -3, state=COMMENTED)) == [COUNTS, "commented"]


def test_a_dismissal_does_not_revive_an_older_approval() -> None:
    found = judged(
        request(review(ALICE, -4), review(ALICE, -3, state=DISMISSED, dismissed_by=CAROL))
    )
    assert [item.code for item in found.reviews] == ["superseded", "dismissed"]
    assert "was dismissed by @cdiaz" in found.reviews[1].why
    assert found.vetoed_by == ()


def test_an_approval_after_a_dismissal_counts() -> None:
    assert codes(review(ALICE, -4, state=DISMISSED), review(ALICE, -3)) == ["dismissed", COUNTS]


def test_a_request_for_changes_takes_the_approval_back_and_is_a_veto() -> None:
    found = judged(request(review(ALICE, -4), review(CAROL, -4), review(ALICE, -3, state=ASKED)))
    assert [item.code for item in found.reviews] == ["superseded", COUNTS, "changes-requested"]
    assert "asked for changes later" in found.reviews[0].why
    assert found.vetoed_by == ("alice",)
    assert found.approvers == ("carol",)


def test_an_approval_lifts_the_same_persons_veto_even_after_the_merge() -> None:
    assert judged(request(review(ALICE, -4, state=ASKED), review(ALICE, -3))).vetoed_by == ()
    late = judged(request(review(CAROL), review(ALICE, -4, state=ASKED), review(ALICE, -1)))
    assert late.vetoed_by == ()
    assert late.approvers == ("carol",)


def test_a_comment_does_not_lift_a_veto_and_a_veto_after_the_merge_holds() -> None:
    found = judged(request(review(ALICE, -1, state=ASKED), review(ALICE, -0.5, state=COMMENTED)))
    assert found.vetoed_by == ("alice",)


@pytest.mark.parametrize("who", [BOB, MALLORY, DEPENDABOT])
def test_writers_strangers_and_machines_have_no_veto(who: Identity) -> None:
    assert judged(request(review(who, state=ASKED))).vetoed_by == ()


def test_one_person_who_approves_twice_counts_once_by_the_newest() -> None:
    found = judged(request(review(ALICE, -4), review(ALICE, -3)))
    assert [item.code for item in found.reviews] == ["superseded", COUNTS]
    assert found.approvers == ("alice",)


def test_an_approval_that_does_not_count_takes_no_other_away() -> None:
    assert codes(review(ALICE, -4), review(ALICE, -3, edited=True)) == [COUNTS, "edited"]
    assert codes(review(ALICE, -4), review(ALICE, -1)) == [COUNTS, "after-merge"]


def test_reviews_are_judged_in_the_order_of_time() -> None:
    found = judged(request(review(ALICE, -3, state=ASKED), review(ALICE, -4)))
    assert [item.code for item in found.reviews] == ["superseded", "changes-requested"]


def test_a_machine_as_the_only_writer_is_fine() -> None:
    found = judged(
        request(review(ALICE), author=DEPENDABOT, commits=(commit("c1", DEPENDABOT, arrived=-6),))
    )
    assert found.writers == ("bot:dependabot[bot]",)
    assert found.approvers == ("alice",)


def test_strangers_among_the_writers_leave_it_undecided() -> None:
    one = request(
        author=MALLORY,
        commits=(commit("c1", GHOST, committer=MALLORY, arrived=-6),),
        force_pushes=(push(-5, None),),
    )
    found = reviews({ScopedChange: scoped(one, landed=(commit("m1", MALLORY),))}, policy())
    assert isinstance(found, Missing)
    assert found.reason_code == "identity-unmapped"
    for deed in (
        "opened #12",
        "is an author of a commit of #12 (c1)",
        "committed a commit of #12 (c1)",
        "is an author of what the branch got from #12 (m1)",
        "rewrote by force the branch of #12",
    ):
        assert deed in found.detail


def test_the_authors_of_a_squashed_commit_are_writers() -> None:
    found = judged(request(review(DANA)), landed=(commit("m1", BOB, DANA),))
    assert found.reviews[0].code == "co-author"


def test_a_merge_on_a_desk_becomes_the_last_content() -> None:
    merged = commit("m1", BOB, committer=BOB, merge=MergeKind.UNKNOWN)
    found = judged(request(review(ALICE)), landed=(merged,))
    assert found.last_content == "m1"
    assert found.reviews[0].code == "stale"


def test_a_merge_request_without_content_has_no_last_content() -> None:
    assert judged(request(commits=())).last_content == ""


def test_a_carried_over_approval_counts_only_where_the_policy_says_so_and_says_it() -> None:
    one = request(review(ALICE), force_pushes=(push(-3),))
    assert judged(one).reviews[0].code == "reanchored"
    lenient = judged(one, policy(freshness=Freshness.ALLOW_REANCHORED))
    assert lenient.reviews[0].counts
    assert "(`allow_reanchored`)" in lenient.reviews[0].why


# --- invariants -----------------------------------------------------------------------------------

people = st.sampled_from([ALICE, BOB, CAROL, DANA, MALLORY, DEPENDABOT])
some_reviews = st.lists(
    st.builds(
        review,
        people,
        st.floats(-8, -1),
        sha=st.sampled_from(["c1", "c2", "gone"]),
        state=st.sampled_from(list(ReviewState)),
        edited=st.booleans(),
        may_merge=st.booleans(),
    ),
    max_size=6,
)
COMMITS = (commit("c1", arrived=-7), commit("c2", arrived=-6))


def standing(given_: list[Review]) -> tuple[frozenset[str], frozenset[str]]:
    found = judged(request(*given_, commits=COMMITS))
    return frozenset(found.approvers), frozenset(found.vetoed_by)


@given(some_reviews, st.integers(0, 5))
def test_taking_an_approval_away_never_turns_a_no_into_a_yes(
    given_: list[Review], index: int
) -> None:
    approvals = [at for at, one in enumerate(given_) if one.state is APPROVED]
    if not approvals:
        return
    without = list(given_)
    del without[approvals[index % len(approvals)]]
    approvers, vetoes = standing(given_)
    fewer, more = standing(without)
    assert fewer <= approvers
    assert more >= vetoes


@given(some_reviews)
def test_only_approvals_by_known_people_who_wrote_nothing_ever_count(given_: list[Review]) -> None:
    found = judged(request(*given_, commits=COMMITS))
    for item in found.reviews:
        assert item.counts == (item.code == COUNTS)
        assert item.code == COUNTS or item.code in WHY_NOT
        if item.counts:
            assert item.review.state is APPROVED
            assert item.person in {"alice", "carol", "dana"}
            assert item.review.revision == "c2"
    assert len(found.approvers) == sum(item.counts for item in found.reviews)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ReviewState)), st.sampled_from(["c1", "c2"])),
        min_size=3,
        max_size=3,
    )
)
def test_the_order_of_unrelated_reviews_does_not_matter(
    items: list[tuple[ReviewState, str]],
) -> None:
    given_ = [
        review(who, -4, sha=sha, state=state)
        for who, (state, sha) in zip((ALICE, CAROL, DANA), items, strict=True)
    ]
    assert len({standing(list(order)) for order in permutations(given_)}) == 1


@given(some_reviews)
def test_content_that_is_pushed_after_every_review_leaves_none_standing(
    given_: list[Review],
) -> None:
    found = judged(request(*given_, commits=(*COMMITS, commit("c3", arrived=-0.5))))
    assert found.approvers == ()


@given(some_reviews, st.sampled_from([ALICE, CAROL, BOB]))
def test_a_clean_merge_changes_nothing_whoever_made_it(given_: list[Review], who: Identity) -> None:
    update = commit("c3", who, merge=MergeKind.CLEAN, arrived=-0.5)
    merged = judged(request(*given_, commits=(*COMMITS, update)))
    assert (frozenset(merged.approvers), frozenset(merged.vetoed_by)) == standing(given_)
