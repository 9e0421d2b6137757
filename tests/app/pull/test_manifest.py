import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.app.pull.manifest import Absent, Account, Entry, Manifest, read_manifest
from gate.app.pull.period import Period
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import dumps
from tests.app.pull.sets import day, made


def entry(name: str = "a/1.zip", sha256: str = "sha256:1", number: int = 5) -> Entry:
    return Entry(
        name=name,
        source="file:///x",
        ref="1",
        sha256=sha256,
        size=1,
        stored_at=None,
        fetched_at=day(number),
        outcome="whole",
        records=(made(1).record, made(None, "").record),
    )


def account(command: str = "gate") -> Account:
    return Account(
        command=command,
        version="1",
        started_at=day(1),
        ended_at=day(2),
        period=Period(since=day(0), until=day(1)),
        environments=(),
        sources=("file:///x",),
        counts={"fetched": 1},
        absent=(Absent(name="b", source="y", outcome="gone", why="expired"),),
        chains={"s": (1, 2)},
        chain_flaws=(),
        finished=True,
    )


def test_it_reads_back_as_it_was_written() -> None:
    manifest = Manifest()
    manifest.add(account(), [entry("b.zip"), entry("a.zip")])
    content = manifest.dumps()
    assert read_manifest(content).dumps() == content
    assert list(read_manifest(content).files) == ["a.zip", "b.zip"]


def test_a_later_pull_adds_and_loses_nothing() -> None:
    manifest = Manifest()
    manifest.add(account("first"), [entry("a.zip"), entry("b.zip")])
    manifest.add(account("second"), [entry("b.zip", number=9), entry("c.zip", number=9)])
    manifest.add(account("third"), [entry("b.zip", "sha256:2", number=10)])
    assert [one["command"] for one in manifest.pulls if isinstance(one, dict)] == [
        "first",
        "second",
        "third",
    ]
    assert {name: told["fetched_at"] for name, told in manifest.files.items()} == {
        "a.zip": "2026-01-06T12:00:00Z",
        "b.zip": "2026-01-11T12:00:00Z",
        "c.zip": "2026-01-10T12:00:00Z",
    }


def test_what_nobody_knows_is_null() -> None:
    told = json.loads(dumps(entry().json()))
    assert [(one["decided_at"], one["environment"], one["chain"]) for one in told["records"]] == [
        ("2026-01-02T12:00:00Z", "production", None),
        (None, "", None),
    ]
    assert told["stored_at"] is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"schema_version":2,"pulls":[],"files":[]}',
        b'{"schema_version":1,"pulls":[],"files":[1]}',
        b'{"schema_version":1,"pulls":[],"files":[{"name":"a"},{"name":"a"}]}',
        b'{"schema_version":1,"pulls":{},"files":[]}',
        b'{"files":[],"pulls":[],"schema_version":1}\n',
        b'{"files":[],"pulls":[12345678901234567890],"schema_version":1}',
        b'{"files":[],"pulls":[],"schema_version":true}',
    ],
)
def test_what_the_gate_does_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        read_manifest(content)


@given(st.binary(max_size=60))
def test_no_bytes_make_it_crash(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        read_manifest(content)
