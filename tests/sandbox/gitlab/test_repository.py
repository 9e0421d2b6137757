"""Commits, comparisons, branches, tags, files, the project and its people."""

import base64
import hashlib
from typing import Any

import pytest

from gate.sandbox.differences import blob_sha
from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, ask, get, refusal

base = site_of(World.load(BASE))
rich = site_of(World.load(RICH))
REPOSITORY = "/projects/4242/repository"


def compare(place: Any, query: str) -> Any:
    return get(place, f"/repository/compare?{query}")


def diff_of(change: dict[str, Any]) -> Any:
    commits = {
        "m0": {"author": "ann", "at": "-10d"},
        "c1": {"author": "ann", "parents": ["m0"], "files": {"a.txt": change}},
    }
    found = compare(site(commits=commits), f"from={sha('m0')}&to={sha('c1')}")
    (diff,) = found["diffs"]
    return diff


def test_a_commit_names_people_as_git_does() -> None:
    found = get(rich, f"/repository/commits/{sha('d2')}", JOB)
    assert (found["title"], found["author_email"]) == ("Rename the notes", "carol@acme.example")
    assert "Co-authored-by: Bob Okafor <bob@acme.example>" in found["message"]
    assert found["parent_ids"] == [sha("d1")]
    assert found["stats"]["total"] == found["stats"]["additions"] + found["stats"]["deletions"]
    assert (found["last_pipeline"], found["status"]) == (None, None)


def test_what_the_server_committed_is_signed_by_it() -> None:
    found = get(rich, f"/repository/commits/{sha('m1')}")
    assert (found["committer_name"], found["committer_email"]) == ("GitLab", "noreply@127.0.0.1")
    signature = get(rich, f"/repository/commits/{sha('m1')}/signature")
    assert signature["verification_status"] == "verified_system"
    personal = get(rich, f"/repository/commits/{sha('d1')}/signature")
    assert personal["gpg_key_user_email"] == "carol@acme.example"
    path = f"{REPOSITORY}/commits/{sha('c1')}/signature"
    assert refusal(rich, path) == (404, {"message": "404 Signature Not Found"})


def test_the_newest_pipeline_of_a_commit_stands_with_it() -> None:
    found = get(base, "/repository/commits/main", JOB)
    assert (found["id"], found["last_pipeline"]["id"]) == (sha("m1"), 7001)


def test_an_address_is_made_up_where_somebody_gave_none() -> None:
    found = get(site(commits={"m0": {"author": "ben"}}), "/repository/commits/main")
    assert found["author_email"] == "2-ben-b@users.noreply.127.0.0.1"


def test_a_commit_that_is_not_there_is_not_found() -> None:
    for part in ("", "/diff", "/merge_requests"):
        path = f"{REPOSITORY}/commits/{'0' * 40}{part}"
        assert refusal(rich, path) == (404, {"message": "404 Commit Not Found"})


def test_a_commit_knows_the_merge_requests_that_brought_it() -> None:
    def of(commit: str, query: str = "") -> list[int]:
        path = f"/repository/commits/{sha(commit)}/merge_requests{query}"
        return [one["iid"] for one in get(rich, path, JOB)]

    assert of("c1") == of("m1") == [12]
    assert of("m2") == [13]
    assert of("p1") == []
    assert (of("q1"), of("q1", "?state=merged"), of("q1", "?state=opened")) == ([14], [], [14])
    # A world may say otherwise; but those of other projects are never told.
    assert of("e1") == [12]


def test_before_18_2_merge_requests_of_a_commit_had_no_state_filter() -> None:
    commits = {"m0": {"author": "ann"}, "c1": {"author": "ben", "parents": ["m0"]}}
    request = {"author": "ben", "state": "open", "commits": ["c1"]}
    place = site(commits=commits, pull_requests={1: request}, gitlab={"version": "18.1"})
    path = f"/repository/commits/{sha('c1')}/merge_requests?state=merged"
    assert [one["iid"] for one in get(place, path)] == [1]


def test_a_comparison_starts_at_the_merge_base_unless_it_is_straight() -> None:
    found = compare(rich, "from=main&to=guide")
    assert [commit["id"] for commit in found["commits"]] == [sha(f"d{n}") for n in range(1, 5)]
    assert found["commit"]["id"] == sha("d4")
    paths = {one["new_path"] for one in found["diffs"]}
    assert "ops/run.sh" not in paths
    straight = compare(rich, "from=main&to=guide&straight=true")
    assert {one["new_path"] for one in straight["diffs"]} - paths == {"ops/run.sh"}
    assert (found["compare_timeout"], found["compare_same_ref"]) == (False, False)


