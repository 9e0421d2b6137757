"""Pipelines and jobs, statuses of commits, and what jobs left."""

import io
import json
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from gate.sandbox.gitlab_rest.jobs import gate_job_id
from gate.sandbox.messages import Request, Response, parameters
from gate.sandbox.site import Site
from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, RICH, site, site_of
from tests.sandbox.gitlab.asking import JOB, ask, get, refusal

base = site_of(World.load(BASE))
rich = site_of(World.load(RICH))


def job(place: Site) -> Any:
    return ask(place, "/job", JOB).json()


def names(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["name"], one["status"]) for one in found]


def test_the_job_that_asks_is_told_who_it_is() -> None:
    found = job(base)
    assert (found["id"], found["name"], found["status"]) == (
        gate_job_id(7001, 1),
        "gate",
        "running",
    )
    assert (found["user"]["username"], found["user"]["bot"]) == ("dave-k", False)
    assert (found["ref"], found["tag"]) == ("main", False)
    told = ("id", "project_id", "sha", "source")
    assert [found["pipeline"][name] for name in told] == [7001, 4242, sha("m1"), "push"]
    assert found["commit"]["id"] == sha("m1")


def test_a_retried_job_is_a_new_one_of_whoever_started_it_again() -> None:
    assert job(rich)["user"]["username"] == "cdiaz"
    path = "/pipelines/7001/jobs"
    retried = [one for one in get(rich, f"{path}?include_retried=true") if one["name"] == "gate"]
    assert [(one["status"], one["user"]["username"]) for one in retried] == [
        ("running", "cdiaz"),
        ("failed", "dave-k"),
    ]
    assert retried[0]["id"] == gate_job_id(7001, 2) > retried[1]["id"]
    assert names(get(rich, path)) == [("gate", "running")]


def test_nobody_started_it_again_but_who_started_it() -> None:
    assert job(site(run={"attempt": 3}))["user"]["username"] == "ann-a"


@pytest.mark.parametrize(
    ("ref", "event", "told"),
    [
        ("refs/heads/main", "workflow_dispatch", ("main", False, "web")),
        ("refs/tags/v1", "release", ("v1", True, "push")),
        ("refs/heads/main", "schedule", ("main", False, "schedule")),
        ("refs/pull/7/merge", "pull_request", ("refs/merge-requests/7/merge", False, "merge_request_event")),
        ("refs/heads/main", "status", ("main", False, "api")),
    ],
)  # fmt: skip
def test_references_and_events_have_their_own_words(ref: str, event: str, told: Any) -> None:
    found = get(site(run={"ref": ref, "event": event}), "/pipelines/7001", JOB)
    assert (found["ref"], found["tag"], found["source"]) == told


def test_pipelines_are_found_by_their_commit() -> None:
    assert [one["id"] for one in get(base, f"/pipelines?sha={sha('m1')}", JOB)] == [7001, 7000]
    assert [one["id"] for one in get(base, "/pipelines?sort=asc&ref=main")] == [5000, 7000, 7001]
    assert [one["id"] for one in get(base, "/pipelines?status=running")] == [7001]
    assert get(base, "/pipelines?source=web") == []
    assert refusal(base, "/projects/4242/pipelines/1") == (
        404,
        {"message": "404 Pipeline Not Found"},
    )


def test_one_by_itself_says_who_started_it_and_whether_it_has_ended() -> None:
    running, ended = (get(base, f"/pipelines/{number}") for number in (7001, 5000))
    assert (running["user"]["username"], running["finished_at"]) == ("dave-k", None)
    assert ended["finished_at"] == ended["created_at"]


def test_checks_of_the_forge_are_jobs_and_a_later_one_retries_the_earlier() -> None:
    checks = {
        "first": {"name": "unit", "id": 1, "commit": "m0", "conclusion": "failure", "run": 9},
        "again": {"name": "unit", "id": 2, "commit": "m0", "run": 9},
        "foreign": {"name": "unit", "app": "lint-bot", "commit": "m0"},
        "own": {"name": "gate", "commit": "m0", "run": 7001},
    }
    place = site(checks=checks)
    assert names(get(place, "/pipelines/9/jobs", JOB)) == [("unit", "success")]
    everything = get(place, "/pipelines/9/jobs?include_retried=true", JOB)
    assert names(everything) == [("unit", "success"), ("unit", "failed")]
    assert [one["id"] for one in get(place, "/pipelines/7001/jobs")] == [gate_job_id(7001, 1)]


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ({"conclusion": "neutral"}, ("failed", True, "script_failure")),
        ({"conclusion": "timed_out"}, ("failed", False, "job_execution_timeout")),
        ({"conclusion": "cancelled"}, ("canceled", False, None)),
        ({"conclusion": "skipped"}, ("skipped", False, None)),
        ({"conclusion": "action_required"}, ("manual", False, None)),
        ({"status": "queued", "conclusion": None}, ("pending", False, None)),
        ({"status": "waiting", "conclusion": None}, ("waiting_for_resource", False, None)),
        ({"status": "completed", "conclusion": None}, ("running", False, None)),
    ],
)
def test_states_have_their_own_words(check: dict[str, Any], told: Any) -> None:
    place = site(checks={"c": {"commit": "m0", "run": 9, "started": None, **check}})
    (found,) = get(place, "/pipelines/9/jobs")
    assert (found["status"], found["allow_failure"], found.get("failure_reason")) == told
    assert get(place, f"/jobs/{found['id']}") == found


