"""Whose signatures are believed, whatever they were made with."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from gate.adapters.signers.key import KeySigner
from gate.adapters.signers.key_ring import BelievedKey
from gate.adapters.signers.trust import Believed
from gate.domain.globs import Glob
from gate.domain.policy.signing import SigningIdentity, SigningKey, SigningRules
from gate.evidence.dsse import Envelope
from gate.evidence.record import RECORD
from gate.evidence.signed import NotBelieved
from gate.evidence.sigstore_bundle import Certificate, Signature, read_signature
from gate.evidence.statement import PAYLOAD_TYPE, statement
from tests.adapters.signers.keys import p256, public_der, public_pem
from tests.evidence.bundles import bundle

KEY = p256()
WORKFLOW = SigningIdentity(identity=Glob("https://github.com/acme/app/**"))
RULES = SigningRules(
    keys=(SigningKey(name="release", pem=public_pem(KEY), valid_until=date(2027, 1, 1)),),
    identities=(WORKFLOW,),
)
STATEMENT = statement(bundle().files[RECORD])
BY_WORKFLOW = Signature(
    envelope=Envelope(payload_type=PAYLOAD_TYPE, payload=STATEMENT, sig=b"s"),
    material=Certificate(b"der", 0),
)


def test_a_policy_names_keys_with_their_days_and_identities() -> None:
    found = Believed.by_policy(RULES)
    assert found.keys == (
        BelievedKey(name="release", der=public_der(KEY), valid_until=date(2027, 1, 1)),
    )
    assert found.identities == (WORKFLOW,)


def test_signatures_with_keys_are_checked_with_the_keys() -> None:
    content = KeySigner(KEY).sign(STATEMENT)
    signature = read_signature(content, name="x")
    found = Believed.by_policy(RULES).signed_by(content, signature, bundle().record)
    assert found.who.startswith("the key release")


def test_identities_are_not_checked_where_none_is_believed() -> None:
    with pytest.raises(NotBelieved, match="none was given that is believed"):
        Believed().signed_by(b"", BY_WORKFLOW, bundle().record)


def test_identities_without_a_log_are_for_another_tool() -> None:
    with pytest.raises(NotBelieved, match="`gh attestation verify` can check it"):
        Believed(identities=(WORKFLOW,)).signed_by(b"", BY_WORKFLOW, bundle().record)


def test_without_the_extra_identities_cannot_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore.errors", None)
    with pytest.raises(NotBelieved, match="its extra `sigstore`"):
        Believed(identities=(WORKFLOW,)).signed_by(b"", BY_WORKFLOW, bundle().record)
