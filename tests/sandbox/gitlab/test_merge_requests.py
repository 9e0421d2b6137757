"""Merge requests, their versions, notes and approvals."""

from typing import Any

import pytest

from gate.sandbox.gitlab_rest.pushes import versions
from gate.sandbox.site import Site
from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, get, refusal

base = site_of(World.load(BASE))
rich = site_of(World.load(RICH))
GONE = "5c1f0e9b7a4d3c2b1a0f9e8d7c6b5a4938271605"
COMMITS: dict[str, Any] = {
    "m0": {"author": "ann", "at": "-10d"},
    "c1": {"author": "ben", "parents": ["m0"], "at": "-4d", "files": {"a": {"added": 1}}},
    "c2": {"author": "ben", "parents": ["c1"], "at": "-2d", "files": {"a": {"added": 2}}},
    "m1": {"author": "ann", "parents": ["m0", "c2"], "at": "-1d"},
}
MERGED: dict[str, Any] = {
    "author": "ben",
    "created": "-5d",
    "commits": ["c1", "c2"],
    "merged": {"by": "ann", "at": "-1d", "commit": "m1"},
}


def world_with(request: dict[str, Any] | None = None, **over: Any) -> Site:
    sections: dict[str, Any] = {"commits": COMMITS, "branches": {"main": "m1"}, **over}
    return site(pull_requests={1: {**MERGED, **(request or {})}}, **sections)


def heads(place: Site, number: int = 1) -> list[tuple[str, str]]:
    """Times and heads of the versions, oldest first."""
    found = get(place, f"/merge_requests/{number}/versions")
    assert [one["id"] for one in found] == sorted((one["id"] for one in found), reverse=True)
    return [(one["created_at"][5:16], one["head_commit_sha"]) for one in found[::-1]]


def notes(place: Site, query: str = "?sort=asc") -> list[tuple[str, str]]:
    """Authors and texts of GitLab's own notes."""
    found = get(place, f"/merge_requests/1/notes{query}", JOB)
    return [(n["author"]["username"], n["body"].split("\n")[0]) for n in found if n["system"]]


def approvers(place: Site) -> list[str]:
    found = get(place, "/merge_requests/1/approvals")["approved_by"]
    return [one["user"]["username"] for one in found]


def test_a_merge_commit_a_squash_and_a_rebase_land_under_their_own_fields() -> None:
    fields = ("sha", "merge_commit_sha", "squash_commit_sha")
    merge, squash, rebase = (
        tuple(get(place, "/merge_requests/1")[name] for name in fields)
        for place in (
            world_with(),
            world_with({"merged": {**MERGED["merged"], "method": "squash"}}),
            world_with(
                {"merged": {**MERGED["merged"], "method": "rebase", "commits": ["c1", "m1"]}}
            ),
        )
    )
    assert merge == (sha("c2"), sha("m1"), None)
    assert squash == (sha("c2"), None, sha("m1"))
    assert rebase == (sha("m1"), None, None)


def test_who_merged_is_whoever_put_it_on_the_train_where_the_merger_has_no_account() -> None:
    place = world_with(
        {
            "merged": {**MERGED["merged"], "by": "gone"},
            "merge_queue": {"by": "ann", "at": "-26h"},
        }
    )
    found = get(place, "/merge_requests/1")
    assert (found["merged_by"], found["merge_user"]["username"]) == (None, "ann-a")
    assert ("ann-a", "started a merge train") in notes(place)


