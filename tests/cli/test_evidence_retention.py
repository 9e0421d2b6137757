"""`gate evidence retention`, with the sandbox as the forge that took the evidence."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from gate.adapters.archives import directory
from gate.app.context import Host
from gate.cli.main import run
from gate.sandbox.github_rest.storage import artifact_id
from gate.sandbox.runner import environ, gitlab_environ
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.forge import PriorEvidence
from gate.sandbox.world.git import sha
from tests.builders import NOW
from tests.scenarios.forges import load_on_gitlab, play_on_gitlab
from tests.scenarios.play import Played, load, play

NAME = "change-gate-evidence-7001-1-production"
UNTIL = NOW + timedelta(days=90)


def world(retain: str = "25 months") -> World:
    made = load("base")
    policy = (made.policy or "").replace("retain: 25 months", f"retain: {retain}")
    return replace(made, policy=policy)


@dataclass(frozen=True, slots=True)
class Asked:
    """How one ended."""

    exit_code: int
    out: str
    err: str
    outputs: str
    summary: str


def uploaded(made: World, days: int = 90, **more: object) -> PriorEvidence:
    found = PriorEvidence(run=made.run.id, commit=made.run.commit, artifact=NAME, stored=NOW)
    return replace(found, expires=NOW + timedelta(days=days), **more)  # type: ignore[arg-type]  # options of each test


def ask(
    played: Played,
    folder: Path,
    item: PriorEvidence,
    *arguments: str,
    changes: Mapping[str, str] | None = None,
    capsys: pytest.CaptureFixture[str] | None = None,
) -> Asked:
    """What the Action does after the upload."""
    made = replace(world(), prior_evidence={"7001": item})
    evidence = folder / "evidence"
    directory.create(evidence, played.evidence)
    out = io.StringIO()
    with Sandbox(made) as box:
        inside = {**environ(made, box.url, folder), **(changes or {})}
        chosen = arguments or (
            *("--artifact-id", str(artifact_id(item))),
            *("--artifact-name", NAME),
        )
        host = Host(environ=inside, clock=box.clock, out=out)
        code = run(["evidence", "retention", str(evidence), *chosen], host)
    return Asked(
        code,
        out.getvalue(),
        capsys.readouterr().err if capsys else "",
        _text(folder / "output.txt"),
        _text(folder / "step-summary.md"),
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture(scope="module")
def ninety(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """An allowed deploy whose evidence is kept long enough by its artifact, as far as the runner knew."""
    told = {"GITHUB_RETENTION_DAYS": "90"}
    found = play(world("90 days"), tmp_path_factory.mktemp("ninety"), environ=told)
    assert found.exit_code == 0, found.said
    assert (
        "artifact of the run keeps evidence until 2027-02-23"
        in found.evidence["decision.json"].decode()
    )
    return found


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """One under a policy that asks for more than the artifact was known to give, and that names no archive."""
    found = play(world(), tmp_path_factory.mktemp("longer"))
    assert found.exit_code == 0, found.said
    return found


def test_the_real_day_is_told_as_an_output_and_in_the_summary(
    ninety: Played, tmp_path: Path
) -> None:
    found = ask(ninety, tmp_path, uploaded(world()))
    assert (found.exit_code, found.out) == (
        0,
        "Artifact of the run keeps evidence until 2027-02-23.\n",
    )
    assert found.outputs.startswith("evidence-kept-until<<")
    assert "\n2027-02-23T15:00:00Z\n" in found.outputs
    assert "keeps evidence until 2027&#45;02&#45;23" in found.summary


def test_outside_a_job_nothing_but_the_log_is_written(ninety: Played, tmp_path: Path) -> None:
    found = ask(ninety, tmp_path, uploaded(world()), changes={"GITHUB_ACTIONS": ""})
    assert (found.exit_code, found.outputs, found.summary) == (0, "", "")
    assert "keeps evidence until 2027-02-23" in found.out


def test_a_sooner_day_stops_the_deploy_that_rests_on_a_later_one(
    ninety: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ask(ninety, tmp_path, uploaded(world(), days=30), capsys=capsys)
    assert found.exit_code == 5
    assert "Artifact of the run keeps evidence until 2026-12-25. The decision rests" in found.err
    assert "What to do: Whoever administers the repository" in found.err
    assert found.out.startswith("::error title=Change Gate::Artifact of the run keeps evidence")
    assert found.outputs == ""


def test_a_sooner_day_is_told_where_the_decision_does_not_rest_on_it(
    longer: Played, tmp_path: Path
) -> None:
    found = ask(longer, tmp_path, uploaded(world(), days=30))
    assert found.exit_code == 0
    assert found.out == (
        "Artifact of the run keeps evidence until 2026-12-25. The policy keeps evidence for 25 months, and no place "
        "that it goes to is known to.\n"
    )


@pytest.mark.parametrize("name", ["ninety", "longer"])
def test_an_artifact_of_another_name_tells_nothing(
    name: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    played: Played = request.getfixturevalue(name)
    item = uploaded(world())
    chosen = ("--artifact-id", str(artifact_id(item)), "--artifact-name", "other")
    found = ask(played, tmp_path, item, *chosen, capsys=capsys)
    said = "GitHub says that the name of the artifact is"
    if name == "ninety":
        assert (found.exit_code, said in found.err) == (5, True)
        return
    assert found.exit_code == 0
    assert found.out.startswith("::warning title=Change Gate::Artifact of the run does not tell")
    assert said in found.out
    assert "evidence-kept-until<<" in found.outputs


def test_another_content_than_was_uploaded_tells_nothing(
    ninety: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = uploaded(world())
    chosen = ("--artifact-id", str(artifact_id(item)), "--artifact-name", NAME)
    found = ask(ninety, tmp_path, item, *chosen, "--artifact-digest", "0" * 64, capsys=capsys)
    assert (found.exit_code, "the digest of the artifact is sha256:" in found.err) == (5, True)


def test_on_github_the_artifact_has_to_be_named(
    ninety: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ask(ninety, tmp_path, uploaded(world()), "--forge", "github", capsys=capsys)
    assert (found.exit_code, "--artifact-id" in found.err) == (2, True)


def test_a_bundle_that_was_altered_is_not_asked_about(
    ninety: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = replace(ninety, evidence={**ninety.evidence, "policy.yml": b"version: 1\n"})
    found = ask(altered, tmp_path, uploaded(world()), capsys=capsys)
    assert (found.exit_code, "policy.yml was altered" in found.err) == (6, True)


def test_on_gitlab_the_evidence_says_itself_which_job_left_it(tmp_path: Path) -> None:
    played = play_on_gitlab("base", tmp_path)
    assert played.exit_code == 0, played.said
    made = load_on_gitlab("base", "")
    item = PriorEvidence(
        run=made.run.id, commit=sha(made.run.commit), attempt=2, expires=UNTIL, stored=NOW
    )
    out = io.StringIO()
    with Sandbox(replace(made, prior_evidence={"7001": item})) as box:
        host = Host(environ=gitlab_environ(box.world, box.url), clock=box.clock, out=out)
        url = f"{box.url}/gitlab"
        chosen = ["evidence", "retention", str(tmp_path / "evidence"), "--gitlab-url", url]
        code = run(chosen, host)
    assert code == 0
    assert out.getvalue() == (
        "Artifact of the run keeps evidence until 2027-02-23. The policy keeps evidence for 25 months, and no place "
        "that it goes to is known to.\n"
    )