def test_what_deployed_is_a_job_of_its_pipeline() -> None:
    assert names(get(base, "/pipelines/5000/jobs")) == [("deploy", "success")]
    assert refusal(base, "/projects/4242/jobs/1") == (404, {"message": "404 Job Not Found"})


def test_statuses_hold_jobs_and_what_others_reported() -> None:
    path = f"/repository/commits/{sha('p1')}/statuses"
    found = get(rich, f"{path}?all=true&per_page=100")
    assert len(found) == len({one["id"] for one in found})
    told = {(one["name"], one["status"], (one["author"] or {}).get("username")) for one in found}
    jenkins = rich.gitlab.username(rich.world.accounts["jenkins"])
    assert {("ci/legacy", "pending", jenkins), ("ci/legacy", "success", jenkins)} <= told
    assert {("lint 1", "success", "lint-bot"), ("gate", "running", "cdiaz")} <= told
    assert ("manual", "failed", "bokafor") in told
    newest = {one["name"]: one["status"] for one in get(rich, f"{path}?per_page=100")}
    assert newest["ci/legacy"] == "success"
    anonymous = site(statuses={"s": {"context": "s", "commit": "m0", "state": "error"}})
    (status, own) = get(anonymous, f"/repository/commits/{sha('m0')}/statuses")[::-1]
    assert {status["name"], own["name"]} == {"s", "gate"}
    assert None in (status["author"], own["author"])
    assert refusal(rich, f"/projects/4242/repository/commits/{'0' * 40}/statuses")[0] == 404


def test_evidence_is_an_artifact_of_the_gates_job() -> None:
    place = site(prior_evidence={"5000": {"commit": "m0", "attempt": 2}})
    id_ = gate_job_id(5000, 2)
    (found,) = get(place, "/pipelines/5000/jobs", JOB)
    assert (found["id"], found["status"]) == (id_, "success")
    assert found["artifacts_file"].items() <= found["artifacts"][0].items()
    member = "change-gate-evidence/gate/evidence/decision.json"
    packed = ask(place, f"/projects/4242/jobs/{id_}/artifacts", JOB)
    with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
        decision = json.loads(archive.read(member))
    assert decision["run"]["revision"] == sha("m0")
    assert (decision["verdict"], decision["run"]["forge"]) == ("allow", "gitlab")
    alone = ask(place, f"/projects/4242/jobs/{id_}/artifacts/{member}", JOB)
    assert alone.headers["Content-Type"] == "application/json"
    assert json.loads(alone.body) == decision
    assert refusal(place, f"/projects/4242/jobs/{id_}/artifacts/none", JOB)[0] == 404


def test_evidence_of_a_block_is_of_a_job_that_failed_and_expired_evidence_is_gone() -> None:
    evidence = {
        "5000": {"commit": "m0", "verdict": "block"},
        "5001": {"commit": "m0", "expired": True},
        "5002": {"commit": "m0", "artifact": "elsewhere", "decision": "not JSON"},
        "5003": {"commit": "m0", "artifact": "elsewhere", "decision": {"verdict": "allow"}},
    }
    place = site(prior_evidence=evidence, gitlab={"read_role": "developer"})
    states = [get(place, f"/pipelines/{run}/jobs")[0]["status"] for run in evidence]
    assert states == ["failed", "success", "success", "success"]
    gone = f"/projects/4242/jobs/{gate_job_id(5001, 1)}/artifacts"
    assert refusal(place, gone)[0] == refusal(place, f"{gone}/decision.json")[0] == 404
    path = "/projects/4242/jobs/{}/artifacts/elsewhere/decision.json"
    assert ask(place, path.format(gate_job_id(5002, 1))).body == b"not JSON"
    assert ask(place, path.format(gate_job_id(5003, 1))).json() == {"verdict": "allow"}


def test_a_reporter_may_not_read_what_jobs_left_for_developers() -> None:
    place = site(prior_evidence={"5000": {"commit": "m0"}})
    path = f"/projects/4242/jobs/{gate_job_id(5000, 1)}/artifacts"
    for one in (path, f"{path}/change-gate-evidence/change-gate/evidence/decision.json"):
        assert refusal(place, one)[0] == 403
        assert ask(place, one, JOB).status != 403


