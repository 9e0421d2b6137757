"""GitHub's REST interface; that the shapes are GitHub's own is held by tests/contract."""

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, HOST, RICH, ask, rest, site, site_of

HOME = "/github/repos/acme/app"
BOTH = {"base": site_of(World.load(BASE)), "rich": site_of(World.load(RICH))}
rich = BOTH["rich"]


def status(place: Any, path: str, **more: Any) -> int:
    return ask(place, path, **more).status


def test_without_a_living_token_nothing_is_told() -> None:
    assert ask(site(), HOME, authorization=None).json()["message"] == "Requires authentication"
    dead = ask(site(token={"dead": True}), HOME)
    assert (dead.status, dead.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("metadata", ""),
        ("contents", "/branches/main"),
        ("contents", "/compare/main...main"),
        ("contents", "/commits/main"),
        ("checks", "/commits/main/check-runs"),
        ("statuses", "/commits/main/status"),
        ("pull-requests", "/commits/main/pulls"),
        ("actions", "/actions/runs/7001"),
        ("deployments", "/deployments"),
        ("issues", "/issues/1"),
    ],
)
def test_a_permission_that_the_token_lacks_is_named(permission: str, path: str) -> None:
    response = ask(site(token={"lacks": [permission]}), f"{HOME}{path}")
    assert (response.status, response.json()["message"]) == (
        403,
        "Resource not accessible by integration",
    )
    accepted = f"{permission.replace('-', '_')}=read"
    assert response.headers["X-Accepted-GitHub-Permissions"] == accepted


def test_only_a_team_token_reads_members() -> None:
    path = "/github/orgs/acme/teams/everybody/members?per_page=5"
    assert status(rich, path) == 403
    page = ask(rich, path, authorization="token sandbox-team-token")
    assert [member["login"] for member in page.json()][:2] == ["alice-ng", "bokafor"]
    assert 'page=2>; rel="next"' in page.headers["Link"]
    none = "/github/orgs/acme/teams/none/members"
    assert status(rich, none, authorization="token sandbox-team-token") == 404


def test_every_answer_tells_the_rate_limit() -> None:
    headers = ask(site(), HOME).headers
    assert int(headers["X-RateLimit-Remaining"]) < int(headers["X-RateLimit-Limit"])
    assert int(headers["X-RateLimit-Reset"]) % 3600 == 0


@pytest.mark.parametrize(
    "path",
    [
        "/github/nothing",
        "/github/repos/acme/other",
        f"{HOME}/branches/none",
        f"{HOME}/git/ref/heads/none",
        f"{HOME}/contents/none",
        f"{HOME}/contents/README.md?ref=none",
        f"{HOME}/git/blobs/{'0' * 40}",
        f"{HOME}/compare/main...none",
        f"{HOME}/compare/main",
        f"{HOME}/compare/main...other",
        f"{HOME}/actions/runs/1",
        f"{HOME}/actions/runs/x/attempts/1",
        f"{HOME}/actions/runs/7001/attempts/3",
        f"{HOME}/actions/runs/1/approvals",
        f"{HOME}/actions/runs/1/jobs",
        f"{HOME}/actions/runs/1/artifacts",
        f"{HOME}/actions/artifacts/1/zip",
        f"{HOME}/deployments/1/statuses",
        f"{HOME}/issues/404",
        f"{HOME}/issues/404/timeline",
        f"{HOME}/pulls/404/files",
        f"{HOME}/environments/none",
    ],
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    response = ask(rich, path)
    assert (response.status, response.json()["message"]) == (404, "Not Found")


@pytest.mark.parametrize("part", ["", "/check-runs", "/status", "/pulls"])
def test_a_commit_that_is_not_there_is_unprocessable(part: str) -> None:
    response = ask(rich, f"{HOME}/commits/{'0' * 40}{part}")
    message = f"No commit found for SHA: {'0' * 40}"
    assert (response.status, response.json()["message"]) == (422, message)
    assert rest(rich, f"/commits/{'0' * 40}/statuses") == []


def test_names_of_repositories_ignore_case() -> None:
    assert status(rich, "/github/repos/ACME/App") == 200


def test_the_policy_is_a_file_of_the_default_branch() -> None:
    found = rest(rich, "/contents/.github/change-policy.yml?ref=main")
    text = base64.b64decode(found["content"]).decode()
    assert text == rich.world.policy
    assert (found["name"], found["size"]) == ("change-policy.yml", len(text))
    blob = rest(rich, f"/git/blobs/{found['sha']}")
    assert base64.b64decode(blob["content"]).decode() == text
    there = rest(rich, "/contents/.github%2Fchange-policy.yml?ref=guide")
    assert base64.b64decode(there["content"]) == b"version: 2\n"
    assert status(site(), f"{HOME}/contents/.github/change-policy.yml") == 404


def test_a_comparison_has_three_dots() -> None:
    found = rest(rich, "/compare/main...guide")
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 4, 2)
    assert found["merge_base_commit"]["sha"] == sha("m1")
    assert [commit["sha"] for commit in found["commits"]] == [sha(f"d{n}") for n in range(1, 5)]
    assert {file["filename"]: file["status"] for file in found["files"]} == {
        ".github/change-policy.yml": "modified",
        "docs/how-to.md": "added",
        "requirements.txt": "modified",
        "services/web/old.py": "removed",
        "web/logo.png": "added",
    }
    assert "patch" not in next(f for f in found["files"] if f["filename"] == "web/logo.png")


