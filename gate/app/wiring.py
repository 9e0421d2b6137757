"""Which pipeline this is, and where evidence lies: with `connect` and `on_…`, all that knows adapters."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from gate.adapters import destination
from gate.adapters.archives import directory
from gate.adapters.bundles import folder, places
from gate.app.context import Host
from gate.app.pipeline import Pipeline
from gate.app.request import SIGNING_KEY, Request
from gate.domain.policy.signing import SigningIdentity, SigningRules
from gate.domain.ports import Signer
from gate.domain.public_keys import KINDS, public_key
from gate.errors import EvidenceInvalid, GateError, PolicyInvalid, UsageInvalid
from gate.evidence.signed import Trust

Place = places.Place
create_evidence = directory.create
add_evidence = folder.add
read_evidence = places.read_one
find_evidence = places.places
Destination = destination.Destination
Staged = destination.Staged
open_destination = destination.opened


def pipeline(host: Host, request: Request) -> Pipeline:
    """The pipeline of this process. UsageInvalid when its variables are not those of a job."""
    forge = request.forge or ("gitlab" if host.environ.get("GITLAB_CI") == "true" else "github")
    return _on_gitlab(host, request) if forge == "gitlab" else _on_github(host, request)


def read_policy(path: Path) -> bytes:
    """Read a policy file from the desk. PolicyInvalid when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyInvalid(
            f"The policy file {path} cannot be read: {error.strerror}.",
            hint="Name a file that exists, or leave --policy out.",
        ) from error


def _on_github(host: Host, request: Request) -> Pipeline:
    from gate.adapters.ci.github_actions import is_running_here, read_context
    from gate.app.on_github import OnGitHub, tell_failure

    try:
        context = read_context(host.environ, revision=request.revision)
    except GateError as error:
        if is_running_here(host.environ):
            with contextlib.suppress(OSError):
                tell_failure(host, error)
        raise
    return OnGitHub(host, request, context)


def _on_gitlab(host: Host, request: Request) -> Pipeline:
    from gate.adapters.ci.gitlab_ci import read_context
    from gate.app.connect_gitlab import origin
    from gate.app.on_gitlab import OnGitLab

    context = read_context(
        host.environ,
        revision=request.revision,
        gitlab_url=request.gitlab_url,
        remote_url="" if request.gitlab_url else origin(host),
    )
    return OnGitLab(host, request, context)


def signer(host: Host, request: Request) -> Signer | None:
    """Whoever signs the evidence of this run: a key when there is one, unless the command line says otherwise."""
    key = host.environ.get(SIGNING_KEY, "")
    match request.sign or ("key" if key else "none"):
        case "none":
            return None
        case "key":
            return _key_signer(key)
        case _:
            from gate.adapters.signers.keyless import Keyless

            return Keyless(host.environ, public_log=request.public_log)


def trust_by_policy(rules: SigningRules, trusted_root: Path | None = None) -> Trust:
    """Whose signatures a policy believes."""
    from gate.adapters.signers.trust import Believed

    return Believed.by_policy(rules, trusted_root)


def trust_given(
    keys: Sequence[Path], identities: Sequence[SigningIdentity], trusted_root: Path | None
) -> Trust:
    """Whose signatures somebody at a desk believes. UsageInvalid when a key cannot be read."""
    from gate.adapters.signers.key_ring import BelievedKey
    from gate.adapters.signers.trust import Believed

    known = tuple(BelievedKey(name=path.name, der=_public_key(path)) for path in keys)
    return Believed(keys=known, identities=tuple(identities), trusted_root=trusted_root)


def read_file(path: Path) -> bytes:
    """A file that somebody names. EvidenceInvalid when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceInvalid(f"{path} cannot be read: {error.strerror}.") from error


def _key_signer(key: str) -> Signer:
    from gate.adapters.signers.key import KeySigner

    if not key:
        raise UsageInvalid(
            f"The evidence is to be signed with a key, and {SIGNING_KEY} holds none.",
            hint="Give the step the secret with the private key (PEM), or the path of a file that holds it.",
        )
    # A variable of type File, as GitLab has them, holds the path of the secret and not the secret.
    return KeySigner.from_pem(key.encode() if "-----BEGIN" in key else read_file(Path(key)))


def _public_key(path: Path) -> bytes:
    try:
        return public_key(read_file(path).decode("utf-8", "replace"))
    except ValueError as error:
        raise UsageInvalid(
            f"{path}: {error}.", hint=f"Name a public key in PEM form: {KINDS}."
        ) from None