def test_lists_can_be_narrowed_and_come_newest_first() -> None:
    def numbers(query: str) -> list[int]:
        return [one["iid"] for one in get(rich, f"/merge_requests{query}", JOB)]

    assert sorted(numbers("")) == [12, 13, 14, 15]
    assert numbers("?state=merged&order_by=updated_at&sort=desc") == [13, 12]
    assert numbers("?state=merged&order_by=updated_at&sort=asc") == [12, 13]
    assert sorted(numbers("?state=opened&target_branch=main")) == [14]
    assert numbers("?target_branch=other&state=closed") == [15]
    assert numbers("?source_branch=guide") == [13]
    assert numbers("?state=merged&updated_after=2026-11-25T12:30:00Z") == [13]
    assert numbers("?state=merged&updated_before=2026-11-25T12:30:00Z") == [12]
    assert len(numbers("?order_by=title")) == 4


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("state=none", "state does not have a valid value"),
        ("order_by=size", "order_by does not have a valid value"),
        ("sort=up", "sort does not have a valid value"),
        ("updated_after=yesterday", "updated_after is invalid"),
        ("updated_after=2026-11-25T12:30:00", "updated_after is invalid"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(query: str, error: str) -> None:
    assert refusal(rich, f"/projects/4242/merge_requests?{query}") == (400, {"error": error})


def test_a_merge_request_of_another_project_is_not_here() -> None:
    path = "/projects/4242/merge_requests/99"
    assert refusal(rich, path) == (404, {"message": "404 Not found"})


def test_one_by_itself_says_between_which_commits_it_is() -> None:
    found = get(base, "/merge_requests/12", JOB)
    assert found["diff_refs"] == {
        "base_sha": sha("m0"),
        "head_sha": sha("c2"),
        "start_sha": sha("m0"),
    }
    assert (found["state"], found["references"]["full"]) == ("merged", "acme/app!12")


def test_a_fork_and_a_closed_one_show_as_such() -> None:
    fork, closed = (get(rich, f"/merge_requests/{number}") for number in (13, 15))
    assert fork["source_project_id"] != fork["target_project_id"]
    assert fork["allow_collaboration"] is True
    assert (closed["state"], closed["closed_by"]["username"]) == ("closed", "ghost")


def test_its_commits_come_newest_first() -> None:
    found = get(base, "/merge_requests/12/commits")
    assert [one["id"] for one in found] == [sha("c2"), sha("c1")]


def test_it_closes_the_issues_that_exist() -> None:
    (issue,) = get(rich, "/merge_requests/12/closes_issues")
    assert issue["iid"] == 3


def test_each_push_makes_a_version() -> None:
    place = world_with()
    assert heads(place) == [("11-21T15:00", sha("c1")), ("11-23T15:00", sha("c2"))]
    newest, first = get(place, "/merge_requests/1/versions")
    assert newest["base_commit_sha"] == newest["start_commit_sha"] == sha("m0")
    assert newest["patch_id_sha"] != first["patch_id_sha"]


def test_commits_from_before_the_merge_request_are_its_first_version() -> None:
    assert heads(world_with({"created": "-3d"})) == [
        ("11-22T15:00", sha("c1")),
        ("11-23T15:00", sha("c2")),
    ]
    assert heads(world_with({"created": "-1d1h"})) == [("11-24T14:00", sha("c2"))]


def test_a_push_by_force_replaces_what_stood_there() -> None:
    push = {"at": "-30h", "by": "ann", "before": GONE, "after": "c2"}
    place = world_with({"force_pushes": {"f": push}})
    assert [head for _, head in heads(place)] == [sha("c1"), GONE, sha("c2")]
    assert heads(place)[-1] == ("11-24T09:00", sha("c2"))
    (pushed,) = [text for who, text in notes(place) if who == "ann-a"]
    assert pushed == "added 2 commits"


def test_what_a_push_by_force_brought_stood_there_after_it_alone() -> None:
    push = {"at": "-2d", "by": "ann", "before": GONE, "after": "c2"}
    assert [head for _, head in heads(world_with({"force_pushes": {"f": push}}))] == [
        sha("c1"),
        GONE,
        sha("c2"),
    ]


def test_a_push_by_force_onto_an_empty_branch_has_something_before_it() -> None:
    push = {"at": "-6d", "by": "ann", "before": GONE, "after": "c1"}
    found = heads(world_with({"force_pushes": {"f": push}}))
    assert [head for _, head in found] == [GONE, sha("c1"), sha("c2")]


def test_a_rebase_at_the_merge_leaves_the_digest_of_the_difference_as_it_is() -> None:
    commits = {
        **COMMITS,
        "n1": {"author": "ann", "parents": ["m0"], "at": "-3d", "files": {"b": {"added": 1}}},
        "r1": {"author": "ben", "parents": ["n1"], "at": "-1d", "files": {"a": {"added": 1}}},
        "r2": {"author": "ben", "parents": ["r1"], "at": "-1d", "files": {"a": {"added": 2}}},
        "m1": None,
    }
    merge = {**MERGED["merged"], "method": "rebase", "commit": "r2", "commits": ["r1", "r2"]}
    run = {"run": {"commit": "m0", "started_by": "ann"}}
    place = world_with({"merged": merge}, commits=commits, branches={"main": "r2"}, **run)
    found = get(place, "/merge_requests/1/versions")
    assert [one["head_commit_sha"] for one in found] == [sha("r2"), sha("c2"), sha("c1")]
    assert found[0]["patch_id_sha"] == found[1]["patch_id_sha"] != found[2]["patch_id_sha"]
    assert (found[0]["base_commit_sha"], found[2]["base_commit_sha"]) == (sha("n1"), sha("m0"))
    changed = {**commits, "r2": {**commits["r2"], "files": {"a": {"added": 3}}}}
    other = world_with({"merged": merge}, commits=changed, branches={"main": "r2"}, **run)
    found = get(other, "/merge_requests/1/versions")
    assert found[0]["patch_id_sha"] != found[1]["patch_id_sha"]


def test_a_merge_of_the_target_branch_brings_commits_that_exist_already() -> None:
    commits = {
        **COMMITS,
        "n1": {"author": "ann", "parents": ["m0"], "at": "-3d"},
        "n2": {"author": "ann", "parents": ["n1"], "at": "-3d"},
        "c2": {"author": "ben", "parents": ["c1", "n2"], "at": "-2d", "message": "<b>Merge"},
        "m1": {"author": "ann", "parents": ["n2", "c2"], "at": "-1d"},
    }
    (note,) = get(world_with(commits=commits), "/merge_requests/1/notes")
    assert note["body"].startswith("added 3 commits\n\n<ul><li>")
    short = f"{sha('c1')[:8]}...{sha('n2')[:8]}"
    assert f"<li>{short} - 2 commits from branch <code>main</code></li>" in note["body"]
    assert f"<li>{sha('c2')[:8]} - &lt;b&gt;Merge</li>" in note["body"]
    assert f"start_sha={sha('c1')})" in note["body"]
    commits["c2"]["parents"] = ["c1", "n1"]
    (note,) = get(world_with(commits=commits), "/merge_requests/1/notes")
    assert f"<li>{sha('n1')[:8]} - 1 commit from branch" in note["body"]


def test_a_push_that_only_takes_commits_away_has_no_note() -> None:
    push = {"at": "-30h", "by": "ann", "before": "c2", "after": "c1"}
    place = world_with({"commits": ["c1"], "force_pushes": {"f": push}})
    assert [head for _, head in heads(place)] == [sha("c1"), sha("c2"), sha("c1")]
    assert [text for _, text in notes(place)] == ["added 1 commit"]


def test_a_history_of_its_own_has_versions_without_a_base() -> None:
    commits = {**COMMITS, "x0": {"author": "ben", "at": "-4d"}}
    other = world_with({"commits": ["x0"]}, commits=commits)
    (version,) = get(other, "/merge_requests/1/versions")
    assert version["base_commit_sha"] == version["start_commit_sha"] == sha("m0")
    first = {"commits": ["m0"], "merged": {**MERGED["merged"], "commit": "m0"}}
    (version,) = get(world_with(first), "/merge_requests/1/versions")
    assert (version["base_commit_sha"], version["start_commit_sha"]) == (None, None)
    assert get(world_with(first), "/merge_requests/1")["diff_refs"]["start_sha"] is None


def test_a_branch_that_is_gone_has_no_tip() -> None:
    place = world_with({"state": "open", "merged": None, "base": "gone"})
    assert get(place, "/merge_requests/1/versions")[0]["start_commit_sha"] is None


def test_where_the_target_branch_was_is_told_by_what_had_landed() -> None:
    found = versions(rich.gitlab, rich.gitlab.merge_request("13"))
    starts = [one.start.name for one in found if one.start]
    assert (starts[0], starts[-1]) == ("m0", "m1")


def test_approvals_are_a_note_and_a_name() -> None:
    place = world_with({"reviews": {"r": {"by": "ann", "at": "-30h", "commit": "c2"}}})
    assert notes(place, "") == [
        ("ann-a", "approved this merge request"),
        ("ben-b", "added 1 commit"),
    ]
    assert approvers(place) == ["ann-a"]
    (given,) = get(place, "/merge_requests/1/approvals")["approved_by"]
    assert given["approved_at"] == "2026-11-24T09:00:00.000Z"
    old = world_with(
        {"reviews": {"r": {"by": "ann", "at": "-30h", "commit": "c2"}}},
        gitlab={"version": "17.11.2"},
    )
    assert "approved_at" not in get(old, "/merge_requests/1/approvals")["approved_by"][0]


@pytest.mark.parametrize("dismissed", [{"by": "ben", "at": "-29h"}, None])
def test_an_approval_that_is_taken_back_stands_no_more(dismissed: Any) -> None:
    review = {"by": "ann", "at": "-30h", "commit": "c2", "state": "dismissed"}
    place = world_with({"reviews": {"r": {**review, "dismissed": dismissed}}})
    assert notes(place)[1:] == [
        ("ann-a", "approved this merge request"),
        ("ann-a", "unapproved this merge request"),
    ]
    assert approvers(place) == []


def test_whoever_asks_for_changes_takes_the_own_approval_back() -> None:
    reviews = {
        "a": {"by": "ann", "at": "-30h", "commit": "c2"},
        "b": {"by": "ann", "at": "-29h", "commit": "c2", "state": "changes_requested"},
        "c": {"by": "ann", "at": "-28h", "commit": "c2", "state": "commented", "body": "Still."},
        "d": {"by": "robot", "at": "-28h", "commit": "c2", "state": "pending"},
    }
    place = world_with({"reviews": reviews})
    assert [text for _, text in notes(place)][1:] == [
        "approved this merge request",
        "requested changes",
    ]
    assert approvers(place) == []
    words = [n["body"] for n in get(place, "/merge_requests/1/notes") if not n["system"]]
    assert words == ["Still."]


def test_an_approval_is_given_once_and_only_by_those_who_may() -> None:
    reviews = {
        "a": {"by": "ann", "at": "-30h", "commit": "c2"},
        "b": {"by": "ann", "at": "-29h", "commit": "c2"},
        "c": {"by": "robot", "at": "-28h", "commit": "c2", "may_write": False},
        "d": {
            "by": "robot",
            "at": "-28h",
            "commit": "c2",
            "may_write": False,
            "state": "dismissed",
        },
    }
    place = world_with({"reviews": reviews})
    assert [text for _, text in notes(place)][1:] == ["approved this merge request"]
    assert approvers(place) == ["ann-a"]


@pytest.mark.parametrize(("tier", "left"), [("premium", []), ("free", ["ann-a"])])
def test_a_push_resets_approvals_where_the_project_says_so(tier: str, left: list[str]) -> None:
    review = {"by": "ann", "at": "-3d", "commit": "c1"}
    place = world_with(
        {"reviews": {"r": review}}, gitlab={"tier": tier, "reset_approvals_on_push": True}
    )
    assert approvers(place) == left
    text = "reset approvals from @ann-a by pushing to the branch"
    assert (("ben-b", text) in notes(place)) is (tier == "premium")


def test_rules_are_counted_on_premium() -> None:
    rules = {"two": {"required": 2}, "ben": {"people": ["ben"]}}
    review = {"by": "ann", "at": "-30h", "commit": "c2"}
    place = world_with({"reviews": {"r": review}}, gitlab={"approval_rules": rules})
    found = get(place, "/merge_requests/1/approvals")
    assert (found["approved"], found["approvals_required"], found["approvals_left"]) == (
        False,
        2,
        2,
    )
    assert [rule["name"] for rule in found["approval_rules_left"]] == ["two", "ben"]
    state = get(place, "/merge_requests/1/approval_state")["rules"]
    told = [(rule["name"], rule["rule_type"], rule["approved"]) for rule in state]
    assert told == [("two", "any_approver", False), ("ben", "regular", False)]
    assert [who["username"] for who in state[0]["approved_by"]] == ["ann-a"]
    assert [rule["approvals_required"] for rule in get(place, "/approval_rules")] == [2, 1]
    assert get(place, "/approvals")["reset_approvals_on_push"] is False
    assert [rule["name"] for rule in get(world_with(), "/approval_rules")] == ["All Members"]


def state_of(**site_: Any) -> tuple[bool, list[tuple[str, int, bool]]]:
    review = {"by": "ann", "at": "-30h", "commit": "c2"}
    found = get(
        world_with({"reviews": {"r": review}}, gitlab=site_),
        "/merge_requests/1/approval_state",
    )
    told = [(one["name"], one["approvals_required"], one["overridden"]) for one in found["rules"]]
    return found["approval_rules_overwritten"], told


def test_a_merge_request_has_the_projects_rules_copied_or_its_own_where_it_may() -> None:
    rules = {"two": {"required": 2}, "ben": {"people": ["ben"]}}
    own = {"1": {"two": {"required": 1}}}
    copied = [("two", 2, False), ("ben", 1, False)]
    assert state_of(approval_rules=rules) == (True, copied)
    assert state_of(approval_rules=rules, own_rules=own) == (True, [("two", 1, True)])
    assert state_of(approval_rules=rules, own_rules=own, may_edit_rules=False) == (False, copied)
    place = world_with(gitlab={"approval_rules": rules, "may_edit_rules": False})
    assert get(place, "/approvals")["disable_overriding_approvers_per_merge_request"] is True


def test_before_the_merge_only_rules_that_somebody_wrote_are_a_merge_requests_own() -> None:
    path = "/merge_requests/1/approval_state"
    still_open: dict[str, Any] = {"merged": None, "state": "open"}
    assert get(world_with(still_open), path)["approval_rules_overwritten"] is False
    written = {"own_rules": {"1": {"x": {"required": 1}}}}
    place = world_with(still_open, gitlab=written)
    assert get(place, path)["approval_rules_overwritten"] is True


def test_free_has_no_rules_and_the_community_edition_not_even_the_route() -> None:
    review = {"by": "ann", "at": "-30h", "commit": "c2"}
    free = world_with({"reviews": {"r": review}}, gitlab={"tier": "free"})
    community = world_with({"reviews": {"r": review}}, gitlab={"tier": "free", "edition": "ce"})
    assert get(free, "/merge_requests/1/approval_state")["rules"] == []
    for path in ("/approvals", "/approval_rules"):
        assert refusal(free, f"/projects/4242{path}") == (404, {"message": "404 Not found"})
    assert get(free, "/merge_requests/1/approvals")["approved"] is True
    state = refusal(community, "/projects/4242/merge_requests/1/approval_state")
    assert state == (404, {"error": "404 Not Found"})
    found = get(community, "/merge_requests/1/approvals")
    assert (found["approved"], "iid" in found) == (True, False)
