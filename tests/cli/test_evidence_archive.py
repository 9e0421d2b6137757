import io
from pathlib import Path

import pytest
import yaml

from gate.adapters.archives import directory
from gate.app.context import Host
from gate.cli.evidence_archive import command
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.errors import EvidenceInvalid, UsageInvalid
from gate.evidence.bundle import DECISION, POLICY, Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from tests import builders as b
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


def test_a_bundle_that_was_altered_is_not_archived(tmp_path: Path, archive: Path) -> None:
    folder = written(tmp_path, policy(archive))
    (folder / POLICY).write_bytes(yaml.dump({"version": 1}).encode())
    with pytest.raises(EvidenceInvalid, match="was altered"):
        run(folder)
    assert not list(archive.rglob("*.zip"))
