"""Deciding again, from bundles that are whole, and from such as somebody made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.app.check import Checked, judge
from gate.app.replay import replay
from gate.domain.decision import Verdict
from gate.domain.facts import PolicySource
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, POLICY, SUMS, seal
from gate.evidence.canonical import digest, dumps
from gate.evidence.record import RECORD
from gate.policy.load import parse
from tests import builders as b
from tests.app import sweep_set
from tests.app.doubles import MemoryForge, gathered, world
from tests.scenarios.play import SCENARIOS, load, play

CONTENT = (SCENARIOS / "base" / "policy.yml").read_bytes()


def checked() -> Checked:
    policy = parse(CONTENT, name=POLICY).policy
    facts = {
        **gathered(world(MemoryForge()), policy),
        PolicySource: b.policy_source(digest=digest(CONTENT)),
    }
    return judge(facts, policy, CONTENT, dict, str)


def files(**changes: bytes) -> dict[str, bytes]:
    """A whole bundle, some of whose files somebody replaced and listed again."""
    found = dict(checked().bundle.files)
    del found[SUMS], found[RECORD]
    return dict(seal({**found, **changes}).files)


def test_a_bundle_is_decided_again_as_it_was_decided() -> None:
    done = checked()
    again = replay(done.bundle.files)
    assert (again.decision, again.digest) == (done.decision, done.bundle.digest)


def test_without_a_policy_it_is_undecided_again(tmp_path: Path) -> None:
    played = play(load("undecided-wrong-token"), tmp_path)
    assert POLICY not in played.evidence
    assert replay(played.evidence).decision.verdict is Verdict.UNDECIDED


def test_a_policy_that_the_decision_does_not_name_is_told() -> None:
    with pytest.raises(EvidenceInvalid, match="not the policy that the decision names"):
        replay(files(**{POLICY: CONTENT + b"\n"}))


def test_a_decision_that_does_not_follow_is_told() -> None:
    forged = json.loads(checked().bundle.files[DECISION])
    forged["verdict"] = "allow" if forged["verdict"] != "allow" else "block"
    with pytest.raises(EvidenceInvalid, match="does not follow from the recorded facts"):
        replay(files(**{DECISION: dumps(forged)}))


def test_a_sweep_decided_nothing_that_could_be_decided_again() -> None:
    with pytest.raises(EvidenceInvalid, match="not of a decision") as error:
        replay(sweep_set.loose().files)
    assert "gate evidence show" in error.value.hint
