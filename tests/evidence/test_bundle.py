import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, SUMS, seal, verify

FILES = {DECISION: b"{}", "facts/run.json": b"[]", "policy.yml": b"version: 1\n"}


def test_a_sealed_bundle_verifies_and_has_the_digest_of_its_sums() -> None:
    bundle = verify(seal(FILES).files)
    assert bundle.digest == seal(FILES).digest
    assert bundle.digest.startswith("sha256:")


def test_sha256sum_accepts_the_sums(tmp_path: Path) -> None:
    for name, content in seal(FILES).files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=tmp_path, check=True, capture_output=True
    )


@given(
    name=st.sampled_from(sorted(seal(FILES).files)), at=st.integers(0, 500), bit=st.integers(0, 7)
)
def test_every_altered_byte_shows(name: str, at: int, bit: int) -> None:
    files = dict(seal(FILES).files)
    content = bytearray(files[name])
    content[at % len(content)] ^= 1 << bit
    with pytest.raises(EvidenceInvalid):
        verify({**files, name: bytes(content)})


@pytest.mark.parametrize("name", sorted(seal(FILES).files))
def test_every_removed_file_shows(name: str) -> None:
    files = dict(seal(FILES).files)
    del files[name]
    with pytest.raises(EvidenceInvalid, match=f"{name} is missing"):
        verify(files)


def test_every_added_file_shows() -> None:
    with pytest.raises(EvidenceInvalid, match=r"extra.txt was added"):
        verify({**seal(FILES).files, "extra.txt": b""})


def test_a_bundle_without_a_decision_is_none() -> None:
    with pytest.raises(EvidenceInvalid, match=r"decision.json is not listed"):
        verify(seal({"policy.yml": b""}).files)


def test_all_problems_are_told_at_once() -> None:
    files = dict(seal(FILES).files)
    del files[DECISION]
    with pytest.raises(
        EvidenceInvalid, match=r"decision\.json is missing; policy\.yml was altered"
    ):
        verify({**files, "policy.yml": b"other"})


def test_a_name_that_stands_twice_in_the_sums_is_refused() -> None:
    files = dict(seal(FILES).files)
    with pytest.raises(EvidenceInvalid, match="line 4, is not a digest and a new name"):
        verify({**files, SUMS: files[SUMS] + files[SUMS].splitlines(keepends=True)[0]})


def test_sums_in_another_order_are_not_the_gates() -> None:
    files = dict(seal(FILES).files)
    turned = b"".join(reversed(files[SUMS].splitlines(keepends=True)))
    with pytest.raises(EvidenceInvalid, match="not written as the gate writes it"):
        verify({**files, SUMS: turned})


@pytest.mark.parametrize("swap", [b"\x0b", b"\x0c", b"\x1c", b"\xc2\x85"])
def test_a_line_break_of_another_kind_shows(swap: bytes) -> None:
    files = dict(seal(FILES).files)
    with pytest.raises(EvidenceInvalid):
        verify({**files, SUMS: files[SUMS].replace(b"\n", swap, 1)})
