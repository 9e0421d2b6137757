import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gate.app.context import Host
from gate.cli.main import run
from gate.policy.schema import schema
from tests.policy.policies import EXAMPLE, small

BROKEN = small({"version": 2, "controls": {"drift": "warn"}})


def gate(*arguments: str) -> tuple[int, str]:
    """The exit code, and what is printed."""
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: datetime(2026, 11, 25, tzinfo=UTC), out=out)
    return run(["policy", *arguments], host), out.getvalue()


def written(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path.as_posix()


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_lint_passes_a_policy_without_problems() -> None:
    name = written(Path("p.yml"), small({}))
    assert gate("lint", name) == (0, "p.yml can be used: 0 errors, 0 warnings.\n")


def test_lint_passes_warnings_unless_it_is_strict() -> None:
    name = written(Path("p.yml"), EXAMPLE)
    code, said = gate("lint", name)
    assert code == 0
    assert said.splitlines()[-1] == "p.yml can be used: 0 errors, 4 warnings."
    assert said.splitlines()[0].startswith("p.yml:34: warning: change_types.normal.approvals[1]: ")
    assert gate("lint", "--strict", name) == (3, said)


def test_lint_fails_on_errors_and_says_all_of_them() -> None:
    code, said = gate("lint", written(Path("p.yml"), BROKEN))
    assert code == 3
    assert said.splitlines() == [
        "p.yml:1: version: 2 is too large; allowed: the number 1",
        "p.yml:1: warning: controls.drift: not enforced by this version: there is no such control yet; "
        "leave it for a later version, or remove it",
        "p.yml cannot be used: 1 error, 1 warning.",
    ]


@pytest.mark.parametrize(
    "place", [".github/change-policy.yml", ".gitlab/change-policy.yml", "change-policy.yml"]
)
def test_lint_finds_the_policy_where_the_gate_finds_it(place: str) -> None:
    written(Path(place), small({}))
    assert gate("lint") == (0, f"{place} can be used: 0 errors, 0 warnings.\n")


def test_no_policy_anywhere_is_an_invalid_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert gate("lint") == (3, "")
    said = capsys.readouterr().err
    assert "There is no policy here; looked for .github/change-policy.yml" in said
    assert "gate policy init" in said


def test_two_policies_are_an_invalid_policy(capsys: pytest.CaptureFixture[str]) -> None:
    written(Path(".github/change-policy.yml"), small({}))
    written(Path("change-policy.yml"), small({}))
    assert gate("explain") == (3, "")
    assert "There is more than one policy here" in capsys.readouterr().err


def test_a_file_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    assert gate("lint", "absent.yml") == (2, "")


def test_a_file_that_cannot_be_read_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    name = written(Path("p.yml"), small({}))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert gate("lint", name) == (2, "")
    assert "p.yml could not be read: Permission denied" in capsys.readouterr().err


def test_lint_speaks_json() -> None:
    code, said = gate("lint", "--format", "json", written(Path("p.yml"), BROKEN))
    assert code == 3
    found = json.loads(said)
    assert (found["file"], found["errors"], found["warnings"]) == ("p.yml", 1, 1)
    assert found["problems"][0] == {
        "severity": "error",
        "path": "version",
        "line": 1,
        "column": 2,
        "text": "2 is too large",
        "allowed": "the number 1",
        "hint": "",
    }


def test_lint_annotates_a_pull_request() -> None:
    code, said = gate("lint", "--format", "github", written(Path("a,b/p.yml"), BROKEN))
    assert code == 3
    assert said.splitlines()[0] == (
        "::error file=a%2Cb/p.yml,line=1,col=2,title=version::"
        "version: 2 is too large; allowed: the number 1"
    )
    assert said.splitlines()[1].startswith("::warning file=a%2Cb/p.yml,line=1,")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_what_the_file_says_is_never_a_command_to_the_runner(form: str) -> None:
    hostile = "x\n::error::owned ##[error]owned %0A"
    name = written(Path("p.yml"), small({"windows": {"timezone": hostile}, hostile: 1}))
    _, said = gate("lint", "--format", form, name)
    assert "##[" not in said
    assert "\n::error::" not in said
    assert "owned" in said


def test_explain_prints_the_policy_in_sentences() -> None:
    code, said = gate("explain", written(Path("p.yml"), EXAMPLE))
    assert code == 0
    assert said.startswith("Change Approval Workflow Guide (SOC-011)\n")
    assert "(e2e / safari) is waived until the end of 2026-12-01" in said


def test_explain_escapes_what_the_file_says() -> None:
    guide = {"title": "##[group]::x::"}
    _, said = gate("explain", written(Path("p.yml"), small({"guide": guide})))
    assert "##[" not in said
    assert "::" not in said


def test_explain_refuses_a_broken_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert gate("explain", written(Path("p.yml"), BROKEN)) == (3, "")
    assert "p.yml:1: version: 2 is too large" in capsys.readouterr().err


def test_schema_prints_the_schema() -> None:
    code, said = gate("schema")
    assert code == 0
    assert json.loads(said) == schema()
    Draft202012Validator.check_schema(json.loads(said))


def test_init_writes_a_policy_that_can_be_used() -> None:
    code, said = gate("init")
    assert code == 0
    assert said.startswith(".github/change-policy.yml is written.")
    assert gate("lint")[0] == 0


def test_init_writes_one_for_gitlab_as_well() -> None:
    code, said = gate("init", "--forge", "gitlab")
    assert code == 0
    assert said.startswith(".gitlab/change-policy.yml is written.")
    assert gate("lint", "--strict")[0] == 0
    assert "in GitLab Issues" in gate("explain")[1]


def test_init_never_overwrites(capsys: pytest.CaptureFixture[str]) -> None:
    name = written(Path("p.yml"), b"mine")
    assert gate("init", name) == (2, "")
    assert "p.yml could not be written: File exists." in capsys.readouterr().err
    assert Path("p.yml").read_bytes() == b"mine"


@pytest.mark.parametrize("arguments", [["--help"], ["lint", "--help"]])
def test_the_help_names_the_places(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(*arguments)[0] == 0
    assert "policy" in capsys.readouterr().out
