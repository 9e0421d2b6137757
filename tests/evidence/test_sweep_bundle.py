import json
from typing import Any

from gate.domain.sweep import Shelf
from gate.evidence.bundle import SUMS, Bundle, verify
from gate.evidence.canonical import digest
from gate.evidence.record import RECORD, Kind
from gate.evidence.sweep_bundle import TICKETS, sweep_bundle
from gate.evidence.sweep_json import SWEEP, SweepVerdict, read_sweep
from tests import owed
from tests.domain.test_sweep import DOWN, record
from tests.evidence.sweeps import jira, sweep, swept


def sweep_of(made: Bundle) -> Any:
    return json.loads(made.files[SWEEP])


def test_the_folder_holds_the_table_the_tickets_the_answers_and_the_policy() -> None:
    made = sweep(raw={"raw/0001-jira.json": b"{}"})
    assert set(made.files) == {SWEEP, TICKETS, "policy.yml", "raw/0001-jira.json", RECORD, SUMS}
    written = sweep_of(made)
    assert written["at"] == "2026-11-27T12:00:00Z"
    assert (written["run"]["id"], written["run"]["environment"]) == ("7100", "production")
    assert written["table"]["releases"][0]["review"]["by"] == "carol"
    assert written["policy"]["path"] == "p.yml"
    (desk,) = json.loads(made.files[TICKETS])["desks"]
    assert (desk["system"], desk["tickets"][0]["key"]) == ("jira", "CHG-90")


def test_every_file_is_listed_with_its_digest_in_the_format_of_sha256sum() -> None:
    files = sweep().files
    lines = files[SUMS].decode().splitlines()
    names = sorted(name for name in files if name != SUMS)
    assert lines == [f"{digest(files[name])[7:]}  {name}" for name in names]


def test_it_is_a_bundle_like_any_other_and_says_that_it_is_of_a_sweep() -> None:
    made = verify(sweep().files)
    assert made.kind is Kind.SWEEP
    assert made.record.verdict == "clear"
    assert (made.record.repository, made.record.environment) == ("acme/app", "production")
    assert (made.record.run, made.record.at) == ("7100/1", "2026-11-27T12:00:00Z")


def test_what_was_to_be_done_is_told_with_the_ticket_that_it_was_done_in() -> None:
    name = record().marker.id
    assert sweep_of(sweep(jira()))["actions"] == [{"action": "open", "release": name}]
    opened = {name: owed.ticket(key="CHG-96")}
    assert sweep_of(sweep(jira(), opened=opened))["actions"] == [
        {"action": "open", "release": name, "system": "jira", "key": "CHG-96"}
    ]
    twice = jira(owed.ticket(owed.comment()), owed.ticket(key="CHG-95", opened_at=owed.DUE))
    assert sweep_of(sweep(twice))["actions"] == [
        {"action": "close", "release": record().marker.id, "system": "jira", "key": "CHG-90"},
        {
            "action": "closeduplicate",
            "release": record().marker.id,
            "system": "jira",
            "key": "CHG-95",
            "kept": "CHG-90",
        },
    ]


def test_a_desk_that_did_not_answer_says_so() -> None:
    made = sweep(Shelf(system="jira", tickets=DOWN), problems=("Jira: down.",))
    (desk,) = json.loads(made.files[TICKETS])["desks"]
    assert desk["missing"]["reason_code"] == "unavailable"
    assert sweep_of(made)["problems"] == ["Jira: down."]
    assert read_sweep(made.files[SWEEP]).verdict is SweepVerdict.INCOMPLETE


def test_credentials_are_taken_out_of_what_people_wrote() -> None:
    comment = owed.comment(body=owed.review(Findings=f"{owed.FINDINGS} The key is hunter2."))
    told = swept(jira(owed.ticket(comment)))
    files = sweep_bundle(told, {}, lambda text: text.replace("hunter2", "***")).files
    assert b"hunter2" not in b"".join(files.values())
    assert owed.FINDINGS in files[SWEEP].decode()
    assert owed.FINDINGS in files[TICKETS].decode()