def test_pipelines_are_listed_by_their_last_update() -> None:
    place = site(prior_evidence={"6001": {"at": "-2d", "commit": "m0", "run": 6001}})
    everything = [one["id"] for one in get(place, "/pipelines")]
    assert 6001 in everything
    recent = get(place, "/pipelines?updated_after=2199-01-01T00:00:00Z")
    assert recent == []
    since = get(place, "/pipelines?updated_after=2020-01-01T00:00:00Z")
    assert [one["id"] for one in since] == everything
    until = get(place, "/pipelines?updated_before=2020-01-01T00:00:00Z")
    assert until == []
    assert get(place, "/pipelines?source=parent_pipeline") == []


def test_a_job_that_was_played_later_updates_its_pipeline() -> None:
    left = {"6001": {"at": "-9d", "commit": "m0", "stored": "-1d"}}
    place = site(prior_evidence=left)
    (found,) = [one for one in get(place, "/pipelines") if one["id"] == 6001]
    assert found["created_at"] == "2026-11-16T15:00:00.000Z"
    assert found["updated_at"] == "2026-11-24T15:00:00.000Z"
    recent = get(place, "/pipelines?updated_after=2026-11-24T00:00:00Z")
    assert 6001 in [one["id"] for one in recent]


def test_several_jobs_of_a_pipeline_leave_evidence_each() -> None:
    left = {
        "production": {"run": 6001, "commit": "m0", "at": "-9d"},
        "again": {"run": 6001, "commit": "m0", "at": "-8d", "attempt": 2},
        "staging": {"run": 6001, "commit": "m0", "environment": "staging", "job": "gate-staging"},
    }
    place = site(prior_evidence=left)
    every = get(place, "/pipelines/6001/jobs?include_retried=true")
    assert sorted(one["name"] for one in every) == ["gate", "gate", "gate-staging"]
    assert len({one["id"] for one in every}) == 3
    newest = get(place, "/pipelines/6001/jobs")
    assert [one["finished_at"] for one in newest if one["name"] == "gate"] == [
        "2026-11-17T15:00:00.000Z"
    ]
    id_ = gate_job_id(6001, 1, "gate-staging")
    member = "change-gate-evidence/gate-staging/evidence/decision.json"
    told = ask(place, f"/projects/4242/jobs/{id_}/artifacts/{member}", JOB).json()
    assert told["run"]["environment"] == "staging"


def test_a_job_tells_when_its_files_end_also_when_they_did() -> None:
    left = {
        "6001": {"commit": "m0", "at": "-9d"},
        "6002": {"commit": "m0", "at": "-9d", "expired": True},
        "6003": {"commit": "m0", "at": "-9d", "expires": "-2d"},
    }
    place = site(prior_evidence=left)
    jobs = [get(place, f"/jobs/{gate_job_id(run, 1)}") for run in (6001, 6002, 6003)]
    assert [one["artifacts_expire_at"] for one in jobs] == [
        "2027-02-14T15:00:00.000Z",
        "2026-11-17T15:00:00.000Z",
        "2026-11-23T15:00:00.000Z",
    ]
    assert ["artifacts_file" in one for one in jobs] == [True, False, False]
    assert [len(one["artifacts"]) for one in jobs] == [1, 0, 0]
    (own,) = get(place, "/pipelines/7001/jobs")
    assert own["artifacts_expire_at"] is None


def test_archives_may_be_handed_out_by_another_host_and_without_the_token() -> None:
    place = site(
        gitlab={"object_storage": True},
        prior_evidence={"5000": {"commit": "m0"}, "5001": {"commit": "m0", "expired": True}},
    )
    id_ = gate_job_id(5000, 1)
    sent = ask(place, f"/projects/4242/jobs/{id_}/artifacts", JOB)
    assert sent.status == 302
    path = urlsplit(sent.headers["Location"])
    assert path.hostname == "localhost"

    def stored(path: str, headers: dict[str, str] | None = None) -> Response:
        split = urlsplit(path)
        return place.answer(
            Request(
                method="GET",
                path=split.path,
                query=parameters(split.query),
                headers=headers or {},
                body=b"",
            )
        )

    assert stored(f"{path.path}?{path.query}").body.startswith(b"PK")
    assert stored(f"{path.path}?{path.query}", {"job-token": "x"}).status == 400
    assert stored(path.path).status == 404
    assert stored(f"/storage/gitlab/{gate_job_id(5001, 1)}.zip?sig=once").status == 404
    assert stored("/storage/gitlab/1.zip?sig=once").status == 404
