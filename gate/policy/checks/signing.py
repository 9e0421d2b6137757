"""Whose signature is believed: guide §10."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.policy.signing import SigningIdentity, SigningKey, SigningLevel, SigningRules
from gate.domain.public_keys import KINDS, fingerprint, public_key
from gate.policy.at import At
from gate.policy.checks.addresses import check_address
from gate.policy.problem import Problem, quoted

_WILD = "*?["


def check_key(key: SigningKey, at: At) -> Iterator[Problem]:
    """It is a public key of a kind that the gate can check, and its days are in order."""
    try:
        public_key(key.pem)
    except ValueError as error:
        # The text is never quoted: it may be a private key, and problems go to a log.
        yield at.find("pem").error(str(error), allowed=f"a public key in PEM form, {KINDS}")
    if key.valid_from and key.valid_until and key.valid_until < key.valid_from:
        yield at.find("valid_until").error(
            f"the key's last day ({key.valid_until}) is before its first ({key.valid_from})"
        )


def check_identity(identity: SigningIdentity, at: At) -> Iterator[Problem]:
    """A pattern must not leave open whose pipeline it is."""
    yield from check_address(identity.issuer, at.find("issuer"))
    pattern = identity.identity.pattern
    host = "/".join(pattern.split("/")[:4])
    if not pattern.startswith("https://") or any(char in host for char in _WILD):
        yield at.find("identity").error(
            f"{quoted(pattern)} leaves open whose pipeline it is",
            allowed="an address that names host and owner in full, such as "
            "https://github.com/acme/app/.github/workflows/deploy.yml@refs/heads/main",
        )


def check_signing(rules: SigningRules, at: At) -> Iterator[Problem]:
    """Whoever demands a signature says whose; no key stands under two names."""
    if rules.minimum is SigningLevel.SIGNED and not (rules.keys or rules.identities):
        yield at.find("minimum").error(
            "demands a signature, and nobody's signature is believed",
            hint="name `keys` or `identities`",
        )
    if rules.minimum is SigningLevel.LOGGED and not rules.identities:
        yield at.find("minimum").error(
            "demands a signature in a transparency log, and only identities sign with one",
            hint="name `identities`",
        )
    seen: dict[str, str] = {}
    for index, key in enumerate(rules.keys):
        here = at.find("keys", index)
        if key.name in seen.values():
            yield here.find("name").error(f"{quoted(key.name)} is the name of two keys")
        found = _fingerprint(key.pem)
        if found in seen:
            yield here.find("pem").error(f"is the same key as {quoted(seen[found])}")
        seen[found or f"unreadable {index}"] = key.name


def _fingerprint(pem: str) -> str:
    try:
        return fingerprint(public_key(pem))
    except ValueError:
        return ""
