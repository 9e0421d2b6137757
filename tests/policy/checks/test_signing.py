"""What a policy may say about signatures."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from gate.domain.policy.signing import SigningLevel
from gate.policy.load import parse
from gate.policy.problem import PolicyProblems
from tests.adapters.signers.keys import p256, private_pem, public_pem
from tests.scenarios.play import SCENARIOS

BASE = (Path(SCENARIOS) / "base/policy.yml").read_text(encoding="utf-8")
EVIDENCE = "\nevidence: {retain: 25 months}\n"
PEM = public_pem(p256())
WORKFLOW = "https://github.com/acme/app/.github/workflows/deploy.yml@refs/heads/main"


def key(name: str = "release", pem: str = PEM, more: str = "") -> str:
    return f"- name: {name}\n  pem: |\n{indent(pem.strip(), '    ')}\n{indent(more, '  ')}"


def policy(signing: str) -> bytes:
    assert EVIDENCE in BASE
    return BASE.replace(EVIDENCE, f"\nevidence:\n  signing:\n{indent(signing, '    ')}\n").encode()


def problems(signing: str) -> list[str]:
    try:
        parse(policy(signing), name="p.yml")
    except PolicyProblems as error:
        return [str(problem) for problem in error.problems if "signing" in problem.path]
    return []


def test_keys_and_identities_are_read() -> None:
    text = (
        f"minimum: signed\nkeys:\n{key(more='valid_from: 2026-01-01')}\n"
        f"identities:\n- identity: {WORKFLOW}\n- identity: https://gitlab.com/acme/**\n"
        "  issuer: https://gitlab.com"
    )
    rules = parse(policy(text), name="p.yml").policy.evidence.signing
    assert rules.minimum is SigningLevel.SIGNED
    assert rules.keys[0].name == "release"
    assert [str(item.identity) for item in rules.identities] == [
        WORKFLOW,
        "https://gitlab.com/acme/**",
    ]
    assert rules.identities[0].issuer == "https://token.actions.githubusercontent.com"
    assert SigningLevel.SIGNED.rank < SigningLevel.LOGGED.rank


def test_without_a_word_about_it_nothing_is_demanded() -> None:
    rules = parse(BASE.encode(), name="p.yml").policy.evidence.signing
    assert rules.minimum is SigningLevel.UNSIGNED


def test_a_private_key_is_refused_and_never_quoted() -> None:
    secret = private_pem(p256()).decode()
    (problem,) = problems(f"keys:\n{key(pem=secret)}")
    assert "this is a private key" in problem
    assert secret.splitlines()[1] not in problem


def test_what_is_no_key_is_refused() -> None:
    (problem,) = problems(f"keys:\n{key(pem='SHA256:abc')}")
    assert problem.startswith("evidence.signing.keys[0].pem: this is no public key in PEM form")


def test_the_days_of_a_key_are_in_order() -> None:
    days = "valid_from: 2026-02-01\nvalid_until: 2026-01-31"
    (problem,) = problems(f"keys:\n{key(more=days)}")
    assert "the key's last day (2026-01-31) is before its first (2026-02-01)" in problem
    assert problems(f"keys:\n{key(more='valid_until: 2026-01-31')}") == []


@pytest.mark.parametrize(
    "identity",
    [
        "alice@acme.example",
        "**",
        "https://*/acme/app/**",
        "https://github.com/*/app",
        "https://[a]/",
    ],
)
def test_an_identity_names_host_and_owner(identity: str) -> None:
    (problem,) = problems(f"identities:\n- identity: '{identity}'")
    assert "leaves open whose pipeline it is" in problem


def test_an_issuer_is_an_address() -> None:
    (problem,) = problems(f"identities:\n- identity: {WORKFLOW}\n  issuer: http://gitlab.com")
    assert problem.startswith("evidence.signing.identities[0].issuer: the address is not encrypted")


@pytest.mark.parametrize(
    ("signing", "why"),
    [
        ("minimum: signed", "nobody's signature is believed"),
        (f"minimum: logged\nkeys:\n{key()}", "only identities sign with one"),
    ],
)
def test_whoever_demands_a_signature_says_whose(signing: str, why: str) -> None:
    (problem,) = problems(signing)
    assert why in problem
    assert problems(f"{signing}\nidentities:\n- identity: {WORKFLOW}") == []


def test_names_and_keys_do_not_stand_twice() -> None:
    assert len(problems(f"keys:\n{key()}\n{key(pem=public_pem(p256()))}")) == 1
    (same,) = problems(f"keys:\n{key()}\n{key('other')}")
    assert "is the same key as `release`" in same
    assert len(problems(f"keys:\n{key('a', 'x')}\n{key('b', 'y')}")) == 2
