import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.archives import git_branch as module
from gate.adapters.archives.git_branch import ATTEMPTS, GitBranchArchive
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import GitAddress
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.loopback import Asked, Reply, serve

TOKEN = "glpat-abcdefghijklmnop1234"


def git(*arguments: str, cwd: Path) -> str:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "x@x"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    return subprocess.run(
        ["git", *arguments], cwd=cwd, env=environ, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.git"
    path.mkdir()
    git("init", "--quiet", "--bare", "--initial-branch=trunk", cwd=path)
    git("config", "uploadpack.allowFilter", "true", cwd=path)
    return path


@contextmanager
def opened(
    remote: Path, run: Callable[..., Any] = subprocess.run, **changes: Any
) -> Iterator[GitBranchArchive]:
    options: dict[str, Any] = {
        "token": "",
        "environ": os.environ,
        "deadline": Deadline(60),
        "sleep": lambda seconds: None,
        **changes,
    }
    address = GitAddress(url=remote.as_uri(), branch="evidence/prod")
    shown = f"git+{remote.as_uri()}#evidence/prod"
    archive = GitBranchArchive(address, shown=shown, run=run, **options)
    try:
        yield archive
    finally:
        archive.close()


def test_it_holds_what_was_created(remote: Path) -> None:
    with opened(remote) as archive:
        refuse_unless_create_only(archive)
        contract.holds_what_was_created(archive)
        assert archive.keeps_until(b.NOW) is None


def test_it_lists_in_order(remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 5)
    with opened(remote) as archive:
        contract.lists_in_order(archive, 12)


def test_a_branch_that_is_not_there_yet_holds_nothing(remote: Path) -> None:
    with opened(remote) as archive:
        assert archive.list(PREFIX).keys == ()


def test_what_is_no_key_is_refused(remote: Path) -> None:
    with opened(remote) as archive:
        contract.refuses_what_is_no_key(archive)


def test_one_of_many_writers_wins(remote: Path) -> None:
    made: list[GitBranchArchive] = []
    lock = threading.Lock()

    def make() -> GitBranchArchive:
        address = GitAddress(url=remote.as_uri(), branch="evidence")
        archive = GitBranchArchive(
            address, shown="git", token="", environ=os.environ, deadline=Deadline(60)
        )
        with lock:
            made.append(archive)
        return archive

    try:
        contract.lets_one_of_many_win(make, 4)
    finally:
        for archive in made:
            archive.close()


def test_the_branch_has_a_history_of_its_own_and_one_commit_for_each_file(remote: Path) -> None:
    with opened(remote) as archive:
        archive.create(KEY, b"one")
        archive.create(f"{PREFIX}second", b"two")
    log = git("log", "--format=%an %s", "evidence/prod", cwd=remote).splitlines()
    assert log == [f"change-gate Evidence: {PREFIX}second", f"change-gate Evidence: {KEY}"]
    assert git("branch", "--format=%(refname:short)", cwd=remote).split() == ["evidence/prod"]


def test_what_others_hold_is_not_fetched_but_its_names(remote: Path) -> None:
    with opened(remote) as archive:
        archive.create(KEY, os.urandom(200_000))
    with opened(remote) as archive:
        archive.create(f"{PREFIX}second", b"two")
        size = sum(path.stat().st_size for path in archive._directory.rglob("*") if path.is_file())
        assert size < 100_000
    assert "gate-archive" in archive._directory.name
    assert not archive._directory.exists()


def test_whoever_is_late_writes_on_top_of_the_other(remote: Path) -> None:
    """The push of the first try is refused, since another one got there in between."""
    sleeps: list[float] = []
    with opened(remote) as other:
        other.create(f"{PREFIX}zero", b"0")

        def late(command: list[str], **options: Any) -> Any:
            if "push" in command and not sleeps:
                other.create(f"{PREFIX}first", b"1")
            return subprocess.run(command, check=options.pop("check"), **options)

        with opened(remote, late, sleep=sleeps.append) as archive:
            archive.create(f"{PREFIX}second", b"2")
            assert archive.read(f"{PREFIX}first") == b"1"
    assert sleeps == [0]
    assert len(git("log", "--format=%h", "evidence/prod", cwd=remote).split()) == 3


def test_a_branch_that_takes_nothing_is_said(remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    sleeps: list[float] = []
    with opened(remote, sleep=sleeps.append) as archive, pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert f"{ATTEMPTS} times the branch did not take" in error.value.missing.detail
    assert error.value.missing.reason_code == "unavailable"
    assert sleeps == sorted(sleeps)


def test_a_link_in_the_place_of_a_file_is_refused(remote: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git("clone", "--quiet", str(remote), str(clone), cwd=tmp_path)
    (clone / KEY).parent.mkdir(parents=True)
    (clone / KEY).symlink_to("/etc/passwd")
    git("add", "--all", cwd=clone)
    git("commit", "--quiet", "-m", "x", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:refs/heads/evidence/prod", cwd=clone)
    with opened(remote) as archive, pytest.raises(FactMissing, match="no ordinary file"):
        archive.read(KEY)


def test_a_repository_that_is_not_there_is_said(tmp_path: Path) -> None:
    with opened(tmp_path / "gone.git") as archive, pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == "unavailable"
    assert "ls-remote" in error.value.missing.detail
    assert "gone.git" not in error.value.missing.detail


def test_git_that_is_not_installed_is_said(remote: Path, tmp_path: Path) -> None:
    def gone(command: list[str], **options: Any) -> Any:
        raise FileNotFoundError("git")

    before = set(tmp_path.iterdir())
    environ = {"PATH": "", "TMPDIR": str(tmp_path)}
    with (
        pytest.raises(FactMissing, match="git cannot be run here") as error,
        opened(remote, gone, environ=environ),
    ):
        pass
    assert error.value.missing.reason_code == "not-installed"
    assert set(tmp_path.iterdir()) == before


def test_a_command_that_hangs_is_cut_off(remote: Path) -> None:
    def hangs(command: list[str], **options: Any) -> Any:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    with pytest.raises(FactMissing) as error, opened(remote, hangs):
        pass
    assert error.value.missing.reason_code == "timed-out"


def test_what_is_written_and_then_refused_by_nobody_is_not_believed_unseen(remote: Path) -> None:
    """A push whose answer was lost: the next look finds it."""
    lost = iter([True])

    def loses(command: list[str], **options: Any) -> Any:
        done = subprocess.run(command, check=options.pop("check"), **options)
        if "push" in command and next(lost, False):
            done.returncode = 1
        return done

    with opened(remote, loses) as archive:
        archive.create(KEY, b"one")
    assert len(git("log", "--format=%h", "evidence/prod", cwd=remote).split()) == 1


# --- the token ----------------------------------------------------------------------------------


class Seen:
    """Runs git, and keeps what it was started with."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.environs: list[Mapping[str, str]] = []

    def __call__(self, command: list[str], **options: Any) -> Any:
        self.commands.append(command)
        self.environs.append(options["env"])
        return subprocess.run(command, check=options.pop("check"), **options)


def test_the_token_is_in_no_argument_and_no_file(remote: Path) -> None:
    seen = Seen()
    with opened(remote, seen, token=TOKEN) as archive:
        archive.create(KEY, b"one")
        files = [path.read_bytes() for path in archive._directory.rglob("*") if path.is_file()]
    assert TOKEN not in str(seen.commands)
    assert not [content for content in files if TOKEN.encode() in content]
    assert all(TOKEN in environ.values() for environ in seen.environs)


def test_nothing_of_the_environment_but_the_way_out_reaches_git(remote: Path) -> None:
    seen = Seen()
    environ = {
        "PATH": os.environ["PATH"],
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "GIT_SSH_COMMAND": "evil",
        "GITHUB_TOKEN": TOKEN,
    }
    with opened(remote, seen, environ=environ) as archive:
        archive.create(KEY, b"one")
    for given in seen.environs:
        assert given["HTTPS_PROXY"] == "http://127.0.0.1:1"
        assert "GIT_SSH_COMMAND" not in given
        assert TOKEN not in given.values()


def test_the_helper_gives_git_the_token(remote: Path) -> None:
    asked = "protocol=https\nhost=github.com\n\n"
    with opened(remote, token=TOKEN) as archive:
        told = archive._git("credential", "fill", given=asked.encode()).out.decode()
        archive._git("credential", "approve", given=told.encode())
        assert not list(archive._directory.rglob("*credential*"))
    assert f"password={TOKEN}\n" in told


def test_a_refused_token_is_said() -> None:
    def refuses(asked: Asked, before: int) -> Reply:
        return Reply(status=403, body=b"no", kind="text/plain")

    def allows_http(command: list[str], **options: Any) -> Any:
        command = [*command[:1], "-c", "protocol.http.allow=always", *command[1:]]
        return subprocess.run(command, check=options.pop("check"), **options)

    with serve(refuses) as server:
        archive = GitBranchArchive(
            GitAddress(url=f"{server.url}/acme/evidence", branch="main"),
            shown="git+https://acme.example/evidence#main",
            token=TOKEN,
            environ={"PATH": os.environ["PATH"]},
            deadline=Deadline(30),
            run=allows_http,
        )
        try:
            with pytest.raises(FactMissing) as error:
                archive.read(KEY)
        finally:
            archive.close()
    assert error.value.missing.reason_code == "not-permitted"
    assert "CHANGE_GATE_ARCHIVE_TOKEN" in error.value.missing.remedy
    assert TOKEN not in error.value.missing.detail
