"""A set of bundles as an archive holds it: decided by the real gate, chained, and signed with a key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gate.adapters.signers.key import KeySigner
from gate.adapters.signers.key_ring import BelievedKey
from gate.adapters.signers.trust import Believed
from gate.app.check import judge
from gate.app.examine import Asked
from gate.app.sign_evidence import with_signatures
from gate.domain import facts as f
from gate.domain.policy.signing import SigningLevel
from gate.evidence.bundle import POLICY, Bundle, chained
from gate.evidence.canonical import digest
from gate.evidence.checkpoint import Checkpoint
from gate.evidence.layout import stream_in
from gate.evidence.record import Link
from gate.policy.load import parse
from tests import builders as b
from tests.adapters.signers.keys import p256
from tests.app.doubles import MemoryForge, gathered, world
from tests.scenarios.play import SCENARIOS

CONTENT = (SCENARIOS / "base" / "policy.yml").read_bytes()
STREAM = "github.com/4242/production"
KEY = p256()
SIGNER = KeySigner(KEY)
TRUST = Believed(keys=(BelievedKey(name="release", der=SIGNER.public_key),))
ASKED = Asked(trust=TRUST, minimum=SigningLevel.SIGNED)


@cache
def loose(run_id: str = "7001", policy: bytes = CONTENT, environment: str = "production") -> Bundle:
    """The evidence of one deploy, neither chained nor signed."""
    forge = MemoryForge()
    forge.answers[f.Run] = b.run(id=run_id, environment=environment)
    rules = parse(policy, name=POLICY).policy
    facts = {
        **gathered(world(forge), rules),
        f.PolicySource: b.policy_source(digest=digest(policy)),
    }
    return judge(facts, rules, policy, dict, str).bundle


@cache
def archived(count: int = 4, environment: str = "production") -> tuple[Bundle, ...]:
    """Deploys one after the other, each naming the one before it."""
    found: list[Bundle] = []
    for seq in range(1, count + 1):
        made = loose(str(7000 + seq), environment=environment)
        previous = found[-1].digest if found else None
        link = Link(stream=stream_in(made).id, seq=seq, previous=previous)
        found.append(with_signatures(chained(made, link), SIGNER))
    return tuple(found)


def checkpoint(bundles: tuple[Bundle, ...]) -> Checkpoint:
    return Checkpoint(stream=STREAM, count=len(bundles), head=bundles[-1].digest)


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def write_all(folder: Path, bundles: tuple[Bundle, ...]) -> Path:
    for number, bundle in enumerate(bundles, start=1):
        write(folder / f"{number:04}", bundle.files)
    return folder
