"""`gate evidence`, from the outside."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click
import pytest

from gate.app.context import Host
from gate.cli.main import run
from gate.domain.follow_up import Kept
from gate.evidence.bundle import SIGNATURE, SUMMARY_SIGNATURE, chained, seal
from gate.evidence.checkpoint import checkpoint_json
from gate.evidence.follow_up_json import FOLLOW_UP, write_kept
from gate.evidence.layout import link_of
from tests.adapters.bundles.test_zipped import packed
from tests.adapters.signers.keys import p256, public_pem
from tests.app.evidence_set import KEY, archived, checkpoint, loose, write, write_all
from tests.app.test_examine import SIGNED_POLICY
from tests.builders import NOW


def call(*arguments: str | Path) -> tuple[int, str]:
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: NOW, out=out)
    return run([str(item) for item in arguments], host), out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_all(tmp_path / "all", archived())


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "release.pub").write_text(public_pem(KEY))
    return tmp_path / "release.pub"


def verify(*arguments: str | Path) -> tuple[int, str]:
    return call("evidence", "verify", "--jobs", "1", *arguments)


def test_what_is_whole_is_told_with_whom_it_is_by(folder: Path, key: Path) -> None:
    code, said = verify(folder, "--key", key, "--require", "signed")
    assert code == 0
    first, *_, total, chain = said.splitlines()
    assert first.startswith(f"whole   {folder}/0001: ")
    assert "for acme/app production, run 7001/1, 2026-11-25T15:00:00Z, sha256:" in first
    assert "; signed by the key release.pub (SHA256:" in first
    assert first.endswith("; decides the same again")
    assert total == "4 bundles: 4 whole, 0 broken; of the whole ones 4 signed."
    assert chain == "Chain github.com/4242/production: records 1 to 4 were seen."


def test_what_is_broken_is_told_and_makes_the_exit_code(folder: Path) -> None:
    (folder / "0002/policy.yml").write_bytes(b"version: 1\n")
    code, said = verify(folder, "--quiet")
    assert code == 6
    assert said.splitlines()[:2] == [
        f"BROKEN  {folder}/0002: policy.yml was altered",
        "4 bundles: 3 whole, 1 broken; of the whole ones 3 unsigned.",
    ]
    assert said.splitlines()[2].startswith("3 of the unsigned ones carry signatures that could not")


def test_signatures_that_nobody_can_check_are_told(folder: Path) -> None:
    code, said = verify(folder / "0001", "--no-replay")
    assert code == 0
    assert "record.sigstore.json and record.vsa.sigstore.json not checked: it names the key" in said
    assert "no key was given to check it with" in said
    assert "1 of the unsigned ones carries a signature that could not be checked: --key" in said
    assert "decides" not in said


def test_a_zip_and_a_folder_are_the_same(tmp_path: Path, key: Path) -> None:
    packed(tmp_path / "b.zip", archived()[0].files)
    code, said = verify(tmp_path / "b.zip", "--key", key, "--require", "signed")
    assert (code, said.count("whole   ")) == (0, 1)


def test_another_key_is_not_believed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pub").write_text(public_pem(p256()))
    code, said = verify(folder, "--key", tmp_path / "other.pub", "--require", "signed")
    assert (code, said.count("BROKEN")) == (6, 4)


def test_a_signature_is_demanded_of_somebody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(folder, "--require", "signed")[0] == 2
    assert "nobody was named whose signature is believed" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["no key", None])
def test_a_key_that_cannot_be_read_is_told(
    folder: Path, tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content:
        (tmp_path / "k").write_text(content)
    assert verify(folder, "--key", tmp_path / "k")[0] == (2 if content else 6)
    assert f"{tmp_path / 'k'}" in capsys.readouterr().err


def test_the_policy_that_you_hold_says_what_is_demanded(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_bytes(SIGNED_POLICY)
    code, said = verify(folder, "--policy", tmp_path / "policy.yml", "--no-replay")
    assert code == 0
    assert "signed by the key release (SHA256:" in said
    assert ", which its own policy names" not in said
    for name in (SIGNATURE, SUMMARY_SIGNATURE):
        (folder / "0003" / name).unlink()
    code, said = verify(folder, "--policy", tmp_path / "policy.yml", "--no-replay", "--quiet")
    assert (code, "0003: it must be signed" in said) == (6, True)


def test_keys_that_a_bundle_names_itself_are_told_as_such(tmp_path: Path) -> None:
    write(tmp_path / "b", loose("7001", SIGNED_POLICY).files)
    assert verify(tmp_path / "b")[0] == 6


def test_an_identity_that_signed_nothing_makes_no_difference(folder: Path) -> None:
    code, said = verify(folder / "0001", "--identity", "https://github.com/acme/app/**")
    assert code == 0
    assert "not checked" in said


def test_a_chain_must_have_come_as_far_as_its_checkpoint(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_bytes(checkpoint_json(checkpoint(archived())))
    assert verify(folder, "--checkpoint", tmp_path / "c.json", "--no-replay")[0] == 0
    for path in (folder / "0004").rglob("*"):
        if path.is_file():
            path.unlink()
    code, said = verify(folder, "--checkpoint", tmp_path / "c.json", "--no-replay")
    assert code == 6
    assert said.splitlines()[-1] == (
        "BROKEN  stream github.com/4242/production: it was cut: the checkpoint counts 4 records, and the last one here "
        "is 3"
    )


def test_a_checkpoint_that_is_none_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.json").write_bytes(b"{}")
    assert verify(folder, "--checkpoint", tmp_path / "c.json")[0] == 6
    assert "is no checkpoint of a chain" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "true", "9999999999", '"1"'])
def test_a_checkpoint_counts_records_that_a_chain_can_have(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], count: str
) -> None:
    told = f'{{"count":{count},"head":"sha256:0","schema_version":1,"stream":"s"}}'
    (tmp_path / "c.json").write_text(told)
    assert verify(folder, "--checkpoint", tmp_path / "c.json")[0] == 6
    assert "is no checkpoint of a chain" in capsys.readouterr().err


def lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_json_is_one_object_a_line_and_the_total_last(folder: Path, key: Path) -> None:
    write(folder / "0002", {"extra": b""})
    write(folder / "0005", {"decision.json": b"{}"})
    write(folder / "0006", loose().files)
    code, said = verify(folder, "--json", "--key", key)
    first, second, *_, fifth, sixth, total = lines(said)
    assert code == 6
    assert first["signatures"][0]["by"].startswith("the key release.pub (SHA256:")
    assert (first["whole"], first["signing"], first["decides_again"]) == (True, "signed", True)
    assert first["chain"] == {"stream": "github.com/4242/production", "seq": 1, "previous": None}
    assert second["flaws"] == [{"kind": "added", "text": "extra was added"}]
    assert first["kind"] == "decision"
    assert (fifth["id"], fifth["verdict"], fifth["chain"], fifth["kind"]) == (None,) * 4
    assert [flaw["kind"] for flaw in fifth["flaws"]] == ["missing", "missing"]
    assert (sixth["chain"], sixth["signing"]) == (None, "unsigned")
    assert total == {
        "total": 6,
        "broken": 2,
        "copies": 0,
        "chains": {"github.com/4242/production": {"first": 1, "last": 4}},
        "flaws": [],
    }


def test_records_that_do_not_fit_together_are_told_where_they_are(folder: Path) -> None:
    other = chained(loose("7009"), link_of(archived()[1].record))
    write(folder / "0005", other.files)
    code, said = verify(folder, "--no-replay", "--quiet")
    assert code == 6
    told = "two different records claim to be record 2"
    assert f"BROKEN  {folder}/0005: stream github.com/4242/production: {told}" in said


def test_the_same_record_again_is_a_copy_and_told_as_that(folder: Path) -> None:
    write(folder / "0005", archived()[1].files)
    code, said = verify(folder, "--no-replay", "--quiet")
    assert code == 0
    assert "\n1 of them came again: the same record, from another place.\n" in said
    assert '"copies":1' in verify(folder, "--no-replay", "--json")[1]


def test_json_hides_nothing_and_commands_no_runner(tmp_path: Path) -> None:
    place = write(tmp_path / "x\u202e##[error]\u2028", {"record.json": b"{}"})
    code, said = verify(place, "--json")
    assert (code, "##[" in said, said.isascii()) == (6, False, True)
    assert json.loads(said.splitlines()[0])["place"] == str(place)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    write(tmp_path / "b", {**loose().files, "##[add-mask]x": b""})
    code, said = verify(tmp_path / "b")
    assert (code, "##[" in said) == (6, False)


def test_one_is_read_aloud(folder: Path) -> None:
    code, said = call("evidence", "show", folder / "0002")
    assert code == 0
    assert "Record:   " in said
    assert f"Chain:    record 2 of github.com/4242/production, after {archived()[0].digest}" in said
    assert "Signing:  record.sigstore.json and record.vsa.sigstore.json not checked" in said
    assert "Decides the same again: yes, as written by gate 0." in said


def test_the_first_and_the_loose_ones_are_told_as_such(folder: Path, tmp_path: Path) -> None:
    assert (
        "record 1 of github.com/4242/production, the first"
        in call("evidence", "show", folder / "0001")[1]
    )
    write(tmp_path / "b", loose().files)
    said = call("evidence", "show", tmp_path / "b")[1]
    assert "Chain:    none; it was not archived when it was sealed" in said
    assert "Signing:  not signed" in said


def test_where_a_follow_up_is_kept_is_told(tmp_path: Path) -> None:
    own = {
        name: held
        for name, held in loose().files.items()
        if name not in {"record.json", "SHA256SUMS"}
    }
    kept = Kept(system="jira", key="OPS-7", url="https://acme.example/OPS-7")
    write(tmp_path / "b", seal({**own, FOLLOW_UP: write_kept(kept)}).files)
    assert call("evidence", "show", tmp_path / "b")[0] == 0


@pytest.mark.parametrize("altered", ["policy.yml", SIGNATURE])
def test_what_does_not_hold_is_not_read_aloud(
    folder: Path, altered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "0001" / altered).write_bytes(b"{}")
    code, said = call("evidence", "show", folder / "0001")
    assert (code, said) == (6, "")
    assert "The bundle" in capsys.readouterr().err


def test_the_page_is_made_anew_and_not_the_one_that_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    own = {
        name: held
        for name, held in loose().files.items()
        if name not in {"record.json", "SHA256SUMS"}
    }
    write(tmp_path / "b", seal({**own, "report.html": b"<script>evil()</script>"}).files)
    code, said = call("evidence", "show", tmp_path / "b", "--html")
    page = Path(url2pathname(urlsplit(said.strip()).path))
    assert (code, opened) == (0, [str(page)])
    assert "<script>" not in page.read_text()
    assert "<!doctype html>" in page.read_text()


def test_an_attestation_is_attached(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(archived()[0].files[SIGNATURE])
    code, said = call("evidence", "attach", folder / "0001", tmp_path / "a.json")
    assert (code, said) == (0, "The attestation is about this record, and is kept with it.\n")
    assert call("evidence", "attach", folder / "0002", tmp_path / "a.json")[0] == 6


def test_the_digests_can_be_checked_without_the_gate(folder: Path) -> None:
    subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder / "0001",
        check=True,
        capture_output=True,
    )
