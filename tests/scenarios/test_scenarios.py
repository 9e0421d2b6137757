"""Every scenario folder, played over HTTP through the command line, and decided again from its evidence."""

import json
from pathlib import Path

import pytest

from gate.app.replay import replay
from tests.scenarios.play import expectation, load, names, play

KNOWN = {"exit", "verdict", "reasons", "says", "never_says", "change_type", "risk"}


@pytest.mark.parametrize("name", names())
def test_scenario(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = expectation(name)
    assert wanted.keys() <= KNOWN
    played = play(load(name), tmp_path)
    said = played.out + capsys.readouterr().err

    assert (played.exit_code, said) == (wanted["exit"], said)
    for text in wanted.get("says", []):
        assert text in said
    for text in wanted.get("never_says", []):
        assert text not in said
    if "verdict" in wanted:
        assert played.outputs["verdict"] == wanted["verdict"]
        assert played.outputs["evidence-path"]
    for key in ("change_type", "risk"):
        if key in wanted:
            assert played.outputs[key.replace("_", "-")] == wanted[key]
    if "reasons" in wanted:
        assert sorted(json.loads(played.outputs["reason-codes"])) == sorted(wanted["reasons"])
    if played.evidence:
        again = replay(played.evidence)
        assert again.decision.verdict.value == played.outputs["verdict"]
        assert again.digest == played.outputs["evidence-digest"]
    assert_nothing_is_obeyed(said)


def assert_nothing_is_obeyed(said: str) -> None:
    """The only workflow commands in a log are our own annotations."""
    for line in said.splitlines():
        assert "##[" not in line
        if line.strip().startswith("::"):
            assert line.startswith(("::error title=Change Gate", "::warning title=Change Gate"))
