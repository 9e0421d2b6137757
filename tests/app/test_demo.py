"""The demo's deployments come out alike on both forges, each told in the forge's own words."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gate.app.context import Host
from gate.app.demo import DEPLOYMENTS, Forge, play
from tests.builders import NOW

FORGES: tuple[Forge, Forge] = ("github", "gitlab")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    folder: Path
    exit_code: int
    said: str

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def decision(self) -> Any:
        return json.loads(self.text("evidence/decision.json"))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Outcome]:
    folder = tmp_path_factory.mktemp("demo")
    return {
        (on, name): _played(on, name, folder / on / name) for on in FORGES for name in DEPLOYMENTS
    }


def _played(on: Forge, name: str, folder: Path) -> Outcome:
    out = io.StringIO()
    found = play(Host(environ={}, clock=lambda: NOW, out=out), name, folder, on)
    assert found.report == folder / "evidence" / "report.html"
    return Outcome(folder=folder, exit_code=found.exit_code, said=out.getvalue())


@pytest.mark.parametrize(("name", "exit_code"), [*zip(DEPLOYMENTS, (0, 10, 4), strict=True)])
def test_a_deployment_comes_out_alike_on_both_forges(
    name: str, exit_code: int, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    github, gitlab = (outcomes[on, name] for on in FORGES)
    assert github.exit_code == gitlab.exit_code == exit_code
    for key in ("verdict", "reason_codes", "change_type", "risk"):
        assert gitlab.decision[key] == github.decision[key]
    assert _controls(gitlab) == _controls(github)


def _controls(of: Outcome) -> Any:
    return {found["control"]: found["outcome"] for found in of.decision["results"]}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_on_gitlab_nothing_is_told_in_the_words_of_github(
    name: str, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    found = outcomes["gitlab", name]
    for text in (found.said, found.text("evidence/report.html"), found.text("evidence/policy.yml")):
        assert not re.search(r"github|pull request|#12\b", text, re.IGNORECASE)
    assert "!12" in found.text("evidence/report.html")


def test_on_gitlab_the_reports_of_the_job_lie_beside_the_evidence(
    outcomes: Mapping[tuple[str, str], Outcome],
) -> None:
    found = outcomes["gitlab", "blocked"]
    assert "GATE_VERDICT=block\n" in found.text("outputs.env")
    assert "<failure" in found.text("junit.xml")
    assert "Change Gate" in json.loads(found.text("annotations.json"))


def test_on_gitlab_the_gate_works_in_a_clone_of_the_project(
    outcomes: Mapping[tuple[str, str], Outcome],
) -> None:
    found = outcomes["gitlab", "allowed"]
    assert found.text("project/.git/HEAD").strip() == found.decision["run"]["revision"]
