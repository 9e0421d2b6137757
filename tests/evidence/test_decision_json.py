import json
from typing import Any

import pytest

from gate.domain.decision import Decision
from gate.evidence.decision_json import SCHEMA_VERSION, decision_json
from tests import builders as b
from tests.render.decisions import FAILED, decision, result
from tests.render.test_places import SHAPES


def written(shape: Decision) -> Any:
    return json.loads(decision_json(shape, facts_digest="sha256:f", gate_version="9.9.9"))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_is_written_with_its_version(shape: Decision) -> None:
    found = written(shape)
    assert found["schema_version"] == SCHEMA_VERSION
    assert (found["gate_version"], found["facts_digest"]) == ("9.9.9", "sha256:f")
    assert found["verdict"] == shape.verdict.value
    assert found["reason_codes"] == list(shape.reason_codes)
    assert len(found["results"]) == len(shape.results)


def test_an_allowed_decision_says_what_it_is_bound_to() -> None:
    found = written(SHAPES["allowed"])
    assert found["run"]["revision"] == b.sha("m1")
    assert (found["run"]["id"], found["run"]["attempt"]) == ("7001", 1)
    assert found["valid_until"] == "2026-11-25T16:00:00Z"
    assert found["decided_at"] == "2026-11-25T15:00:00Z"


def test_a_failure_carries_its_code_remedy_and_who() -> None:
    (reason,) = written(SHAPES["blocked"])["results"][0]["reasons"]
    assert reason["code"] == "review.not-approved"
    assert reason["who"] == ["alice", "carol"]


def test_waivers_are_recorded_with_who_and_until_when() -> None:
    found = written(
        decision(
            result(FAILED, waiver=b.waiver("review")), waivers=b.waivers(expired=(b.waiver(),))
        )
    )
    assert found["results"][0]["waiver"]["granted_by"] == "alice"
    assert found["expired_waivers"][0]["expires"] == "2026-12-01"


def test_what_is_missing_is_said_to_be() -> None:
    found = written(SHAPES["unknown"])
    for key in ("run", "policy", "change", "change_type", "risk", "people"):
        assert found[key]["missing"]["reason_code"] == "unavailable"
    assert found["decided_at"] is None


def test_the_same_decision_gives_the_same_bytes() -> None:
    once = decision_json(SHAPES["blocked"], facts_digest="f", gate_version="1")
    assert once == decision_json(SHAPES["blocked"], facts_digest="f", gate_version="1")
