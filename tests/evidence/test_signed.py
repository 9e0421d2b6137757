"""Whether the signatures of a bundle hold, and whether that is enough."""

from dataclasses import dataclass

import pytest

from gate.domain.policy.signing import SigningLevel
from gate.evidence.bundle import SIGNATURE, SUMMARY_SIGNATURE, Bundle
from gate.evidence.dsse import Envelope
from gate.evidence.flaw import FlawKind
from gate.evidence.record import RECORD, Record
from gate.evidence.signed import (
    NotBelieved,
    SignatureRefused,
    Signatures,
    SignedBy,
    check_signatures,
)
from gate.evidence.sigstore_bundle import Signature, write_with_key
from gate.evidence.statement import PAYLOAD_TYPE, statement, summary_statement
from tests.evidence.bundles import bundle
from tests.evidence.sweeps import sweep
from tests.render.decisions import FAILED, GAP, decision, nothing_known, result

UNSIGNED, SIGNED, LOGGED = SigningLevel


@dataclass(frozen=True)
class Says:
    """Trust that answers one thing."""

    answer: SignedBy | Exception

    def signed_by(self, content: bytes, signature: Signature, record: Record) -> SignedBy:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


ALICE = Says(SignedBy(who="alice", level=SIGNED))


def written(payload: bytes) -> bytes:
    return write_with_key(
        Envelope(payload_type=PAYLOAD_TYPE, payload=payload, sig=b"s", keyid="k"), "k"
    )


def signed(**files: bytes) -> Bundle:
    return Bundle(files={**bundle().files, **files})


OVER_RECORD = {SIGNATURE: written(statement(bundle().files[RECORD]))}
OVER_SUMMARY = {SUMMARY_SIGNATURE: written(summary_statement(bundle().files[RECORD]) or b"")}
BOTH = {**OVER_RECORD, **OVER_SUMMARY}


def test_a_signature_that_holds_lifts_the_level() -> None:
    found = check_signatures(signed(**BOTH), ALICE, SIGNED)
    assert (found.level, found.flaws) == (SIGNED, ())
    assert [(state.file, state.by) for state in found.states] == [
        (SIGNATURE, ALICE.answer),
        (SUMMARY_SIGNATURE, ALICE.answer),
    ]


def test_an_unsigned_bundle_is_fine_unless_more_is_demanded() -> None:
    assert check_signatures(bundle(), ALICE, UNSIGNED) == Signatures(
        states=(), level=UNSIGNED, flaws=()
    )
    (flaw,) = check_signatures(bundle(), ALICE, SIGNED).flaws
    assert flaw.kind is FlawKind.UNSIGNED
    assert flaw.text == "it must be signed by somebody who is believed, and it is unsigned"


def test_signed_is_less_than_logged() -> None:
    (flaw,) = check_signatures(signed(**BOTH), ALICE, LOGGED).flaws
    assert flaw.text == "it must be logged by somebody who is believed, and it is signed"
    logged = Says(SignedBy(who="workflow", level=LOGGED))
    assert check_signatures(signed(**BOTH), logged, LOGGED).flaws == ()


def test_a_summary_alone_is_no_signature_over_the_evidence() -> None:
    found = check_signatures(signed(**OVER_SUMMARY), ALICE, UNSIGNED)
    assert (found.level, len(found.states)) == (UNSIGNED, 1)
    both = check_signatures(signed(**BOTH), ALICE, SIGNED)
    assert (both.level, len(both.states), both.flaws) == (SIGNED, 2, ())


def test_a_summary_that_was_taken_away_shows() -> None:
    (flaw,) = check_signatures(signed(**OVER_RECORD), ALICE, SIGNED).flaws
    assert (flaw.kind, flaw.text) == (
        FlawKind.MISSING,
        "record.vsa.sigstore.json is missing beside record.sigstore.json",
    )


def test_where_there_can_be_no_summary_none_is_missing() -> None:
    nothing = bundle(nothing_known(GAP))
    over = written(statement(nothing.files[RECORD]))
    alone = Bundle(files={**nothing.files, SIGNATURE: over})
    assert check_signatures(alone, ALICE, SIGNED).flaws == ()


def test_somebody_who_is_not_believed_counts_for_nothing_but_is_told() -> None:
    stranger = Says(NotBelieved("nobody knows mallory"))
    found = check_signatures(signed(**BOTH), stranger, SIGNED)
    assert found.states[0].why_not == "nobody knows mallory"
    (flaw,) = found.flaws
    assert flaw.text.endswith(
        "it is unsigned (record.sigstore.json: nobody knows mallory; "
        "record.vsa.sigstore.json: nobody knows mallory)"
    )


def test_a_signature_that_does_not_hold_is_a_flaw_even_where_none_is_demanded() -> None:
    wrong = Says(SignatureRefused("it does not hold"))
    flaws = check_signatures(signed(**BOTH), wrong, UNSIGNED).flaws
    assert [(flaw.kind, flaw.text) for flaw in flaws] == [
        (FlawKind.SIGNATURE, "record.sigstore.json: it does not hold"),
        (FlawKind.SIGNATURE, "record.vsa.sigstore.json: it does not hold"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"{}", written(statement(bundle(decision(result(FAILED))).files[RECORD])), written(b"{}")],
    ids=["no bundle", "of another record", "no statement"],
)
def test_a_signature_of_something_else_is_a_flaw(content: bytes) -> None:
    (flaw,) = check_signatures(signed(**{**BOTH, SIGNATURE: content}), ALICE, UNSIGNED).flaws
    assert flaw.kind is FlawKind.SIGNATURE
    assert not flaw.text.endswith(".")


def test_one_signature_is_all_that_a_sweep_can_carry() -> None:
    over = written(statement(sweep().files[RECORD]))
    found = check_signatures(Bundle(files={**sweep().files, SIGNATURE: over}), ALICE, SIGNED)
    assert (found.level, found.flaws) == (SIGNED, ())
    of_a_decision = Bundle(files={**sweep().files, **OVER_RECORD})
    (flaw, too_little) = check_signatures(of_a_decision, ALICE, SIGNED).flaws
    assert flaw.text == f"{SIGNATURE} is not about this record"
    assert too_little.kind is FlawKind.UNSIGNED
