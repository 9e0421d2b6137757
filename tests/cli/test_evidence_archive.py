import io
from pathlib import Path

import pytest
import yaml
from click import BadParameter

from gate.adapters.archives import directory
from gate.adapters.bundles.places import read_one
from gate.app.context import Host
from gate.app.sign_evidence import with_signatures
from gate.cli.evidence_archive import command
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.errors import EvidenceInvalid, EvidenceNotWritten, UsageInvalid
from gate.evidence.bundle import DECISION, POLICY, SIGNATURE, SUMMARY_SIGNATURE, Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.packed import unpack
from tests import builders as b
from tests.adapters.signers.keys import public_pem
from tests.app.evidence_set import KEY, SIGNER
from tests.cli.test_evidence import call
from tests.policy.policies import small
from tests.render.decisions import decision


def policy(archive: Path, **evidence: object) -> bytes:
    return small({"evidence": {"archive": archive.as_uri(), **evidence}})


def written(tmp_path: Path, content: bytes | None) -> Path:
    """A bundle in a folder, as a run leaves it whose archive failed."""
    source = (
        b.policy_source(digest=digest(content))
        if content
        else Missing(source="GitHub: the policy", reason_code="unavailable", detail="it failed")
    )
    told = decision_json(
        decision(policy_source=source), facts_digest="sha256:f", gate_version="0.1.0"
    )
    files = {DECISION: told, **({POLICY: content} if content else {})}
    folder = tmp_path / "bundle"
    directory.create(folder, seal(files).files)
    return folder


def run(*arguments: object) -> str:
    host = Host(environ={}, clock=lambda: b.NOW, out=io.StringIO())
    code = command.main([str(argument) for argument in arguments], standalone_mode=False, obj=host)
    assert code == 0
    assert isinstance(host.out, io.StringIO)
    return host.out.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive"
    path.mkdir()
    return path


def test_a_bundle_is_archived_where_its_own_policy_says_and_only_once(
    tmp_path: Path, archive: Path
) -> None:
    folder = written(tmp_path, policy(archive))
    first = run(folder)
    assert f"Archived: {archive.as_uri()} v1/streams/" in first
    assert "Checkpoint: {" in first
    assert "Digest:   sha256:" in first
    assert run(folder) == first
    assert len(list(archive.rglob("*.zip"))) == 1


def test_another_policy_can_be_given(tmp_path: Path, archive: Path) -> None:
    folder = written(tmp_path, None)
    with pytest.raises(UsageInvalid, match="holds no policy"):
        run(folder)
    other = tmp_path / "policy.yml"
    other.write_bytes(policy(archive))
    run(folder, "--policy", other)
    assert len(list(archive.rglob("*.zip"))) == 1


def test_a_signature_that_cannot_be_made_and_is_not_demanded_is_a_warning(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gate.cli.evidence_archive as module

    def warns(made: Bundle, rules: Policy, signing: object, warn: object) -> Bundle:
        assert callable(warn)
        warn("the log\ndoes not answer")
        return made

    monkeypatch.setattr(module, "sign_evidence", warns)
    assert "warning: the log" in run(written(tmp_path, policy(archive)))


def test_a_signature_that_came_later_is_archived_beside_the_bundle_and_counts(
    tmp_path: Path, archive: Path
) -> None:
    """What the Action does once GitHub attested what was archived already."""
    first = run(written(tmp_path, policy(archive)))
    (kept,) = archive.rglob("*.zip")
    folder = tmp_path / "run"
    bundle = Bundle(files=unpack(kept.read_bytes(), name="x"))
    directory.create(folder, bundle.files)
    signed = with_signatures(bundle, SIGNER)
    for name in (SIGNATURE, SUMMARY_SIGNATURE):
        (folder / name).write_bytes(signed.files[name])
    assert run(folder, "--if-chained") == first == run(folder, "--if-chained")
    assert read_one(kept) == dict(sorted(signed.files.items()))
    beside = kept.with_name(f"{kept.stem}.{SIGNATURE}")
    assert beside.read_bytes() == signed.files[SIGNATURE]
    key = tmp_path / "release.pub"
    key.write_text(public_pem(KEY))
    told = ("evidence", "verify", archive, "--key", key, "--require", "signed", "--no-replay")
    assert call(*told)[0] == 0
    kept.unlink()
    code, said = call(*told)
    assert (code, said.count("is a signature without its bundle")) == (6, 2)


def test_an_archive_that_does_not_take_a_signature_ends_with_5(
    tmp_path: Path, archive: Path
) -> None:
    run(written(tmp_path, policy(archive)))
    (kept,) = archive.rglob("*.zip")
    folder = tmp_path / "run"
    bundle = Bundle(files=unpack(kept.read_bytes(), name="x"))
    directory.create(folder, bundle.files)
    archive.rename(tmp_path / "gone")
    with pytest.raises(EvidenceNotWritten, match="could not be archived") as error:
        run(folder, "--if-chained")
    assert error.value.exit_code == 5


def test_without_an_archive_nothing_is_completed(tmp_path: Path) -> None:
    folder = written(tmp_path, small({}))
    assert "no place in a chain" in run(folder, "--if-chained")
    with pytest.raises(UsageInvalid, match="names no archive"):
        run(folder)


@pytest.mark.parametrize("sign", ["keyless", "cosign"])
def test_other_ways_to_sign_do_not_exist(tmp_path: Path, archive: Path, sign: str) -> None:
    with pytest.raises(BadParameter, match="'none', 'key', 'sigstore'"):
        run(written(tmp_path, policy(archive)), "--sign", sign)


def test_a_bundle_that_was_altered_is_not_archived(tmp_path: Path, archive: Path) -> None:
    folder = written(tmp_path, policy(archive))
    (folder / POLICY).write_bytes(yaml.dump({"version": 1}).encode())
    with pytest.raises(EvidenceInvalid, match="was altered"):
        run(folder)
    assert not list(archive.rglob("*.zip"))