def test_a_comparison_with_itself_and_with_another_history() -> None:
    same = compare(rich, "from=main&to=main")
    assert (same["commits"], same["commit"], same["compare_same_ref"]) == ([], None, True)
    unrelated = compare(rich, "from=main&to=other")
    assert [one["id"] for one in unrelated["commits"]] == [sha("x0")]
    assert unrelated["diffs"] == []


def test_a_comparison_needs_two_revisions_that_exist() -> None:
    assert refusal(rich, f"{REPOSITORY}/compare") == (
        400,
        {"error": "from is missing, to is missing"},
    )
    path = f"{REPOSITORY}/compare?from=main&to=none"
    assert refusal(rich, path) == (404, {"message": "404 Ref Not Found"})


def test_a_merge_base_is_the_best_common_ancestor() -> None:
    path = "/repository/merge_base?refs[]={}&refs[]={}"
    assert get(rich, path.format("main", "guide"))["id"] == sha("m1")
    assert get(rich, "/repository/merge_base?refs=main,guide,feature")["id"] == sha("c2")
    none = f"/projects/4242{path}"
    assert refusal(rich, none.format("main", "other")) == (
        404,
        {"message": "404 Merge Base Not Found"},
    )
    assert refusal(rich, none.format("main", "gone")) == (
        400,
        {"message": "Could not find ref: gone"},
    )
    assert refusal(rich, none.format("a", "gone"))[1]["message"].startswith("Could not find refs")
    assert refusal(rich, f"{REPOSITORY}/merge_base?refs[]=main")[0] == 400


def test_a_difference_says_what_happened_to_a_file() -> None:
    found = {one["new_path"]: one for one in get(rich, f"/repository/commits/{sha('d2')}/diff")}
    renamed = found["docs/how-to.md"]
    assert (renamed["old_path"], renamed["renamed_file"]) == ("docs/notes.md", True)
    logo, old = found["web/logo.png"], found["services/web/old.py"]
    assert logo["diff"] == "Binary files a/web/logo.png and b/web/logo.png differ\n"
    assert (logo["new_file"], logo["a_mode"]) == (True, "0")
    assert (old["deleted_file"], old["b_mode"]) == (True, "0")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"added": 10}, (False, False)),
        ({"added": 1, "patch": "@@ -0,0 +1 @@\n+" + "x" * 21_000}, (True, False)),
        ({"added": 1, "patch": "@@ -0,0 +1 @@\n+" + "x" * 210_000}, (False, True)),
        ({"added": 4000}, (False, True)),
    ],
)
def test_a_long_difference_is_collapsed_and_a_longer_one_too_large(
    change: dict[str, Any], told: Any
) -> None:
    diff = diff_of(change)
    assert (diff["collapsed"], diff["too_large"]) == told
    assert bool(diff["diff"]) is not any(told)


def test_a_renamed_file_has_no_text() -> None:
    diff = diff_of({"status": "renamed", "previous": "old.txt"})
    assert (diff["diff"], diff["too_large"], diff["renamed_file"]) == ("", False, True)


def test_many_files_are_collapsed_and_very_many_end_the_list() -> None:
    def files(count: int) -> Any:
        changes = {f"f{number:04}": {"added": 1} for number in range(count)}
        commits = {
            "m0": {"author": "ann"},
            "c1": {"author": "ann", "parents": ["m0"], "files": changes},
        }
        return compare(site(commits=commits), f"from={sha('m0')}&to={sha('c1')}")

    some = files(120)
    assert [one["collapsed"] for one in some["diffs"]] == [False] * 100 + [True] * 20
    assert some["compare_timeout"] is False
    many = files(1010)
    assert (len(many["diffs"]), many["compare_timeout"]) == (1000, True)


def test_branches_are_found_by_their_beginning_end_or_middle() -> None:
    def names(search: str) -> list[str]:
        query = f"?search={search}" if search else ""
        return [one["name"] for one in get(rich, f"/repository/branches{query}", JOB)]

    assert names("") == sorted(rich.world.branches)
    assert (names("^MA"), names("de$"), names("the")) == (["main"], ["guide"], ["other"])


