"""The options by which somebody who examines evidence says whom to believe: the same for every command that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from gate.app import wiring
from gate.app.examine import Asked
from gate.app.verify_evidence import checkpoints
from gate.cli.shared_options import FILE
from gate.domain.globs import Glob
from gate.domain.policy.document import Policy
from gate.domain.policy.signing import SigningIdentity, SigningLevel
from gate.errors import UsageInvalid
from gate.evidence.checkpoint import Checkpoint
from gate.evidence.signed import Trust
from gate.policy.load import parse

GITHUB = SigningIdentity.__dataclass_fields__["issuer"].default
_POLICY = "Policy that you hold: its keys and identities are believed, and its minimum is demanded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What the options say."""

    keys: tuple[Path, ...]
    identities: tuple[str, ...]
    issuer: str
    trusted_root: Path | None
    policy_file: Path | None
    require: str
    checkpoint_files: tuple[Path, ...]

    @property
    def policy(self) -> Policy | None:
        """The policy that was named. PolicyInvalid when it cannot be read."""
        if self.policy_file is None:
            return None
        return parse(wiring.read_policy(self.policy_file), name=str(self.policy_file)).policy

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Those that were given. EvidenceInvalid when one is none."""
        return checkpoints(self.checkpoint_files)

    def asked(self, *, replay: bool) -> Asked:
        """What is asked of every bundle. UsageInvalid when a signature is demanded of nobody, or a key is none."""
        known = tuple(
            SigningIdentity(identity=Glob(item), issuer=self.issuer) for item in self.identities
        )
        least, trust = SigningLevel(self.require), self._given(known)
        policy = self.policy if trust is None else None
        if policy is not None:
            rules = policy.evidence.signing
            trust = wiring.trust_by_policy(rules, self.trusted_root)
            least = max(least, rules.minimum, key=lambda level: level.rank)
        elif trust is None and least is not SigningLevel.UNSIGNED:
            raise UsageInvalid(
                "A signature is demanded, and nobody was named whose signature is believed.",
                hint="Give --key, --identity or --policy. The keys that a bundle names itself could be a forger's.",
            )
        return Asked(trust=trust, minimum=least, replay=replay)

    def _given(self, known: tuple[SigningIdentity, ...]) -> Trust | None:
        if not self.keys and not known:
            return None
        return wiring.trust_given(self.keys, known, self.trusted_root)


def trust_options(policy: str = _POLICY) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Add the options to a command, which gets them as `believed`. `policy` is the help of --policy."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def collected(*args: Any, **options: Any) -> int:
            own = {name: options.pop(name) for name in Believed.__dataclass_fields__}
            return command(*args, believed=Believed(**own), **options)

        found: Callable[..., int] = collected
        for option in reversed(_options(policy)):
            found = option(found)
        return found

    return decorate


def _options(policy: str) -> list[Callable[[Callable[..., int]], Callable[..., int]]]:
    return [
        click.option(
            "--key", "keys", multiple=True, type=FILE, help="Public key (PEM) that is believed."
        ),
        click.option(
            "--identity",
            "identities",
            multiple=True,
            help="Workflow that is believed, such as https://github.com/acme/app/.github/workflows/**@refs/heads/main.",
        ),
        click.option(
            "--issuer", default=GITHUB, show_default=True, help="Who vouches for --identity."
        ),
        click.option(
            "--trusted-root",
            type=FILE,
            help="Sigstore's roots of the year in which it was signed. Absent: those that its library brings.",
        ),
        click.option("--policy", "policy_file", type=FILE, help=policy),
        click.option(
            "--require",
            type=click.Choice([level.value for level in SigningLevel]),
            default="unsigned",
            show_default=True,
            help="Least that every bundle must be. What the bundle's own policy demands counts as well.",
        ),
        click.option(
            "--checkpoint",
            "checkpoint_files",
            multiple=True,
            type=FILE,
            help="How far a chain must have come: a checkpoint that was kept elsewhere.",
        ),
    ]
