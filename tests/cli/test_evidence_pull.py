"""`gate evidence pull`, from the outside."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gate.app.context import Host
from gate.cli.main import run
from gate.evidence.canonical import digest
from gate.evidence.checkpoint import Checkpoint, checkpoint_json
from gate.evidence.packed import pack
from tests.adapters.loopback import Asked, Reply, as_json, serve
from tests.adapters.signers.keys import public_pem
from tests.app.evidence_set import KEY
from tests.app.hosts import GITHUB, GITLAB
from tests.app.pull.sets import archive_of, chain, day, made, name, stream
from tests.policy.policies import small


def call(*arguments: str | Path, environ: dict[str, str] | None = None) -> tuple[int, str]:
    out = io.StringIO()
    host = Host(environ=environ or {}, clock=lambda: day(100), out=out)
    words = ["evidence", "pull", *(str(word) for word in arguments)]
    return run(words, host), out.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    for key, content in archive_of([-20, 1, 2, 40, 95]).held.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(content)
    return root


def test_days_are_of_utc_and_both_ends_are_included(archive: Path, tmp_path: Path) -> None:
    into = tmp_path / "in"
    code, said = call(
        "--from", "2026-01-02", "--to", "2026-01-03", "--into", into, "--archive", archive.as_uri()
    )  # fmt: skip
    assert code == 0
    assert "2 bundles: 2 whole" in said
    assert sorted(path.name for path in into.rglob("*.zip")) == [
        name(3).rpartition("/")[2],
        name(2).rpartition("/")[2],
    ]


def test_the_archives_of_a_policy_are_pulled_up_to_now(archive: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_bytes(small({"evidence": {"archive": archive.as_uri()}}))
    code, said = call(
        "--from", "2026-01-01T12:00:00Z", "--into", tmp_path / "in", "--policy", policy, "--quiet"
    )
    assert code == 0
    assert "4 bundles: 4 whole" in said
    [account] = json.loads((tmp_path / "in/pulled.json").read_bytes())["pulls"]
    assert account["period"] == {"from": "2026-01-01T12:00:00Z", "before": "2026-04-11T12:00:00Z"}


def test_the_account_holds_a_command_that_does_it_again(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, point = tmp_path / "release.pub", tmp_path / "c.json"
    key.write_text(public_pem(KEY))
    bundles = chain([-20, 1, 2, 40, 95])
    point.write_bytes(
        checkpoint_json(Checkpoint(stream=stream(), count=5, head=bundles[-1].digest))
    )
    options: tuple[str | Path, ...] = (
        "--from", "2020-01-01", "--to", "2026-12-31", "--into", tmp_path / "in",
        "--environment", "production", "--archive", archive.as_uri(), "--key", key,
        "--identity", "https://github.com/acme/app/**", "--trusted-root", tmp_path / "none",
        "--checkpoint", point,
    )  # fmt: skip
    assert call(*options)[0] == 0
    [account] = json.loads((tmp_path / "in/pulled.json").read_bytes())["pulls"]
    again = account["command"].split(" ")
    assert again[:3] == ["gate", "evidence", "pull"]
    assert "--to 2026-12-31T23:59:59.999999Z" in account["command"]
    code, said = call(*(word.strip("'") for word in again[3:]))
    assert (code, "5 were there" in said) == (0, True)
    assert "file://" in capsys.readouterr().err


def test_a_demanded_signature_that_is_not_there_is_broken(archive: Path, tmp_path: Path) -> None:
    key = tmp_path / "release.pub"
    key.write_text(public_pem(KEY))
    code, said = call(
        "--from", "2026-01-01", "--into", tmp_path / "in", "--archive", archive.as_uri(),
        "--key", key, "--require", "signed", "--jobs", "1",
    )  # fmt: skip
    assert code == 6
    assert said.count("it must be signed") == 4


def test_everything_that_is_wrong_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = call(
        "--from", "yesterday", "--archive", "ftp://x", "--github", "acme", "--gitlab", "acme",
        "--artifact", "[z-a]", "--checkpoint", tmp_path / "none", "--require", "signed",
    )  # fmt: skip
    said = capsys.readouterr().err
    assert code == 2
    for text in (
        "- yesterday is neither a day",
        "- --gitlab-api-url is missing",
        "- A signature is demanded, and nobody was named",
        "  Give --key, --identity or --policy.",
        "none cannot be read",
        "- --into is missing",
        "- --archive ftp://x ",
        "- --github acme is not OWNER/REPO",
        "- --gitlab acme is not GROUP/PROJECT",
        "- --artifact [z-a] ",
    ):
        assert text in said


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ((), "--from is missing"),
        (
            ("--to", "foo"),
            "- --from is missing: the first day that is wanted, such as 2026-01-01\n- foo",
        ),
        (("--from", "2026-04-01", "--to", "2026-03-01"), "the period ends before it begins"),
        (("--from", "2027-04-01"), "--to now"),
        (("--from", "2026-01-01"), "nothing says where from"),
        (("--from", "2026-01-01", "--github", "../x"), "--github ../x is not OWNER/REPO"),
        (("--from", "2026-01-01", "--gitlab", "a/../b"), "--gitlab a/../b is not GROUP"),
        (("--from", "2026-01-01", "--policy", "/no/such/file"), "/no/such/file cannot be read"),
    ],
)
def test_what_is_wrong_is_told(
    options: tuple[str, ...], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("--into", tmp_path / "in", *options)[0] == 2
    assert text in capsys.readouterr().err
    assert not (tmp_path / "in").exists()


def test_a_policy_without_an_archive_says_nothing_about_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_bytes(small({}))
    options = ("--from", "2026-01-01", "--into", tmp_path / "in", "--policy", policy)
    assert call(*options, environ=GITHUB)[0] == 2
    assert "--policy with an archive in it" in capsys.readouterr().err


def test_in_a_job_of_github_its_own_repository_is_meant(tmp_path: Path) -> None:
    def answer(asked: Asked, before: int) -> Reply:
        return as_json({"total_count": 0, "artifacts": []})

    with serve(answer) as server:
        environ = {**GITHUB, "GITHUB_API_URL": server.url}
        code, said = call("--from", "2026-01-01", "--into", tmp_path / "in", environ=environ)
        assert {asked.path.partition("?")[0] for asked in server.asked} == {
            "/repos/acme/app/actions/artifacts"
        }
        named = ("--from", "2026-01-01", "--into", tmp_path / "in", "--github", "acme/app")
        assert call(*named, environ=environ)[0] == code
    assert code == 0
    assert said.startswith("NOTHING WAS FOUND.")
    account, named_account = json.loads((tmp_path / "in/pulled.json").read_bytes())["pulls"]
    assert account["sources"] == named_account["sources"] == ["artifacts of acme/app"]
    assert "--github acme/app --github-api-url http://127.0.0.1" in account["command"]
    assert "ghs_" not in account["command"]


def test_on_gitlab_the_token_goes_where_the_option_says(tmp_path: Path) -> None:
    with serve(lambda asked, before: as_json({"message": "404 Not Found"}, 404)) as server:
        code, said = call(
            "--from", "2026-01-01", "--into", tmp_path / "in",
            "--gitlab-api-url", f"{server.url}/api/v4", "--gate-job", "gate",
            environ={**GITLAB, "CHANGE_GATE_GITLAB_TOKEN": "glpat-1234567890"},
        )  # fmt: skip
        assert {asked.headers["PRIVATE-TOKEN"] for asked in server.asked} == {"glpat-1234567890"}
    assert code == 4
    assert "FAILED  jobs of" in said
    [account] = json.loads((tmp_path / "in/pulled.json").read_bytes())["pulls"]
    assert "--gitlab acme/app --gate-job gate --gitlab-api-url" in account["command"]


def test_a_folder_that_cannot_be_made_is_told(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    options = ("--from", "2026-01-01", "--archive", archive.as_uri())
    assert call(*options, "--into", tmp_path / "file/in")[0] == 5


def artifact(number: int, url: str, **changes: object) -> dict[str, object]:
    own = {
        "id": number,
        "name": f"change-gate-evidence-{number}",
        "url": f"{url}/repos/acme/app/actions/artifacts/{number}",
        "archive_download_url": f"{url}/repos/acme/app/actions/artifacts/{number}/zip",
        "size_in_bytes": 2_000,
        "expired": False,
        "created_at": "2026-01-03T12:05:00Z",
        "expires_at": "2026-04-03T12:05:00Z",
        "workflow_run": {"id": 7001, "repository_id": 4242, "head_repository_id": 4242},
    }
    return own | changes


def test_artifacts_of_github_come_with_what_github_says_of_them(tmp_path: Path) -> None:
    content = pack(made(2).files)
    urls: list[str] = []

    def answer(asked: Asked, before: int) -> Reply:
        if asked.path.startswith("/blob"):
            return Reply(body=content, kind="application/zip")
        if asked.path.endswith("/zip"):
            return Reply(status=302, body=b"", headers={"Location": f"{urls[0]}/blob?sig=secret"})
        listed = [
            artifact(11, urls[0], digest=digest(content)),
            artifact(12, urls[0], expired=True, expires_at="2026-02-01T00:00:00Z"),
        ]
        return as_json({"total_count": 2, "artifacts": listed})

    into = tmp_path / "in"
    with serve(answer) as server:
        urls.append(server.url)
        code, said = call(
            "--from", "2026-01-01", "--to", "2026-01-31", "--into", into, "--github", "acme/app",
            "--github-api-url", server.url, environ={"GITHUB_TOKEN": "ghs_1234567890abcdef"},
        )  # fmt: skip
    assert code == 4
    assert "1 bundle: 1 whole, 0 broken" in said
    assert "GONE    " in said
    assert "its retention ended on 2026-02-01" in said
    told = (into / "pulled.json").read_text()
    [file] = json.loads(told)["files"]
    assert (file["stored_at"], file["ref"]) == ("2026-01-03T12:05:00Z", "11")
    assert file["name"].endswith("/7001/11-change-gate-evidence-11.zip")
    assert (into / file["name"]).read_bytes() == content
    assert "ghs_" not in told
    assert "secret" not in told
