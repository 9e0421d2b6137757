"""What others make of our signatures: the commands of docs/evidence-verify.md, run on whole and on altered bundles."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._key import Key, SSlibKey

from gate.evidence.bundle import SIGNATURE, SUMMARY_SIGNATURE
from tests.adapters.signers.keys import p256, public_pem
from tests.app import sweep_set
from tests.app.evidence_set import KEY, archived, write

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/evidence-verify.md").read_text(encoding="utf-8")
TOOLS = {
    "sums": ("jq",),
    "openssl": ("openssl", "jq"),
    "cosign": ("cosign",),
    "sweep": ("cosign",),
    "fingerprint": ("ssh-keygen", "jq"),
}


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


@pytest.mark.parametrize("name", ["openssl", "cosign", "python"])
def test_they_refuse_another_record(name: str, bundle: Path) -> None:
    need(name)
    record = bundle / "record.json"
    record.write_bytes(record.read_bytes().replace(b"acme/app", b"acme/apq"))
    assert runs(name, bundle).returncode != 0


def test_a_file_that_was_altered_together_with_its_sum_is_refused(bundle: Path) -> None:
    """The record is signed, and SHA256SUMS is not: whoever alters a file can write a new list of sums."""
    need("sums")
    decision, sums = bundle / "decision.json", bundle / "SHA256SUMS"
    before = sha256(decision.read_bytes()).hexdigest()
    decision.write_bytes(decision.read_bytes().replace(b"acme/app", b"acme/apq"))
    sums.write_text(sums.read_text().replace(before, sha256(decision.read_bytes()).hexdigest()))
    assert (
        subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=bundle, check=False).returncode
        == 0
    )
    assert runs("sums", bundle).returncode != 0


def test_a_file_that_was_added_is_listed(bundle: Path) -> None:
    need("sums")
    (bundle / "facts/more.json").write_text("{}")
    beside = runs("sums", bundle).stdout.splitlines()[-6:]
    assert "facts/more.json" in beside
    assert "facts/run.json" not in beside


def test_the_fingerprint_is_the_one_that_the_signature_names(bundle: Path) -> None:
    need("fingerprint")
    listed, hint = runs("fingerprint", bundle).stdout.splitlines()
    assert hint in listed.split()


# --- byte after byte ----------------------------------------------------------------------------


def envelope() -> Any:
    return json.loads(archived()[0].files[SIGNATURE])["dsseEnvelope"]


def believed() -> list[Key]:
    hint = json.loads(archived()[0].files[SIGNATURE])["verificationMaterial"]["publicKey"]["hint"]
    return [SSlibKey(hint, "ecdsa", "ecdsa-sha2-nistp256", {"public": public_pem(KEY)})]


def each_byte_altered(content: bytes) -> Iterator[bytes]:
    for at in range(len(content)):
        yield content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]


def refused(value: Any, keys: list[Key]) -> None:
    with pytest.raises(VerificationError):
        Envelope.from_dict(value).verify(keys, 1)


@pytest.mark.parametrize("name", [SIGNATURE, SUMMARY_SIGNATURE])
def test_securesystemslib_refuses_every_altered_byte_of_the_payload(name: str) -> None:
    value, keys = json.loads(archived()[0].files[name])["dsseEnvelope"], believed()
    assert Envelope.from_dict(deepcopy(value)).verify(keys, 1)
    for payload in each_byte_altered(base64.b64decode(value["payload"])):
        refused({**deepcopy(value), "payload": base64.b64encode(payload).decode()}, keys)


def test_securesystemslib_refuses_every_altered_byte_of_the_signature() -> None:
    value, keys = envelope(), believed()
    signature = value["signatures"][0]
    for sig in each_byte_altered(base64.b64decode(signature["sig"])):
        changed = {**signature, "sig": base64.b64encode(sig).decode()}
        refused({**deepcopy(value), "signatures": [changed]}, keys)


def test_securesystemslib_refuses_every_other_type_of_the_payload_and_every_cut() -> None:
    value, keys = envelope(), believed()
    for kind in each_byte_altered(value["payloadType"].encode()):
        refused({**deepcopy(value), "payloadType": kind.decode("latin-1")}, keys)
    payload = base64.b64decode(value["payload"])
    for length in range(0, len(payload), 7):
        cut = base64.b64encode(payload[:length]).decode()
        refused({**deepcopy(value), "payload": cut}, keys)
    refused({**deepcopy(value), "signatures": []}, keys)


SAMPLES = {"openssl": 12, "cosign": 4}
"""How many bytes of each part: every one starts programs."""


@pytest.mark.parametrize("part", ["payload", "signature"])
@pytest.mark.parametrize("name", SAMPLES)
def test_programs_refuse_altered_bytes_from_the_first_to_the_last(
    name: str, part: str, bundle: Path
) -> None:
    need(name)
    whole = (bundle / SIGNATURE).read_bytes()
    value = json.loads(whole)
    holder, key = (
        (value["dsseEnvelope"], "payload")
        if part == "payload"
        else (value["dsseEnvelope"]["signatures"][0], "sig")
    )
    content, count = base64.b64decode(holder[key]), SAMPLES[name]
    altered = list(each_byte_altered(content))
    for number in range(count):
        at = number * (len(content) - 1) // (count - 1)
        holder[key] = base64.b64encode(altered[at]).decode()
        (bundle / SIGNATURE).write_text(json.dumps(value))
        assert runs(name, bundle).returncode != 0, f"byte {at} of the {part}"
    (bundle / SIGNATURE).write_bytes(whole)
    assert runs(name, bundle).returncode == 0


@pytest.fixture
def swept(tmp_path: Path) -> Path:
    """A bundle of `gate follow-up`."""
    write(tmp_path / "s", sweep_set.archived()[0].files)
    (tmp_path / "s/release.pub").write_text(public_pem(KEY))
    return tmp_path / "s"


@pytest.mark.parametrize("name", ["sums", "openssl", "sweep", "python", "fingerprint"])
def test_they_accept_a_sweep(name: str, swept: Path) -> None:
    need(name)
    done = runs(name, swept)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["openssl", "sweep", "python"])
def test_they_refuse_a_sweep_by_another_key(name: str, swept: Path) -> None:
    need(name)
    _other_key(swept)
    assert runs(name, swept).returncode != 0


def test_a_sweep_is_not_taken_for_a_decision(swept: Path) -> None:
    need("cosign")
    assert runs("cosign", swept).returncode != 0
