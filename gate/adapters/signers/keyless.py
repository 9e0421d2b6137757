"""Signs in the name of the pipeline itself, by its OIDC token, with Sigstore: no key to keep, and a public log.

Needs the extra `sigstore`. What becomes public, for ever, is the certificate: repository, workflow, branch, run. The
evidence itself does not.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from gate.errors import EvidenceNotWritten, SigningUnavailable

_VISIBILITY = ("repository_visibility", "project_visibility")
"""What GitHub and GitLab call it in their tokens."""


class Keyless:
    """A `Signer`. `public_log` says that the name of a private repository may become public."""

    def __init__(
        self, environ: Mapping[str, str], *, public_log: bool, services: Any = None
    ) -> None:
        self._environ = environ
        self._public_log = public_log
        self._services = services
        """A ClientTrustConfig of the library; None for the public Sigstore."""

    def sign(self, statement: bytes) -> bytes:
        """A Sigstore bundle around the statement. Nothing is sent before it is clear that it may be."""
        try:
            from sigstore.dsse import Statement
            from sigstore.models import ClientTrustConfig
            from sigstore.oidc import IdentityToken
            from sigstore.sign import SigningContext
        except ImportError:
            raise EvidenceNotWritten(
                "The evidence cannot be signed with Sigstore: its library is not installed.",
                hint="Whoever installs the gate adds its extra `sigstore`: in a pipeline by the input "
                "`extras: sigstore`, at a desk as docs/evidence-verify.md says.",
            ) from None
        raw = _token(self._environ)
        self._check_privacy(raw)
        try:
            services = self._services or ClientTrustConfig.production()
            context = SigningContext.from_trust_config(services)
            with context.signer(IdentityToken(raw)) as signer:
                bundle: str = signer.sign_dsse(Statement(statement)).to_json()
        except (
            Exception
        ) as error:  # the library's clients raise errors of their own, which it does not publish
            raise SigningUnavailable(
                f"Sigstore did not sign the evidence: {type(error).__name__}: {error}.",
                hint="Start the job again later, or let whoever owns the policy choose a key.",
            ) from error
        return bundle.encode()

    def _check_privacy(self, raw: str) -> None:
        """A repository of which the token does not say that it is public is private."""
        claims = _claims(raw)
        visibility = next((claims[name] for name in _VISIBILITY if name in claims), "unknown")
        if visibility != "public" and not self._public_log:
            raise EvidenceNotWritten(
                f"The evidence is not signed with Sigstore: the repository is {visibility}, and its name, workflow, "
                "branch and run would stand in a public log for ever. Nothing was sent.",
                hint="Whoever may publish that says so with the input `public-log` (--public-log on the command line); "
                "otherwise sign with a key, or on GitHub with the input `attest`.",
            )


def _token(environ: Mapping[str, str]) -> str:
    if token := environ.get("SIGSTORE_ID_TOKEN"):
        return token
    from sigstore.oidc import IdentityError, detect_credential

    try:
        found = detect_credential()
    except IdentityError as error:
        raise _no_token(str(error)) from error
    if not found:
        raise _no_token("this job has none")
    return found


def _no_token(why: str) -> EvidenceNotWritten:
    return EvidenceNotWritten(
        f"The evidence cannot be signed with Sigstore, since that needs an OIDC token: {why}.",
        hint="On GitHub give the job `permissions: id-token: write`; on GitLab declare `id_tokens: SIGSTORE_ID_TOKEN: "
        "{aud: sigstore}` in the project's own pipeline file.",
    )


def _claims(raw: str) -> dict[str, Any]:
    """What a token says, unchecked: whoever signs sends it to Fulcio, which checks it."""
    try:
        part = raw.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
