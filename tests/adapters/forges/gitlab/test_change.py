from __future__ import annotations

from typing import Any

import pytest

from gate.domain.facts import (
    Baseline,
    Change,
    ChangeKind,
    Files,
    MergeKind,
    MergeRequest,
    ReviewState,
)
from tests.adapters.forges.gitlab.canned import (
    C1,
    C2,
    COMPARISONS,
    HOME,
    M0,
    M1,
    WEB,
    Raw,
    by_pair,
    commit,
    comparison,
    deployment,
    diff,
    gitlab,
    note,
    pushed,
    request,
    sha,
    user,
    version,
)  # fmt: skip
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

COMPARE, BASE = f"{HOME}/repository/compare", f"{HOME}/repository/merge_base"
REQUESTS = f"{HOME}/merge_requests"
S1, X = sha("squash"), sha("direct")


def ask(changes: dict[str, Any] | None = None, **more: Any) -> tuple[Change, Files]:
    with gitlab(changes, **more) as (asked, _):
        change = asked.change(asked.baseline(), "main")
        return change, asked.files(change)


def change(changes: dict[str, Any] | None = None, **more: Any) -> Change:
    return ask(changes, **more)[0]


def compared(pairs: dict[tuple[str, str], Any] | None = None) -> dict[str, Any]:
    return {COMPARE: by_pair({**COMPARISONS, **(pairs or {})})}


def only(found: Change) -> MergeRequest:
    (one,) = found.merge_requests
    return one


# --- what kind it is --------------------------------------------------------------------------


def test_a_later_revision_brings_commits_with_the_merge_request_that_brought_them() -> None:
    found, files = ask()
    assert (found.kind, found.base, found.head) == (ChangeKind.FORWARD, M0, M1)
    assert [(one.sha, one.brought_by) for one in found.commits] == [
        (C1, (12,)),
        (C2, (12,)),
        (M1, (12,)),
    ]
    assert found.commits[-1].merge is MergeKind.CLEAN
    assert [file.path for file in files.files] == ["services/api/app.py"]
    assert found.url == f"{WEB}/-/compare/{M0}...{M1}"


def test_the_merge_request_is_whole() -> None:
    found = only(change())
    assert (found.number, found.reference, found.title, found.body, found.branch) == (
        12,
        "!12",
        "CHG-7 Add retries",
        "Because.",
        "retries",
    )
    assert (found.author.login, found.merged_by and found.merged_by.login) == ("bob", "alice")
    assert (found.merge_commit, found.head, found.labels, found.paths) == (
        M1,
        C2,
        ("api",),
        ("services/api/app.py",),
    )
    assert [one.sha for one in found.commits] == [C1, C2]
    assert [(one.reviewer.login, one.revision) for one in found.reviews] == [("carol", C2)]
    assert found.force_pushes == ()


def test_the_revision_that_runs_already_brings_nothing() -> None:
    with gitlab({f"{HOME}/deployments": [deployment(commit=M1)]}) as (asked, canned):
        found = asked.change(asked.baseline(), "main")
        assert asked.files(found).files == ()
    assert (found.kind, found.commits) == (ChangeKind.REDEPLOY, ())
    assert len(canned.asked) == 1


def test_an_earlier_revision_undoes_commits() -> None:
    later = sha("later")
    table = {
        f"{HOME}/deployments": [deployment(commit=later)],
        BASE: commit(M1),
        **compared({(M1, later): comparison(commit(later, M1))}),
    }
    found, files = ask(table)
    assert (found.kind, found.base, found.commits, found.undone) == (
        ChangeKind.ROLLBACK,
        later,
        (),
        (later,),
    )
    assert len(files.files) == 1


def test_rewritten_history_brings_what_the_merge_base_has_not_and_loses_files() -> None:
    old, common = sha("old"), sha("common")
    table = {
        f"{HOME}/deployments": [deployment(commit=old)],
        BASE: commit(common),
        **compared(
            {
                (old, M1): comparison(commit(C1, common), commit(C2, C1), commit(M1, common, C2)),
                (M1, old): comparison(commit(old, common), diffs=[diff("gone")]),
                (common, M1): comparison(),
                (common, C2): comparison(commit(C1, common), commit(C2, C1)),
            }
        ),
        f"{REQUESTS}/12/versions": [
            version(2, C2, "2026-11-24T15:00:00.000Z", start_commit_sha=common)
        ],
    }
    found, files = ask(table)
    assert found.kind is ChangeKind.DIVERGED
    assert [file.path for file in files.files] == ["services/api/app.py", "gone"]


