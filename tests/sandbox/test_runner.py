from pathlib import Path

from gate.sandbox import runner
from gate.sandbox.world import sha
from tests.sandbox.asking import world


def test_the_environment_of_a_step_is_that_of_the_worlds_run(tmp_path: Path) -> None:
    some = world(run={"id": 5, "attempt": 2, "event": "release"}, cli={"env": {"EXTRA": "1"}})
    found = runner.environ(some, "http://127.0.0.1:1", tmp_path)
    assert found["GITHUB_API_URL"] == "http://127.0.0.1:1/github"
    assert found["GITHUB_SHA"] == sha("m0")
    assert (found["GITHUB_RUN_ID"], found["GITHUB_RUN_ATTEMPT"]) == ("5", "2")
    assert (found["GITHUB_EVENT_NAME"], found["EXTRA"]) == ("release", "1")
