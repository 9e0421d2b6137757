import json
from dataclasses import dataclass
from datetime import datetime

from gate.evidence.raw import raw_files
from tests.builders import NOW


@dataclass(frozen=True)
class Kept:
    body: object
    system: str = "GitHub"
    method: str = "GET"
    url: str = "/repos/acme/app"
    status: int = 200
    date: datetime | None = NOW
    elapsed_ms: int = 12


def test_answers_are_numbered_in_the_order_of_the_questions() -> None:
    files = raw_files([Kept({"id": 1}), Kept(None, system="Jira Cloud", date=None)])
    assert list(files) == ["raw/0001-github.json", "raw/0002-jira-cloud.json"]
    assert json.loads(files["raw/0001-github.json"]) == {
        "body": {"id": 1},
        "date": "2026-11-25T15:00:00Z",
        "elapsed_ms": 12,
        "request": "GET /repos/acme/app",
        "status": 200,
        "system": "GitHub",
    }
    assert json.loads(files["raw/0002-jira-cloud.json"])["date"] is None


def test_numbers_that_evidence_cannot_hold_become_text() -> None:
    files = raw_files([Kept([1.5, 2**60, True, "a", {"k": (1,)}])])
    assert json.loads(files["raw/0001-github.json"])["body"] == [
        "1.5",
        str(2**60),
        True,
        "a",
        {"k": [1]},
    ]