def test_commits_of_a_comparison_come_in_pages_and_files_only_on_the_first() -> None:
    first = ask(rich, f"{HOME}/compare/main...guide?per_page=3")
    second = ask(rich, f"{HOME}/compare/main...guide?per_page=3&page=2")
    assert [len(page.json()["commits"]) for page in (first, second)] == [3, 1]
    assert [bool(page.json()["files"]) for page in (first, second)] == [True, False]
    assert first.json()["total_commits"] == second.json()["total_commits"] == 4
    assert first.headers["Link"] == (
        f'<{HOST}{HOME}/compare/main...guide?per_page=3&page=2>; rel="next", '
        f'<{HOST}{HOME}/compare/main...guide?per_page=3&page=2>; rel="last"'
    )
    assert second.headers["Link"].count('rel="prev"') == second.headers["Link"].count('rel="first"')


def test_no_more_than_250_commits_and_300_files_come_without_pages() -> None:
    commits: dict[str, Any] = {
        f"c{n}": {"author": "ann", "parents": [f"c{n - 1}" if n else "m0"], "at": "-1d"}
        for n in range(260)
    }
    commits["c5"]["files"] = {f"f{n}": {"added": 1} for n in range(310)}
    found = rest(site(commits=commits, branches={"main": "c259"}), f"/compare/{sha('m0')}...main")
    assert (found["total_commits"], len(found["commits"]), len(found["files"])) == (260, 250, 300)


def test_a_commit_shows_people_signature_and_files() -> None:
    web, bare = rest(rich, f"/commits/{sha('d3')}"), rest(rich, f"/commits/{sha('d4')}")
    assert (web["committer"]["login"], web["commit"]["verification"]["verified"]) == (
        "web-flow",
        True,
    )
    assert len(web["parents"]) == 2
    assert (bare["committer"], bare["commit"]["verification"]["reason"]) == (None, "unsigned")
    assert (bare["author"]["type"], bare["author"]["login"]) == ("Bot", "dependabot[bot]")
    renamed = rest(rich, f"/commits/{sha('d2')}")
    assert renamed["commit"]["message"] == (
        "Rename the notes\n\nThey are a guide now.\n\nCo-authored-by: Bob Okafor <bob@acme.example>\n"
        "Co-authored-by: Ghost <ghost@nowhere.example>"
    )
    first = renamed["files"][0]
    assert (first["previous_filename"], first["status"]) == ("docs/notes.md", "renamed")
    assert renamed["stats"] == {"additions": 1, "deletions": 12, "total": 13}


def test_addresses_and_names_are_made_up_where_the_world_has_none() -> None:
    some = site(commits={"m0": {"author": "ben"}})
    author = rest(some, "/commits/main")["commit"]["author"]
    assert (author["name"], author["email"]) == ("ben-b", "2+ben-b@users.noreply.github.com")


