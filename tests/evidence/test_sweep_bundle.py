import json
from datetime import timedelta
from typing import Any

from gate.domain.facts import PolicySource
from gate.domain.landing import Landed, Landing
from gate.domain.sweep import Question, Shelf, plan
from gate.evidence.canonical import digest
from gate.evidence.sweep_bundle import SWEEP, TICKETS, SweepRecord, sweep_files
from gate.render.sweep_table import told
from tests import builders as b
from tests import owed
from tests.domain.test_sweep import DOWN, record

ASKED = Question(repository_id="4242", now=owed.DUE - timedelta(hours=1), policy=owed.policy())
SOURCE = PolicySource(
    origin="protected-branch", path="p.yml", branch="main", revision=b.sha("m1"), digest="sha256:0"
)


def swept(*shelves: Shelf, **changes: Any) -> SweepRecord:
    landed = {record().marker.id: Landed(state=Landing.DEPLOYED, at=owed.ISSUED)}
    made = plan(ASKED, [record()], landed, shelves)
    usual = {
        "run": b.run(), "asked": ASKED, "days": 30, "source": SOURCE, "policy": b"version: 1\n", "shelves": shelves,
        "actions": made.actions, "table": told(made), "problems": (), "gate_version": "1",
    }  # fmt: skip
    return SweepRecord(**{**usual, **changes})


def jira(*tickets: Any) -> Shelf:
    return Shelf(system="jira", tickets=tickets)


def sweep_of(files: dict[str, bytes]) -> Any:
    return json.loads(files[SWEEP])


def test_the_folder_holds_the_table_the_tickets_the_answers_and_the_policy() -> None:
    files = sweep_files(swept(jira(owed.ticket(owed.comment()))), {"raw/0001-jira.json": b"{}"})
    assert set(files) == {SWEEP, TICKETS, "policy.yml", "raw/0001-jira.json", "SHA256SUMS"}
    sweep = sweep_of(files)
    assert sweep["at"] == "2026-11-27T12:00:00Z"
    assert (sweep["run"]["id"], sweep["run"]["environment"]) == ("7001", "production")
    assert sweep["table"]["releases"][0]["review"]["by"] == "carol"
    assert sweep["policy"]["path"] == "p.yml"
    (desk,) = json.loads(files[TICKETS])["desks"]
    assert (desk["system"], desk["tickets"][0]["key"]) == ("jira", "CHG-90")


def test_every_file_is_listed_with_its_digest_in_the_format_of_sha256sum() -> None:
    files = sweep_files(swept(jira()), {})
    lines = files["SHA256SUMS"].decode().splitlines()
    names = sorted(name for name in files if name != "SHA256SUMS")
    assert lines == [f"{digest(files[name])[7:]}  {name}" for name in names]


def test_what_was_to_be_done_is_told_with_the_ticket_that_it_was_done_in() -> None:
    assert sweep_of(sweep_files(swept(jira()), {}))["actions"] == [
        {"action": "open", "release": record().marker.id}
    ]
    twice = jira(owed.ticket(owed.comment()), owed.ticket(key="CHG-95", opened_at=owed.DUE))
    assert sweep_of(sweep_files(swept(twice), {}))["actions"] == [
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
    files = sweep_files(swept(Shelf(system="jira", tickets=DOWN), problems=("Jira: down.",)), {})
    (desk,) = json.loads(files[TICKETS])["desks"]
    assert desk["missing"]["reason_code"] == "unavailable"
    assert sweep_of(files)["problems"] == ["Jira: down."]


def test_credentials_are_taken_out_of_what_people_wrote() -> None:
    comment = owed.comment(body=owed.review(Findings=f"{owed.FINDINGS} The key is hunter2."))
    files = sweep_files(
        swept(jira(owed.ticket(comment))), {}, lambda text: text.replace("hunter2", "***")
    )
    assert b"hunter2" not in b"".join(files.values())
    assert owed.FINDINGS in files[SWEEP].decode()
    assert owed.FINDINGS in files[TICKETS].decode()
