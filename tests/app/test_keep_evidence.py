import io
import json
from pathlib import Path

import pytest

from gate.app.archive_evidence import Archived
from gate.app.archives import Servers
from gate.app.context import Host
from gate.app.keep_evidence import archive_later, keep_evidence, told
from gate.domain.policy.document import EvidenceRules
from gate.errors import EvidenceNotWritten, UsageInvalid
from gate.evidence.bundle import Bundle
from gate.evidence.chain import Chains
from gate.evidence.checkpoint import read_checkpoint
from tests import builders as b
from tests.evidence.bundles import bundle
from tests.evidence.sweeps import sweep

HOST = Host(environ={}, clock=lambda: b.NOW, out=io.StringIO())


def unsigned(made: Bundle) -> Bundle:
    return made


def kept(rules: EvidenceRules, written: list[Bundle]) -> Archived:
    return keep_evidence(HOST, bundle(), rules, Servers(), sign=unsigned, write=written.append)


def test_a_decision_is_archived_and_told(tmp_path: Path) -> None:
    written: list[Bundle] = []
    found = kept(EvidenceRules(archive=(tmp_path.as_uri(),)), written)
    assert written == [found.bundle]
    link = found.bundle.record.link
    assert link is not None
    assert (link.seq, link.previous) == (1, None)
    place, checkpoint = told(found).splitlines()
    assert place.startswith(f"Archived: {tmp_path.as_uri()} v1/streams/")
    text = checkpoint.removeprefix("Checkpoint: ")
    assert json.loads(text)["count"] == 1
    chains = Chains((read_checkpoint(text.encode(), name="x"),))
    assert list(chains.add(link, found.bundle.record.id)) == []
    assert list(chains.gaps()) == []


def test_without_an_archive_there_is_nothing_to_tell() -> None:
    written: list[Bundle] = []
    assert told(kept(EvidenceRules(), written)) == ""
    assert written == [bundle()]


def test_an_archive_that_cannot_be_opened_stops_the_deploy_and_the_folder_is_written(
    tmp_path: Path,
) -> None:
    rules = EvidenceRules(archive=((tmp_path / "share").as_uri(),))
    written: list[Bundle] = []
    with pytest.raises(EvidenceNotWritten, match="no such folder") as error:
        kept(rules, written)
    assert error.value.exit_code == 5
    assert written == [bundle()]

    with pytest.raises(EvidenceNotWritten, match="no such folder"):
        archive_later(HOST, written[0], rules, Servers(), sign=unsigned)
    (tmp_path / "share").mkdir()
    first = archive_later(HOST, written[0], rules, Servers(), sign=unsigned)
    assert archive_later(HOST, written[0], rules, Servers(), sign=unsigned) == first


def test_archiving_later_needs_an_archive() -> None:
    with pytest.raises(UsageInvalid, match="names no archive"):
        archive_later(HOST, bundle(), EvidenceRules(), Servers(), sign=unsigned)


def test_an_archive_that_cannot_be_opened_for_a_sweep_is_told_as_that(tmp_path: Path) -> None:
    rules = EvidenceRules(archive=((tmp_path / "share").as_uri(),))
    written: list[Bundle] = []
    with pytest.raises(EvidenceNotWritten, match="The sweep did its work and told what it found"):
        keep_evidence(HOST, sweep(), rules, Servers(), sign=unsigned, write=written.append)
    assert written == [sweep()]
    with pytest.raises(EvidenceNotWritten, match="The sweep did its work and told what it found"):
        archive_later(HOST, sweep(), rules, Servers(), sign=unsigned)
