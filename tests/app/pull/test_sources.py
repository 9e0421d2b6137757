"""Where evidence is pulled from, and with which addresses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gate.app.archives import Servers
from gate.app.pull.sources import Sources, folder_of, own_repository, servers_of
from gate.domain.ports import FactMissing
from gate.errors import UsageInvalid
from gate.evidence.layout import PROBE
from tests.app.hosts import GITHUB, GITLAB, host
from tests.app.pull.sets import archive_of, day, name


def test_archives_come_first_and_each_source_once(tmp_path: Path) -> None:
    sources = Sources(
        archives=("file:///b", "file:///a", "file:///b"),
        github=("acme/app",),
        gitlab=("acme/app", "acme/app"),
    )
    assert [one.address for one in sources.named(host({}))] == [
        "file:///b",
        "file:///a",
        "artifacts of acme/app",
        "jobs of acme/app",
    ]


def test_an_archive_is_opened_without_writing_there(tmp_path: Path) -> None:
    for key, content in archive_of([1]).held.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(content)
    [named] = Sources(archives=(tmp_path.as_uri(),), environments=("production",)).named(host({}))
    with named.open() as origin:
        [offer] = origin.source.offers(day(0), day(9))
        assert offer.name == name(1)
        assert origin.folder == folder_of(tmp_path.as_uri())
    assert not (tmp_path / PROBE).exists()


def test_an_archive_that_is_not_there_is_told() -> None:
    [named] = Sources(archives=("file:///no/such/folder",)).named(host({}))
    with pytest.raises(FactMissing, match="no such folder"), named.open():
        pass


def test_forges_are_asked_with_the_tokens_of_the_environment() -> None:
    sources = Sources(
        github=("acme/app",),
        gitlab=("acme/app",),
        servers=Servers(
            github_api="https://api.github.com", gitlab_api="https://gitlab.example/api/v4"
        ),
    )
    environ = {"GITHUB_TOKEN": "ghs_1234567890", "CHANGE_GATE_GITLAB_TOKEN": "glpat-1234567890"}
    github, gitlab = sources.named(host(environ))
    with github.open() as origin:
        assert origin.source.address == "artifacts of github.com/acme/app"
        assert origin.folder == folder_of("artifacts of github.com/acme/app")
    with gitlab.open() as origin:
        assert origin.source.address == "jobs of gitlab.example/acme/app"


def test_a_forge_without_a_token_is_told() -> None:
    servers = Servers(gitlab_api="https://gitlab.example/api/v4")
    for named in Sources(github=("a/b",), gitlab=("a/b",), servers=servers).named(host({})):
        with pytest.raises(FactMissing), named.open():
            pass


def test_folders_are_readable_and_never_the_same() -> None:
    addresses = ("s3://a/b", "s3://a-b", "S3://a/b", "gs://" + "x" * 300, "gs://" + "x" * 301)
    folders = [folder_of(address) for address in addresses]
    assert folders[0].startswith("s3-a-b-")
    assert len({folder.casefold() for folder in folders}) == len(addresses)
    assert all(len(folder) < 80 for folder in folders)
    assert not folder_of("../x").startswith(".")


def test_at_a_desk_github_is_github_and_gitlab_has_to_be_named() -> None:
    found = servers_of(host({}), github_api="", gitlab_api="")
    assert found == Servers(github_api="https://api.github.com", gitlab_api="")


def test_in_a_job_the_servers_are_those_of_the_job() -> None:
    own = host(GITHUB, GITHUB_API_URL="https://ghe.example/api/v3/")
    assert servers_of(own, github_api="", gitlab_api="").github_api == "https://ghe.example/api/v3"
    found = servers_of(own, github_api="https://api.github.com", gitlab_api="")
    assert found.github_api == "https://api.github.com"
    plain = servers_of(host(GITHUB), github_api="", gitlab_api="")
    assert plain.github_api == "https://api.github.com"


def test_a_job_of_gitlab_believes_its_clone_and_not_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    url = "https://gitlab.example/acme/app.git"
    subprocess.run(["git", "remote", "add", "origin", url], check=True)
    found = servers_of(host(GITLAB), github_api="", gitlab_api="")
    assert found.gitlab_api == "https://gitlab.example/api/v4"
    forged = host(
        GITLAB, CI_API_V4_URL="https://evil.example/api/v4", CI_SERVER_URL="https://evil.example"
    )
    with pytest.raises(UsageInvalid, match="another server"):
        servers_of(forged, github_api="", gitlab_api="")
    given = servers_of(forged, github_api="", gitlab_api="https://gitlab.example/api/v4")
    assert given.gitlab_api == "https://gitlab.example/api/v4"


def test_the_repository_of_a_job_is_its_own() -> None:
    assert own_repository(host(GITHUB)) == (("acme/app",), ())
    assert own_repository(host(GITLAB)) == ((), ("acme/app",))
    assert own_repository(host({})) == ((), ())
    assert own_repository(host({"GITHUB_ACTIONS": "true", "GITLAB_CI": "true"})) == ((), ())