def test_check_runs_are_the_newest_of_their_name_in_each_suite() -> None:
    path = f"/commits/{sha('p1')}/check-runs?per_page=100"
    names = [check["name"] for check in rest(rich, path)["check_runs"]]
    assert names.count("unit") == 1
    assert "gate" in names
    everything = rest(rich, f"{path}&filter=all")["check_runs"]
    units = [check["conclusion"] for check in everything if check["name"] == "unit"]
    assert sorted(units) == ["failure", "success"]
    only = rest(rich, f"{path}&check_name=unit&status=completed")
    assert [check["conclusion"] for check in only["check_runs"]] == ["failure"]


def test_check_runs_come_in_pages_with_their_total() -> None:
    path = f"{HOME}/commits/{sha('p1')}/check-runs"
    first = ask(rich, path)
    assert len(first.json()["check_runs"]) == 30
    assert first.json()["total_count"] == 44
    assert 'rel="next"' in first.headers["Link"]
    beyond = ask(rich, f"{path}?page=9")
    assert beyond.json()["check_runs"] == []
    assert 'page=2>; rel="prev"' in beyond.headers["Link"]


def test_what_has_not_ended_has_no_conclusion() -> None:
    checks = rest(rich, f"/commits/{sha('p1')}/check-runs?per_page=100")["check_runs"]
    found = {check["name"]: check for check in checks}
    for name in ("slow", "queued", "gate"):
        assert (found[name]["conclusion"], found[name]["completed_at"]) == (None, None)
    assert found["queued"]["started_at"] is None
    assert f"/actions/runs/7001/job/{found['gate']['id']}" in found["gate"]["details_url"]


def test_the_gates_own_job_can_be_left_out() -> None:
    assert rest(site(run={"job": ""}), "/commits/main/check-runs")["total_count"] == 0


def test_statuses_combine_to_the_worst() -> None:
    combined = rest(rich, f"/commits/{sha('p1')}/status")
    assert (combined["state"], combined["total_count"]) == ("failure", 2)
    assert len(rest(rich, f"/commits/{sha('p1')}/statuses")) == 3
    assert rest(rich, f"/commits/{sha('m0')}/status")["state"] == "pending"
    good = site(statuses={"ci": {"commit": "m0"}})
    assert rest(good, "/commits/main/status")["state"] == "success"


def test_a_commit_names_the_pull_requests_that_brought_it() -> None:
    def numbers(commit: str) -> list[int]:
        return [pull["number"] for pull in rest(rich, f"/commits/{sha(commit)}/pulls")]

    assert [numbers(name) for name in ("c1", "m1", "d2", "m2", "p1")] == [
        [12],
        [12],
        [13],
        [13],
        [],
    ]
    assert numbers("q1") == [14]
    assert numbers("e1") == [12, 99]
    closed, foreign = (
        rest(rich, f"/commits/{sha('x0')}/pulls"),
        rest(rich, f"/commits/{sha('e1')}/pulls"),
    )
    assert (closed[0]["state"], closed[0]["merged_at"]) == ("closed", None)
    assert foreign[1]["html_url"] == "https://github.com/acme/other/pull/99"


def test_an_open_pull_request_is_not_named_once_its_commit_is_on_the_default_branch() -> None:
    pull = {"author": "ann", "state": "open", "commits": ["m0"]}
    assert rest(site(pull_requests={1: pull}), f"/commits/{sha('m0')}/pulls") == []


def test_a_run_has_an_actor_and_whoever_started_it_again() -> None:
    now, first = rest(rich, "/actions/runs/7001"), rest(rich, "/actions/runs/7001/attempts/1")
    assert (now["actor"]["login"], now["triggering_actor"]["login"]) == ("dave-k", "cdiaz")
    assert (now["run_attempt"], now["status"], now["conclusion"]) == (2, "in_progress", None)
    assert first["triggering_actor"]["login"] == "dave-k"
    assert (first["status"], first["conclusion"]) == ("completed", "success")
    assert now["previous_attempt_url"].endswith("/attempts/1")


