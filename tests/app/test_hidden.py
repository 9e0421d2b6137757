"""What is masked must not change what is decided, or nothing is decided."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gate.adapters.token_forms import without_credentials
from gate.app.check import Checked, judge
from gate.app.gather import Gathered
from gate.app.hidden import Noticing
from gate.domain import facts as f
from gate.domain.decision import Verdict
from gate.domain.policy.document import ProhibitedRule
from tests import builders as b
from tests.app.doubles import FACTS
from tests.scenarios.play import SCENARIOS

TOKEN = "ghp_a1B2c3D4e5F6g7H8i9J0migration"
CONTENT = (SCENARIOS / "base" / "policy.yml").read_bytes()


def judged(changes: Gathered, forbidden: str, mask: Callable[[str], str]) -> Checked:
    facts: Gathered = {**FACTS, f.Clock: b.clock(), f.PolicySource: b.policy_source(), **changes}
    policy = b.policy(
        prohibited=(ProhibitedRule(id="odd", why="it is odd", paths=b.globs(forbidden)),)
    )
    return judge(facts, policy, CONTENT, dict, mask)


def outcome(checked: Checked, control: str) -> str:
    (found,) = [one for one in checked.decision.results if one.control == control]
    return type(found.outcome).__name__


@pytest.fixture
def odd_file() -> Gathered:
    return {f.Files: b.files(f"db/{TOKEN}.sql")}


def test_a_name_that_no_rule_looks_at_is_masked_and_decided_on(odd_file: Gathered) -> None:
    checked = judged(odd_file, "infra/**", without_credentials)
    assert outcome(checked, "prohibited") == "Passed"
    assert (
        json.loads(checked.bundle.files["facts/files.json"])["fact"]["files"][0]["path"]
        == "db/[redacted].sql"
    )


def test_a_rule_that_still_sees_what_it_looks_for_decides_as_ever(odd_file: Gathered) -> None:
    checked = judged(odd_file, "db/**", without_credentials)
    assert outcome(checked, "prohibited") == "Failed"


def test_a_name_that_hides_from_a_rule_by_looking_like_a_credential_is_not_decided_on(
    odd_file: Gathered,
) -> None:
    assert outcome(judged(odd_file, "**/*migration*", str), "prohibited") == "Failed"
    checked = judged(odd_file, "**/*migration*", without_credentials)
    assert "prohibited.cannot-be-ruled-out" in checked.decision.reason_codes
    assert checked.decision.verdict is not Verdict.ALLOW
    stored = json.loads(checked.bundle.files["facts/files.json"])
    assert "looks like a credential" in stored["missing"]["detail"]
    assert stored["missing"]["reason_code"] == "masked"
    assert "fact" in json.loads(checked.bundle.files["facts/change.json"])
    assert not [name for name, content in checked.bundle.files.items() if TOKEN.encode() in content]


def test_it_is_noticed_whether_anything_was_masked() -> None:
    noticing = Noticing(without_credentials)
    assert (noticing("plain"), noticing.masked) == ("plain", False)
    assert (noticing(TOKEN), noticing.masked) == ("[redacted]", True)
    assert (noticing("plain"), noticing.masked) == ("plain", True)
