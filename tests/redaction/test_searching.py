"""The search finds what it looks for in whatever wraps it: a leak that it missed would look like none."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import zipfile
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.redaction.kinds import KINDS, SIGN, core
from tests.redaction.own import all_signs, forms, own_secrets, signing_key
from tests.redaction.searching import PART, planted_in, signs_in


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("decision.json", content)
    return file.getvalue()


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "lower case": bytes.lower,
    "base64": base64.b64encode,
    "base64 after a name": lambda content: base64.b64encode(b"user:" + content),
    "base64 of which the beginning is gone": lambda content: b"[redacted]" + base64.b64encode(b"user: " + content)[5:],
    "base64 for addresses": base64.urlsafe_b64encode,
    "base64 of a document": lambda content: base64.b64encode(b"x" * 300 + base64.b64encode(content) + b"y" * 300),
    "zip": zipped,
    "zip in base64": lambda content: base64.b64encode(zipped(content + bytes(range(256)))),
    "gzip": gzip.compress,
    "an address": lambda content: quote(quote(content, safe=""), safe="").encode(),
    "HTML": lambda content: html.escape(content.decode()).encode().replace(b"Z", b"&#90;"),
    "JSON": lambda content: json.dumps(content.decode()).encode().replace(b"Z", b"\\u005a"),
}  # fmt: skip


@pytest.mark.parametrize("wrap", WRAPPED)
@pytest.mark.parametrize("kind", ["github classic", "named", "pem", "gcp account", "json in json"])
def test_a_planted_credential_is_found(kind: str, wrap: str) -> None:
    content = f"It reads {KINDS[kind](core(4711))} here.".encode()
    assert planted_in(WRAPPED[wrap](content)) == {4711}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found(kind: str) -> None:
    assert planted_in(f"It reads {KINDS[kind](core(4711))} here.".encode()) == {4711}


def test_a_part_of_one_is_found_as_well() -> None:
    assert planted_in(f"cut: ghp_{SIGN}00".encode()) == {PART}


def test_nothing_is_found_where_nothing_is() -> None:
    assert planted_in(b"[redacted] " + b"a" * 5000) == set()


@pytest.mark.parametrize("wrap", sorted(WRAPPED.keys() - {"lower case", "HTML", "JSON"}))
def test_our_own_secrets_are_found(wrap: str) -> None:
    own = own_secrets("https://hooks.acme.example/own-webhook-0123456789")
    for name, secret in own.items():
        line = max(secret.splitlines(), key=len)
        assert name in signs_in(WRAPPED[wrap](f"It reads {line} here.".encode()), all_signs(own))


def test_our_own_secrets_are_found_in_every_form_in_which_they_are_planted() -> None:
    own = own_secrets("https://hooks.acme.example/own-webhook-0123456789")
    for name, secret in own.items():
        for form in forms(secret):
            assert signs_in(f"It reads {form} here.".encode(), all_signs(own)) == {name}


def test_what_frames_a_key_is_no_sign_of_it() -> None:
    assert "PRIVATE KEY" in signing_key()
    assert signs_in(b"-----BEGIN PRIVATE KEY-----", all_signs({"key": signing_key()})) == set()
