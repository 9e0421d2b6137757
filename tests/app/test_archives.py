import io
import os
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.archives.git_branch import GitBranchArchive
from gate.adapters.archives.git_snapshot import GitBranchSnapshot
from gate.adapters.archives.locked_s3 import LockedS3Archive
from gate.adapters.archives.object_store import ObjectStoreArchive
from gate.adapters.archives.shelves import ShelfArchive
from gate.app import archives as module
from gate.app.archives import Servers, opened, opened_to_read
from gate.app.context import Host
from gate.domain.policy.document import EvidenceRules
from gate.domain.ports import FactMissing
from gate.evidence.layout import PROBE
from tests import builders as b
from tests.adapters.loopback import Asked, Reply, as_json, serve


def host(**environ: str) -> Host:
    return Host(
        environ={"PATH": os.environ["PATH"], **environ}, clock=lambda: b.NOW, out=io.StringIO()
    )


def rules(*addresses: str) -> EvidenceRules:
    return EvidenceRules(archive=addresses)


def test_a_folder_is_tried_when_it_is_opened(tmp_path: Path) -> None:
    with opened(host(), rules(tmp_path.as_uri()), Servers()) as (archive,):
        assert archive.read(PROBE) == b"first\n"


def test_a_policy_without_an_archive_has_none() -> None:
    with opened(host(), rules(), Servers()) as archives:
        assert archives == ()


def test_archives_come_in_the_order_of_the_policy(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    with opened(host(), rules(two.as_uri(), one.as_uri()), Servers()) as archives:
        assert [archive.address for archive in archives] == [two.as_uri(), one.as_uri()]


def test_a_branch_is_removed_from_this_machine_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "refuse_unless_create_only", lambda archive: None)
    with opened(host(), rules(f"git+{tmp_path.as_uri()}#main"), Servers()) as (archive,):
        assert isinstance(archive, GitBranchArchive)
        assert archive._directory.exists()
    assert not archive._directory.exists()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("s3://evidence?endpoint=http://127.0.0.1:1&region=eu-central-1", ObjectStoreArchive),
        ("gs://evidence", ObjectStoreArchive),
        ("az://acmestore/evidence", ObjectStoreArchive),
        (
            "s3://evidence?object_lock=compliance&endpoint=http://127.0.0.1:1&region=eu-central-1",
            LockedS3Archive,
        ),
    ],
)
def test_each_cloud_has_its_archive(
    address: str, kind: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3-secret-canary")
    tried: list[object] = []
    monkeypatch.setattr(module, "refuse_unless_create_only", tried.append)
    with opened(host(), rules(address), Servers()) as (archive,):
        assert tried == [archive]
        assert isinstance(archive, kind)
        assert archive.address == address


def taken(message: str) -> Any:
    """A server on which every name is taken: that is what the probe wants to see."""

    def answer(asked: Asked, before: int) -> Reply:
        if asked.method in {"PUT", "POST"}:
            body = {"message": message, "errors": [{"code": "already_exists"}]}
            return as_json(body, 400 if asked.method == "PUT" else 422)
        return as_json({"id": 1, "tag_name": "x"})

    return answer


@pytest.mark.parametrize(
    ("environ", "header", "value"),
    [
        ({"CI_JOB_TOKEN": "job-token-1234567"}, "JOB-TOKEN", "job-token-1234567"),
        (
            {"CI_JOB_TOKEN": "job-token-1234567", "CHANGE_GATE_ARCHIVE_TOKEN": "glpat-1\n"},
            "PRIVATE-TOKEN",
            "glpat-1",
        ),
    ],
)
def test_packages_of_the_same_gitlab_take_the_token_of_the_job(
    environ: dict[str, str], header: str, value: str
) -> None:
    with serve(taken("400 Bad request - Duplicate package is not allowed")) as server:
        servers = Servers(gitlab_api=f"{server.url}/api/v4")
        with opened(host(**environ), rules("gitlab-packages:acme/x"), servers) as (archive,):
            assert isinstance(archive, ShelfArchive)
        assert server.asked[0].headers[header] == value
        assert server.asked[0].path == "/api/v4/projects/acme%2Fx/packages/generic/v1/1/probe"


def test_the_token_of_the_job_goes_to_no_other_gitlab() -> None:
    servers = Servers(gitlab_api="https://gitlab.com/api/v4")
    address = "gitlab-packages:acme/x?server=https://git.acme.example"
    with (
        pytest.raises(FactMissing) as error,
        opened(host(CI_JOB_TOKEN="job-token-1234567"), rules(address), servers),
    ):
        pass
    assert error.value.missing.reason_code == "not-configured"


def test_packages_need_to_be_somewhere() -> None:
    with (
        pytest.raises(FactMissing, match="on which GitLab") as error,
        opened(host(), rules("gitlab-packages:acme/x"), Servers()),
    ):
        pass
    assert "?server=" in error.value.missing.remedy


@pytest.mark.parametrize(
    ("environ", "value"),
    [
        ({"GITHUB_TOKEN": "ghs_1"}, "ghs_1"),
        ({"GITHUB_TOKEN": "ghs_1", "CHANGE_GATE_ARCHIVE_TOKEN": "ghp_2"}, "ghp_2"),
    ],
)
def test_releases_take_the_token_of_the_workflow_unless_there_is_another(
    environ: dict[str, str], value: str
) -> None:
    with serve(taken("Validation Failed")) as server:
        servers = Servers(github_api=f"{server.url}/api/v3")
        with opened(host(**environ), rules("github-release:acme/x"), servers) as (archive,):
            assert isinstance(archive, ShelfArchive)
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {value}"}
        assert server.asked[0].path == "/api/v3/repos/acme/x/releases/tags/change-gate.v1"
        assert server.asked[1].path == "/api/uploads/repos/acme/x/releases/1/assets?name=probe"


def test_whoever_only_reads_tries_nothing_out(tmp_path: Path) -> None:
    with opened_to_read(host(), tmp_path.as_uri(), Servers()) as archive:
        assert archive.address == tmp_path.as_uri()
    assert list(tmp_path.iterdir()) == []


def test_whoever_only_reads_a_branch_fetches_it_once(tmp_path: Path) -> None:
    with opened_to_read(host(), f"git+{tmp_path.as_uri()}#main", Servers()) as archive:
        assert isinstance(archive, GitBranchSnapshot)
        assert archive._directory.exists()
    assert not archive._directory.exists()


@pytest.mark.parametrize("address", ["gitlab-packages:acme/x", "github-release:acme/x"])
def test_whoever_only_reads_a_forge_uploads_nothing(address: str) -> None:
    with serve(lambda asked, before: as_json([])) as server:
        servers = Servers(github_api=f"{server.url}/api/v3", gitlab_api=f"{server.url}/api/v4")
        environ = {"CHANGE_GATE_ARCHIVE_TOKEN": "token-1234567890"}
        with opened_to_read(host(**environ), address, servers) as archive:
            assert server.asked == []
            assert archive.list("v1/streams/").keys == ()
            assert isinstance(archive, ShelfArchive)
        assert {asked.method for asked in server.asked} == {"GET"}


def test_a_lock_is_read_without_knowing_how_long_evidence_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3-secret-canary")
    address = "s3://evidence?object_lock=compliance&endpoint=http://127.0.0.1:1&region=eu-central-1"
    with opened_to_read(host(), address, Servers()) as archive:
        assert isinstance(archive, LockedS3Archive)
