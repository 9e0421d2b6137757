"""Signing and verifying in the name of a pipeline, with the real library and a Sigstore of this machine."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sigstore import oidc
from sigstore.models import ClientTrustConfig

from gate.adapters.signers.identity import signed_by_identity
from gate.adapters.signers.keyless import Keyless
from gate.adapters.signers.trust import Believed
from gate.domain.globs import Glob
from gate.domain.policy.signing import SigningIdentity, SigningLevel
from gate.errors import EvidenceNotWritten, SigningUnavailable
from gate.evidence.bundle import SIGNATURE
from gate.evidence.record import RECORD
from gate.evidence.signed import NotBelieved, SignatureRefused, SignedBy
from gate.evidence.sigstore_bundle import read_signature
from gate.evidence.statement import statement
from tests.adapters.signers.mini_sigstore import INVOCATION, WORKFLOW, MiniSigstore, token
from tests.app.evidence_set import loose

BUNDLE = loose()
STATEMENT = statement(BUNDLE.files[RECORD])
ALLOWED = SigningIdentity(
    identity=Glob("https://github.com/acme/app/.github/workflows/*@refs/heads/main")
)


@pytest.fixture
def sigstore() -> Iterator[MiniSigstore]:
    with MiniSigstore().running() as world:
        yield world


def sign(world: MiniSigstore, *, public_log: bool = False, raw: str = "") -> bytes:
    environ = {"SIGSTORE_ID_TOKEN": raw or token()}
    services = ClientTrustConfig.from_json(world.services)
    return Keyless(environ, public_log=public_log, services=services).sign(STATEMENT)


@pytest.fixture
def root(sigstore: MiniSigstore, tmp_path: Path) -> Path:
    path = tmp_path / "trusted_root.json"
    path.write_text(json.dumps(sigstore.trusted_root))
    return path


def check(content: bytes, root: Path | None, *identities: SigningIdentity) -> SignedBy:
    signature = read_signature(content, name=SIGNATURE)
    chosen = identities or (ALLOWED,)
    return signed_by_identity(content, signature, BUNDLE.record, chosen, trusted_root=root)


def test_a_workflow_signs_and_is_believed_with_its_log_entry(
    sigstore: MiniSigstore, root: Path
) -> None:
    content = sign(sigstore)
    assert sigstore.asked == ["/api/v2/signingCert", "/api/v1/log/entries"]
    assert read_signature(content, name=SIGNATURE).envelope.payload == STATEMENT
    found = check(content, root)
    assert found.level is SigningLevel.LOGGED
    assert found.who == f"{WORKFLOW} by the word of https://token.actions.githubusercontent.com"


def test_trust_finds_the_way_to_identities(sigstore: MiniSigstore, root: Path) -> None:
    content = sign(sigstore)
    trust = Believed(identities=(ALLOWED,), trusted_root=root)
    signature = read_signature(content, name=SIGNATURE)
    assert trust.signed_by(content, signature, BUNDLE.record) == check(content, root)


@pytest.mark.parametrize(
    "identity",
    [
        SigningIdentity(identity=Glob("https://github.com/acme/other/**")),
        SigningIdentity(identity=ALLOWED.identity, issuer="https://gitlab.com"),
    ],
    ids=["another workflow", "another issuer"],
)
def test_somebody_else_is_not_believed(
    sigstore: MiniSigstore, root: Path, identity: SigningIdentity
) -> None:
    content = sign(sigstore)
    with pytest.raises(NotBelieved, match=r"is by https://github.com/acme/app.*not among those"):
        check(content, root, identity)
    assert check(content, root, identity, ALLOWED).who.startswith(WORKFLOW)


def test_another_attempt_does_not_sign_this_record(sigstore: MiniSigstore, root: Path) -> None:
    sigstore.invocation = INVOCATION.replace("attempts/1", "attempts/2")
    content = sign(sigstore)
    with pytest.raises(
        SignatureRefused, match=r"signed by .*/attempts/2, and the record is of .*/attempts/1"
    ):
        check(content, root)


@pytest.mark.parametrize("invocation", ["", INVOCATION + "?" + "x" * 100])
def test_certificates_name_the_attempt_or_not(
    sigstore: MiniSigstore, root: Path, invocation: str
) -> None:
    sigstore.invocation = invocation
    content = sign(sigstore)
    if invocation:
        with pytest.raises(SignatureRefused, match="x" * 100):
            check(content, root)
    else:
        assert check(content, root).level is SigningLevel.LOGGED


def altered(content: bytes, change: Any) -> bytes:
    value = json.loads(content)
    change(value)
    return json.dumps(value).encode()


def _sig(value: dict[str, Any]) -> None:
    signature = value["dsseEnvelope"]["signatures"][0]
    raw = bytearray(base64.b64decode(signature["sig"]))
    raw[-1] ^= 1
    signature["sig"] = base64.b64encode(raw).decode()


def _payload(value: dict[str, Any]) -> None:
    value["dsseEnvelope"]["payload"] = base64.b64encode(b"{}").decode()


def _promise(value: dict[str, Any]) -> None:
    value["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = "1700000000"


def _certificate(value: dict[str, Any]) -> None:
    raw = bytearray(base64.b64decode(value["verificationMaterial"]["certificate"]["rawBytes"]))
    raw[-1] ^= 1
    encoded = base64.b64encode(raw).decode()
    value["verificationMaterial"]["certificate"]["rawBytes"] = encoded


def _proof(value: dict[str, Any]) -> None:
    del value["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]


@pytest.mark.parametrize("change", [_sig, _payload, _promise, _certificate, _proof])
def test_whatever_is_altered_does_not_hold(sigstore: MiniSigstore, root: Path, change: Any) -> None:
    content = altered(sign(sigstore), change)
    with pytest.raises(SignatureRefused, match="does not hold"):
        check(content, root)


def test_what_was_checked_is_what_is_believed(sigstore: MiniSigstore, root: Path) -> None:
    """Two parsers that read the same file differently must not be played against each other."""
    content = sign(sigstore)
    signature = read_signature(content, name=SIGNATURE)
    other = replace(signature, envelope=replace(signature.envelope, payload=b"{}"))
    with pytest.raises(SignatureRefused, match="another statement"):
        signed_by_identity(content, other, BUNDLE.record, (ALLOWED,), trusted_root=root)


def test_a_signature_of_another_sigstore_does_not_hold(sigstore: MiniSigstore) -> None:
    with pytest.raises(SignatureRefused, match="does not hold"):
        check(sign(sigstore), None)


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_roots_that_cannot_be_read_check_nothing(
    sigstore: MiniSigstore, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "r.json").write_text(content)
    with pytest.raises(NotBelieved, match="cannot be checked with these roots"):
        check(sign(sigstore), tmp_path / "r.json")


@pytest.mark.parametrize("visibility", ["private", "internal"])
def test_a_private_repository_is_refused_before_anything_is_sent(
    sigstore: MiniSigstore, visibility: str
) -> None:
    raw = token(repository_visibility=visibility)
    with pytest.raises(EvidenceNotWritten, match=f"repository is {visibility}.*Nothing was sent"):
        sign(sigstore, raw=raw)
    assert sigstore.asked == []
    assert sign(sigstore, raw=raw, public_log=True)


@pytest.mark.parametrize("raw", ["x", "a.b.c", f"a.{base64.b64encode(b'[]').decode()}.c"])
def test_a_token_that_says_nothing_is_that_of_a_private_repository(
    sigstore: MiniSigstore, raw: str
) -> None:
    with pytest.raises(EvidenceNotWritten, match="repository is unknown"):
        sign(sigstore, raw=raw)


def test_the_claim_of_gitlab_is_understood(sigstore: MiniSigstore) -> None:
    raw = token(repository_visibility=None, project_visibility="private")
    with pytest.raises(EvidenceNotWritten):
        sign(sigstore, raw=raw)


def test_a_service_that_does_not_answer_may_answer_later(sigstore: MiniSigstore) -> None:
    sigstore.status = 503
    with pytest.raises(SigningUnavailable, match="Sigstore did not sign the evidence"):
        sign(sigstore)


def test_a_token_for_somebody_else_is_not_used(sigstore: MiniSigstore) -> None:
    with pytest.raises(SigningUnavailable, match="IdentityError"):
        sign(sigstore, raw=token(aud="other"))
    assert sigstore.asked == []


def test_without_a_token_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "detect_credential", lambda: None)
    with pytest.raises(EvidenceNotWritten, match="this job has none") as caught:
        Keyless({}, public_log=False).sign(STATEMENT)
    assert "id-token: write" in caught.value.hint


def test_a_token_that_the_job_cannot_get_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise oidc.IdentityError("the runner refused")

    monkeypatch.setattr(oidc, "detect_credential", refuse)
    with pytest.raises(EvidenceNotWritten, match="the runner refused"):
        Keyless({}, public_log=False).sign(STATEMENT)


def test_the_token_of_the_runner_is_found(
    sigstore: MiniSigstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "detect_credential", token)
    services = ClientTrustConfig.from_json(sigstore.services)
    assert Keyless({}, public_log=False, services=services).sign(STATEMENT)


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore.dsse", None)
    with pytest.raises(EvidenceNotWritten, match="its library is not installed"):
        Keyless({}, public_log=False).sign(STATEMENT)
