import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import EvidenceInvalid
from gate.evidence.bundle import (
    ATTESTATION,
    DECISION,
    POLICY,
    SIGNATURE,
    SUMS,
    Bundle,
    chained,
    decision_in,
    flaws,
    policy_flaws,
    seal,
    verify,
)
from gate.evidence.canonical import digest, dumps, loads
from gate.evidence.flaw import FlawKind
from gate.evidence.record import RECORD, Link
from gate.evidence.sweep_json import SWEEP
from tests.evidence.bundles import POLICY_TEXT, bundle, content, files
from tests.evidence.sweeps import link, sweep
from tests.render.decisions import GAP, nothing_known

FILES = files()
WHOLE = dict(seal(FILES).files)
LINK = Link(stream="github.com/42/production", seq=1, previous=None)


def test_a_sealed_bundle_verifies_and_its_id_is_the_digest_of_its_record() -> None:
    whole = verify(WHOLE)
    assert whole.digest == digest(WHOLE[RECORD]) == whole.record.id
    assert whole.digest.startswith("sha256:")


def test_sha256sum_accepts_the_sums_which_list_the_record_too(tmp_path: Path) -> None:
    for name, held in WHOLE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(held)
    said = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=tmp_path, check=True, capture_output=True
    )
    assert b"record.json: OK" in said.stdout


SWEPT = dict(sweep(raw={"raw/0001-jira.json": b"{}"}).files)
EVERY = [(files, name) for files in (WHOLE, SWEPT) for name in sorted(files)]


@given(one=st.sampled_from(EVERY), at=st.integers(0, 5_000), bit=st.integers(0, 7))
def test_every_altered_byte_shows(one: tuple[dict[str, bytes], str], at: int, bit: int) -> None:
    whole, name = one
    altered = bytearray(whole[name])
    altered[at % len(altered)] ^= 1 << bit
    with pytest.raises(EvidenceInvalid):
        verify({**whole, name: bytes(altered)})


@pytest.mark.parametrize(
    ("whole", "name"), EVERY, ids=lambda part: part if isinstance(part, str) else len(part)
)
def test_every_removed_file_shows(whole: dict[str, bytes], name: str) -> None:
    rest = {key: held for key, held in whole.items() if key != name}
    with pytest.raises(EvidenceInvalid, match=f"{name} is missing"):
        verify(rest)


@pytest.mark.parametrize("whole", [WHOLE, SWEPT], ids=["decision", "sweep"])
def test_every_added_file_shows(whole: dict[str, bytes]) -> None:
    with pytest.raises(EvidenceInvalid, match=r"extra.txt was added"):
        verify({**whole, "extra.txt": b""})


def test_signatures_lie_beside_what_the_record_lists() -> None:
    signed = verify({**WHOLE, SIGNATURE: b"{}", ATTESTATION: b"{}"})
    assert dict(signed.signatures) == {SIGNATURE: b"{}", ATTESTATION: b"{}"}
    assert signed.digest == verify(WHOLE).digest


def test_a_bundle_without_a_decision_is_none() -> None:
    with pytest.raises(EvidenceInvalid, match=r"decision.json is missing"):
        seal({POLICY: b""})


def test_a_decision_that_the_gate_does_not_write_has_no_record() -> None:
    with pytest.raises(EvidenceInvalid, match=r"decision.json is not what the gate writes"):
        seal({DECISION: b"{}"})


def test_all_problems_are_told_at_once() -> None:
    rest = {name: held for name, held in WHOLE.items() if name != DECISION}
    found = flaws({**rest, POLICY: b"other"})
    assert [flaw.kind for flaw in found] == [FlawKind.MISSING, FlawKind.ALTERED]
    with pytest.raises(
        EvidenceInvalid, match=r"decision\.json is missing; policy\.yml was altered"
    ):
        verify({**rest, POLICY: b"other"})


def sealed_again(record: bytes) -> dict[str, bytes]:
    """A forger's bundle: another record, listed as it should be."""
    sums = WHOLE[SUMS].replace(
        digest(WHOLE[RECORD]).removeprefix("sha256:").encode(),
        digest(record).removeprefix("sha256:").encode(),
    )
    return {**WHOLE, RECORD: record, SUMS: sums}


def test_a_record_that_says_something_else_than_the_decision_shows() -> None:
    forged = WHOLE[RECORD].replace(b'"environment":"production"', b'"environment":"staging"')
    with pytest.raises(EvidenceInvalid, match=r"does not say what decision\.json says"):
        verify(sealed_again(forged))


def test_a_record_in_another_spelling_shows() -> None:
    spelled = WHOLE[RECORD].replace(b'{"chain"', b'{ "chain"')
    with pytest.raises(EvidenceInvalid, match="as the gate writes it"):
        verify(sealed_again(spelled))


