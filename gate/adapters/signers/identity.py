"""Checks signatures that were made in the name of a pipeline: its certificate, the log, and whose pipeline it is.

Needs the extra `sigstore`. Everything is checked without network, with the roots that the library brings or that
somebody gives: those of the year in which it was signed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from gate.domain.policy.signing import SigningIdentity, SigningLevel
from gate.evidence.record import Record
from gate.evidence.signed import NotBelieved, SignatureRefused, SignedBy
from gate.evidence.sigstore_bundle import Certificate, Signature

_RUN_INVOCATION = "1.3.6.1.4.1.57264.1.21"
"""Which attempt of which run got the certificate (sigstore/fulcio, docs/oid-info.md)."""
_PRODUCTION = "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev"


def signed_by_identity(
    content: bytes,
    signature: Signature,
    record: Record,
    identities: Sequence[SigningIdentity],
    *,
    trusted_root: Path | None = None,
) -> SignedBy:
    """Who of `identities` signed.

    SignatureRefused when the signature does not hold; NotBelieved when it is by nobody of them, or cannot be
    checked here.
    """
    try:
        from sigstore.errors import Error, VerificationError
        from sigstore.models import Bundle, InvalidBundle
        from sigstore.verify import Verifier
    except ImportError:
        raise NotBelieved(
            "it is by an identity, and checking that needs the gate with its extra `sigstore`; "
            "docs/evidence-verify.md says how to get it"
        ) from None
    if isinstance(signature.material, Certificate) and not signature.material.log_entries:
        raise NotBelieved(
            "it stands in no public log, as with private repositories on GitHub; `gh attestation verify` can check it"
        )
    who = _Identities(identities)
    try:
        root = _root(trusted_root)
        verified = Verifier(trusted_root=root).verify_dsse(Bundle.from_json(content), who)
    except _Nobody as error:
        raise NotBelieved(str(error)) from error
    except (VerificationError, InvalidBundle) as error:
        raise SignatureRefused(f"the signature does not hold: {error}") from error
    except (Error, OSError, ValueError) as error:
        raise NotBelieved(f"it cannot be checked with these roots: {error}") from error
    envelope = signature.envelope
    # What was checked must be what is believed: the same bytes, read by two parsers.
    if verified != (envelope.payload_type, envelope.payload):
        raise SignatureRefused("it holds another statement than the one that is signed")
    _check_run(who.invocation, record)
    return SignedBy(who=f"{who.found} by the word of {who.issuer}", level=SigningLevel.LOGGED)


class _Nobody(Exception):
    """The certificate names nobody who is believed."""


class _Identities:
    """A policy of the library: one of several identities, each with its issuer. Remembers which."""

    def __init__(self, identities: Sequence[SigningIdentity]) -> None:
        self._identities = identities
        self.found = self.issuer = self.invocation = ""

    def verify(self, cert: Any) -> None:
        """Raise `_Nobody` unless the certificate names one of them."""
        from cryptography.x509 import SubjectAlternativeName, UniformResourceIdentifier
        from sigstore.errors import VerificationError
        from sigstore.verify.policy import OIDCIssuer

        names = cert.extensions.get_extension_for_class(SubjectAlternativeName).value
        found = names.get_values_for_type(UniformResourceIdentifier)
        for wanted in self._identities:
            try:
                OIDCIssuer(wanted.issuer).verify(cert)
            except VerificationError:
                continue
            if named := next((name for name in found if wanted.identity.matches(name)), ""):
                self.found, self.issuer = named, wanted.issuer
                self.invocation = _text_of(cert, _RUN_INVOCATION)
                return
        raise _Nobody(
            f"it is by {', '.join(found) or 'nobody with an address'}, who is not among those that are believed"
        )


def _root(path: Path | None) -> Any:
    from sigstore.models import TrustedRoot

    # The library warns about what its log does not know yet; what matters is raised.
    logging.getLogger("sigstore").setLevel(logging.ERROR)
    if path is not None:
        return TrustedRoot.from_file(str(path))
    brought = resources.files("sigstore._store").joinpath(_PRODUCTION, "trusted_root.json")
    with resources.as_file(brought) as file:
        return TrustedRoot.from_file(str(file))


def _text_of(cert: Any, oid: str) -> str:
    """An extension whose value is a DER UTF8String, with a length in one byte or in several; empty if absent."""
    for extension in cert.extensions:
        if extension.oid.dotted_string == oid:
            raw: bytes = extension.value.value
            start = 2 if raw[1] < 0x80 else 2 + (raw[1] & 0x7F)
            return raw[start:].decode("utf-8", "replace")
    return ""


def _check_run(invocation: str, record: Record) -> None:
    """A certificate of one attempt signs the record of that attempt alone."""
    if record.invocation and invocation and invocation != record.invocation:
        raise SignatureRefused(
            f"it was signed by {invocation}, and the record is of {record.invocation}"
        )
