"""Whose signatures are believed, whatever they were made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.adapters.signers.key_ring import BelievedKey, signed_by_key
from gate.domain.policy.signing import SigningIdentity, SigningRules
from gate.domain.public_keys import public_key
from gate.evidence.record import Record
from gate.evidence.signed import NotBelieved, SignedBy
from gate.evidence.sigstore_bundle import KeyHint, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A `Trust`. It can be sent to another process."""

    keys: tuple[BelievedKey, ...] = ()
    identities: tuple[SigningIdentity, ...] = ()
    trusted_root: Path | None = None
    """Roots that certificates are checked with; None for those that the sigstore package brings."""

    @classmethod
    def by_policy(cls, rules: SigningRules, trusted_root: Path | None = None) -> Believed:
        """Those that a policy names."""
        keys = tuple(
            BelievedKey(
                name=key.name,
                der=public_key(key.pem),
                valid_from=key.valid_from,
                valid_until=key.valid_until,
            )
            for key in rules.keys
        )
        return cls(keys=keys, identities=rules.identities, trusted_root=trusted_root)

    def signed_by(self, content: bytes, signature: Signature, record: Record) -> SignedBy:
        """Who signed. SignatureRefused and NotBelieved as in `Trust`."""
        match signature.material:
            case KeyHint(hint):
                return signed_by_key(hint, signature, record, self.keys)
            case _:
                return self._signed_by_identity(content, signature, record, self.identities)

    def _signed_by_identity(
        self,
        content: bytes,
        signature: Signature,
        record: Record,
        identities: Sequence[SigningIdentity],
    ) -> SignedBy:
        if not identities:
            raise NotBelieved("it is by an identity, and none was given that is believed")
        # Half a second to import, and only those who check identities have it installed.
        from gate.adapters.signers.identity import signed_by_identity

        return signed_by_identity(
            content, signature, record, identities, trusted_root=self.trusted_root
        )
