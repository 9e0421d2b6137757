"""Every scenario folder, played over HTTP through the command line, and decided again from its evidence."""

import json
from pathlib import Path

import pytest

from gate.app.replay import replay
from tests.scenarios.conftest import Plays
from tests.scenarios.emergencies import KEYS, assert_emergency, rechecks
from tests.scenarios.play import SCENARIOS, expectation, load, names, play_recheck

KNOWN = {
    "exit", "verdict", "reasons", "says", "never_says", "change_type", "risk", "differs", *KEYS,
}  # fmt: skip
"""What `expect.yml` may hold.

`differs` says why the gate does not do what is demanded there; as soon as it does, the test fails.
"""


@pytest.mark.parametrize("name", names())
def test_scenario(name: str, played: Plays, request: pytest.FixtureRequest) -> None:
    wanted = expectation(name)
    assert wanted.keys() <= KNOWN
    if reason := wanted.get("differs"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    found = played(name)
    said = found.said

    assert (found.exit_code, said) == (wanted["exit"], said)
    if "reasons" in wanted:
        assert sorted(json.loads(found.outputs["reason-codes"])) == sorted(wanted["reasons"])
    for text in wanted.get("says", []):
        assert one_line(text) in one_line(said)
    for text in wanted.get("never_says", []):
        assert text not in said
    if "verdict" in wanted:
        assert found.outputs["verdict"] == wanted["verdict"]
        assert found.outputs["evidence-path"]
    for key in ("change_type", "risk"):
        if key in wanted:
            assert found.outputs[key.replace("_", "-")] == wanted[key]
    assert_emergency(wanted, found)
    if found.evidence:
        again = replay(found.evidence)
        assert again.decision.verdict.value == found.outputs["verdict"]
        assert again.digest == found.outputs["evidence-digest"]
    assert_nothing_is_obeyed(said)


@pytest.mark.parametrize("name", [name for name in names() if "recheck" in expectation(name)])
def test_what_was_decided_holds_for_that_deploy_alone(
    name: str, played: Plays, tmp_path: Path
) -> None:
    for number, (later, wanted) in enumerate(rechecks(expectation(name))):
        found = play_recheck(load(name), played(name), tmp_path / str(number), later)
        assert (found.exit_code, found.said) == (wanted["exit"], found.said)
        for text in wanted["says"]:
            assert one_line(text) in one_line(found.said)
        assert_nothing_is_obeyed(found.said)


@pytest.mark.parametrize("folder", sorted(path.name for path in SCENARIOS.glob("*/")))
def test_every_folder_is_a_scenario_that_says_what_it_is_about(folder: str) -> None:
    if folder not in {"base", "__pycache__"}:
        assert folder in names()
        assert load(folder).about.endswith(".")


def one_line(text: str) -> str:
    """The text without the line breaks that the width of a screen asks for."""
    return " ".join(text.split())


def assert_nothing_is_obeyed(said: str) -> None:
    """The only workflow commands in a log are our own annotations."""
    for line in said.splitlines():
        assert "##[" not in line
        if line.strip().startswith("::"):
            assert line.startswith(("::error title=Change Gate", "::warning title=Change Gate"))
