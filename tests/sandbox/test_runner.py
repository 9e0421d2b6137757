from pathlib import Path

from gate.sandbox import runner
from gate.sandbox.gitlab_rest.jobs import gate_job_id
from gate.sandbox.world import sha
from tests.sandbox.asking import world


def test_the_environment_of_a_step_is_that_of_the_worlds_run(tmp_path: Path) -> None:
    some = world(run={"id": 5, "attempt": 2, "event": "release"}, cli={"env": {"EXTRA": "1"}})
    found = runner.environ(some, "http://127.0.0.1:1", tmp_path)
    assert found["GITHUB_API_URL"] == "http://127.0.0.1:1/github"
    assert found["GITHUB_SHA"] == sha("m0")
    assert (found["GITHUB_RUN_ID"], found["GITHUB_RUN_ATTEMPT"]) == ("5", "2")
    assert (found["GITHUB_EVENT_NAME"], found["EXTRA"]) == ("release", "1")
    assert found["CHANGE_GATE_PAGER_TOKEN"]


def test_the_environment_of_a_job_is_that_of_the_worlds_pipeline() -> None:
    some = world(run={"id": 5, "attempt": 2}, cli={"env": {"EXTRA": "1"}})
    found = runner.gitlab_environ(some, "http://127.0.0.1:1")
    assert found["CI_API_V4_URL"] == "http://127.0.0.1:1/gitlab/api/v4"
    assert found["CI_SERVER_URL"] == "http://127.0.0.1:1/gitlab"
    assert (found["CI_PROJECT_PATH"], found["CI_PROJECT_ID"]) == ("acme/app", "4242")
    assert (found["CI_PIPELINE_ID"], found["CI_JOB_ID"]) == ("5", str(gate_job_id(5, 2)))
    assert (found["CI_COMMIT_SHA"], found["EXTRA"]) == (sha("m0"), "1")
    assert found["CHANGE_GATE_GITLAB_TOKEN"]
    alone = runner.gitlab_environ(world(gitlab={"read_token": False}), "http://127.0.0.1:1")
    assert "CHANGE_GATE_GITLAB_TOKEN" not in alone
