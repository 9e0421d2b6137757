"""The program as a whole: commands, failures and exit codes, with the sandbox as the world."""

from __future__ import annotations

import io
import json
import runpy
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest

from gate import __version__
from gate.app.context import Host
from gate.cli import main as program
from gate.cli.main import cli, run
from gate.errors import EvidenceInvalid
from gate.sandbox import runner
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.builders import NOW
from tests.scenarios.play import SCENARIOS, Played, play

BASE = SCENARIOS / "base"


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    folder = tmp_path_factory.mktemp("allowed")
    return folder / "evidence", play(World.load(BASE), folder)


def call(
    *arguments: str, environ: dict[str, str] | None = None, minutes: int = 0
) -> tuple[int, str]:
    out = io.StringIO()
    now = NOW + timedelta(minutes=minutes)
    host = Host(environ=environ or {}, clock=lambda: now, out=out)
    return run(arguments, host), out.getvalue()


def environ_of(folder: Path, **changes: str) -> dict[str, str]:
    return {**runner.environ(World.load(BASE), "http://127.0.0.1:9", folder), **changes}


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--version")[0] == 0
    assert capsys.readouterr().out == f"gate {__version__}\n"


def test_help_lists_every_command_without_importing_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--help")[0] == 0
    shown = capsys.readouterr().out
    assert [name for name in program.COMMANDS if name not in shown] == []


def test_the_commands_are_listed_in_the_order_in_which_people_meet_them() -> None:
    assert cli.list_commands(click.Context(cli)) == list(program.COMMANDS)


@pytest.mark.parametrize("name", program.COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(name, "--help")[0] == 0
    assert "Usage: gate" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], ["check", "--odd"], ["replay"]])
def test_a_wrong_call_is_usage(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments)[0] == 2
    assert "Usage: gate" in capsys.readouterr().err


def test_a_crash_allows_nothing_and_can_be_pasted_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("##[error]::error::oops")

    monkeypatch.setattr(cli, "main", fall)
    assert call("check")[0] == 1
    said = capsys.readouterr().err
    assert "gate: crashed. Nothing was allowed." in said
    assert f"gate {__version__}, Python" in said
    assert "##[" not in said


def test_no_credential_is_told_with_a_crash_or_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error in (RuntimeError, EvidenceInvalid):

        def fall(*_: object, error: type[Exception] = error, **__: object) -> None:
            raise error(
                "the header 'Bearer own-token-7' of https://a:b@c and ghp_a1B2c3D4e5F6g7H8i9J0"
            )

        monkeypatch.setattr(cli, "main", fall)
        run(
            ["check"],
            Host(environ={"GITHUB_TOKEN": "own-token-7"}, clock=lambda: NOW, out=io.StringIO()),
        )
        said = capsys.readouterr().err
        assert [part for part in ("own-token-7", "ghp_", "//a:b") if part in said] == []
        assert "of https://[redacted]@c and [redacted]" in said


def test_an_interruption_has_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli, "main", stop)
    assert call("check")[0] == 130


def test_python_dash_m_gate_is_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gate", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("gate", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"gate {__version__}\n"


def test_the_programs_own_clock_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Host] = []

    def look(_: object, host: Host) -> int:
        seen.append(host)
        return 0

    monkeypatch.setattr(program, "run", look)
    with pytest.raises(SystemExit):
        program.main()
    offset = seen[0].clock().utcoffset()
    assert offset == timedelta(0)


# --- check ------------------------------------------------------------------------------------


def test_an_allowed_check_leaves_everything_where_it_should(allowed: tuple[Path, Played]) -> None:
    _, played = allowed
    assert played.exit_code == 0
    assert played.outputs["verdict"] == "allow"
    assert played.summary.startswith("## ✅ Allowed")
    assert played.outputs["evidence-digest"] in played.summary
    names = set(played.evidence)
    assert {"decision.json", "policy.yml", "report.html", "summary.md", "SHA256SUMS"} <= names
    assert any(name.startswith("raw/") for name in names)
    assert len([name for name in names if name.startswith("facts/")]) == 19


def test_no_environment_is_usage_and_the_pipeline_hears_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call("check", environ=environ_of(tmp_path))
    assert code == 2
    assert "Set the input `environment`" in capsys.readouterr().err
    assert out.startswith("::error title=Change Gate::")
    assert "gate.usage-invalid" in (tmp_path / "output.txt").read_text()
    assert "could not decide" in (tmp_path / "step-summary.md").read_text()


def test_outside_a_pipeline_a_failure_is_told_on_the_terminal_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out = call("check", "--environment", "production")
    assert (code, out) == (2, "")
    assert "GITHUB_REPOSITORY" in capsys.readouterr().err


def test_a_policy_file_that_cannot_be_read_is_invalid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["check", "--environment", "production", "--policy", str(tmp_path / "none.yml")]
    assert call(*arguments, environ=environ_of(tmp_path))[0] == 3
    assert "cannot be read" in capsys.readouterr().err