def test_earlier_runs_are_known_from_deployments_and_evidence() -> None:
    assert rest(rich, "/actions/runs/5001")["actor"]["login"] == "dave-k"
    assert rest(rich, "/actions/runs/5002")["head_sha"] == sha("m1")
    gone = site(run={"commit": "9" * 40})
    run = rest(gone, "/actions/runs/7001")
    assert (run["head_commit"], run["display_title"]) == (None, "Deploy")


def test_approvals_have_neither_time_nor_attempt() -> None:
    found = rest(rich, "/actions/runs/7001/approvals")
    shown = [
        (item["user"]["login"], item["state"], item["environments"][0]["name"]) for item in found
    ]
    assert shown == [("cdiaz", "approved", "production"), ("alice-ng", "rejected", "staging")]
    assert found[0].keys() == {"user", "state", "comment", "environments"}


def test_jobs_of_a_run_are_its_check_runs() -> None:
    names = [job["name"] for job in rest(rich, "/actions/runs/7001/attempts/2/jobs")["jobs"]]
    assert names == ["gate"]


def test_evidence_of_an_earlier_run_is_an_artifact() -> None:
    (listed,) = rest(rich, "/actions/runs/5000/artifacts")["artifacts"]
    assert listed["name"] == "change-gate-evidence-5000-1-production"
    assert rest(rich, "/actions/runs/5000/artifacts?name=other")["total_count"] == 0
    redirect = ask(rich, f"{HOME}/actions/artifacts/{listed['id']}/zip")
    address = redirect.headers["Location"]
    assert (redirect.status, address.startswith("http://localhost:8080/storage/")) == (302, True)
    path = address.removeprefix("http://localhost:8080")
    assert status(rich, path) == 400
    packed = ask(rich, path, authorization=None)
    with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
        decision = json.loads(archive.read("decision.json"))
    assert (decision["verdict"], decision["run"]["revision"]) == ("allow", sha("m0"))
    assert len(packed.body) == listed["size_in_bytes"]
    assert status(rich, "/storage/artifacts/1.zip?sig=once", authorization=None) == 404


def test_evidence_may_be_anything_and_may_have_expired() -> None:
    def decision(run: int) -> bytes:
        (listed,) = rest(rich, f"/actions/runs/{run}/artifacts")["artifacts"]
        path = f"/storage/artifacts/{listed['id']}.zip?sig=once"
        with zipfile.ZipFile(io.BytesIO(ask(rich, path, authorization=None).body)) as archive:
            return archive.read("decision.json")

    assert json.loads(decision(5001)) == {"verdict": "block"}
    assert decision(5002) == b"not JSON"
    (expired,) = rest(rich, "/actions/runs/5002/artifacts")["artifacts"]
    assert expired["expired"] is True
    response = ask(rich, f"{HOME}/actions/artifacts/{expired['id']}/zip")
    assert (response.status, response.json()["message"]) == (410, "Artifact has expired")


def test_deployments_are_listed_newest_first_and_by_environment() -> None:
    assert [item["id"] for item in rest(rich, "/deployments")][:2] == [901, 900]
    found = rest(rich, "/deployments?environment=staging&task=migrate&ref=v1.0.0")
    assert [item["id"] for item in found] == [901]
    assert rest(rich, "/deployments?task=none&environment=none&sha=none&ref=none")[0]["id"] == 901
    statuses = rest(rich, "/deployments/900/statuses")
    assert [item["state"] for item in statuses] == ["success", "in_progress"]
    assert "/actions/runs/5000/" in statuses[0]["log_url"]
    assert rest(rich, "/deployments")[-1]["creator"] is None


def test_references_are_found_exactly_or_by_their_beginning() -> None:
    assert rest(rich, "/git/ref/heads/open/branch")["object"]["sha"] == sha("q1")
    found = [item["ref"] for item in rest(rich, "/git/matching-refs/tags/v1")]
    assert found == ["refs/tags/v1.0.0", "refs/tags/v1.1.0"]


