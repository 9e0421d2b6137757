"""Write the golden bundles of this version: `python -m tests.golden.make`. Those of a released one stay for ever."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from gate import __version__
from gate.adapters.signers.key import KeySigner
from gate.app.sign_evidence import with_signatures
from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.checkpoint import Checkpoint, checkpoint_json
from gate.evidence.record import Link
from tests.adapters.signers.keys import p256
from tests.scenarios.play import load, play

STREAM = "github.com/4242/production"
SCENARIOS = ("allow-normal", "check-missing", "undecided-wrong-token", "emergency-granted")
HERE = Path(__file__).parent


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; the same files give the same zip."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return out.getvalue()


def make(folder: Path) -> None:
    """Play the scenarios, chain and sign what they leave, and throw the private key away."""
    folder.mkdir(parents=True)
    signer, last = KeySigner(p256()), None
    for seq, name in enumerate(SCENARIOS, start=1):
        with tempfile.TemporaryDirectory() as place:
            loose = verify(play(load(name), Path(place)).evidence)
        link = Link(stream=STREAM, seq=seq, previous=last.digest if last else None)
        last = with_signatures(chained(loose, link), signer)
        (folder / f"{seq}-{name}.zip").write_bytes(zipped(last.files))
    (folder / "checkpoint.json").write_bytes(_checkpoint(last))
    pem = load_der_public_key(signer.public_key).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "release.pub").write_bytes(pem)


def _checkpoint(last: Bundle | None) -> bytes:
    assert last is not None
    return checkpoint_json(Checkpoint(stream=STREAM, count=len(SCENARIOS), head=last.digest))


if __name__ == "__main__":
    make(HERE / __version__)
