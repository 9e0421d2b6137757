from __future__ import annotations

from typing import Any

import pytest

from gate.domain.facts import Baseline, Change, ChangeKind, Deployment, MergeKind
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    HOME,
    M0,
    M1,
    NOW,
    Raw,
    association,
    changed,
    commit,
    comparison,
    file_diff,
    graph,
    merged_node,
    own,
    page,
    pull,
    review,
    sha,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of, gap_of

M2, X = sha("m2"), sha("x")
FORWARD = f"GET {HOME}/compare/{M0}...{M1}"
BACK = f"GET {HOME}/compare/{M1}...{M0}"


def at(revision: str) -> Baseline:
    past = Deployment(id="900", revision=revision, at=NOW, run_id="5000")
    return Baseline(environment="production", history=(past,))


NOTHING = Baseline(environment="production")


def changed_by(github: Making, changes: dict[str, Any] | None = None) -> Change:
    return github(changes)[0].change(at(M0), "main")


def test_forward_is_everything_between_the_two(github: Making) -> None:
    change = changed_by(github)
    assert (change.kind, change.base, change.head) == (ChangeKind.FORWARD, M0, M1)
    assert [one.sha for one in change.commits] == [M1]
    assert [one.number for one in change.merge_requests] == [12]
    assert change.url == f"https://github.com/acme/app/compare/{M0}...{M1}"


def test_the_same_question_is_asked_once(github: Making) -> None:
    forge, transport = github()
    assert forge.change(at(M0), "main") is forge.change(at(M0), "main")
    assert len(transport.asked) == 3


def test_a_redeploy_changes_nothing_and_asks_nothing(github: Making) -> None:
    forge, transport = github()
    change = forge.change(at(M1), "main")
    assert (change.kind, change.commits, change.merge_requests) == (ChangeKind.REDEPLOY, (), ())
    assert forge.files(change).files == ()
    assert transport.asked == []


def test_the_first_deployment_is_the_revision_itself(github: Making) -> None:
    forge, transport = github()
    change = forge.change(NOTHING, "main")
    assert (change.kind, change.base) == (ChangeKind.FIRST, "")
    assert [one.sha for one in change.commits] == [M1]
    assert [one.number for one in change.merge_requests] == [12]
    assert change.url == f"https://github.com/acme/app/commit/{M1}"
    assert [file.path for file in forge.files(change).files] == ["services/api/app.py"]
    assert len(transport.asked) == 2


def test_a_first_deployment_without_a_pull_request_has_the_files_of_its_commit(
    github: Making,
) -> None:
    forge, _ = github(
        {
            "Commits": graph(c0=commit(M1, M0, associatedPullRequests=page()), merged=page()),
            f"GET {HOME}/commits/{M1}": {"sha": M1, "files": [file_diff("direct.py")]},
        }
    )
    change = forge.change(NOTHING, "main")
    assert change.merge_requests == ()
    assert [file.path for file in forge.files(change).files] == ["direct.py"]


def test_a_rollback_undoes_what_the_baseline_has_on_top(github: Making) -> None:
    forge, transport = github(
        {
            f"GET {HOME}/compare/{M2}...{M1}": comparison("behind", M2, M1, files=[]),
            f"GET {HOME}/compare/{M1}...{M2}": comparison("ahead", M1, M1, C1, M2),
        }
    )
    change = forge.change(at(M2), "main")
    assert (change.kind, change.undone, change.commits) == (ChangeKind.ROLLBACK, (C1, M2), ())
    assert [file.path for file in forge.files(change).files] == ["services/api/app.py"]
    assert len(transport.asked) == 2


def test_rewritten_history_is_what_the_merge_base_does_not_have(github: Making) -> None:
    forge, _ = github(
        {
            f"GET {HOME}/compare/{M2}...{M1}": comparison(
                "diverged", M2, M0, M1, files=[file_diff("new.py")]
            ),
            f"GET {HOME}/compare/{M1}...{M2}": comparison(
                "diverged", M1, M0, M2, files=[file_diff("lost.py")]
            ),
        }
    )
    change = forge.change(at(M2), "main")
    assert (change.kind, change.base) == (ChangeKind.DIVERGED, M2)
    assert [one.sha for one in change.commits] == [M1]
    assert [file.path for file in forge.files(change).files] == ["new.py", "lost.py"]


@pytest.mark.parametrize("message", ["Not Found", "No common ancestor between the two"])
def test_a_baseline_that_is_gone_says_what_to_do(github: Making, message: str) -> None:
    gap = gap_of(lambda: changed_by(github, {FORWARD: Raw(404, {"message": message})}))
    assert gap.reason_code == "not-found"
    assert "pushes the deployed commit again" in gap.remedy