def test_a_record_that_cannot_be_read_shows() -> None:
    (flaw,) = flaws({**WHOLE, RECORD: b"[]"})
    assert (flaw.kind, flaw.text) == (
        FlawKind.ALTERED,
        "record.json is not what the gate writes",
    )


def test_sums_in_another_order_are_not_the_gates() -> None:
    turned = b"".join(reversed(WHOLE[SUMS].splitlines(keepends=True)))
    with pytest.raises(EvidenceInvalid, match="SHA256SUMS was altered"):
        verify({**WHOLE, SUMS: turned})


def test_a_decision_that_was_altered_into_nonsense_is_told_as_altered() -> None:
    (flaw,) = flaws({**WHOLE, DECISION: b"nonsense"})
    assert flaw.text == "decision.json was altered"


def test_the_policy_must_be_the_one_that_the_decision_names() -> None:
    assert policy_flaws(bundle()) == []
    other = seal({**FILES, POLICY: b"version: 2\n"})
    assert verify(other.files).files == other.files
    (flaw,) = policy_flaws(other)
    assert (flaw.kind, flaw.text) == (
        FlawKind.DECISION,
        "policy.yml is not the policy that the decision names",
    )


def test_a_policy_that_the_decision_names_must_be_there() -> None:
    (flaw,) = policy_flaws(seal({DECISION: content()}))
    assert "is not there" in flaw.text
    assert policy_flaws(seal({DECISION: content(nothing_known(GAP))})) == []


def test_a_policy_that_no_decision_names_is_none() -> None:
    strange = seal({DECISION: content(nothing_known(GAP)), POLICY: POLICY_TEXT})
    assert policy_flaws(strange) != []


def test_a_record_gets_its_place_in_a_chain_and_another_id() -> None:
    loose = bundle()
    signed = Bundle(files={**loose.files, SIGNATURE: b"of the loose record"})
    linked = verify(chained(signed, LINK).files)
    assert linked.record.link == LINK
    assert linked.digest != loose.digest
    assert SIGNATURE not in linked.files


def test_a_record_says_so_when_nothing_links_to_it() -> None:
    value = loads(bundle().files[RECORD], name=RECORD)
    assert isinstance(value, dict)
    assert value["chain"] == {"chained": False, "why": "not archived when it was sealed"}
    assert dumps(value) == bundle().files[RECORD]


def test_a_bundle_that_says_so_in_the_words_of_an_earlier_version_is_whole() -> None:
    old = WHOLE[RECORD].replace(b"not archived when it was sealed", b"no archive is configured")
    found = verify(sealed_again(old))
    assert found.record.why_no_link == "no archive is configured"
    assert found.files[RECORD] == old


def test_other_words_are_nobodys() -> None:
    forged = WHOLE[RECORD].replace(b"not archived when it was sealed", b"it was not necessary")
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        verify(sealed_again(forged))


def test_a_bundle_is_about_one_decision_or_one_sweep() -> None:
    both = {**FILES, SWEEP: sweep().files[SWEEP]}
    with pytest.raises(EvidenceInvalid, match=r"decision\.json and sweep\.json, of which"):
        seal(both)
    added = flaws({**WHOLE, SWEEP: sweep().files[SWEEP]})
    assert [flaw.text for flaw in added] == ["sweep.json was added"]
    swept = flaws({**sweep().files, DECISION: content()})
    assert [flaw.text for flaw in swept] == ["decision.json was added"]


def test_a_sweep_is_no_decision() -> None:
    assert decision_in(bundle()) == content()
    with pytest.raises(EvidenceInvalid, match=r"evidence of a sweep .* and not of a decision"):
        decision_in(sweep())


def test_the_policy_must_be_the_one_that_the_sweep_names() -> None:
    assert policy_flaws(sweep()) == []
    own = {RECORD, SUMS, POLICY}
    rest = {name: held for name, held in sweep().files.items() if name not in own}
    for policy, what in (
        ({POLICY: b"version: 2\n"}, "is not the policy that the sweep names"),
        ({}, "is not there, although the sweep names one"),
    ):
        (flaw,) = policy_flaws(seal({**rest, **policy}))
        assert flaw.text == f"{POLICY} {what}"


def test_a_record_of_a_sweep_that_says_something_else_shows() -> None:
    whole = dict(sweep(link=link()).files)
    forged = whole[RECORD].replace(b'"verdict":"clear"', b'"verdict":"owed"')
    sums = whole[SUMS].replace(digest(whole[RECORD])[7:].encode(), digest(forged)[7:].encode())
    with pytest.raises(EvidenceInvalid, match=r"does not say what sweep\.json says"):
        verify({**whole, RECORD: forged, SUMS: sums})
