from __future__ import annotations

from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from gate.adapters.bundles.folder import read
from gate.app.follow_up import Swept
from gate.app.keep_sweep import FOLDER, SweepKept, keep_sweep
from gate.app.request import Request
from gate.app.sign_evidence import Signing
from gate.domain.policy.document import EvidenceRules
from gate.evidence.bundle import verify
from tests.app import hosts
from tests.app.desks import MemoryDesk
from tests.app.evidence_set import SIGNER
from tests.app.test_follow_up import sweep as followed_up
from tests.evidence.sweeps import OWED, STREAM, sweep


def quiet(*archives: str) -> Swept:
    """A sweep that had nothing to do, where the policy names these archives."""
    jira = MemoryDesk("jira")
    followed_up(jira)
    swept, _ = followed_up(jira)
    policy = replace(swept.asked.policy, evidence=EvidenceRules(archive=archives))
    return replace(swept, asked=replace(swept.asked, policy=policy))


def busy(*archives: str) -> Swept:
    """One that could not see everything."""
    return replace(quiet(*archives), problems=("Jira: no answer came.",))


def keep(swept: Swept, folder: Path | None = None) -> SweepKept:
    host = hosts.host(hosts.GITHUB)
    request = Request(environment="production", evidence=folder)
    pipeline = hosts.on_github(host)
    signing = Signing(signer=SIGNER)
    return keep_sweep(host, request, pipeline, swept, sweep(OWED), signing)


def test_where_nobody_wants_it_nothing_is_kept(tmp_path: Path) -> None:
    with chdir(tmp_path):
        kept = keep(busy())
        assert kept == SweepKept() == keep(quiet(tmp_path.as_uri()))
    assert (kept.folder, list(kept.lines()), list(tmp_path.iterdir())) == (None, [], [])


def test_a_sweep_where_nothing_happened_lies_signed_in_its_folder_alone(tmp_path: Path) -> None:
    archive, folder = tmp_path / "archive", tmp_path / "evidence"
    archive.mkdir()
    kept = keep(quiet(archive.as_uri()), folder)
    assert list(archive.iterdir()) == []
    assert kept.folder == folder
    made = verify(read(folder))
    assert made.record.why_no_link == "not archived when it was sealed"
    assert len(made.signatures) == 1
    assert "".join(kept.lines()) == f"Evidence: {folder}\nDigest:   {made.digest}\n"


def test_a_sweep_that_says_something_is_archived_and_told(tmp_path: Path) -> None:
    archive, folder = tmp_path / "archive", tmp_path / "evidence"
    archive.mkdir()
    kept = keep(busy(archive.as_uri()), folder)
    assert kept.archived is not None
    assert verify(read(folder)) == kept.archived.bundle
    link = kept.archived.bundle.record.link
    assert link is not None
    assert (link.stream, link.seq) == (STREAM, 1)
    _, digest, place, checkpoint = "".join(kept.lines()).splitlines()
    assert digest.endswith(kept.archived.bundle.digest)
    assert place.startswith(f"Archived: {archive.as_uri()} v1/streams/{STREAM}/")
    assert checkpoint.startswith("Checkpoint: {")


def test_what_is_archived_has_a_folder_although_nobody_named_one(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    with chdir(tmp_path):
        kept = keep(busy(archive.as_uri()))
        assert kept.folder == FOLDER / "7001-1"
        assert kept.archived is not None
        assert verify(read(kept.folder)) == kept.archived.bundle


def test_an_archive_that_fails_leaves_it_in_the_folder_and_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    kept = keep(busy((tmp_path / "share").as_uri()), folder)
    assert kept.failure is not None
    assert "no such folder" in kept.failure.message
    assert kept.archived is None
    assert kept.folder == folder
    assert verify(read(folder)) == sweep(OWED)
    assert list(kept.lines()) == []


def test_a_folder_that_cannot_be_written_is_told_of_a_sweep(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x")
    kept = keep(busy(), tmp_path)
    assert kept.failure is not None
    assert "is not empty. The sweep did its work and told what it found" in kept.failure.message
    assert "deploy" not in kept.failure.message
    assert kept.folder is None
