import pytest

from gate.adapters.archives.probe import refuse_unless_create_only
from gate.domain.ports import FactMissing
from gate.evidence.layout import PROBE
from tests.adapters.archives.memory import MemoryArchive


def test_a_sound_archive_holds_one_probe_however_often_it_is_opened() -> None:
    archive = MemoryArchive()
    for _ in range(3):
        refuse_unless_create_only(archive)
    assert archive.held == {PROBE: b"first\n"}


def test_an_archive_in_which_the_second_writer_wins_is_refused() -> None:
    archive = MemoryArchive()
    archive.before = lambda key: archive.held.clear()
    with pytest.raises(FactMissing, match="the second of two writers win") as error:
        refuse_unless_create_only(archive)
    assert error.value.missing.reason_code == "refused"
    assert not error.value.missing.retriable
    assert "evidence.archive" in error.value.missing.remedy
