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
from gate.app.demo import DEPLOYMENTS, EMERGENCY, play
from gate.app.demo_stage import Forge
from tests.builders import NOW

FORGES: tuple[Forge, Forge] = ("github", "gitlab")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    folder: Path
    exit_code: int
    said: str
    swept: tuple[int, ...] = ()

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
    swept = found.aftermath.exit_codes if found.aftermath else ()
    return Outcome(folder=folder, exit_code=found.exit_code, said=out.getvalue(), swept=swept)


@pytest.mark.parametrize(("name", "exit_code"), [*zip(DEPLOYMENTS, (0, 10, 4, 0), strict=True)])
def test_a_deployment_comes_out_alike_on_both_forges(
    name: str, exit_code: int, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    github, gitlab = (outcomes[on, name] for on in FORGES)
    assert github.exit_code == gitlab.exit_code == exit_code
    for key in ("verdict", "reason_codes", "change_type", "risk"):
        assert _neutral(gitlab.decision[key]) == _neutral(github.decision[key])
    assert _controls(gitlab) == _controls(github)


def _neutral(told: Any) -> str:
    """Numbers of requests and ids of grants are each forge's own."""
    return re.sub(r"[#!]12\b|\([0-9a-f]{12}\)", "…", json.dumps(told, ensure_ascii=False))


def _controls(of: Outcome) -> Any:
    return {found["control"]: found["outcome"] for found in of.decision["results"]}


@pytest.mark.parametrize(("on", "word"), [("github", "run"), ("gitlab", "pipeline")])
def test_what_deploys_has_its_name_of_the_forge(
    on: Forge, word: str, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    for name in set(DEPLOYMENTS) - {EMERGENCY}:
        found = outcomes[on, name]
        other = {"run": "pipeline", "pipeline": "run"}[word]
        for text in (found.said, found.text("evidence/report.html")):
            assert f"{word} 7001, attempt 1" in text
            assert f"{other} 7001" not in text
            assert f"started the {other}" not in text
        assert f"started the {word} by push" in found.text("evidence/report.html")


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_on_gitlab_nothing_is_told_in_the_words_of_github(
    name: str, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    found = outcomes["gitlab", name]
    texts = [found.said, found.text("evidence/report.html"), found.text("evidence/policy.yml")]
    if name == EMERGENCY:
        texts.append(found.text("ticket.md"))
    for text in texts:
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


@pytest.mark.parametrize("on", FORGES)
def test_the_emergency_is_let_through_by_two_people_without_ticket_tests_and_window(
    on: Forge, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    found = outcomes[on, EMERGENCY]
    asked = found.decision["emergency"]
    assert asked["grant"]["invoked_by"] == ["dave"]
    assert asked["grant"]["consent"]["person"] == "erin"
    assert asked["waived"] == ["ticket", "authority", "tests", "window"]
    assert "Allowed as an emergency" in found.said
    assert sorted(path.name for path in (found.folder / "evidence").glob("follow-up.json"))


@pytest.mark.parametrize("on", FORGES)
def test_the_sweeps_show_the_review_as_owed_and_then_as_done(
    on: Forge, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    found = outcomes[on, EMERGENCY]
    assert found.swept == (0, 0)
    _, owed, reviewed = found.said.split("──── gate follow-up: ")
    assert "1 review owed, none overdue" in owed
    assert "alice, carol or dana can" in owed
    assert "No review is owed" in reviewed
    assert re.search(
        r"^reviewed .* alice on 2026-11-26 14:12 UTC: confirmed$", reviewed, re.MULTILINE
    )


@pytest.mark.parametrize("on", FORGES)
def test_the_ticket_that_the_emergency_opened_is_shown_with_what_was_said_in_it(
    on: Forge, outcomes: Mapping[tuple[str, str], Outcome]
) -> None:
    found = outcomes[on, EMERGENCY]
    text = found.text("ticket.md")
    key = {"github": "acme/app#13", "gitlab": "acme/app#1"}[on]
    revision = found.decision["run"]["revision"]
    assert text.startswith("# Retroactive review of the emergency release of acme/app ")
    assert f"({key}, closed)" in text.splitlines()[0]
    assert f"Alice Ng wrote:\n\nReviewed: {revision}\nOutcome: confirmed\n" in text
    assert "The gate wrote:" in text
    assert "this ticket is closed" in text


def test_only_an_emergency_has_an_aftermath(
    outcomes: Mapping[tuple[str, str], Outcome],
) -> None:
    for (_, name), found in outcomes.items():
        assert bool(found.swept) is (name == EMERGENCY)
        assert (found.folder / "ticket.md").exists() is (name == EMERGENCY)


@pytest.mark.parametrize("on", FORGES)
def test_the_folder_may_be_named_from_here(
    on: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _played(on, EMERGENCY, Path("change-gate-demo"))
    assert (tmp_path / "change-gate-demo/ticket.md").is_file()
    assert (tmp_path / "change-gate-demo/evidence/report.html").is_file()
