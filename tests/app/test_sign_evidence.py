"""Signing, and what the policy makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.adapters.signers.key import KeySigner
from gate.app.replay import policy_of
from gate.app.sign_evidence import Signing, attach_attestation, sign_evidence, with_signatures
from gate.domain.ports import Signer
from gate.errors import EvidenceInvalid, EvidenceNotWritten, SigningUnavailable
from gate.evidence.bundle import ATTESTATION, SIGNATURE, SUMMARY_SIGNATURE, verify
from gate.evidence.record import RECORD
from gate.evidence.statement import summary_statement
from tests.adapters.signers.keys import p256
from tests.app import sweep_set
from tests.app.evidence_set import KEY, SIGNER, loose, write
from tests.app.test_examine import SIGNED_POLICY
from tests.evidence.bundles import bundle
from tests.render.decisions import GAP, nothing_known

PLAIN, DEMANDING = loose(), loose("7001", SIGNED_POLICY)


class Silent:
    """A service that does not answer."""

    def sign(self, statement: bytes) -> bytes:
        raise SigningUnavailable("Sigstore did not answer.")


def sign(
    of: object, signer: Signer | None, *, attested_next: bool = False
) -> tuple[list[str], list[str]]:
    warnings: list[str] = []
    chosen = DEMANDING if of is DEMANDING else PLAIN
    signed = sign_evidence(
        chosen,
        policy_of(chosen),
        Signing(signer=signer, attested_next=attested_next),
        warnings.append,
    )
    assert signed.digest == chosen.digest
    return sorted(verify(signed.files).signatures), warnings


def test_a_key_signs_the_record_and_its_summary() -> None:
    assert sign(PLAIN, SIGNER) == ([SIGNATURE, SUMMARY_SIGNATURE], [])
    assert sign(DEMANDING, SIGNER) == ([SIGNATURE, SUMMARY_SIGNATURE], [])


def test_where_nobody_signs_the_evidence_stays_as_it_is() -> None:
    assert sign(PLAIN, None) == ([], [])


def test_less_than_the_policy_demands_does_not_count() -> None:
    with pytest.raises(
        EvidenceNotWritten, match="not signed as the policy demands: it must be signed"
    ):
        sign(DEMANDING, None)
    with pytest.raises(EvidenceNotWritten, match="not among those that are believed"):
        sign(DEMANDING, KeySigner(p256()))


def test_the_next_step_may_sign_in_the_place_of_this_one() -> None:
    assert sign(DEMANDING, None, attested_next=True) == ([], [])


def test_a_service_that_is_down_stops_only_those_who_demand_it() -> None:
    signed, warnings = sign(PLAIN, Silent())
    assert signed == []
    assert warnings == [
        "Sigstore did not answer. The policy demands no signature, so this evidence stays unsigned."
    ]
    with pytest.raises(SigningUnavailable):
        sign(DEMANDING, Silent())


def test_what_has_no_summary_is_signed_once() -> None:
    nothing = bundle(nothing_known(GAP))
    signed = sign_evidence(nothing, None, Signing(signer=SIGNER), pytest.fail)
    assert list(signed.signatures) == [SIGNATURE]


def test_an_attestation_of_this_record_is_kept_beside_it(tmp_path: Path) -> None:
    write(tmp_path, PLAIN.files)
    content = with_signatures(PLAIN, KeySigner(KEY)).files[SIGNATURE]
    for _ in range(2):  # a step that is run again
        attach_attestation(tmp_path, content)
        assert (tmp_path / ATTESTATION).read_bytes() == content
    with pytest.raises(EvidenceNotWritten):
        attach_attestation(tmp_path, with_signatures(PLAIN, KeySigner(KEY)).files[SIGNATURE])
    assert (tmp_path / ATTESTATION).read_bytes() == content


def test_an_attestation_of_something_else_is_not_kept(tmp_path: Path) -> None:
    write(tmp_path, PLAIN.files)
    other = with_signatures(loose("7009"), SIGNER)
    summary = SIGNER.sign(summary_statement(PLAIN.files[RECORD]) or b"")
    for content, why in (
        (other.files[SIGNATURE], "not about this record"),
        (summary, "attests a summary"),
        (b"{}", "not a Sigstore bundle"),
    ):
        with pytest.raises(EvidenceInvalid, match=why):
            attach_attestation(tmp_path, content)
    assert not (tmp_path / ATTESTATION).exists()


def test_where_there_is_no_record_nothing_is_attached(tmp_path: Path) -> None:
    with pytest.raises(EvidenceInvalid, match=r"holds no record\.json"):
        attach_attestation(tmp_path, b"{}")


def test_a_sweep_is_signed_once_and_under_the_same_rules() -> None:
    demanding = sweep_set.loose(SIGNED_POLICY)
    policy = policy_of(demanding)
    signed = sign_evidence(demanding, policy, Signing(signer=SIGNER), pytest.fail)
    assert list(signed.signatures) == [SIGNATURE]
    with pytest.raises(EvidenceNotWritten, match="not signed as the policy demands") as error:
        sign_evidence(demanding, policy, Signing(signer=None), pytest.fail)
    assert "The sweep did its work and told what it found" in error.value.message
    assert "deploy" not in error.value.message
    later = Signing(signer=None, attested_next=True)
    assert sign_evidence(demanding, policy, later, pytest.fail) == demanding


def test_an_attestation_of_a_sweep_is_kept_beside_it(tmp_path: Path) -> None:
    made = sweep_set.loose()
    write(tmp_path, made.files)
    content = with_signatures(made, SIGNER).files[SIGNATURE]
    attach_attestation(tmp_path, content)
    assert (tmp_path / ATTESTATION).read_bytes() == content