@pytest.mark.parametrize("cut", [(sha("old"), M1), (M1, sha("old"))])
def test_of_rewritten_history_the_files_of_both_sides_have_to_be_known(
    cut: tuple[str, str],
) -> None:
    old, common = sha("old"), sha("common")
    sides = {
        (old, M1): comparison(commit(M1, common)),
        (M1, old): comparison(commit(old, common)),
    }
    sides[cut] = {**sides[cut], "compare_timeout": True}
    table = {
        f"{HOME}/deployments": [deployment(commit=old)],
        BASE: commit(common),
        **compared(sides),
        REQUESTS: [],
    }
    assert code_of(lambda: ask(table)) == "too-large"


FIRST = {
    f"{HOME}/deployments": [],
    f"{HOME}/repository/commits/{M1}": commit(M1, M0, C2, author="alice"),
}


def test_the_first_deployment_ever_is_the_revision_with_what_brought_it() -> None:
    found, files = ask(FIRST)
    assert (found.kind, found.base, found.url) == (ChangeKind.FIRST, "", f"{WEB}/-/commit/{M1}")
    assert [one.sha for one in found.commits] == [M1]
    assert only(found).number == 12
    assert [file.path for file in files.files] == ["services/api/app.py"]


def test_of_a_first_commit_that_came_by_itself_the_files_are_its_own() -> None:
    table = {
        **FIRST,
        f"{HOME}/repository/commits/{M1}": commit(M1, M0),
        REQUESTS: [],
        **compared({(M0, M1): comparison(commit(M1, M0), diffs=[diff("own")])}),
    }
    found, files = ask(table)
    assert found.commits[0].brought_by == ()
    assert [file.path for file in files.files] == ["own"]


def test_of_the_very_first_commit_no_files_can_be_told() -> None:
    table = {**FIRST, f"{HOME}/repository/commits/{M1}": commit(M1), REQUESTS: []}
    assert code_of(lambda: ask(table)) == "too-large"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(404, {"message": "404 Merge Base Not Found"}), "not-found"),
        (Raw(400, {"message": "400 Bad request - Could not find ref: x"}), "not-found"),
        (Raw(400, {"message": "400 Bad request"}), "unreadable"),
        (Raw(403, {"message": "403 Forbidden"}), "not-permitted"),
    ],
)
def test_a_base_that_is_gone_is_a_gap(answer: Any, code: str) -> None:
    gap = gap_of(lambda: change({BASE: answer}))
    assert gap.reason_code == code
    assert ("tag" in gap.remedy) is (code == "not-found")


# --- what brought a commit --------------------------------------------------------------------


def test_a_squashed_merge_request_is_found_by_its_squash() -> None:
    table = {
        REQUESTS: [request(merge_commit_sha=None, squash_commit_sha=M1)],
        **compared({(M0, M1): comparison(commit(M1, M0, author="bob"))}),
    }
    found = change(table)
    assert [(one.sha, one.brought_by, one.merge) for one in found.commits] == [
        (M1, (12,), MergeKind.NONE)
    ]
    assert only(found).merge_commit == M1
    assert [one.sha for one in only(found).commits] == [C1, C2]


def test_a_squash_with_a_merge_commit_explains_both() -> None:
    pairs = {
        (M0, M1): comparison(commit(S1, M0), commit(M1, M0, S1)),
        (M0, S1): comparison(commit(S1, M0)),
    }
    table = {
        REQUESTS: [request(merge_commit_sha=M1, squash_commit_sha=S1)],
        **compared(pairs),
    }
    found = change(table).commits
    assert [(one.brought_by, one.merge) for one in found] == [
        ((12,), MergeKind.NONE),
        ((12,), MergeKind.CLEAN),
    ]


def fast_forward() -> dict[str, Any]:
    return {
        f"{HOME}/deployments": [deployment(commit=M0)],
        REQUESTS: [request(merge_commit_sha=None, sha=M1)],
        f"{REQUESTS}/12/versions": [version(1, M1, "2026-11-23T15:00:01.000Z")],
        **compared({(M0, M1): comparison(commit(C1, M0), commit(M1, C1))}),
    }


def test_a_fast_forward_has_no_commit_of_its_own() -> None:
    found = change(fast_forward())
    assert [(one.sha, one.brought_by) for one in found.commits] == [(C1, (12,)), (M1, (12,))]
    assert only(found).merge_commit == only(found).head == M1


def test_a_commit_that_no_merge_request_explains_is_looked_up_and_was_pushed_directly() -> None:
    table = compared(
        {
            (M0, M1): comparison(commit(X, M0), commit(C1, M0), commit(C2, C1), commit(M1, X, C2)),
            (X, C2): comparison(commit(C1, M0), commit(C2, C1)),
            (X, M1): comparison(commit(C1, M0), commit(C2, C1), commit(M1, X, C2)),
        }
    )
    table[f"{HOME}/repository/commits/{X}/merge_requests"] = []
    found = {one.sha: one.brought_by for one in change(table).commits}
    assert found == {X: (), C1: (12,), C2: (12,), M1: (12,)}


