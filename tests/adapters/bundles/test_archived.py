"""Reading a copy of an archive: zips under their numbers, and beside them the signatures that came later."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.adapters.bundles import archived, folder, places
from gate.adapters.bundles.places import read_one
from gate.app.examine import Asked, examine
from gate.app.examine_many import examine_place
from gate.app.sign_evidence import with_signatures
from gate.domain.policy.signing import SigningLevel
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import (
    ATTESTATION,
    SIGNATURE,
    SIGNATURES,
    SUMMARY_SIGNATURE,
    chained,
    flaws,
)
from gate.evidence.layout import bundle_key, signature_key
from gate.evidence.packed import pack
from gate.evidence.record import Link
from tests.adapters.bundles.test_zipped import packed as loosely_packed
from tests.app.evidence_set import SIGNER, STREAM, TRUST, loose
from tests.evidence.bundles import bundle
from tests.render.decisions import decision

UNSIGNED = chained(loose(), Link(stream=STREAM, seq=1, previous=None))
SIGNED = with_signatures(UNSIGNED, SIGNER)
ASKED = Asked(trust=TRUST, minimum=SigningLevel.SIGNED, replay=False)


def put(root: Path, content: bytes = pack(UNSIGNED.files)) -> Path:
    """The first bundle of a stream, in a copy of an archive."""
    path = root / bundle_key(STREAM, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def beside(root: Path, name: str) -> Path:
    return root / signature_key(STREAM, 1, name)


def test_a_bundle_without_later_signatures_is_its_zip(tmp_path: Path) -> None:
    assert read_one(put(tmp_path)) == dict(sorted(UNSIGNED.files.items()))


def test_signatures_that_came_later_count(tmp_path: Path) -> None:
    put(tmp_path)
    for name in (SIGNATURE, SUMMARY_SIGNATURE):
        beside(tmp_path, name).write_bytes(SIGNED.files[name])
    (place,) = places.places(tmp_path)
    assert place.read() == SIGNED.files
    found = examine_place(place, ASKED)
    assert (found.flaws, found.level) == ((), SigningLevel.SIGNED)


def test_a_signature_that_stands_in_the_zip_may_lie_beside_it_as_well(tmp_path: Path) -> None:
    path = put(tmp_path, pack(SIGNED.files))
    beside(tmp_path, SIGNATURE).write_bytes(SIGNED.files[SIGNATURE])
    assert read_one(path) == SIGNED.files


def test_another_signature_than_the_one_in_the_zip_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, pack(SIGNED.files))
    beside(tmp_path, SIGNATURE).write_bytes(b"{}")
    with pytest.raises(
        EvidenceInvalid, match=r"9999999998\.record\.sigstore\.json is another signature than"
    ):
        read_one(path)


@pytest.mark.parametrize("target", ["nowhere", "9999999998.zip"])
def test_a_signature_that_is_a_link_is_told(tmp_path: Path, target: str) -> None:
    path = put(tmp_path)
    beside(tmp_path, ATTESTATION).symlink_to(target)
    with pytest.raises(EvidenceInvalid, match=r"record\.github\.sigstore\.json is a link"):
        read_one(path)


def test_a_signature_that_is_no_file_or_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path)
    beside(tmp_path, ATTESTATION).mkdir()
    with pytest.raises(EvidenceInvalid, match="is no ordinary file"):
        read_one(path)
    beside(tmp_path, ATTESTATION).rmdir()
    beside(tmp_path, ATTESTATION).write_bytes(b"{} ")
    monkeypatch.setattr(archived, "LARGEST_SIGNATURE", 2)
    with pytest.raises(EvidenceInvalid, match="json is larger than any signature"):
        read_one(path)


def test_a_zip_that_is_a_link_or_too_large_or_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path)
    link = put(tmp_path / "other")
    link.unlink()
    link.symlink_to(path)
    with pytest.raises(EvidenceInvalid, match=r"9999999998\.zip is a link"):
        archived.read(link)
    monkeypatch.setattr(folder, "MOST_BYTES", 2)
    with pytest.raises(EvidenceInvalid, match=r"9999999998\.zip is larger than any bundle"):
        archived.read(path)
    path.unlink()
    with pytest.raises(EvidenceInvalid, match="cannot be read: No such file"):
        archived.read(path)


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_without_its_bundle_is_told(tmp_path: Path, name: str) -> None:
    put(tmp_path).unlink()
    beside(tmp_path, name).write_bytes(b"{}")
    (place,) = places.places(tmp_path)
    with pytest.raises(EvidenceInvalid, match=f"^9999999998.{name} is a signature without its"):
        place.read()


def test_a_signature_of_one_bundle_is_not_taken_for_another(tmp_path: Path) -> None:
    path = put(tmp_path)
    name = path.with_name(f"9999999997.{SIGNATURE}")
    name.write_bytes(SIGNED.files[SIGNATURE])
    alone, whole = places.places(tmp_path)
    assert (alone.path, whole.read()) == (name, dict(UNSIGNED.files))


def test_what_else_lies_there_is_passed_over(tmp_path: Path) -> None:
    path = put(tmp_path)
    for name in ("9999999998.jsonl", "notes.record.sigstore.json", "99999999.record.sigstore.json"):
        path.with_name(name).write_bytes(b"x")
    (place,) = places.places(tmp_path)
    assert place.read() == UNSIGNED.files


def test_an_archived_zip_is_one_that_the_gate_packed(tmp_path: Path) -> None:
    path = loosely_packed(put(tmp_path), UNSIGNED.files)
    with pytest.raises(EvidenceInvalid, match="not put together as the gate does it"):
        read_one(path)
    put(tmp_path, pack(UNSIGNED.files) + b"\0")
    with pytest.raises(EvidenceInvalid, match="not put together as the gate does it"):
        read_one(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("99999999/9999999998.zip", True),
        ("elsewhere/9999999998.zip", True),
        ("99989999/9998999998.zip", True),
        ("34567890/3456789012.zip", True),
        ("artifacts/3456789012.zip", False),
        ("artifacts/12345678901.zip", False),
        ("artifacts/change-gate-evidence-1-1-production.zip", False),
        ("99999999/9999999998", False),
        ("99999999/9999999998.tar", False),
        ("٩٩٩٩٩٩٩٩/٩٩٩٩٩٩٩٩٩٨.zip", False),
    ],
)
def test_an_artifact_with_a_long_id_is_not_taken_for_an_archived_bundle(
    path: str, expected: bool
) -> None:
    assert archived.is_archived(Path(path)) is expected


def test_an_artifact_of_a_forge_may_be_packed_in_any_way(tmp_path: Path) -> None:
    path = loosely_packed(tmp_path / "3456789012.zip", UNSIGNED.files)
    assert read_one(path) == dict(sorted(UNSIGNED.files.items()))


def test_a_number_is_known_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.makedirs("34567890")
    monkeypatch.chdir("34567890")
    assert archived.is_archived(Path("3456789012.zip"))


NAMES = sorted(UNSIGNED.files)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    gone=st.booleans(),
    signatures=st.dictionaries(
        st.sampled_from(SIGNATURES),
        st.one_of(st.binary(max_size=20), st.just(SIGNED.files[SIGNATURE])),
    ),
)
def test_no_signature_makes_a_broken_bundle_whole(
    tmp_path_factory: pytest.TempPathFactory, name: str, gone: bool, signatures: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("copy")
    broken = dict(UNSIGNED.files)
    content = broken.pop(name)
    if not gone:
        broken[name] = content + b" "
    put(root, pack(broken))
    for signature, made in signatures.items():
        beside(root, signature).write_bytes(made)
    (place,) = places.places(root)
    assert flaws(broken)
    assert set(flaws(broken)) <= set(flaws(place.read()))
    assert examine(str(place), place.read(), ASKED).flaws


SMALL = bundle(decision(), Link(stream=STREAM, seq=1, previous=None))
ZIP = pack(SMALL.files)


@settings(max_examples=3, deadline=None)
@given(change=st.integers(1, 255))
def test_every_changed_byte_of_an_archived_zip_shows_or_changes_no_file(
    tmp_path_factory: pytest.TempPathFactory, change: int
) -> None:
    """Every one of them. It is not seen alone where zlib reads the same out of it."""
    root = tmp_path_factory.mktemp("copy")
    for at in range(len(ZIP)):
        altered = bytearray(ZIP)
        altered[at] ^= change
        try:
            found = archived.read(put(root, bytes(altered)))
        except EvidenceInvalid:
            continue
        assert found == SMALL.files


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 1 << 20), change=st.integers(1, 255))
def test_every_changed_byte_of_a_later_signature_shows(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: int
) -> None:
    root = tmp_path_factory.mktemp("copy")
    put(root)
    altered = bytearray(SIGNED.files[SIGNATURE])
    altered[at % len(altered)] ^= change
    beside(root, SIGNATURE).write_bytes(altered)
    (place,) = places.places(root)
    assert examine_place(place, ASKED).flaws
