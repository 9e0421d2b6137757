"""Public keys as people paste them."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gate.domain.public_keys import fingerprint, public_key
from tests.adapters.signers.keys import Key, p256, private_pem, public_der, public_pem

KEYS: list[Key] = [p256(), ed25519.Ed25519PrivateKey.generate()]
IDS = ["P-256", "Ed25519"]


@pytest.mark.parametrize("key", KEYS, ids=IDS)
def test_a_key_that_can_be_checked_is_read(key: Key) -> None:
    assert public_key(f"\n{public_pem(key)}\n") == public_der(key)


@pytest.mark.parametrize("key", KEYS[:1], ids=IDS[:1])
def test_it_is_called_as_ssh_calls_it(key: Key, tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(public_pem(key))
    converted = subprocess.run(
        ["ssh-keygen", "-i", "-m", "PKCS8", "-f", "key.pub"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", "-"], input=converted.stdout, capture_output=True, check=True
    )
    assert fingerprint(public_der(key)) in listed.stdout.decode().split()


def test_another_key_is_called_otherwise() -> None:
    names = {fingerprint(public_der(key)) for key in (*KEYS, p256())}
    assert len(names) == 3


OTHERS: list[Key] = [
    ec.generate_private_key(ec.SECP384R1()),
    rsa.generate_private_key(public_exponent=65537, key_size=2048),
]


@pytest.mark.parametrize("key", OTHERS, ids=["P-384", "RSA"])
def test_other_kinds_are_refused(key: Key) -> None:
    with pytest.raises(ValueError, match="neither ECDSA P-256 or Ed25519"):
        public_key(public_pem(key))
    with pytest.raises(ValueError, match="neither"):
        fingerprint(public_der(key))


def test_a_private_key_is_refused_and_never_quoted() -> None:
    pem = private_pem(KEYS[0]).decode()
    with pytest.raises(ValueError, match="this is a private key") as caught:
        public_key(pem)
    assert pem.splitlines()[1] not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no public key in PEM form"),
        ("-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----", "no public key in PEM form"),
        ("-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----", "is damaged"),
        (
            f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(b'x' * 40).decode()}\n-----END PUBLIC KEY-----",
            "neither",
        ),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        public_key(text)


def test_a_key_that_was_cut_is_refused() -> None:
    der = public_der(KEYS[0])[:-1]
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----"
    with pytest.raises(ValueError, match="neither"):
        public_key(pem)
