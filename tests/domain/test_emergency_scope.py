from typing import Any

from gate.domain import facts as f
from gate.domain.policy.emergency import EmergencyScope
from tests import builders as b
from tests.domain.emergencies import OLD, case, codes, gap, granted


def scope(**changes: Any) -> EmergencyScope:
    return EmergencyScope(**changes)


def commits(count: int) -> f.Change:
    found = tuple(b.commit(f"c{n}") for n in range(count))
    return b.change(OLD, commits=found)


def test_a_change_at_the_limits_is_small_enough() -> None:
    assert granted(commits(5), b.files(*(f"a/{n}.py" for n in range(20)))).id


def test_one_commit_more_is_too_many() -> None:
    (reason,) = case(commits(6)).reasons
    assert reason.code == "scope-exceeded"
    assert reason.text.startswith("The change has 6 commits (")
    assert reason.text.endswith("and 1 more); the policy allows an emergency at most 5.")


def test_one_file_more_is_too_many() -> None:
    (reason,) = case(b.files(*(f"a/{n}.py" for n in range(21)))).reasons
    assert reason.text == (
        "The change touches 21 files (a/0.py, a/1.py, a/2.py, a/3.py, a/4.py and 16 more); the policy allows an "
        "emergency at most 20."
    )


def test_every_path_must_be_allowed_old_names_of_renamed_files_as_well() -> None:
    only = scope(paths=b.globs("services/**", "docs/**"))
    assert granted(scope=only).id
    assert codes(b.files("infra/main.tf"), scope=only) == ["scope-exceeded"]
    moved = b.changed("services/api/x.py", previous_path="infra/x.py")
    (reason,) = case(b.files(moved), scope=only).reasons
    assert reason.text == (
        "The change touches infra/x.py; the policy allows an emergency only paths that match services/** or docs/**."
    )


def test_each_limit_that_is_exceeded_is_told_with_one_remedy_for_all() -> None:
    narrow = scope(max_commits=1, max_files=1, paths=b.globs("docs/**"))
    (reason,) = case(commits(2), b.files("a.py", "b.py"), scope=narrow).reasons
    assert reason.code == "scope-exceeded"
    for text in (
        "The change has 2 commits (",
        "); the policy allows an emergency at most 1. The change touches 2 files (a.py and b.py); ",
        "The change touches a.py and b.py; the policy allows an emergency only paths that match docs/**.",
    ):
        assert text in reason.text


def test_files_that_could_not_be_listed_leave_it_open() -> None:
    assert gap(without={f.Files: b.missing()}).reason_code == "unavailable"


def test_too_many_commits_speak_against_it_whatever_the_files_are() -> None:
    found = case(commits(6), without={f.Files: b.missing()})
    assert [reason.code for reason in found.reasons] == ["scope-exceeded"]


def back(**changes: Any) -> f.Change:
    return b.change(
        kind=f.ChangeKind.ROLLBACK, commits=(), merge_requests=(), undone=("u",), **changes
    )


RAN = b.baseline(b.deployment("m2"), b.deployment("m1", id="800"))
MANY = b.files(*(f"a/{n}.py" for n in range(40)))


def test_going_back_to_what_ran_before_may_be_any_size() -> None:
    assert granted(back(), RAN, MANY).id
    told = " ".join(seen.text for seen in case(back(), RAN, MANY).observations)
    assert "ran here before, so the limits on its size do not apply" in told
    assert case(back(), RAN, without={f.Files: b.missing()}).grant is not None


def test_going_back_to_what_never_ran_is_a_change_like_any_other() -> None:
    assert codes(back(), MANY) == ["scope-exceeded"]


def test_going_back_stays_within_the_paths() -> None:
    only = scope(paths=b.globs("services/**"))
    assert codes(back(), RAN, MANY, scope=only) == ["scope-exceeded"]
    assert gap(back(), RAN, without={f.Files: b.missing()}, scope=only).reason_code == "unavailable"