def train() -> dict[str, Any]:
    """A fast-forward merge train: what landed is named by no field of the merge request."""
    return {
        REQUESTS: [],
        f"{HOME}/repository/commits/{M1}/merge_requests": [request(merge_commit_sha=None)],
        **compared({(M0, M1): comparison(commit(M1, M0))}),
    }


def test_what_gitlab_itself_says_about_a_commit_counts() -> None:
    found = change(train())
    assert [one.brought_by for one in found.commits] == [(12,)]
    assert only(found).number == 12


@pytest.mark.parametrize(
    "other", [{"state": "opened"}, {"target_branch": "side"}, {"target_project_id": 1}]
)
def test_a_merge_request_that_was_not_merged_here_proves_nothing(other: dict[str, Any]) -> None:
    table = train()
    (answer,) = table[f"{HOME}/repository/commits/{M1}/merge_requests"]
    table[f"{HOME}/repository/commits/{M1}/merge_requests"] = [{**answer, **other}]
    found = change(table)
    assert found.merge_requests == ()
    assert found.commits[0].brought_by == ()


def test_one_in_the_list_that_was_not_merged_here_is_left_out() -> None:
    table = {
        REQUESTS: [request(target_project_id=1)],
        f"{HOME}/repository/commits/{C1}/merge_requests": [],
        f"{HOME}/repository/commits/{C2}/merge_requests": [],
    }
    assert change(table).merge_requests == ()


def test_too_many_commits_without_a_merge_request_are_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gate.adapters.forges.gitlab.commits.MOST_LOOKUPS", 2)
    assert code_of(lambda: change({REQUESTS: []})) == "too-large"


def test_older_pages_are_read_back_to_the_last_deployment() -> None:
    newer = [
        request(number, sha=sha(str(number)), merge_commit_sha=sha(f"m{number}"))
        for number in range(200, 350)
    ]
    with gitlab({REQUESTS: [*newer, request()]}) as (asked, canned):
        assert only(asked.change(asked.baseline(), "main")).number == 12
    assert canned.count(REQUESTS) == 2
    old = [{**one, "updated_at": "2026-11-01T00:00:00Z"} for one in newer]
    with gitlab({REQUESTS: [request(), *old, *old]}) as (asked, canned):
        asked.change(asked.baseline(), "main")
    assert canned.count(REQUESTS) == 1


def test_pages_without_an_end_are_not_read_for_ever() -> None:
    page = Raw(200, [request()], {"X-Next-Page": "2", "x-total": ""})
    with gitlab({REQUESTS: page}) as (asked, canned):
        asked.change(asked.baseline(), "main")
    assert canned.count(REQUESTS) == 10


# --- merges -----------------------------------------------------------------------------------


def test_a_merge_pushed_from_a_desk_that_holds_more_is_content() -> None:
    evil = comparison(
        commit(C1, M0), commit(C2, C1), commit(M1, M0, C2), diffs=[diff(), diff("evil")]
    )
    found = change(compared({(M0, M1): evil}))
    assert found.commits[-1].merge is MergeKind.CONTENT


def test_a_merge_is_compared_whether_or_not_anybody_approved() -> None:
    table = {
        f"{REQUESTS}/12/approvals": {"iid": 12, "approved_by": []},
        f"{REQUESTS}/12/notes": [],
    }
    assert change(table).commits[-1].merge is MergeKind.CLEAN


def test_more_merges_than_are_compared_stay_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.adapters.forges.gitlab.requests.MOST_MERGES", 0)
    assert change().commits[-1].merge is MergeKind.UNKNOWN


def test_a_merge_of_the_base_branch_into_the_merge_request() -> None:
    b1, c3 = sha("b1"), sha("c3")
    pairs = {
        (M0, M1): comparison(
            commit(b1, M0), commit(C1, M0), commit(C2, C1), commit(c3, C2, b1), commit(M1, b1, c3)
        ),
        (b1, c3): comparison(commit(C1, M0), commit(C2, C1), commit(c3, C2, b1)),
        (b1, C2): comparison(),
        (b1, M1): comparison(),
    }
    bases = {b1: M0, c3: M0, M1: M0}
    table = {
        **compared(pairs),
        BASE: lambda query: commit(b1 if query["refs[]"] == c3 else bases[query["refs[]"]]),
        REQUESTS: [request(sha=c3)],
        f"{REQUESTS}/12/versions": [
            version(1, C2, "2026-11-24T15:00:00.000Z"),
            version(2, c3, "2026-11-24T16:00:00.000Z", start_commit_sha=b1),
        ],
        f"{HOME}/repository/commits/{b1}/merge_requests": [],
    }
    found = only(change(table))
    assert [(one.sha, one.merge) for one in found.commits] == [
        (C1, MergeKind.NONE),
        (C2, MergeKind.NONE),
        (c3, MergeKind.CLEAN),
    ]


