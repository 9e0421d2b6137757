"""The secrets that the process under test is given itself, and the forms in which systems repeat them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gate.sandbox.github_rest.api import READS_MEMBERS
from gate.sandbox.gitlab_rest.access import WRITE_TOKEN

SIGNING_KEY = "CHANGE_GATE_SIGNING_KEY"
WEBHOOK = "CHANGE_GATE_WEBHOOK_URL"
ARCHIVE_TOKEN = "CHANGE_GATE_ARCHIVE_TOKEN"


@cache
def signing_key() -> str:
    """A private key in PEM form, made for this session."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.decode()


def own_secrets(webhook: str) -> dict[str, str]:
    """Variables with secrets, of forms that nobody knows, with characters that each encoding writes in its own way."""
    return {
        "GITHUB_TOKEN": 'own"workflow/token+7=%',
        "CI_JOB_TOKEN": 'own"job/token+7=%',
        "CHANGE_GATE_GITLAB_TOKEN": 'own"read/token+7=%',
        "CHANGE_GATE_WRITE_TOKEN": WRITE_TOKEN,
        "CHANGE_GATE_TEAM_TOKEN": f"own/team+7={READS_MEMBERS}",
        "CHANGE_GATE_TRACKER_TOKEN": 'own"tracker/token+7=%',
        "CHANGE_GATE_JIRA_TOKEN": 'own"jira/token+7=%',
        "CHANGE_GATE_PAGER_TOKEN": 'own"pager/token+7=%',
        SIGNING_KEY: signing_key(),
        WEBHOOK: webhook,
    }


def forms(secret: str) -> Iterator[str]:
    """How systems repeat a secret."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode()).decode()
    yield base64.b64encode(f"x-access-token:{secret}".encode()).decode()
    yield base64.urlsafe_b64encode(f"gate@acme.example:{secret}".encode()).decode()
    yield base64.b64encode(f"ab:{secret}\n".encode()).decode()


def signs(secret: str) -> Iterator[str]:
    """Parts of a secret that must be found nowhere: the lines of a key, and else the whole."""
    lines = [line for line in secret.strip().splitlines() if not line.startswith("-----")]
    yield from lines if len(lines) > 1 else [secret]


def all_signs(own: Mapping[str, str]) -> dict[str, str]:
    """Whose secret each sign is of."""
    return {sign: name for name, secret in own.items() for sign in signs(secret)}