def test_a_branch_tells_whether_it_is_protected_and_by_what() -> None:
    main, other = rest(rich, "/branches/main"), rest(rich, "/branches/open%2Fbranch")
    assert (main["protected"], other["protected"]) == (True, False)
    assert main["protection"]["required_status_checks"]["contexts"] == ["unit"]
    assert [rule["type"] for rule in rest(rich, "/rules/branches/main")] == [
        "deletion",
        "non_fast_forward",
        "pull_request",
        "required_status_checks",
    ]
    assert rest(rich, "/rules/branches/guide") == []
    open_ = site(repository={"protected": False})
    assert rest(open_, "/branches/main")["protected"] is False
    assert len(rest(BOTH["base"], "/rules/branches/main")) == 3


def test_environments_tell_their_reviewers() -> None:
    found = rest(rich, "/environments")
    assert (found["total_count"], found["environments"][1]["protection_rules"]) == (2, [])
    (rule,) = rest(rich, "/environments/production")["protection_rules"]
    assert [item["reviewer"]["login"] for item in rule["reviewers"]] == ["alice-ng", "cdiaz"]
    assert rest(rich, "/environments/production")["can_admins_bypass"] is False


def test_an_issue_has_a_timeline_without_the_edits_of_its_text() -> None:
    found = rest(rich, "/issues/3")
    assert (found["state"], found["state_reason"], found["type"]["name"]) == (
        "closed",
        "not_planned",
        "Change",
    )
    assert found["closed_by"]["login"] == "alice-ng"
    events = rest(rich, "/issues/3/timeline")
    assert [event["event"] for event in events] == [
        "transferred",
        "labeled",
        "unlabeled",
        "renamed",
        "reopened",
        "closed",
    ]
    assert events[3]["rename"] == {"from": "Old", "to": "A change"}
    assert events[4]["actor"]["login"] == "ghost"


def test_issues_of_other_repositories_can_be_read() -> None:
    found = ask(rich, "/github/repos/acme/tickets/issues/5").json()
    assert (found["title"], found["user"], "type" in found) == ("Elsewhere", None, False)
    closed = ask(rich, "/github/repos/acme/tickets/issues/6").json()
    assert (closed["closed_by"], closed["closed_at"]) == (None, closed["created_at"])


def test_a_pull_request_is_an_issue_as_well() -> None:
    found = rest(rich, "/issues/14")
    assert found["pull_request"]["html_url"] == "https://github.com/acme/app/pull/14"
    assert rest(rich, "/issues/14/timeline") == []


@pytest.mark.parametrize(
    ("number", "paths"),
    [
        (12, ["services/api/payments.py", "services/api/tests/test_payments.py"]),
        (14, ["services/api/limits.py"]),
    ],
)
def test_files_of_a_pull_request_are_those_since_its_base(number: int, paths: list[str]) -> None:
    assert [file["filename"] for file in rest(rich, f"/pulls/{number}/files")] == paths


def test_files_of_a_rebased_and_of_a_lost_pull_request() -> None:
    some = site(
        commits={
            "w": {"author": "ann", "parents": ["m0"], "files": {"x": {"added": 1}}},
            "r": {"author": "ann", "parents": ["m0"], "files": {"x": {"added": 1}}},
        },
        branches={"main": "r"},
        pull_requests={
            1: {
                "author": "ann",
                "commits": ["w"],
                "merged": {
                    "by": "ben",
                    "at": "-1h",
                    "commit": "r",
                    "method": "rebase",
                    "commits": ["r"],
                },
            },
            2: {"author": "ann", "state": "open", "commits": ["w"], "base": "none"},
            3: {
                "author": "ann",
                "commits": ["w"],
                "merged": {"by": "ben", "at": "-1h", "commit": "m0"},
            },
        },
    )
    assert [file["filename"] for file in rest(some, "/pulls/1/files")] == ["x"]
    assert rest(some, "/pulls/2/files") == rest(some, "/pulls/3/files") == []


