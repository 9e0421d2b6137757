"""Which policy counts, and what the gate refuses before it decides anything."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gate.app.check import Checked, Question, check
from gate.domain.decision import Verdict
from gate.domain.missing import Missing
from gate.domain.ports import PolicyFile
from gate.errors import PolicyInvalid, UsageInvalid
from gate.evidence.bundle import POLICY
from tests import builders as b
from tests.app.doubles import MemoryForge, world
from tests.scenarios.play import SCENARIOS

CONTENT = (SCENARIOS / "base" / "policy.yml").read_bytes()
DESK = CONTENT + b"# from the desk\n"
FILE = PolicyFile(
    path=".github/change-policy.yml", branch="main", revision=b.sha("m1"), content=CONTENT
)


def ask(policy: PolicyFile | Missing = FILE, **question: object) -> Checked:
    asked = Question(**{"environment": "production", **question})  # type: ignore[arg-type]  # of each test
    return check(world(MemoryForge(policy=policy)), asked, lambda: {"raw/exchanges.json": b"[]"})


def origin(checked: Checked) -> str:
    stored = json.loads(checked.bundle.files["facts/policy-source.json"])
    found: str = stored["fact"]["origin"]
    return found


def test_the_policy_of_the_protected_branch_decides_and_is_kept() -> None:
    checked = ask()
    assert checked.policy is not None
    assert checked.bundle.files[POLICY] == CONTENT
    assert (origin(checked), checked.bundle.files["raw/exchanges.json"]) == (
        "protected-branch",
        b"[]",
    )


def test_a_file_that_is_the_same_is_no_other_policy() -> None:
    assert origin(ask(policy_file=CONTENT)) == "protected-branch"


def test_a_policy_of_the_desk_counts_at_the_desk_and_says_so() -> None:
    checked = ask(policy_file=DESK, inside_ci=False)
    assert (origin(checked), checked.bundle.files[POLICY]) == ("file", DESK)


def test_inside_a_pipeline_no_other_policy_counts() -> None:
    with pytest.raises(PolicyInvalid, match="is not the one on the protected branch"):
        ask(policy_file=DESK)


def test_two_policies_are_none() -> None:
    with pytest.raises(PolicyInvalid, match=r"more than one policy: .*change-policy\.yml"):
        ask(replace(FILE, others=("change-policy.yml",)))


def test_without_a_policy_nothing_can_be_allowed() -> None:
    with pytest.raises(PolicyInvalid, match="There is no policy on the protected default branch"):
        ask(b.missing(reason_code="no-policy"))


def test_a_policy_that_cannot_be_read_leaves_an_undecided_run_with_its_evidence() -> None:
    checked = ask(b.missing(reason_code="unavailable"))
    assert (checked.decision.verdict, checked.policy) == (Verdict.UNDECIDED, None)
    assert POLICY not in checked.bundle.files
    assert "facts/run.json" in checked.bundle.files


def test_what_the_policy_does_not_know_is_a_wrong_call() -> None:
    with pytest.raises(UsageInvalid) as raised:
        ask(environment="prodution", services=("api", "nonsense"))
    assert "no environment 'prodution'; it knows: production. Did you mean 'production'?" in str(
        raised.value
    )
    assert "no service 'nonsense'" in str(raised.value)