def test_a_branch_says_whether_it_is_protected_and_the_default() -> None:
    main, feature = (get(rich, f"/repository/branches/{name}") for name in ("main", "feature"))
    assert (main["protected"], main["default"], main["merged"]) == (True, True, False)
    assert (feature["protected"], feature["default"], feature["merged"]) == (False, False, True)
    assert get(rich, "/repository/branches/open%2Fbranch")["commit"]["id"] == sha("q1")
    assert refusal(rich, f"{REPOSITORY}/branches/none") == (
        404,
        {"message": "404 Branch Not Found"},
    )


def test_tags_are_named_with_what_they_point_to() -> None:
    assert [one["name"] for one in get(rich, "/repository/tags", JOB)] == ["v1.1.0", "v1.0.0"]
    assert get(rich, "/repository/tags/v1.1.0")["commit"]["id"] == sha("p1")
    assert refusal(rich, f"{REPOSITORY}/tags/none") == (404, {"message": "404 Tag Not Found"})


def test_protection_of_branches_has_more_to_it_on_premium() -> None:
    (found,) = get(rich, "/protected_branches")
    assert get(rich, "/protected_branches/main") == found
    assert found["code_owner_approval_required"] is False
    (free,) = get(site(gitlab={"tier": "free"}), "/protected_branches")
    assert "code_owner_approval_required" not in free
    assert refusal(rich, "/projects/4242/protected_branches/guide")[0] == 404


def test_a_file_comes_raw_with_its_own_hash() -> None:
    path = f"{REPOSITORY}/files/.github%2Fchange-policy.yml"
    response = ask(rich, f"{path}/raw?ref=HEAD", JOB)
    text = rich.world.policy or ""
    assert response.body.decode() == text
    assert response.headers["X-Gitlab-Blob-Id"] == blob_sha(text)
    assert response.headers["X-Gitlab-Commit-Id"] == sha("p1")
    assert response.headers["X-Gitlab-Content-Sha256"] == hashlib.sha256(response.body).hexdigest()
    found = ask(rich, f"{path}?ref=guide").json()
    assert base64.b64decode(found["content"]) == b"version: 2\n"
    assert (found["file_name"], found["size"]) == ("change-policy.yml", 11)


@pytest.mark.parametrize(
    ("path", "message"),
    [("none/raw", "404 File Not Found"), ("none?ref=none", "404 Commit Not Found")],
)
def test_a_file_that_is_not_there_is_not_found(path: str, message: str) -> None:
    assert refusal(rich, f"{REPOSITORY}/files/{path}") == (404, {"message": message})


def test_the_project_says_how_it_merges() -> None:
    found = get(rich, "")
    assert (found["path_with_namespace"], found["visibility"]) == ("acme/app", "private")
    assert found["only_allow_merge_if_pipeline_succeeds"] is True
    assert get(site(repository={"private": False}), "")["visibility"] == "public"


def test_members_are_everybody_with_an_account_and_of_a_group_its_people() -> None:
    everybody = {one["username"] for one in get(rich, "/members/all?per_page=100")}
    assert {"alice-ng", "frank-o"} < everybody
    assert "" not in everybody
    people = ask(rich, "/groups/ACME%2Feverybody/members/all?per_page=2")
    assert [one["username"] for one in people.json()] == ["alice-ng", "bokafor"]
    assert people.json()[0]["membership_state"] == "active"
    assert people.headers["X-Next-Page"] == "2"
    assert refusal(rich, "/groups/none/members/all") == (404, {"message": "404 Group Not Found"})
    community = site(gitlab={"tier": "free", "edition": "ce"})
    assert "membership_state" not in get(community, "/members/all")[0]


def test_a_token_belongs_to_a_machine_and_the_server_knows_its_version() -> None:
    assert ask(rich, "/user").json()["username"].startswith("project_4242_bot_")
    assert ask(rich, "/version").json()["version"] == "18.5-ee"


def test_machines_are_called_as_gitlab_calls_them_unless_the_world_says_otherwise() -> None:
    accounts = {"robot": {"gitlab": "renovate"}, "ann": {"gitlab": "ann.gl", "id": 0}}
    place = site(accounts=accounts, run={"started_by": "ann"})
    gitlab = place.gitlab
    assert gitlab.username(place.world.accounts["robot"]) == "renovate"
    assert ask(place, "/job", JOB).json()["user"]["username"] == "ann.gl"
    assert gitlab.username(place.world.accounts["gone"]) == ""
    assert gitlab.user_id(place.world.accounts["ann"]) > 1_000_000
