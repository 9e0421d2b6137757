"""Write the golden bundles of this version: `python -m tests.golden.make`. Those of a released one stay for ever."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from gate import __version__
from gate.adapters.bundles.folder import read
from gate.adapters.signers.key import KeySigner
from gate.app.sign_evidence import with_signatures
from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.checkpoint import Checkpoint, checkpoint_json
from gate.evidence.record import Link
from tests.adapters.signers.keys import p256
from tests.cli.test_follow_up import sweep
from tests.scenarios.play import load, play

STREAM = "github.com/4242/production"
SCENARIOS = ("allow-normal", "check-missing", "undecided-wrong-token", "emergency-granted")
SWEEP_STREAM = "github.com/4242/production__follow-up"
SWEEPS = ("debt-overdue", "debt-paid-in-time")
"""Scenarios after which the gate follows up."""
HERE = Path(__file__).parent


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; the same files give the same zip."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return out.getvalue()


def make(folder: Path) -> None:
    """Play the scenarios and the sweeps, chain and sign what they leave, and throw the private key away."""
    folder.mkdir(parents=True)
    signer = KeySigner(p256())
    decisions = _chain(signer, STREAM, map(_decided, SCENARIOS))
    for seq, (name, made) in enumerate(zip(SCENARIOS, decisions, strict=True), start=1):
        (folder / f"{seq}-{name}.zip").write_bytes(zipped(made.files))
    sweeps = _chain(signer, SWEEP_STREAM, map(_swept, SWEEPS))
    for seq, (name, made) in enumerate(zip(SWEEPS, sweeps, strict=True), start=1):
        (folder / f"sweep-{seq}-{name}.zip").write_bytes(zipped(made.files))
    (folder / "checkpoint.json").write_bytes(_checkpoint(STREAM, decisions))
    (folder / "checkpoint-sweeps.json").write_bytes(_checkpoint(SWEEP_STREAM, sweeps))
    pem = load_der_public_key(signer.public_key).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "release.pub").write_bytes(pem)


def _decided(name: str) -> Bundle:
    with tempfile.TemporaryDirectory() as place:
        return verify(play(load(name), Path(place)).evidence)


def _swept(name: str) -> Bundle:
    with tempfile.TemporaryDirectory() as place:
        evidence = Path(place) / "evidence"
        sweep(load(name), Path(place) / "run", "--evidence", str(evidence))
        return verify(read(evidence))


def _chain(signer: KeySigner, stream: str, loose: Iterable[Bundle]) -> list[Bundle]:
    made: list[Bundle] = []
    for seq, one in enumerate(loose, start=1):
        link = Link(stream=stream, seq=seq, previous=made[-1].digest if made else None)
        made.append(with_signatures(chained(one, link), signer))
    return made


def _checkpoint(stream: str, made: Sequence[Bundle]) -> bytes:
    return checkpoint_json(Checkpoint(stream=stream, count=len(made), head=made[-1].digest))


if __name__ == "__main__":
    make(HERE / __version__)