def test_a_comparison_that_fails_keeps_its_reason(github: Making) -> None:
    assert code_of(lambda: changed_by(github, {FORWARD: Raw(500, {})})) == "unavailable"


def test_a_commit_that_no_request_brought_stands_in_the_change(github: Making) -> None:
    change = changed_by(
        github,
        {
            FORWARD: comparison("ahead", M0, M0, X, M1),
            "Commits": graph(
                c0=commit(X, M0, associatedPullRequests=page()),
                c1=commit(M1, X, by_forge=True),
                merged=page(),
            ),
        },
    )
    assert [(one.sha, one.brought_by) for one in change.commits] == [(X, ()), (M1, (12,))]


def test_what_a_merge_brought_is_told_on_the_branch_and_in_the_request(github: Making) -> None:
    request = pull(commits=page(own(C1, M0), own(X, C1, M0)), reviews=page(review(oid=X)))
    change = changed_by(
        github,
        {
            FORWARD: comparison("ahead", M0, M0, C1, X, M1),
            "Commits": graph(
                c0=commit(C1, M0),
                c1=commit(X, C1, M0),
                c2=commit(M1, M0, X, by_forge=True),
                merged=page(),
            ),
            "MergeRequests": graph(p12=request),
            f"GET {HOME}/compare/{M0}...{C1}": comparison("ahead", M0, M0, C1, files=[file_diff()]),
            f"GET {HOME}/compare/{M0}...{X}": comparison(
                "ahead", M0, M0, C1, X, files=[file_diff()]
            ),
        },
    )
    assert [one.merge for one in change.commits] == [
        MergeKind.NONE,
        MergeKind.CLEAN,
        MergeKind.UNKNOWN,
    ]
    assert [one.merge for one in change.merge_requests[0].commits] == [
        MergeKind.NONE,
        MergeKind.CLEAN,
    ]


MANY = [file_diff(f"{number}.py") for number in range(300)]


def test_more_files_than_a_comparison_lists_are_taken_from_the_requests(github: Making) -> None:
    forge, _ = github({FORWARD: comparison("ahead", M0, M0, M1, files=MANY)})
    change = forge.change(at(M0), "main")
    assert [file.path for file in forge.files(change).files] == ["services/api/app.py"]


def test_and_are_missing_when_a_commit_came_without_one(github: Making) -> None:
    forge, _ = github(
        {
            FORWARD: comparison("ahead", M0, M0, M1, files=MANY),
            "Commits": graph(c0=commit(M1, M0, associatedPullRequests=page()), merged=page()),
        }
    )
    change = forge.change(at(M0), "main")
    gap = gap_of(lambda: forge.files(change))
    assert (gap.reason_code, gap.remedy) == ("too-large", "deploy in smaller steps")


def test_old_names_of_renamed_files_are_paths_of_the_request(github: Making) -> None:
    renamed = file_diff("new.py", status="renamed", previous_filename="old.py")
    request = pull(files=page(changed("new.py", changeType="RENAMED")))
    change = changed_by(
        github,
        {
            FORWARD: comparison("ahead", M0, M0, M1, files=[renamed]),
            "MergeRequests": graph(p12=request),
        },
    )
    assert change.merge_requests[0].paths == ("new.py", "old.py")


def test_two_requests_in_one_deploy_are_one_question(github: Making) -> None:
    forge, transport = github(
        {
            FORWARD: comparison("ahead", M0, M0, X, M1),
            "Commits": graph(
                c0=commit(X, M0, by_forge=True, associatedPullRequests=page(association(13))),
                c1=commit(M1, X, by_forge=True),
                merged=page(),
            ),
            "MergeRequests": graph(p12=pull(), p13=pull(13)),
        }
    )
    assert [one.number for one in forge.change(at(M0), "main").merge_requests] == [12, 13]
    assert len(transport.asked) == 3


def test_a_change_that_was_never_asked_for_has_no_files(github: Making) -> None:
    forge, _ = github()
    stranger = Change(kind=ChangeKind.FORWARD, base=C2, head=M1)
    assert code_of(lambda: forge.files(stranger)) == "not-gathered"
    forge.change(at(M0), "main")
    assert code_of(lambda: forge.files(stranger)) == "not-gathered"


def test_earlier_uses_of_a_rollback_are_asked_for_on_their_own(github: Making) -> None:
    forge, transport = github({"Commits": graph(merged=page(merged_node()))})
    change = forge.change(at(M1), "main")
    assert [use.reference for use in forge.earlier_uses(change, "main", ["CHG-7"]).uses] == ["#9"]
    assert [asked.path for asked in transport.asked] == ["Commits"]
