"""Every scenario folder, played over HTTP through the command line, and decided again from its evidence."""

import json

import pytest

from gate.app.replay import replay
from tests.scenarios.conftest import Plays
from tests.scenarios.play import SCENARIOS, expectation, load, names

KNOWN = {"exit", "verdict", "reasons", "says", "never_says", "change_type", "risk", "differs"}
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
    if found.evidence:
        again = replay(found.evidence)
        assert again.decision.verdict.value == found.outputs["verdict"]
        assert again.digest == found.outputs["evidence-digest"]
    assert_nothing_is_obeyed(said)


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
