import json
from typing import Any

import pytest

from gate.domain.sweep import Shelf
from gate.domain.sweep_release import State
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import dumps
from gate.evidence.sweep_json import STATES, SWEEP, SweepVerdict, read_sweep
from tests import owed
from tests.domain.test_sweep import DOWN, record
from tests.evidence.sweeps import LATE, OWED, jira, sweep

SILENT = Shelf(system="jira", tickets=DOWN)


def written(*shelves: Shelf, **changes: Any) -> bytes:
    return sweep(*shelves, **changes).files[SWEEP]


def changed(**changes: Any) -> bytes:
    return dumps({**json.loads(written()), **changes})


def test_it_is_read_as_it_was_written() -> None:
    found = read_sweep(written(OWED, problems=("GitHub: no.",), gate_version="9"))
    assert (found.gate_version, found.at) == ("9", "2026-11-27T12:00:00Z")
    assert found.run["repository_id"] == "4242"
    assert found.policy["branch"] == "main"
    assert [one["id"] for one in found.releases] == [record().marker.id]
    assert (found.overdue, found.owed, found.is_silent) == (0, 1, False)
    assert (found.actions, found.problems) == ((), ("GitHub: no.",))


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (written(), SweepVerdict.CLEAR),
        (written(records=()), SweepVerdict.CLEAR),
        (written(OWED), SweepVerdict.OWED),
        (written(OWED, now=LATE), SweepVerdict.OVERDUE),
        (written(OWED, now=LATE, problems=("GitHub: no.",)), SweepVerdict.OVERDUE),
        (written(OWED, problems=("GitHub: no.",)), SweepVerdict.INCOMPLETE),
        (written(SILENT), SweepVerdict.INCOMPLETE),
        (written(problems=("GitHub: no.",)), SweepVerdict.INCOMPLETE),
    ],
)
def test_the_worst_that_it_found_is_what_it_found(content: bytes, verdict: SweepVerdict) -> None:
    assert read_sweep(content).verdict is verdict


def test_only_what_was_seen_whole_and_is_not_late_has_passed() -> None:
    passed = {verdict for verdict in SweepVerdict if verdict.is_passed}
    assert passed == {SweepVerdict.CLEAR, SweepVerdict.OWED}


def test_the_states_are_those_of_the_table() -> None:
    assert {state.value: state.is_owed for state in State} == STATES


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2},
        {"gate_version": 1},
        {"at": None},
        {"run": []},
        {"policy": "p"},
        {"table": {}},
        {"table": {"overdue": 0, "owed": 0, "silent_desks": [], "releases": [{"state": "fine"}]}},
        {"table": {"overdue": 0, "owed": 0, "silent_desks": [], "releases": [{"state": 1}]}},
        {"table": {"overdue": 0, "owed": 0, "silent_desks": [], "releases": [1]}},
        {"actions": [1]},
        {"actions": {}},
        {"problems": [1]},
    ],
    ids=str,
)
def test_what_the_gate_does_not_write_is_no_sweep(change: dict[str, Any]) -> None:
    with pytest.raises(EvidenceInvalid, match=r"sweep\.json is not what the gate writes"):
        read_sweep(changed(**change))
    with pytest.raises(EvidenceInvalid):
        read_sweep(b"[]")


@pytest.mark.parametrize("count", ["overdue", "owed"])
def test_a_table_that_counts_other_lines_than_it_holds_is_refused(count: str) -> None:
    table = json.loads(written(OWED, now=LATE))["table"]
    with pytest.raises(EvidenceInvalid, match="counts other lines than it holds"):
        read_sweep(changed(table={**table, count: 0}))


def test_a_newer_field_stops_nobody() -> None:
    assert read_sweep(changed(later=[1])).verdict is SweepVerdict.CLEAR


def test_what_had_to_be_done_is_read_in_its_order() -> None:
    twice = jira(owed.ticket(owed.comment()), owed.ticket(key="CHG-95", opened_at=owed.DUE))
    assert [one["key"] for one in read_sweep(written(twice)).actions] == ["CHG-90", "CHG-95"]
