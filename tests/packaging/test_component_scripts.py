"""The scripts of the GitLab component, run in the shells that images have, with programs that only note."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.component import COMMIT, NAMES, script

SHELLS = [shell for shell in ("bash", "dash", "busybox") if shutil.which(shell)]
GITLAB = "https://gitlab.acme.example"
CHECKED = {"GATE_EVIDENCE_DIGEST": "sha256:1"}
_PROGRAMS = ("bash", "env", "sed", "mktemp", "mkdir", "rm")
# Notes what it was called with. A checkout brings an installer, and that a gate that notes as well.
_GIT = """
import json, os, sys
from pathlib import Path
called = dict(arguments=sys.argv[1:], environment=dict(os.environ))
with open({record!r}, "a") as file:
    file.write(json.dumps(called) + chr(10))
if "fetch" in sys.argv:
    sys.exit({fetched})
if "rev-parse" in sys.argv:
    print({head!r})
if "checkout" in sys.argv:
    setup = Path(sys.argv[sys.argv.index("-C") + 1]) / "actions/setup"
    setup.mkdir(parents=True)
    (setup / "install.sh").write_text({installer!r})
"""
_INSTALLER = """
printf '%s' '{note}' >"$1/note.py"
printf '#!/bin/sh\\nexec "{python}" "%s/note.py" "$@"\\n' "$1" >"$1/gate"
chmod 755 "$1/gate"
"""
_NOTE = """
import json, os, sys
called = dict(arguments=sys.argv[1:], environment=dict(os.environ), folder=os.getcwd())
with open("{record}", "w") as file:
    json.dump(called, file)
