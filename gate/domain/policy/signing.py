"""How evidence is signed, and whose signature is believed: guide §10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated

from gate.domain.globs import Glob
from gate.domain.policy.markers import AtLeast, Doc, Name


class SigningLevel(Enum):
    """What evidence must carry at the least. Each level holds what the one before it does."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    LOGGED = "logged"

    @property
    def rank(self) -> int:
        """0 for the weakest."""
        return list(SigningLevel).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A public key whose signature is believed."""

    name: Annotated[str, Doc("what people call the key"), Name()]
    pem: Annotated[str, Doc("the public key in PEM form: ECDSA P-256 or Ed25519"), AtLeast(1)]
    valid_from: Annotated[date | None, Doc("first day (UTC) on which it signs")] = None
    valid_until: Annotated[date | None, Doc("last day (UTC) on which it signs")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIdentity:
    """An identity of a pipeline whose signature is believed, as its certificate names it."""

    identity: Annotated[
        Glob,
        Doc(
            "the workflow, such as https://github.com/acme/app/.github/workflows/deploy.yml@refs/heads/main; "
            "may be a pattern"
        ),
    ]
    issuer: Annotated[str, Doc("who vouches for it, such as https://gitlab.com")] = (
        "https://token.actions.githubusercontent.com"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRules:
    """What signature evidence needs (guide §10)."""

    minimum: Annotated[
        SigningLevel,
        Doc(
            "unsigned: a signature is welcome; signed: it must be by one of the keys or identities; logged: by one of "
            "the identities, and in a public transparency log"
        ),
    ] = SigningLevel.UNSIGNED
    keys: Annotated[tuple[SigningKey, ...], Doc("public keys that are believed")] = ()
    identities: Annotated[
        tuple[SigningIdentity, ...], Doc("identities of pipelines that are believed")
    ] = ()
