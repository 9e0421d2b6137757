from gate.domain.directory import NOBODY
from gate.domain.facts import Commit, MergeKind
from gate.domain.writers import direct_writers, outside, rewrites, slipped_in, told, writers_of
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
    scoped,
)


def test_authors_coauthors_committers_openers_and_rewriters_all_wrote() -> None:
    one = request(
        commits=[commit("c1", BOB, CAROL, committer=DANA)],
        author=DEPENDABOT,
        force_pushes=(push(-5, ALICE),),
    )
    found = writers_of(one, one.commits, policy())
    assert set(found.known) == {"bot:dependabot[bot]", "bob", "carol", "dana", "alice"}
    assert found.strangers == ()


def test_the_forge_itself_is_no_writer() -> None:
    one = request(commits=[commit("c1", BOB, committer=None)])
    assert set(writers_of(one, one.commits, policy()).known) == {"bob"}


def test_strangers_are_kept_apart_and_so_is_whoever_cannot_be_named() -> None:
    one = request(commits=[commit("c1", GHOST)], author=MALLORY, force_pushes=(push(-5, None),))
    assert [trace.who for trace in writers_of(one, one.commits, policy()).strangers] == [
        MALLORY,
        GHOST,
        NOBODY,
    ]


def test_a_commit_without_any_author_has_an_unknown_one() -> None:
    bare = Commit(sha="c1", headline="", authors=(), committer=None)
    assert [trace.who for trace in direct_writers(bare, policy()).strangers] == [NOBODY]


def test_a_clean_merge_of_the_base_branch_is_nobodys_writing() -> None:
    update = commit("c2", ALICE, committer=ALICE, merge=MergeKind.CLEAN)
    one = request(commits=[commit("c1"), update])
    assert set(writers_of(one, one.commits, policy()).known) == {"bob"}


def test_a_conflict_resolution_is() -> None:
    one = request(commits=[commit("c1"), commit("c2", ALICE, merge=MergeKind.CONTENT)])
    assert set(writers_of(one, one.commits, policy()).known) == {"bob", "alice"}


def test_authors_of_squashed_and_rebased_commits_wrote_but_not_whoever_pressed_the_button() -> None:
    one = request()
    squashed = commit("m1", BOB, DANA, committer=CAROL)
    assert set(writers_of(one, [squashed], policy()).known) == {"bob", "dana"}


def test_commits_of_other_merge_requests_are_not_its_own() -> None:
    one = request()
    assert set(writers_of(one, [commit("x1", CAROL, by=(13,))], policy()).known) == {"bob"}


def test_the_forges_own_merge_makes_nobody_a_writer() -> None:
    one, merged = request(), commit("m1", CAROL, merge=MergeKind.UNKNOWN)
    assert slipped_in(one, [merged]) == ()
    assert set(writers_of(one, [merged], policy()).known) == {"bob"}


def test_a_merge_made_on_a_desk_may_hold_more_and_makes_its_author_a_writer() -> None:
    one, merged = request(), commit("m1", CAROL, committer=CAROL, merge=MergeKind.UNKNOWN)
    assert slipped_in(one, [merged]) == (merged,)
    assert set(writers_of(one, [merged], policy()).known) == {"bob", "carol"}


def test_a_compared_merge_is_believed_either_way() -> None:
    one = request()
    clean = commit("m1", CAROL, committer=CAROL, merge=MergeKind.CLEAN)
    dirty = commit("m1", CAROL, merge=MergeKind.CONTENT)
    assert slipped_in(one, [clean]) == ()
    assert slipped_in(one, [dirty]) == (dirty,)


def test_a_rewrite_after_the_merge_changed_nothing_that_is_deployed() -> None:
    before, after = push(-3), push(-1, MALLORY)
    one = request(force_pushes=(before, after), merged=-2)
    assert rewrites(one) == (before,)
    assert writers_of(one, one.commits, policy()).strangers == ()
    assert rewrites(request(force_pushes=(before, after), merged=None)) == (before, after)


def test_only_a_merged_request_of_the_change_brings_a_commit() -> None:
    own = commit("c1", arrived=-6)
    stray, other, unmerged = commit("d1", by=()), commit("d2", by=(99,)), commit("d3", by=(13,))
    change = scoped(
        request(commits=[own]),
        request(number=13, commits=[], merged=None),
        direct=(stray, other, unmerged),
    )
    assert outside(change) == (stray, other, unmerged)


def test_what_somebody_did_is_told_in_words() -> None:
    one = request(
        commits=[
            commit("c1", BOB, committer=BOB),
            commit("c2", CAROL, committer=DANA),
            commit("c3", CAROL),
        ],
        force_pushes=(push(-5, CAROL),),
    )
    known = writers_of(one, [commit("m1", BOB, ALICE)], policy()).known
    assert told(known["bob"]) == "opened it and wrote 1 of its commits"
    assert told(known["carol"]) == "wrote 2 of its commits and rewrote its branch by force"
    assert told(known["dana"]) == "committed 1 of its commits"
    assert told(known["alice"]) == "is an author of what the branch got from it"
