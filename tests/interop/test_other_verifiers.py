"""What others make of our signatures: the commands of docs/evidence-verify.md, run on whole and on altered bundles."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._key import SSlibKey

from gate.evidence.bundle import SIGNATURE
from tests.adapters.signers.keys import p256, public_pem
from tests.app.evidence_set import KEY, archived, write

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/evidence-verify.md").read_text(encoding="utf-8")
TOOLS = {"openssl": ("openssl", "jq"), "cosign": ("cosign",), "fingerprint": ("ssh-keygen", "jq")}


def script(name: str) -> str:
    """The commands of the page under that name."""
    found = re.search(rf"<!-- run: {name} -->\n```(console|python)\n(.*?)```", PAGE, re.DOTALL)
    assert found
    if found[1] == "python":
        return found[2]
    lines = found[2].splitlines()
    assert all(line.startswith("$ ") for line in lines)
    return "\n".join(line.removeprefix("$ ") for line in lines)


def runs(name: str, bundle: Path) -> subprocess.CompletedProcess[str]:
    command = (
        [sys.executable, "-c", script(name)]
        if name == "python"
        else ["bash", "-euo", "pipefail", "-c", script(name)]
    )
    path = f"{ROOT / '.tools/bin'}{os.pathsep}{os.environ['PATH']}"
    environ = {"PATH": path, "HOME": str(bundle), "TUF_ROOT": str(bundle.parent)}
    return subprocess.run(
        command, cwd=bundle, env=environ, capture_output=True, text=True, check=False
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    write(tmp_path / "b", archived()[0].files)
    (tmp_path / "b/release.pub").write_text(public_pem(KEY))
    return tmp_path / "b"


def need(name: str) -> None:
    path = f"{ROOT / '.tools/bin'}{os.pathsep}{os.environ['PATH']}"
    for tool in TOOLS.get(name, ()):
        if shutil.which(tool, path=path) is None:
            pytest.skip(f"{tool} is not here; .ci/run installs it")


def altered(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """A change of the parsed signature file."""

    def apply(bundle: Path) -> None:
        value = json.loads((bundle / SIGNATURE).read_bytes())
        change(value)
        (bundle / SIGNATURE).write_text(json.dumps(value))

    return apply


def _payload(value: dict[str, Any]) -> None:
    envelope = value["dsseEnvelope"]
    statement = base64.b64decode(envelope["payload"]).replace(b"acme/app", b"acme/apq")
    envelope["payload"] = base64.b64encode(statement).decode()


def _signature(value: dict[str, Any]) -> None:
    signature = value["dsseEnvelope"]["signatures"][0]
    raw = bytearray(base64.b64decode(signature["sig"]))
    raw[-1] ^= 1
    signature["sig"] = base64.b64encode(raw).decode()


def _of_another(value: dict[str, Any]) -> None:
    other = json.loads(archived()[1].files[SIGNATURE])
    value["dsseEnvelope"]["signatures"] = other["dsseEnvelope"]["signatures"]


def _other_key(bundle: Path) -> None:
    (bundle / "release.pub").write_text(public_pem(p256()))


ALTERED = {
    "another payload": altered(_payload),
    "another signature": altered(_signature),
    "the signature of another record": altered(_of_another),
    "another key": _other_key,
}


@pytest.mark.parametrize("name", ["sums", "openssl", "cosign", "python", "fingerprint"])
def test_they_accept_what_the_gate_signed(name: str, bundle: Path) -> None:
    need(name)
    done = runs(name, bundle)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("change", ALTERED)
@pytest.mark.parametrize("name", ["openssl", "cosign", "python"])
def test_they_refuse_what_somebody_altered(name: str, change: str, bundle: Path) -> None:
    need(name)
    ALTERED[change](bundle)
    assert runs(name, bundle).returncode != 0


@pytest.mark.parametrize("name", ["sums", "openssl", "cosign"])
def test_they_refuse_another_record(name: str, bundle: Path) -> None:
    need(name)
    record = bundle / "record.json"
    record.write_bytes(record.read_bytes().replace(b"acme/app", b"acme/apq"))
    assert runs(name, bundle).returncode != 0


def test_the_fingerprint_is_the_one_that_the_signature_names(bundle: Path) -> None:
    need("fingerprint")
    listed, hint = runs("fingerprint", bundle).stdout.splitlines()
    assert hint in listed.split()


def test_securesystemslib_refuses_every_altered_byte_of_the_envelope() -> None:
    value = json.loads(archived()[0].files[SIGNATURE])
    keyid = value["verificationMaterial"]["publicKey"]["hint"]
    key = SSlibKey(keyid, "ecdsa", "ecdsa-sha2-nistp256", {"public": public_pem(KEY)})
    envelope = Envelope.from_dict(deepcopy(value["dsseEnvelope"]))
    assert envelope.verify([key], 1)
    payload = envelope.payload
    for at in range(0, len(payload), 97):
        changed = bytearray(payload)
        changed[at] ^= 1
        envelope.payload = bytes(changed)
        with pytest.raises(VerificationError):
            envelope.verify([key], 1)
    envelope.payload = payload
    raw = base64.b64decode(value["dsseEnvelope"]["signatures"][0]["sig"])
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        value["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(changed).decode()
        with pytest.raises(VerificationError):
            Envelope.from_dict(deepcopy(value["dsseEnvelope"])).verify([key], 1)
