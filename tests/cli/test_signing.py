"""`gate check` with a signature: from the environment to the folder of the evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.adapters.signers.keyless import Keyless
from gate.app import wiring
from gate.app.request import Request
from gate.domain.globs import Glob
from gate.domain.policy.signing import SigningIdentity
from gate.errors import EvidenceInvalid, UsageInvalid
from gate.evidence.bundle import SIGNATURE, SUMMARY_SIGNATURE
from gate.sandbox.world import World
from tests.adapters.signers.keys import p256, private_pem, public_pem
from tests.app.evidence_set import KEY
from tests.app.hosts import host
from tests.app.test_examine import SIGNED_POLICY
from tests.cli.test_evidence import call
from tests.scenarios.play import SCENARIOS, Played, play

PRIVATE = private_pem(KEY).decode()


def played(folder: Path, *arguments: str, demands: bool = False, **environ: str) -> Played:
    world = World.load(SCENARIOS / "base")
    if demands:
        signing = (
            SIGNED_POLICY.decode().partition("\nevidence:\n")[2].partition("\nrelated_documents")[0]
        )
        text = (world.policy or "").replace(
            "evidence: {retain: 25 months}", f"evidence:\n{signing}"
        )
        world = replace(world, policy=text)
    return play(world, folder, arguments=arguments, environ=environ)


def test_a_key_in_the_environment_signs(tmp_path: Path) -> None:
    done = played(tmp_path, demands=True, CHANGE_GATE_SIGNING_KEY=PRIVATE)
    assert done.exit_code == 0
    assert {SIGNATURE, SUMMARY_SIGNATURE} <= done.evidence.keys()
    assert done.outputs["evidence-digest"] in done.said
    (tmp_path / "release.pub").write_text(public_pem(KEY))
    code, said = call(
        *("evidence", "verify", tmp_path / "evidence"),
        *("--key", tmp_path / "release.pub", "--require", "signed"),
    )
    assert (code, "signed by the key release.pub" in said) == (0, True)
    assert "its own policy names" in call("evidence", "verify", tmp_path / "evidence")[1]


def test_the_private_key_is_kept_nowhere(tmp_path: Path) -> None:
    done = played(tmp_path, CHANGE_GATE_SIGNING_KEY=PRIVATE)
    secret = PRIVATE.splitlines()[1]
    kept = [name for name, held in done.evidence.items() if secret.encode() in held]
    assert (kept, secret in done.said) == ([], False)


def test_a_variable_of_type_file_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PRIVATE)
    done = played(tmp_path / "x", CHANGE_GATE_SIGNING_KEY=str(tmp_path / "key.pem"))
    assert SIGNATURE in done.evidence


def test_what_the_policy_demands_and_nobody_gives_stops_the_deploy(tmp_path: Path) -> None:
    done = played(tmp_path, demands=True)
    assert done.exit_code == 5
    assert "not signed as the policy demands" in done.said
    assert done.outputs["verdict"] == "undecided"
    assert "record.json" in done.evidence, "what there is is kept"


def test_another_key_than_the_policy_names_stops_the_deploy(tmp_path: Path) -> None:
    other = private_pem(p256()).decode()
    done = played(tmp_path, demands=True, CHANGE_GATE_SIGNING_KEY=other)
    assert done.exit_code == 5
    assert SIGNATURE not in done.evidence


def test_what_the_next_step_attests_need_not_be_signed_yet(tmp_path: Path) -> None:
    done = played(tmp_path, "--attested-next", demands=True)
    assert (done.exit_code, SIGNATURE in done.evidence) == (0, False)


def test_nobody_signs_where_that_is_said(tmp_path: Path) -> None:
    done = played(tmp_path, "--sign", "none", CHANGE_GATE_SIGNING_KEY=PRIVATE)
    assert (done.exit_code, SIGNATURE in done.evidence) == (0, False)


def test_a_key_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(UsageInvalid, match="CHANGE_GATE_SIGNING_KEY holds none"):
        wiring.signer(host({}), Request(sign="key"))


def test_a_key_file_that_is_not_there_is_told() -> None:
    with pytest.raises(EvidenceInvalid, match="/none/key cannot be read"):
        wiring.signer(host({"CHANGE_GATE_SIGNING_KEY": "/none/key"}), Request())


def test_sigstore_is_chosen_by_its_name() -> None:
    assert isinstance(wiring.signer(host({}), Request(sign="sigstore")), Keyless)


def test_identities_are_believed_at_a_desk(tmp_path: Path) -> None:
    workflow = SigningIdentity(identity=Glob("https://github.com/acme/app/**"))
    trust = wiring.trust_given([], [workflow], tmp_path / "root.json")
    assert trust == wiring.trust_given((), (workflow,), tmp_path / "root.json")
