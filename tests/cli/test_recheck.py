"""`gate recheck` in the job that deploys on GitLab, with the sandbox as GitLab."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gate.app.context import Host
from gate.cli.main import run
from gate.sandbox.runner import gitlab_environ
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.forge import PriorEvidence
from tests.builders import NOW
from tests.scenarios.forges import load_on_gitlab, play_on_gitlab
from tests.scenarios.play import Played

OWN_JOB = "GET /gitlab/api/v4/job"
JOBS = "GET /gitlab/api/v4/projects/4242/pipelines/7001/jobs"
KEPT = datetime(2028, 11, 25, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    """Dave merged and deploys; erin approved the merge request and alice the ticket."""
    folder = tmp_path_factory.mktemp("allowed")
    played = play_on_gitlab("base", folder)
    assert played.exit_code == 0, played.said
    return folder / "evidence", played


def recheck(
    evidence: Path,
    *arguments: str,
    fault: Fault | None = None,
    minutes: int = 5,
    changes: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run it; `changes` is what the dotenv report of an earlier job left."""

    def world(url: str) -> World:
        made = load_on_gitlab("base", url)
        left = PriorEvidence(run=7001, commit=made.run.commit, attempt=2, stored=NOW, expires=KEPT)
        faults = (fault,) if fault else ()
        return replace(made, faults=faults, prior_evidence={"7001": left})

    with Sandbox(world) as box:
        out = io.StringIO()
        now = NOW + timedelta(minutes=minutes)
        environ = {**gitlab_environ(box.world, box.url), **(changes or {})}
        host = Host(environ=environ, clock=lambda: now, out=out)
        chosen = ["recheck", "--evidence", str(evidence), "--environment", "production"]
        code = run([*chosen, "--gitlab-url", f"{box.url}/gitlab", *arguments], host)
        asked = {request.path for request in box.requests}
        assert asked <= {"/gitlab/api/v4/job", "/gitlab/api/v4/projects/4242/pipelines/7001/jobs"}
    return code, out.getvalue()


def played_by(person: str) -> Fault:
    """GitLab says that somebody else runs the job."""
    account = load_on_gitlab("base", "").accounts[person]
    user = {"id": account.id, "username": account.github, "name": account.name}
    return Fault(route=OWN_JOB, merge={"user": user})


def test_a_decision_still_holds_for_whoever_it_was_made_for(
    allowed: tuple[Path, Played],
) -> None:
    evidence, played = allowed
    code, out = recheck(evidence, "--digest", played.outputs["evidence-digest"])
    assert (code, out) == (
        0,
        "The decision still holds, until 2026-11-25T16:00:00Z.\n"
        "Artifact of the run keeps evidence until 2028-11-25.\n",
    )


def test_a_gitlab_that_does_not_say_until_when_it_keeps_the_evidence_stops_no_deploy(
    allowed: tuple[Path, Played],
) -> None:
    fault = Fault(route=JOBS, status=403, body='{"message": "403 Forbidden"}')
    code, out = recheck(allowed[0], fault=fault)
    assert code == 0
    assert "Artifact of the run does not tell how long it keeps evidence: " in out
    assert "403 Forbidden" in out


def test_a_decision_that_does_not_hold_is_asked_about_nothing_more(
    allowed: tuple[Path, Played],
) -> None:
    code, out = recheck(allowed[0], minutes=61)
    assert (code, "keeps evidence" in out) == (10, False)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("erin", "@erin-s (erin) runs this job, and is among those who approved"),
        ("alice", "@alice-ng (alice) runs this job, and is among those who approved"),
        ("carol", "@cdiaz (carol) runs this job; the decision was made for a deploy by dave"),
    ],
)
def test_somebody_else_who_plays_the_deploy_job_is_stopped(
    allowed: tuple[Path, Played], person: str, said: str
) -> None:
    code, out = recheck(allowed[0], fault=played_by(person))
    assert code == 10
    assert said in out
    assert "Whoever deploys retries the gate's job in this pipeline" in out


def test_variables_of_an_earlier_job_change_nothing(allowed: tuple[Path, Played]) -> None:
    forged = {"CI_PIPELINE_ID": "1", "CI_COMMIT_SHA": "f" * 40, "CI_JOB_ID": "1"}
    assert recheck(allowed[0], changes=forged)[0] == 0


def test_evidence_of_another_pipeline_does_not_pass_by_forged_variables(
    allowed: tuple[Path, Played],
) -> None:
    other = {"pipeline": {"id": 7002, "sha": "e" * 40}}
    honest = {"CI_PIPELINE_ID": "7001"}
    code, out = recheck(allowed[0], fault=Fault(route=OWN_JOB, merge=other), changes=honest)
    assert code == 10
    assert "the decision is for run 7001, this deploy is for 7002" in out
    assert f"this deploy is for {'e' * 40}" in out


def test_another_ref_of_the_same_commit_is_another_deploy(allowed: tuple[Path, Played]) -> None:
    tag = Fault(route=OWN_JOB, merge={"ref": "v1.2.0", "tag": True})
    code, out = recheck(allowed[0], fault=tag)
    assert code == 10
    assert "the decision is for ref refs/heads/main, this deploy is for refs/tags/v1.2.0" in out


def test_no_credential_is_told_of_whoever_runs_the_job(allowed: tuple[Path, Played]) -> None:
    token = "glpat-a1B2c3D4e5F6g7H8i9J0"
    user = {"id": 4711, "username": token, "name": token}
    code, out = recheck(allowed[0], fault=Fault(route=OWN_JOB, merge={"user": user}))
    assert code == 10
    assert "glpat" not in out
    assert "@[redacted]" in out


def test_a_decision_ends(allowed: tuple[Path, Played]) -> None:
    code, out = recheck(allowed[0], minutes=61)
    assert code == 10
    assert "the decision held until" in out


@pytest.mark.parametrize(
    ("fault", "said", "who"),
    [
        (
            Fault(route=OWN_JOB, status=401, body='{"message": "401 Unauthorized"}'),
            "GitLab refused the job token",
            "whoever owns the pipeline looks for a job whose dotenv report",
        ),
        (
            Fault(route=OWN_JOB, status=200, content_type="text/html", body="<html>Sign in"),
            "an HTML page",
            "Start the deploy again",
        ),
        (Fault(route=OWN_JOB, merge={"pipeline": None}), "`pipeline` is", "Start the deploy again"),
    ],
)
def test_a_gitlab_that_does_not_say_which_job_this_is_leaves_it_undecided(
    allowed: tuple[Path, Played],
    capsys: pytest.CaptureFixture[str],
    fault: Fault,
    said: str,
    who: str,
) -> None:
    code, out = recheck(allowed[0], fault=fault)
    told = capsys.readouterr().err
    assert (code, out) == (4, "")
    assert "by whom, is not known (GitLab: the job that deploys): " in told
    assert "the deploy must not go on" in told
    assert said in told
    assert who in told
    assert "sandbox-job-token" not in told


def test_evidence_of_another_check_is_refused(
    allowed: tuple[Path, Played],
) -> None:
    assert recheck(allowed[0], "--digest", "sha256:0")[0] == 6
