import json
from dataclasses import replace
from typing import Any

from gate.domain.decision import Decision
from gate.evidence.compensating_json import compensating
from gate.evidence.decision_json import decision_json
from gate.evidence.emergency_record import read_records
from tests.domain import small_team as team


def written(decision: Decision) -> dict[str, Any]:
    content = decision_json(decision, facts_digest="sha256:0", gate_version="1")
    found: dict[str, Any] = json.loads(content)
    return found


def test_a_release_by_the_usual_rules_has_nothing_to_tell() -> None:
    usual = replace(team.decided(team.notice()), compensating=None)
    assert compensating(usual) is None
    assert written(usual)["release_class"] == "regular"


def test_a_notice_that_is_given_is_written_down() -> None:
    found = written(team.decided())
    assert found["release_class"] is None
    assert found["compensating"] == {
        "id": team.ID,
        "stage": "announced",
        "reason": "Bob is the only engineer",
        "granted_by": "alice",
        "expires": "2026-12-31",
        "reviewer": "advisor",
        "could_review": ["carol"],
        "notice": None,
        "deploy_from": "2026-11-25T15:31:00Z",
        "due_at": "2026-11-30T15:00:00Z",
        "reviewed_by": None,
        "set_aside": ["review", "authority"],
    }
    (owed,) = found["obligations"]
    assert (owed["owed"], owed["id"]) == ("independent-review", team.ID)


def test_what_was_let_through_names_its_notice_and_what_was_set_aside() -> None:
    found = written(team.decided(team.notice()))
    assert found["release_class"] == "compensating"
    told = found["compensating"]
    assert told["stage"] == "met"
    assert told["notice"]["key"] == "CHG-90"
    assert told["notice"]["opened_by"] == "gate (Jira jira-gate)"
    assert told["set_aside"] == ["review", "authority", "separation"]
    aside = {one["control"]: one["notice"] for one in found["results"]}
    assert (aside["separation"], aside["tests"]) == (team.ID, None)


def test_what_it_owes_is_read_back_as_a_notice_of_no_run() -> None:
    decision = team.decided(team.notice())
    content = decision_json(decision, facts_digest="sha256:0", gate_version="1")
    (record,) = read_records(content, run_id="7001", url="https://github.com/e")
    assert record.let_through
    first = decision_json(team.decided(), facts_digest="sha256:0", gate_version="1")
    (given,) = read_records(first, run_id="7001", url="https://github.com/e")
    assert not given.let_through
    assert record.marker.id == team.ID
    assert record.marker.is_notice
    assert (record.marker.run_id, record.marker.attempt) == ("0", 0)
    assert record.consent is None
