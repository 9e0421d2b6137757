import json
from dataclasses import replace
from typing import Any

import pytest

from gate.domain.emergency_record import records_of
from gate.domain.grant import Owed
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import dumps
from gate.evidence.decision_json import decision_json
from gate.evidence.emergency_json import records
from tests import builders as b
from tests.render.decisions import FAILED, GAP, PASSED, UNKNOWN, decision, emergency, result


def written(shape: Any) -> bytes:
    return decision_json(shape, facts_digest="sha256:f", gate_version="9.9.9")


def told(shape: Any) -> Any:
    return json.loads(written(shape))


def test_a_deploy_that_is_no_emergency_says_nothing_of_one() -> None:
    found = told(decision())
    assert found["emergency"] is None
    assert found["obligations"] == []
    assert found["results"][0]["grant"] is None


def test_what_was_asked_for_may_not_be_known() -> None:
    assert told(decision(break_glass=GAP))["emergency"]["missing"]["reason_code"] == "unavailable"


def test_a_grant_answers_what_why_who_when_and_what_was_waived() -> None:
    found = told(emergency())["emergency"]
    assert found["granted"]
    assert (found["reason"], found["incident"]) == (b.REASON, "1234")
    grant = found["grant"]
    assert grant["id"] == b.grant().id
    assert (grant["repository"], grant["environment"]) == ("acme/app", "production")
    assert (grant["revision"], grant["run_id"], grant["attempt"]) == (b.sha("m1"), "7001", 1)
    assert grant["invoked_by"] == ["erin"]
    assert grant["consent"] == {
        "person": "carol",
        "proof": "acknowledgement",
        "where": "incident 1234",
        "at": "2026-11-25T14:30:00Z",
        "url": "https://acme.pagerduty.com/incidents/PINC1",
    }
    assert (grant["issued_at"], grant["expires_at"]) == (
        "2026-11-25T15:00:00Z",
        "2026-11-25T16:00:00Z",
    )
    assert grant["waives"] == ["ticket", "authority", "tests", "window"]
    assert found["waived"] == ["tests", "ticket"]
    assert found["not_waived"] == ["review", "emergency"]


def test_what_nobody_could_judge_is_named_with_why_and_read_back() -> None:
    shape = emergency()
    unjudged = result(UNKNOWN, "rollback", grant=b.grant().id)
    wider = replace(shape, results=(*shape.results, unjudged))
    found = told(wider)["emergency"]
    assert found["not_judged"] == ["rollback"]
    outage, refusal = UNKNOWN.missing
    assert found["silences"] == [
        {
            "source": gap.source,
            "reason_code": gap.reason_code,
            "detail": gap.detail,
            "lasting": lasting,
        }
        for gap, lasting in ((outage, False), (refusal, True))
    ]
    assert records(written(wider)) == records_of(wider)
    assert told(shape)["emergency"]["not_judged"] == []


def test_what_is_owed_stands_beside_it() -> None:
    assert told(emergency())["obligations"] == [
        {
            "id": b.grant().id,
            "owed": "retroactive-review",
            "due_at": "2026-11-27T15:00:00Z",
            "why": "erin broke the glass because of incident PINC1",
            "not_by": ["bob", "carol", "erin"],
        }
    ]


def test_every_result_says_whether_the_grant_set_it_aside() -> None:
    grants = {one["control"]: one["grant"] for one in told(emergency())["results"]}
    assert grants == {
        "review": None,
        "tests": b.grant().id,
        "ticket": b.grant().id,
        "emergency": None,
    }


def test_a_refusal_keeps_what_was_asked_for() -> None:
    found = told(emergency(result(FAILED, "emergency"), emergency=None))["emergency"]
    assert (found["granted"], found["grant"], found["reason"]) == (False, None, b.REASON)


@pytest.mark.parametrize(
    "shape",
    [
        decision(),
        emergency(),
        emergency(emergency=b.grant(unverified="down")),
        emergency(result(PASSED, "emergency"), result(UNKNOWN, "ticket", grant=b.grant().id)),
        emergency(result(FAILED, "emergency"), emergency=None),
        emergency(obligations=(b.obligation(not_by=("bot:renovate", "bob")),)),
        decision(obligations=(b.obligation(owed=Owed.INDEPENDENT_REVIEW),)),
    ],
)
def test_what_is_owed_reads_back_as_the_decision_said_it(shape: Any) -> None:
    assert records(written(shape)) == records_of(shape)


def broken(**changes: Any) -> bytes:
    return dumps({**told(emergency()), **changes})


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"nonsense",
        broken(obligations=None),
        broken(obligations=[{"id": "x"}]),
        broken(obligations=[None]),
        broken(run=None),
        broken(run={}),
        broken(change={"missing": {}}),
        broken(change={"url": "", "merge_requests": [1]}),
        broken(change={"url": "", "merge_requests": [{"reference": 1}]}),
        broken(emergency=1),
        broken(emergency={"grant": {"id": "x"}}),
        broken(emergency={"waived": "all"}),
        broken(decided_at=None),
    ],
)
def test_what_the_gate_does_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        records(content)