# --- people and pushes ------------------------------------------------------------------------


def test_who_rewrote_the_branch_is_told_by_the_note_about_it() -> None:
    gone = sha("gone")
    table = {
        f"{REQUESTS}/12/versions": [
            version(1, gone, "2026-11-23T15:00:01Z"),
            version(2, C2, "2026-11-24T15:00:00Z"),
        ],
        f"{REQUESTS}/12/notes": [pushed(1, gone, C1, C2, at="2026-11-24T15:00:01Z", by="eve")],
    }
    (push,) = only(change(table)).force_pushes
    assert (push.by and push.by.login, push.before, push.after) == ("eve", gone, C2)


def test_an_approval_after_the_merge_keeps_its_time() -> None:
    table = {
        f"{REQUESTS}/12/approvals": {
            "iid": 12,
            "approved_by": [{"user": user("carol"), "approved_at": "2026-11-25T13:00:00Z"}],
        }
    }
    found = only(change(table))
    assert found.merged_at is not None
    assert found.reviews[0].submitted_at > found.merged_at


def test_a_request_for_changes_is_a_review() -> None:
    found = only(change({f"{REQUESTS}/12/notes": [note(1, "requested changes", "erin")]}))
    assert ReviewState.CHANGES_REQUESTED in {one.state for one in found.reviews}


def test_an_older_server_says_merged_by() -> None:
    old = request()
    del old["merge_user"]
    found = only(change({REQUESTS: [old]}))
    assert found.merged_by is not None
    assert found.merged_by.login == "alice"


def test_commits_of_a_machine_are_its_own_where_it_opened_the_merge_request() -> None:
    bot = user("project_42_bot_0f", 9)
    address = {"author_email": "project_42_bot_0f@noreply.gitlab.example.com"}
    pairs = {(M0, C2): comparison(commit(C1, M0, **address), commit(C2, C1))}
    found = only(change({REQUESTS: [request(author=bot)], **compared(pairs)}))
    assert found.commits[0].authors == (found.author,)


def test_what_the_forge_committed_by_its_own_signature_has_no_committer() -> None:
    web = {"committer_name": "GitLab", "committer_email": "noreply@gitlab.example.com"}
    pairs = {(M0, C2): comparison(commit(C1, M0, **web), commit(C2, C1))}
    table = {
        **compared(pairs),
        f"{HOME}/repository/commits/{C1}/signature": {"verification_status": "verified_system"},
    }
    assert only(change(table)).commits[0].committer is None


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({f"{REQUESTS}/12/approvals": Raw(403, {"message": "403 Forbidden"})}, "not-permitted"),
        ({f"{REQUESTS}/12/versions": Raw(404, {"message": "404 Project Not Found"})}, "not-found"),
        ({f"{REQUESTS}/12/notes": Raw(502, {})}, "unavailable"),
        ({REQUESTS: Raw(401, {"message": "401 Unauthorized"})}, "not-authenticated"),
        (compared({(M0, C2): comparison(diffs=[])}), "wrong-object"),
        (
            compared({(M0, C2): comparison(commit(C1, M0), commit(C2, C1), compare_timeout=True)}),
            "too-large",
        ),
        (
            {
                f"{REQUESTS}/12/versions": [
                    version(1, C2, "2026-11-24T15:00:00Z", start_commit_sha=C2)
                ],
                **compared({(C2, C2): comparison(diffs=[])}),
                BASE: lambda query: commit(C2 if query["refs[]"] == C2 else M0),
            },
            "unreadable",
        ),
    ],
)
def test_what_cannot_be_read_whole_is_a_gap(odd: dict[str, Any], code: str) -> None:
    assert code_of(lambda: change(odd)) == code


def test_files_of_a_change_that_was_never_asked_for_are_a_gap() -> None:
    with gitlab() as (asked, _):
        other = Change(kind=ChangeKind.FORWARD, base=M0, head=M1)
        assert code_of(lambda: asked.files(other)) == "not-gathered"


def test_the_change_is_asked_for_once() -> None:
    with gitlab() as (asked, canned):
        baseline: Baseline = asked.baseline()
        assert asked.change(baseline, "main") is asked.change(baseline, "main")
    assert canned.count(COMPARE) == 2
