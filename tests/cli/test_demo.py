"""`gate demo` on either forge: four deployments, the reports, and nothing deleted that is somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.app.demo import DEPLOYMENTS
from tests.cli.test_main import call


def test_the_demo_gates_four_deployments_and_ends_with_their_reports(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for forge in (("--forge", "gitlab"), ()):  # the second takes the place of the first
        code, out = call("demo", "--folder", str(folder), *forge)
        assert code == 0
        for name, exit_code in zip(DEPLOYMENTS, (0, 10, 4, 0), strict=True):
            report = folder / name / "evidence" / "report.html"
            assert f"exit {exit_code:<3} {report.resolve().as_uri()}" in out
            assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
            assert (folder / name / "project").exists() == bool(forge)
        assert "::error" not in out
        assert (folder / "emergency" / "ticket.md").resolve().as_uri() in out
        assert "exit 0 while its review was owed, exit 0 after it" in out
        assert call("replay", str(folder / "blocked" / "evidence"))[0] == 0


@pytest.mark.parametrize(("found", "program"), [("/usr/bin/gate", "gate"), (None, "bin/gate")])
def test_the_demo_says_how_to_replay_at_this_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: str | None, program: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: found)
    _, out = call("demo", "--folder", str(tmp_path / "demo"))
    assert f"{program} replay {tmp_path / 'demo' / 'blocked' / 'evidence'}" in out


def test_the_demo_deletes_nothing_that_is_not_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    assert call("demo", "--folder", str(tmp_path))[0] == 2
    assert "Nothing was deleted" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()


def test_the_demo_on_gitlab_says_that_it_needs_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert call("demo", "--folder", str(tmp_path / "demo"), "--forge", "gitlab")[0] == 2
    assert "There is no git on this machine" in capsys.readouterr().err