def test_runs_are_listed_by_event_and_day() -> None:
    evidence = {
        "event": "workflow_dispatch",
        "at": "-2d",
        "break_glass": True,
        "commit": "m0",
        "run": 6001,
    }
    place = site(prior_evidence={"6001": evidence})

    def ids(query: str) -> list[int]:
        found = rest(place, f"/actions/runs{query}")
        assert found["total_count"] == len(found["workflow_runs"])
        return [run["id"] for run in found["workflow_runs"]]

    assert 6001 in ids("")
    assert ids("?event=workflow_dispatch") == [6001]
    assert ids("?event=workflow_dispatch&created=>=2199-01-01T00:00:00Z") == []
    assert ids("?event=workflow_dispatch&created=>=2020-01-01T00:00:00Z") == [6001]
    (left,) = rest(place, "/actions/runs/6001/artifacts")["artifacts"]
    assert left["name"] == "change-gate-evidence-6001-1-production-break-glass"


SEVERAL: dict[str, dict[str, Any]] = {
    "5000": {"commit": "m0", "at": "-20d"},
    "staging": {
        "run": 5000,
        "commit": "m0",
        "environment": "staging",
        "at": "-20d",
        "stored": "-19d",
    },
    "5001": {"commit": "m0", "at": "-10d", "expired": True},
    "5002": {
        "commit": "m0",
        "at": "-9d",
        "expires": "-1d",
        "artifact": "change-gate-follow-up-5002-1-production",
        "files": {"record.json": "{}", "sweep.json": "[]"},
    },
}


def test_artifacts_of_the_repository_are_listed_the_newest_first() -> None:
    place = site(prior_evidence=SEVERAL)
    found = rest(place, "/actions/artifacts")
    assert found["total_count"] == 4
    assert [one["workflow_run"]["id"] for one in found["artifacts"]] == [5002, 5001, 5000, 5000]
    assert found["artifacts"][2]["name"] == "change-gate-evidence-5000-1-staging"
    assert (
        rest(place, "/actions/artifacts?per_page=2&page=2")["artifacts"] == found["artifacts"][2:]
    )
    named = rest(place, "/actions/artifacts?name=change-gate-evidence-5000-1-staging")
    assert named == {"total_count": 1, "artifacts": [found["artifacts"][2]]}
    assert rest(place, "/actions/artifacts?name=change-gate-evidence") == {
        "total_count": 0,
        "artifacts": [],
    }


def test_one_artifact_tells_when_it_expires_also_when_it_did() -> None:
    place = site(prior_evidence=SEVERAL)
    told = [
        (one["expired"], one["created_at"], one["expires_at"])
        for item in rest(place, "/actions/artifacts")["artifacts"]
        for one in [rest(place, f"/actions/artifacts/{item['id']}")]
    ]
    assert told == [
        (True, "2026-11-16T15:00:00Z", "2026-11-24T15:00:00Z"),
        (True, "2026-11-15T15:00:00Z", "2026-11-16T15:00:00Z"),
        (False, "2026-11-06T15:00:00Z", "2027-02-04T15:00:00Z"),
        (False, "2026-11-05T15:00:00Z", "2027-02-03T15:00:00Z"),
    ]
    assert ask(place, "/github/repos/acme/app/actions/artifacts/1").status == 404


def test_the_digest_is_that_of_the_zip() -> None:
    place = site(prior_evidence={"5002": {**SEVERAL["5002"], "expires": "+1d"}})
    (one,) = rest(place, "/actions/artifacts")["artifacts"]
    packed = ask(place, f"/storage/artifacts/{one['id']}.zip?sig=once", authorization=None).body
    assert one["digest"] == f"sha256:{hashlib.sha256(packed).hexdigest()}"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["record.json", "sweep.json"]


def test_storage_takes_no_token_and_knows_its_own_addresses_alone() -> None:
    place = site(prior_evidence={"5000": {"commit": "m0", "decision": "as it is"}})
    (one,) = rest(place, "/actions/artifacts")["artifacts"]
    path = f"/storage/artifacts/{one['id']}.zip"
    packed = ask(place, f"{path}?sig=once", authorization=None).body
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.read("decision.json") == b"as it is"
    assert ask(place, f"{path}?sig=once").status == 400
    assert ask(place, path, authorization=None).status == 404
    assert ask(place, "/storage/artifacts/1.zip?sig=once", authorization=None).status == 404
