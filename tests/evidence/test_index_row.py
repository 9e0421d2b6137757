import json
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot

from gate.domain.missing import Missing
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import Bundle
from gate.evidence.index_row import COLUMNS, index_row
from gate.evidence.layout import bundle_key, index_key
from gate.evidence.record import Link
from tests.evidence.bundles import bundle
from tests.evidence.sweeps import link, sweep
from tests.render.decisions import decision

STREAM = "github.com/42/production"
DOCS = Path(__file__).parents[2] / "docs/archive.md"


def placed(seq: int = 1, **changes: object) -> Bundle:
    previous = None if seq == 1 else "sha256:" + f"{seq - 1:064x}"
    return bundle(decision(**changes), Link(stream=STREAM, seq=seq, previous=previous))


def test_a_row_holds_every_column_in_one_line() -> None:
    line = index_row(placed())
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    row = json.loads(line)
    assert set(row) == set(COLUMNS)
    assert row["object"] == bundle_key(STREAM, 1)
    assert row["record_sha256"] == placed().record.id.removeprefix("sha256:")
    assert row["previous_sha256"] is None
    assert row["verdict"] == "allow"
    assert (row["emergency"], row["observed"], row["signed"]) == (False, False, False)
    assert row["environment"] == "production"
    assert row["run_attempt"] == 1
    assert row["started_by"]


def test_a_row_names_the_record_before_it() -> None:
    assert json.loads(index_row(placed(5)))["previous_sha256"] == f"{4:064x}"


def test_what_is_not_known_is_null() -> None:
    gap = Missing(source="GitHub: the run", reason_code="unavailable", detail="it failed")
    row = json.loads(index_row(placed(run=gap, risk=gap, change_type=gap)))
    assert [row[name] for name in ("repository", "run_id", "started_by", "risk")] == [None] * 4


def test_a_bundle_without_a_place_has_no_row() -> None:
    with pytest.raises(ValueError, match="no place in a chain"):
        index_row(bundle())


def queries() -> list[str]:
    """The blocks of SQL for DuckDB in the documentation."""
    return [part.split("```")[0] for part in DOCS.read_text("utf-8").split("```sql duckdb\n")[1:]]


def test_the_queries_in_the_documentation_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seq in range(1, 4):
        made = placed(seq)
        path = tmp_path / index_key(made.record)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Three equal decisions have one key; in an archive each has its own.
        path.with_name(f"{seq}.jsonl").write_bytes(index_row(made))
    monkeypatch.chdir(tmp_path)
    connection = duckdb.connect()
    answers = [connection.sql(query).fetchall() for query in queries()]
    assert answers == [[("production", "allow", 3)], [(STREAM, 3, 3, 1)]]


def test_the_queries_in_the_documentation_name_every_column() -> None:
    for query in queries():
        for name, kind in COLUMNS.items():
            assert f"{name}: '{kind}'" in query


@pytest.mark.parametrize("engine", ["athena", "trino"])
def test_the_tables_in_the_documentation_have_every_column(engine: str) -> None:
    text = DOCS.read_text("utf-8").split(f"```sql {engine}\n")[1].split("```")[0]
    create = sqlglot.parse(text, dialect=engine)[0]
    assert isinstance(create, sqlglot.exp.Create)
    listed = {found.name: found.kind for found in create.this.find_all(sqlglot.exp.ColumnDef)}
    kinds = {name: kind.sql("duckdb") for name, kind in listed.items() if kind}
    wanted = {name: kind.replace("VARCHAR", "TEXT") for name, kind in COLUMNS.items()}
    partitions = {"year": "TEXT", "month": "TEXT"}
    assert kinds == wanted | (partitions if engine == "trino" else {})
    assert set(partitions) == {
        name.strip("'") for name in re.findall(r"(?:'|`)(year|month)(?:'|`)", text)
    }


def test_a_sweep_has_no_line() -> None:
    with pytest.raises(EvidenceInvalid, match="not of a decision"):
        index_row(sweep(link=link()))
