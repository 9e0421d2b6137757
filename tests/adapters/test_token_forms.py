from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.token_forms import MASK, without_credentials
from tests.redaction.kinds import KINDS, SIGN, core

A = core(1)


def with_tail(text: str) -> str:
    return f"{text}\nNothing else."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_masked_and_what_stands_around_it_stays(kind: str) -> None:
    said = without_credentials(with_tail(f"I tried it with {KINDS[kind](A)} on Monday."))
    assert SIGN not in said
    assert MASK in said
    assert said.startswith("I tried it with ")
    assert said.endswith("\nNothing else.")


WRAPPED: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: json.dumps({"note": text}),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"note": text})),
    "Markdown": lambda text: f"> `{text}`",
    "brackets": lambda text: f"(see <{text}>)",
    "the next line": lambda text: f"it is\r\n{text}\r\n",
    "a list": lambda text: f"a,{text},b",
    "an escape of JSON": lambda text: f"one\\n{text}",
}


@pytest.mark.parametrize("wrap", WRAPPED)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_in_whatever_it_is_wrapped(kind: str, wrap: str) -> None:
    assert SIGN not in without_credentials(WRAPPED[wrap](KINDS[kind](A)))


@pytest.mark.parametrize("kind", KINDS)
def test_masking_twice_is_masking_once(kind: str) -> None:
    once = without_credentials(f"x {KINDS[kind](A)} y")
    assert without_credentials(once) == once


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("password: hunter2 was used", f"password: {MASK} was used"),
        ('{"token": "abc", "id": 1}', f'{{"token": "{MASK}", "id": 1}}'),
        ("{'api_key': 'abc'}", f"{{'api_key': '{MASK}'}}"),
        ("secret_key = Zm9vYmFyMQ==", f"secret_key = {MASK}"),
        ("AccountKey=abc;EndpointSuffix=core", f"AccountKey={MASK};EndpointSuffix=core"),
        ("?sig=abc%2Fdef&se=1", f"?sig={MASK}&se=1"),
        ("/x%3Ftoken%3Dabc%26y%3D1", f"/x%3Ftoken%3D{MASK}%26y%3D1"),
        ("https://user:pass@host/x", f"https://{MASK}@host/x"),
        (r"https:\/\/user:pass@host\/x", rf"https:\/\/{MASK}@host\/x"),
        ("https%3A%2F%2Fuser%3Apass%40host%2Fx", f"https%3A%2F%2F{MASK}%40host%2Fx"),
        ("Authorization: Token token=y_abcdefgh", f"Authorization: Token token={MASK}"),
        ("X-Api-Key: abcd1234", f"X-Api-Key: {MASK}"),
        ("Cookie: a=b; c=d\nnext", f"Cookie: {MASK}\nnext"),
        ("the end: ghp_abc…", f"the end: {MASK}"),
        ('"private_key": "-----BEGIN X-----', f'"private_key": "{MASK}'),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", MASK),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----.", f"{MASK}."),
        ("wss://hooks and https://hooks.slack.com/services/T0/B0/x)", f"wss://hooks and {MASK})"),
        ('{"password": "a\\', f'{{"password": "{MASK}'),
    ],
)  # fmt: skip
def test_no_more_is_masked_than_the_credential(text: str, kept: str) -> None:
    assert without_credentials(text) == kept


ORDINARY = [
    "CHG-7 Retry payments that time out",
    "Reset password: users see an error",
    "password: see the vault, or ask Dana",
    "secret: CHG-1234",
    "token: the one for Jira",
    "The API key: who rotates it?",
    "Basic authentication, bearer instruments, a basic idea of tokens",
    "Cookie: banner text changed",
    "Authorization: only leads may deploy",
    "max_tokens=4096, tokenizer=bpe, design=flat, config=prod",
    "y_axis_label_position and Y_AXIS_LABEL_ROTATION and inc_counter_for_payments_api",
    "highp_precision_something_else_in_a_shader, sk-SK.json, task-runner-configuration-file",
    "sk-some-long-kebab-case-name-of-a-branch",
    "npm_config_registry_for_the_whole_company, pypi-publish-action",
    "https://github.com/acme/app/pull/12#discussion_r123456789",
    "https://acme.atlassian.net/browse/CHG-7?filter=10010&jql=project%20%3D%20CHG",
    "git@github.com:acme/app.git and ssh://git@github.com/acme/app.git",
    "alice@acme.example wrote to bob@acme.example: see http://a.b/c",
    "41898282+github-actions[bot]@users.noreply.github.com",
    "services/api/tests/test_tokens.py and infra/keys/secret.tf",
    "refs/heads/feature/CHG-7-token-refresh",
    "5b10ac8d82e05b22cc7d4ef5 and 557058:f58131a4-cbd2-4b11-8e18-000000000000",
    "PT4KHLK, PSCH001, 01FDAG4SAP5TYPT98WGR2N7W91, INC-1234",
    "Co-authored-by: Bob Okafor <bob@acme.example>",
    "signature: verified; signing: off; public key: in the README",
    "```\nFROM python:3.11\nRUN pip install change-gate==1.2.3\n```",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----",
    "Y3Vyc29yOnYyOpK5MjAyNi0xMS0yNVQxNTowMDowMFrOAAAAAQ==",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert without_credentials(text) == text


@given(st.binary(min_size=1, max_size=64), st.uuids(), st.integers(0, 10**6))
def test_hashes_and_ids_stay_as_they_are(content: bytes, some: uuid.UUID, number: int) -> None:
    sha1, sha256 = hashlib.sha1(content).hexdigest(), hashlib.sha256(content).hexdigest()  # noqa: S324
    text = (
        f"{sha1} sha256:{sha256} {sha256}\ncommit {sha1[:12]}, run {number}, CHG-{number}, {some}, "
        f"https://github.com/acme/app/commit/{sha1}?w={number} digest: sha256:{sha256}"
    )
    assert without_credentials(text) == text


SAID = (
    "the a token secret password key of for signature release deploys rotate Alice payments api bearer basic cookie "
    "private public account access is was must : ; , . - ( ) / #12 !12 v1.2.3 10:30 2026-11-25"
)
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=30)


@given(WORDS)
def test_sentences_about_credentials_are_no_credentials(words: list[str]) -> None:
    assert without_credentials(" ".join(words)) == " ".join(words)


@given(st.text(max_size=300))
def test_masking_any_text_twice_is_masking_it_once(text: str) -> None:
    once = without_credentials(text)
    assert without_credentials(once) == once


LONG = 100_000
SLOW = [
    "a.", "-.", "-eyJ-", "-eyJa-bcdefg.", "token:", "'token':'", "bearer+", "cookie:", "x-", "a://", "://a:",
    "%3A%2F%2F", "-----BEGIN ", "SG.aaaaaaaaaaaaaaaaaaaaaa", "-sk-", "u+aA", "\\", '"token":"\\', "inc_", "_token",
]  # fmt: skip


@pytest.mark.parametrize("piece", SLOW)
def test_a_text_that_was_made_to_take_long_does_not(piece: str) -> None:
    """Each of these would take minutes where a search had no end."""
    text = (piece * LONG)[:LONG]
    assert len(without_credentials(f"{text} {KINDS['npm'](A)}")) > 0
