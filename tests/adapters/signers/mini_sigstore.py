"""A Sigstore of this machine: an authority that certifies identities, a log of certificates, and a log of signatures.

Its answers are those of Fulcio (v2 API) and Rekor (v1 API), so the real library signs and verifies with it, without
leaving the machine. The library reads the real clock, so certificates are valid around the real now.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.adapters.signers.keys import p256, public_der

GITHUB = "https://token.actions.githubusercontent.com"
WORKFLOW = "https://github.com/acme/app/.github/workflows/deploy.yml@refs/heads/main"
INVOCATION = "https://github.com/acme/app/actions/runs/7001/attempts/1"
_FULCIO = "1.3.6.1.4.1.57264.1"
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def token(**claims: Any) -> str:
    """A token of a job, unsigned: whoever signs only passes it on."""
    now = int(datetime.now(UTC).timestamp())
    base = {
        "aud": "sigstore",
        "iss": GITHUB,
        "sub": "repo:acme/app:environment:production",
        "iat": now - 5,
        "nbf": now - 5,
        "exp": now + 300,
        "job_workflow_ref": WORKFLOW.removeprefix("https://github.com/"),
        "repository_visibility": "public",
    }
    return ".".join(_part(part) for part in ({"alg": "RS256"}, {**base, **claims}, "signature"))


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _utf8(text: str) -> bytes:
    """A DER UTF8String."""
    raw = text.encode()
    size = bytes([len(raw)]) if len(raw) < 0x80 else bytes([0x81, len(raw)])
    return b"\x0c" + size + raw


def _sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(SHA256()))


def _log_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(public_der(key)).digest()


@dataclass
class MiniSigstore:
    """`workflow` and `invocation` are what the next certificates name; `status` is that of every answer."""

    url: str = ""
    workflow: str = WORKFLOW
    invocation: str = INVOCATION
    issuer: str = GITHUB
    status: int = 200
    asked: list[str] = field(default_factory=list)
    authority: ec.EllipticCurvePrivateKey = field(default_factory=p256)
    certificates: ec.EllipticCurvePrivateKey = field(default_factory=p256)
    log: ec.EllipticCurvePrivateKey = field(default_factory=p256)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mini")])
        now = datetime.now(UTC)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.authority.public_key())
        self.root = (
            x509.CertificateBuilder(name, name, self.authority.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(sign_certificates=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self.authority, SHA256())
        )

    def certify(self, request: x509.CertificateSigningRequest) -> x509.Certificate:
        """A certificate with the proof that the log of certificates has it."""
        now = datetime.now(UTC).replace(microsecond=0)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key())
        builder = (
            x509.CertificateBuilder(self.root.subject, x509.Name([]), request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=1))
            .not_valid_after(now + timedelta(minutes=9))
            .add_extension(_usage(), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(identifier, critical=False)
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(self.workflow)]),
                critical=True,
            )
            .add_extension(_text(f"{_FULCIO}.1", self.issuer.encode()), critical=False)
        )
        if self.invocation:
            builder = builder.add_extension(
                _text(f"{_FULCIO}.21", _utf8(self.invocation)), critical=False
            )
        bare = builder.sign(self.authority, SHA256()).tbs_certificate_bytes
        sct = self._promise(bare, now)
        listed = struct.pack(">HH", len(sct) + 2, len(sct)) + sct
        value = b"\x04" + (
            bytes([len(listed)]) if len(listed) < 0x80 else bytes([0x81, len(listed)])
        )
        extension = x509.UnrecognizedExtension(_SCT_LIST, value + listed)
        return builder.add_extension(extension, critical=False).sign(self.authority, SHA256())

    def _promise(self, bare: bytes, now: datetime) -> bytes:
        at = int(now.timestamp() * 1000)
        entry = _log_id(self.authority) + len(bare).to_bytes(3, "big") + bare
        signed = _sign(
            self.certificates, struct.pack(">BBQH", 0, 0, at, 1) + entry + struct.pack(">H", 0)
        )
        head = struct.pack(">B32sQH", 0, _log_id(self.certificates), at, 0)
        return head + struct.pack(">BBH", 4, 3, len(signed)) + signed

    def enter(self, proposed: dict[str, Any]) -> dict[str, Any]:
        """An entry of the log of signatures: the only one of its tree."""
        content = proposed["spec"]["proposedContent"]
        envelope = json.loads(content["envelope"])
        (signature,), (verifier,) = envelope["signatures"], content["verifiers"]
        raw = base64.b64decode(envelope["payload"])
        body = rfc8785.dumps(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": _hash(content["envelope"].encode()),
                    "payloadHash": _hash(raw),
                    "signatures": [{"signature": signature["sig"], "verifier": verifier}],
                },
            }
        )
        root = hashlib.sha256(b"\0" + body).digest()
        entry: dict[str, Any] = {
            "body": base64.b64encode(body).decode(),
            "integratedTime": int(datetime.now(UTC).timestamp()),
            "logID": _log_id(self.log).hex(),
            "logIndex": 0,
        }
        promise = _sign(self.log, rfc8785.dumps(entry))
        proof = {
            "hashes": [],
            "logIndex": 0,
            "rootHash": root.hex(),
            "treeSize": 1,
            "checkpoint": self._checkpoint(root),
        }
        encoded = base64.b64encode(promise).decode()
        verification = {"inclusionProof": proof, "signedEntryTimestamp": encoded}
        return {"1": {**entry, "verification": verification}}

    def _checkpoint(self, root: bytes) -> str:
        note = f"mini\n1\n{base64.b64encode(root).decode()}\n"
        signed = _log_id(self.log)[:4] + _sign(self.log, note.encode())
        return f"{note}\n— mini {base64.b64encode(signed).decode()}\n"

    @property
    def trusted_root(self) -> dict[str, Any]:
        """What a verifier needs, as Sigstore publishes it."""
        start = {"start": "2020-01-01T00:00:00Z"}
        chain = {"certificates": [{"rawBytes": _text64(self.root.public_bytes(Encoding.DER))}]}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self._published(self.log, start)],
            "ctlogs": [self._published(self.certificates, start)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "mini", "commonName": "mini"},
                    "uri": self.url,
                    "certChain": chain,
                    "validFor": start,
                }
            ],
            "timestampAuthorities": [],
        }

    @property
    def services(self) -> str:
        """What a signer needs: the root, and where the services are."""
        service = {
            "url": self.url,
            "majorApiVersion": 1,
            "operator": "mini",
            "validFor": {"start": "2020-01-01T00:00:00Z"},
        }
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
                "trustedRoot": self.trusted_root,
                "signingConfig": {
                    "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                    "caUrls": [service],
                    "oidcUrls": [service],
                    "rekorTlogUrls": [service],
                    "rekorTlogConfig": {"selector": "ANY"},
                    "tsaUrls": [],
                    "tsaConfig": {"selector": "ANY"},
                },
            }
        )

    def _published(self, key: ec.EllipticCurvePrivateKey, start: dict[str, str]) -> dict[str, Any]:
        return {
            "baseUrl": self.url,
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": _text64(public_der(key)),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": start,
            },
            "logId": {"keyId": _text64(_log_id(key))},
        }

    @contextmanager
    def running(self) -> Iterator[MiniSigstore]:
        """Listen on this machine."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(world: MiniSigstore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            world.asked.append(self.path)
            answer = _answer(world, self.path, body) if world.status == 200 else {"message": "no"}
            content = json.dumps(answer).encode()
            self.send_response(world.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
            """Say nothing."""

    return Handler


def _answer(world: MiniSigstore, path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path == "/api/v1/log/entries":
        return world.enter(body)
    assert path == "/api/v2/signingCert"
    pem = base64.b64decode(body["certificateSigningRequest"])
    leaf = world.certify(x509.load_pem_x509_csr(pem))
    chain = [found.public_bytes(Encoding.PEM).decode() for found in (leaf, world.root)]
    return {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}


def _usage(*, sign_certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _text(oid: str, value: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)


def _hash(content: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()}


def _text64(content: bytes) -> str:
    return base64.b64encode(content).decode()
