import pytest

from gate.domain.follow_up import Kept
from gate.errors import EvidenceInvalid
from gate.evidence.follow_up_json import read_kept, write_kept
from tests import builders as b


@pytest.mark.parametrize(
    "kept",
    [b.kept(), b.kept(refused={"jira": "Jira answered 503."}), Kept(refused={"jira": "down"})],
)
def test_it_reads_back_as_it_was_written(kept: Kept) -> None:
    assert read_kept(write_kept(kept)) == kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"kept": {}}',
        b'{"kept": {}, "schema_version": 2}',
        b'{"kept": {}, "schema_version": true}',
        b'{"kept": {}, "more": 1, "schema_version": 1}',
        b'{"kept": {"system": 1}, "schema_version": 1}',
        b'{"kept": {"colour": "red"}, "schema_version": 1}',
    ],
)
def test_what_the_gate_does_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        read_kept(content)