def test_a_policy_file_must_be_the_one_on_the_branch(tmp_path: Path) -> None:
    world = World.load(BASE)
    same, other = tmp_path / "same.yml", tmp_path / "other.yml"
    same.write_text(world.policy or "", encoding="utf-8")
    other.write_text((world.policy or "") + "# mine\n", encoding="utf-8")
    assert play(world, tmp_path / "a", arguments=["--policy", str(same)]).exit_code == 0
    refused = play(world, tmp_path / "b", arguments=["--policy", str(other)])
    assert refused.exit_code == 3
    assert "not the one on the protected branch" in refused.err
    desk = {"GITHUB_ACTIONS": "false"}
    played = play(world, tmp_path / "c", arguments=["--policy", str(other)], environ=desk)
    assert played.exit_code == 0
    assert json.loads(played.evidence["decision.json"])["policy"]["origin"] == "file"
    assert (played.outputs, played.summary) == ({}, "")


def test_evidence_that_cannot_be_written_stops_an_allowed_deploy(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "older").write_text("")
    played = play(World.load(BASE), tmp_path)
    assert played.exit_code == 5
    assert played.outputs["verdict"] == "undecided"
    assert "does not count" in played.err


def test_without_a_folder_evidence_is_named_after_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    world = World.load(BASE)
    with Sandbox(world) as box:
        environ = runner.environ(world, box.url, tmp_path)
        chosen = ["--environment", "production", "--jira-url", environ["CHANGE_GATE_JIRA_URL"]]
        code, _ = call("check", *chosen, "--jira-email", "gate@acme.example", environ=environ)
    assert code == 0
    assert (tmp_path / "change-gate-evidence" / "7001-1" / "decision.json").exists()


def test_channels_that_are_not_there_are_not_written(tmp_path: Path) -> None:
    world = World.load(BASE)
    silent = {"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""}
    played = play(world, tmp_path, environ=silent)
    assert (played.exit_code, played.outputs, played.summary) == (0, {}, "")


def test_outputs_that_cannot_be_written_stop_the_deploy(tmp_path: Path) -> None:
    nowhere = {"GITHUB_OUTPUT": str(tmp_path / "none" / "output")}
    played = play(World.load(BASE), tmp_path, environ=nowhere)
    assert played.exit_code == 5
    assert "outputs of the step could not be written" in played.err


def test_a_full_disk_does_not_hide_what_went_wrong_first(tmp_path: Path) -> None:
    nowhere = {"GITHUB_OUTPUT": str(tmp_path / "none" / "output")}
    played = play(World.load(BASE), tmp_path, environ=nowhere, arguments=["--environment", "x"])
    assert played.exit_code == 2
    assert "The policy knows no environment 'x'" in played.err


# --- recheck ----------------------------------------------------------------------------------


def recheck(
    folder: Path, evidence: Path, *arguments: str, minutes: int = 5, **changes: str
) -> tuple[int, str]:
    chosen = ["recheck", "--evidence", str(evidence), "--environment", "production", *arguments]
    return call(*chosen, environ=environ_of(folder, **changes), minutes=minutes)


def test_a_decision_still_holds_a_little_later(
    allowed: tuple[Path, Played], tmp_path: Path
) -> None:
    evidence, played = allowed
    digest = played.outputs["evidence-digest"]
    code, out = recheck(tmp_path, evidence, "--digest", digest)
    assert code == 0
    assert out.startswith("The decision still holds, until 2026-11-25T16:00:0")


def test_a_decision_ends(allowed: tuple[Path, Played], tmp_path: Path) -> None:
    code, out = recheck(tmp_path, allowed[0], minutes=61)
    assert code == 10
    assert "the decision held until 2026-11-25 16:00:0" in out
    assert "::error title=Change Gate::" in out


def test_on_a_desk_a_recheck_annotates_nothing(
    allowed: tuple[Path, Played], tmp_path: Path
) -> None:
    code, out = recheck(tmp_path, allowed[0], minutes=61, GITHUB_ACTIONS="false")
    assert code == 10
    assert "::error" not in out


def test_another_attempt_needs_another_check(allowed: tuple[Path, Played], tmp_path: Path) -> None:
    code, out = recheck(tmp_path, allowed[0], GITHUB_RUN_ATTEMPT="2")
    assert code == 10
    assert "the decision is for attempt 1, this deploy is for 2" in out


def test_altered_evidence_is_refused(
    allowed: tuple[Path, Played], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recheck(tmp_path, allowed[0], "--digest", "sha256:0")[0] == 6
    assert "not the evidence of the check" in capsys.readouterr().err


def test_observe_mode_lets_a_blocked_deploy_go_on_and_says_so(tmp_path: Path) -> None:
    world = World.load(BASE)
    observed = (world.policy or "") + "observe: {until: 2027-01-31}\n"
    blocked = replace(world, policy=observed, checks={})
    played = play(blocked, tmp_path)
    assert (played.exit_code, played.outputs["verdict"]) == (0, "block")
    code, out = recheck(tmp_path, tmp_path / "evidence")
    assert code == 0
    assert out.startswith("Observe mode: the deploy goes on, although the decision was block")


# --- replay -----------------------------------------------------------------------------------


def test_a_bundle_replays(allowed: tuple[Path, Played]) -> None:
    code, out = call("replay", str(allowed[0]))
    assert code == 0
    assert "the same facts and policy give the same decision again: allow." in out
    assert allowed[1].outputs["evidence-digest"] in out


def test_what_is_no_bundle_does_not_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("replay", str(tmp_path / "none"))[0] == 6
    assert "is neither a folder nor a zip" in capsys.readouterr().err