sys.exit({exit_code})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a script ended, and what it called."""

    exit_code: int
    said: str
    printed: str
    git: Sequence[dict[str, Any]]
    gate: dict[str, Any]

    @property
    def fetch(self) -> dict[str, Any]:
        """The one call that talks to GitLab."""
        [only] = [call for call in self.git if "fetch" in call["arguments"]]
        return only


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as its script sees it: the working copy, and the programs of its image."""

    folder: Path
    shell: str = "bash"

    @property
    def workspace(self) -> Path:
        """Where the script runs."""
        return self.folder / "work space"

    @property
    def programs(self) -> Path:
        """What the image has."""
        return self.folder / "programs"

    def make(self, *, head: str = COMMIT, fetched: int = 0, exit_code: int = 0) -> "Job":
        """Lay it out; `head` is what git says was fetched."""
        for made in (self.workspace, self.programs, self.folder / "tmp"):
            made.mkdir()
        for name in (*_PROGRAMS, "chmod"):
            (self.programs / name).symlink_to(shutil.which(name) or name)
        note = _NOTE.format(record=self.folder / "gate.json", exit_code=exit_code)
        installer = _INSTALLER.format(note=note, python=sys.executable)
        git = self.folder / "git.py"
        record = str(self.folder / "git.jsonl")
        git.write_text(
            _GIT.format(record=record, head=head, fetched=fetched, installer=installer),
            encoding="utf-8",
        )
        self.program("git", f'exec "{sys.executable}" "{git}" "$@"')
        return self

    def program(self, name: str, text: str, folder: Path | None = None) -> Path:
        """Put a program into the image."""
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(
        self,
        name: str,
        *,
        after: str = "",
        inputs: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run the script as a runner does: its text, in the image's shell, in the working copy."""
        given = {"environment": "production", "gitlab_url": GITLAB, **(inputs or {})}
        shell = shutil.which(self.shell) or self.shell
        text = f"set -e\n{script(name, **given)}\n{after}"
        done = subprocess.run(
            [shell, *(["sh"] if self.shell == "busybox" else []), "-c", text],
            cwd=self.workspace,
            env={
                "PATH": str(self.programs),
                "HOME": str(self.folder),
                "TMPDIR": str(self.folder / "tmp"),
                "CI_JOB_TOKEN": "token-canary",
                "CI_SERVER_URL": GITLAB,
                **(variables or {}),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        git, gate = self.folder / "git.jsonl", self.folder / "gate.json"
        return Ran(
            exit_code=done.returncode,
            said=done.stderr,
            printed=done.stdout,
            git=[json.loads(line) for line in git.read_text().splitlines()] if git.exists() else [],
            gate=json.loads(gate.read_text()) if gate.exists() else {},
        )


@pytest.fixture(params=SHELLS)
def job(request: pytest.FixtureRequest, tmp_path: Path) -> Job:
    """A job in each of the shells."""
    return Job(folder=tmp_path, shell=request.param)


def test_the_commit_that_was_included_is_fetched_and_asked(job: Job) -> None:
    ran = job.make().run("gate")

    assert ran.exit_code == 0, ran.said
    assert ran.fetch["arguments"][-2:] == [f"{GITLAB}/change-gate/change-gate.git", COMMIT]
    assert ran.gate["arguments"][:7] == [
        *("check", "--forge", "gitlab", "--gitlab-url", GITLAB, "--environment", "production"),
    ]
    assert ran.gate["folder"] == str(job.workspace)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("exit_code", [1, 2, 3, 4, 5, 6, 7, 10])
def test_the_job_ends_as_the_gate_does(tmp_path: Path, name: str, exit_code: int) -> None:
    ran = Job(folder=tmp_path).make(exit_code=exit_code).run(name, variables=CHECKED)

    assert (ran.exit_code, bool(ran.gate)) == (exit_code, True), ran.said


@pytest.mark.parametrize("name", NAMES)
def test_another_commit_than_the_included_one_is_not_run(job: Job, name: str) -> None:
    ran = job.make(head="6" * 40).run(name, variables=CHECKED)

    assert (ran.exit_code, ran.gate) == (1, {})
    assert "not the commit that was included" in ran.said


def test_a_commit_that_cannot_be_fetched_is_told_with_what_to_do(job: Job) -> None:
    ran = job.make(fetched=128).run("gate", inputs={"project": "tools/change-gate"})

    assert (ran.exit_code, ran.gate) == (1, {})
    assert f"commit {COMMIT} of tools/change-gate could not be fetched from {GITLAB}" in ran.said
    assert "Job token permissions" in ran.said


def test_the_token_is_given_to_git_only_when_it_asks_and_never_as_an_argument(job: Job) -> None:
    ran = job.make().run("gate")

    assert not [part for call in ran.git for part in call["arguments"] if "canary" in part]
    arguments = ran.fetch["arguments"]
    assert "http.followRedirects=false" in arguments, "the token stays with this server"
    helpers = [part for part in arguments if part.startswith("credential.helper=")]
    assert helpers[0] == "credential.helper=", "no helper of the image's settings is asked"
    answered = subprocess.run(
        ["sh", "-c", helpers[1].removeprefix("credential.helper=!")],
        env={"PATH": os.environ["PATH"], "CI_JOB_TOKEN": "token-canary"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert answered.stdout == "username=gitlab-ci-token\npassword=token-canary\n"


def test_a_private_certificate_of_the_server_is_used(job: Job) -> None:
    ran = job.make().run("gate", variables={"CI_SERVER_TLS_CA_FILE": "/builds/CI SERVER.pem"})

    assert "http.sslCAInfo=/builds/CI SERVER.pem" in ran.fetch["arguments"]


def test_git_sees_no_settings_of_the_job(job: Job) -> None:
    hostile = {"GIT_CONFIG_COUNT": "1", "GIT_DIR": "/x", "XDG_CONFIG_HOME": str(job.folder)}

    ran = job.make().run("gate", variables=hostile)

    environment = ran.fetch["environment"]
    assert {name for name in environment if name.startswith("GIT_")} == {"GIT_TERMINAL_PROMPT"}
    assert "XDG_CONFIG_HOME" not in environment
    assert environment["HOME"] != str(job.folder)


@pytest.mark.parametrize("name", NAMES)
def test_a_job_on_another_gitlab_asks_nothing(job: Job, name: str) -> None:
    ran = job.make().run(name, variables={"CI_SERVER_URL": "https://gitlab.com"})

    assert (ran.exit_code, ran.git, ran.gate) == (1, [], {})
    assert f"runs on https://gitlab.com, but the input gitlab-url says {GITLAB}" in ran.said


@pytest.mark.parametrize("missing", ["bash", "git"])
def test_an_image_that_lacks_something_is_told_what(job: Job, missing: str) -> None:
    (job.make().programs / missing).unlink()

    ran = job.run("gate")

    assert (ran.exit_code, ran.gate) == (1, {})
    assert f"this image has no {missing}" in ran.said
    assert "python:3.14" in ran.said


def test_a_gate_of_the_image_is_run_and_nothing_fetched(job: Job) -> None:
    job.make()
    installed = job.program("installed-gate", 'printf "%s" "$*" >"$HOME/called"; exit 10')

    ran = job.run("gate", inputs={"command": str(installed)})

    assert (ran.exit_code, ran.git) == (10, [])
    assert (job.folder / "called").read_text().startswith("check --forge gitlab ")


def test_settings_are_taken_from_the_inputs_and_tokens_from_variables(job: Job) -> None:
    inputs = {"service": "web api", "ticket": "CHG-7 #12", "jira_url": "https://acme.example"}
    tokens = {"CHANGE_GATE_JIRA_TOKEN": "j", "CHANGE_GATE_INDEX_URL": "https://index.example"}
    names = ("CHANGE_GATE_SERVICE", "CHANGE_GATE_JIRA_URL", "GITHUB_ACTIONS", "RUNNER_TOOL_CACHE")
    forged = dict.fromkeys(names, "x")

    ran = job.make().run("gate", inputs=inputs, variables={**tokens, **forged})

    arguments = ran.gate["arguments"]
    assert arguments[-8:] == [
        *("--service", "web", "--service", "api", "--ticket", "CHG-7", "--ticket", "#12"),
    ]
    assert arguments[arguments.index("--jira-url") + 1] == "https://acme.example"
    assert arguments[arguments.index("--jira-email") + 1] == ""
    environment = ran.gate["environment"]
    assert not forged.keys() & environment.keys()
    assert {name: environment[name] for name in tokens} == tokens


def test_whoever_starts_the_pipeline_can_say_that_it_is_an_emergency_to_the_gate_alone(
    job: Job,
) -> None:
    typed = {
        "CHANGE_GATE_BREAK_GLASS": "true",
        "CHANGE_GATE_REASON": "Payments fail; $(touch intruder) `touch intruder` '\"\n::set-output",
        "CHANGE_GATE_INCIDENT": "1234",
    }
    job.make()

    assert _typed(job.run("gate", variables=typed)) == typed
    for name in ("recheck", "follow-up"):
        assert _typed(job.run(name, variables={**typed, **CHECKED})) == {}
    assert not (job.workspace / "intruder").exists()


def test_the_key_that_signs_reaches_those_that_leave_evidence(job: Job) -> None:
    key = {"CHANGE_GATE_SIGNING_KEY": "/builds/acme/app.tmp/CHANGE_GATE_SIGNING_KEY"}
    job.make()

    for name in ("gate", "follow-up"):
        assert job.run(name, variables=key).gate["environment"].items() >= key.items()
    seen = job.run("recheck", variables={**key, **CHECKED}).gate["environment"]
    assert "CHANGE_GATE_SIGNING_KEY" not in seen


@pytest.mark.parametrize("name", ["gate", "follow-up"])
def test_libraries_are_those_of_the_input_and_of_no_variable(job: Job, name: str) -> None:
    forged = {"CHANGE_GATE_EXTRAS": "everything"}
    ran = job.make().run(name, inputs={"extras": "archive sigstore"}, variables=forged)
    assert ran.gate["environment"]["CHANGE_GATE_EXTRAS"] == "archive sigstore"


def _typed(ran: Ran) -> dict[str, str]:
    names = ("CHANGE_GATE_BREAK_GLASS", "CHANGE_GATE_REASON", "CHANGE_GATE_INCIDENT")
    seen = ran.gate["environment"]
    return {name: seen[name] for name in names if name in seen}


def test_the_sweep_is_told_the_inputs_and_keeps_its_numbers(job: Job) -> None:
    inputs = {"gate_job": "change-gate gate-eu", "days": "90", "pager_email": "gate@acme.example"}
    ran = job.make().run("follow-up", inputs=inputs, variables={"CHANGE_GATE_DAYS": "1"})

    folder = "change-gate-follow-up/change-gate-follow-up"
    assert ran.gate["arguments"] == [
        *("follow-up", "--forge", "gitlab", "--gitlab-url", GITLAB, "--environment", "production"),
        *("--days", "90", "--jira-url", "", "--jira-email", ""),
        *("--pager-email", "gate@acme.example", "--outputs", f"{folder}/outputs.env"),
        *("--evidence", f"{folder}/sweep", "--gate-job", "change-gate", "--gate-job", "gate-eu"),
    ]
    assert (job.workspace / folder).is_dir()
    assert "CHANGE_GATE_DAYS" not in ran.gate["environment"]


def test_the_sweep_sees_the_tokens_and_the_address_that_it_writes_with(job: Job) -> None:
    secrets = {
        "CHANGE_GATE_GITLAB_TOKEN": "r",
        "CHANGE_GATE_JIRA_TOKEN": "j",
        "CHANGE_GATE_PAGER_TOKEN": "p",
        "CHANGE_GATE_WEBHOOK_URL": "https://hooks.example/s3cret",
        "CHANGE_GATE_WRITE_TOKEN": "w",
    }
    seen = job.make().run("follow-up", variables=secrets).gate["environment"]

    assert {name: seen[name] for name in secrets} == secrets


@pytest.mark.parametrize(
    ("inputs", "wanted"),
    [
        ({}, []),
        ({"sign": "key"}, ["--sign", "key"]),
        ({"sign": "sigstore", "public_log": "yes"}, ["--sign", "sigstore", "--public-log"]),
    ],
)
@pytest.mark.parametrize("name", ["gate", "follow-up"])
def test_how_the_evidence_is_signed_is_said_by_inputs(
    job: Job, inputs: dict[str, str], wanted: list[str], name: str
) -> None:
    forged = {"CHANGE_GATE_SIGN": "none", "CHANGE_GATE_PUBLIC_LOG": "true"}
    token = {"SIGSTORE_ID_TOKEN": "eyJ"}
    seen = job.make().run(name, inputs=inputs, variables={**forged, **token}).gate

    said = [part for part in seen["arguments"] if part in {"--sign", "--public-log"}]
    assert said == [part for part in wanted if part.startswith("--")]
    assert seen["arguments"][len(seen["arguments"]) - len(wanted) :] == wanted
    assert not forged.keys() & seen["environment"].keys()
    assert seen["environment"]["SIGSTORE_ID_TOKEN"] == "eyJ"


@pytest.mark.parametrize("asked", [False, True])
def test_an_emergency_can_be_asked_for_by_inputs_of_the_pipeline(job: Job, asked: bool) -> None:
    reason = "Payments fail since 21:15, all of them"
    typed = {"break_glass": "yes" if asked else "no", "reason": reason, "incident": "1234"}
    arguments = job.make().run("gate", inputs=typed).gate["arguments"]

    wanted = ["--break-glass", "--reason", reason, "--incident", "1234"]
    assert arguments[-5:] == wanted if asked else not set(wanted) & set(arguments)


@pytest.mark.parametrize(("given", "passed"), [({}, False), ({"note": "no"}, True)])
def test_notes_are_written_unless_the_input_says_no(
    job: Job, given: dict[str, str], passed: bool
) -> None:
    ran = job.make().run(
        "gate", inputs=given, variables={"CHANGE_GATE_WRITE_TOKEN": "w", "CHANGE_GATE_NOTE": "1"}
    )

    assert ("--no-note" in ran.gate["arguments"]) is passed
    assert "--note" not in ran.gate["arguments"]
    assert ran.gate["environment"]["CHANGE_GATE_WRITE_TOKEN"] == "w"
    assert "CHANGE_GATE_NOTE" not in ran.gate["environment"]


def test_a_start_up_file_of_the_project_does_not_run(job: Job) -> None:
    job.make()
    start = job.program("start.sh", f"echo intruder >{job.folder}/intruder", job.workspace)

    # A bash that the runner starts has read it before the script begins; the one that the script starts must not.
    variables = {"ENV": str(start)} | ({"BASH_ENV": str(start)} if job.shell != "bash" else {})
    ran = job.run("gate", variables=variables)

    assert ran.exit_code == 0, ran.said
    assert not (job.folder / "intruder").exists()
    assert not {"BASH_ENV", "ENV"} & ran.gate["environment"].keys()


@pytest.mark.parametrize("entry", ["bin", "{workspace}/bin", "/proc/self/cwd/bin", "{link}", ""])
def test_programs_of_the_working_copy_are_not_run_however_they_are_named(
    job: Job, entry: str
) -> None:
    job.make()
    folder = job.workspace / ("bin" if entry else "")
    for name in ("git", "sed", "env", "mktemp", "rm", "mkdir"):
        job.program(name, f"echo {name} >>{job.folder}/intruders; exit 1", folder)
    (job.folder / "link").symlink_to(folder)
    named = entry.format(workspace=job.workspace, link=job.folder / "link")

    ran = job.run(
        "gate",
        variables={"PATH": f"{named}:{job.programs}", "CDPATH": str(job.folder)},
    )

    assert ran.exit_code == 0, ran.said
    assert not (job.folder / "intruders").exists()
    assert ran.gate["environment"]["PATH"] == str(job.programs)


def test_a_folder_for_evidence_that_the_project_has_is_not_written_to(job: Job) -> None:
    job.make()
    elsewhere = job.folder / "elsewhere"
    (elsewhere / "change-gate/evidence").mkdir(parents=True)
    (job.workspace / "change-gate-evidence").symlink_to(elsewhere)

    assert job.run("gate").exit_code == 0

    made = job.workspace / "change-gate-evidence"
    assert not made.is_symlink()
    assert [path.name for path in made.rglob("*")] == ["change-gate"]
    assert (elsewhere / "change-gate/evidence").is_dir()


@pytest.mark.parametrize(("fetched", "exit_code"), [(0, 0), (1, 0), (0, 10)])
def test_nothing_stays_on_the_runner(job: Job, fetched: int, exit_code: int) -> None:
    job.make(fetched=fetched, exit_code=exit_code).run("gate")

    assert list((job.folder / "tmp").iterdir()) == []


def test_the_second_question_asks_about_the_evidence_of_the_job_with_its_digest(job: Job) -> None:
    ran = job.make().run("recheck", inputs={"job_name": "eu"}, variables=CHECKED)

    assert ran.gate["arguments"] == [
        *("recheck", "--forge", "gitlab", "--gitlab-url", GITLAB, "--environment", "production"),
        *("--evidence", "change-gate-evidence/eu/evidence", "--digest", "sha256:1"),
    ]


def test_the_second_question_without_the_digest_is_refused(job: Job) -> None:
    ran = job.make().run("recheck", after="echo deployed")

    assert (ran.exit_code, ran.gate, ran.printed) == (1, {}, "")
    assert "needs: [{job: change-gate}]" in ran.said


def test_the_script_after_the_second_question_finds_its_job_as_it_was(job: Job) -> None:
    variables = {**CHECKED, "GIT_STRATEGY": "fetch", "CDPATH": "/x"}
    after = 'echo "$PATH|$HOME|$GIT_STRATEGY|$CDPATH|$-"; ls() { :; }; cd ..'

    ran = job.make().run("recheck", after=after, variables=variables)

    *before, flags = ran.printed.strip().split("|")
    assert before == [str(job.programs), str(job.folder), "fetch", "/x"]
    assert not {"f", "u"} & set(flags)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not here")
@pytest.mark.parametrize("name", NAMES)
def test_shellcheck_finds_nothing(name: str) -> None:
    # SC2016: the credential helper is for git's shell to expand.
    command = ["shellcheck", "--shell", "sh", "--exclude", "SC2016", "-"]
    text = script(name, environment="production")

    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
