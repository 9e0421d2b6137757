"""The same scenarios on GitLab: the same verdicts and reasons, but for those that `gitlab.yml` names."""

import json
from pathlib import Path

import pytest

from gate.app.replay import replay
from tests.scenarios.forges import (
    DIFFERENCES,
    expectation_on_gitlab,
    names_on_gitlab,
    play_on_gitlab,
)
from tests.scenarios.play import names

KNOWN = {"why", "not_on_gitlab", "world", "expect", "differs"}


@pytest.mark.parametrize("name", names_on_gitlab())
def test_scenario_on_gitlab(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted = expectation_on_gitlab(name)
    if reason := wanted.get("differs"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    found = play_on_gitlab(name, tmp_path)

    assert (found.exit_code, found.said) == (wanted["exit"], found.said)
    for text in wanted.get("never_says", []):
        assert text not in found.said
        assert not any(text.encode() in content for content in found.evidence.values())
    if "reasons" in wanted:
        assert sorted(json.loads(found.outputs["reason-codes"])) == sorted(wanted["reasons"])
    if "verdict" in wanted:
        assert found.outputs["verdict"] == wanted["verdict"]
    for key in ("change_type", "risk"):
        if key in wanted:
            assert found.outputs[key.replace("_", "-")] == wanted[key]
    if found.evidence:
        assert replay(found.evidence).digest == found.outputs["evidence-digest"]


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_difference_is_of_a_scenario_and_has_a_reason(name: str) -> None:
    found = DIFFERENCES[name]
    assert name in names()
    assert found.keys() <= KNOWN
    assert found.keys() & {"why", "not_on_gitlab", "differs"}
    assert "not_on_gitlab" not in found or len(found) == 1
