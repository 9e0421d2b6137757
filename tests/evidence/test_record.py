"""The record of a decision: what it says, and what is none."""

import pytest

from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, chained
from gate.evidence.canonical import Json, digest, dumps, loads
from gate.evidence.record import (
    NOT_CHAINED,
    RECORD,
    SWEEP_TYPE,
    WITHOUT_LINK,
    Kind,
    Link,
    kinds_in,
    read_record,
)
from gate.evidence.record_json import record_json
from gate.evidence.sweep_json import SWEEP
from tests import builders as b
from tests.evidence.bundles import bundle, content
from tests.evidence.sweeps import LATE, OWED, link, sweep
from tests.render.decisions import FAILED, GAP, decision, nothing_known, result

WHOLE = bundle()
ID = "sha256:" + "a" * 64
SECOND = Link(stream="github.com/42/production", seq=2, previous=ID)


def value(record: bytes = WHOLE.files[RECORD]) -> dict[str, Json]:
    found = loads(record, name=RECORD)
    assert isinstance(found, dict)
    return found


def test_it_says_who_ran_this_where_and_what_came_of_it() -> None:
    found = value()
    assert found["verdict"] == "allow"
    assert found["verificationResult"] == "PASSED"
    assert found["timeVerified"] == "2026-11-25T15:00:00Z"
    assert found["verifier"] == {
        "id": "https://github.com/change-gate/change-gate",
        "version": {"change-gate": "0.1.0"},
    }
    assert found["resourceUri"] == f"git+https://github.com/acme/app@{b.sha('m1')}"
    assert found["policy"] == {
        "uri": f"git+https://github.com/acme/app@{b.sha('m1')}#.github/change-policy.yml",
        "digest": {"sha256": digest(b"version: 1\n").removeprefix("sha256:")},
    }
    run = found["run"]
    assert isinstance(run, dict)
    assert run["started_by"] == {
        "system": "github",
        "login": "alice-ng",
        "id": "101",
        "kind": "human",
    }


def test_it_names_the_digest_of_every_file_but_its_own() -> None:
    named = WHOLE.record.files
    assert named == {
        name: digest(held)
        for name, held in WHOLE.files.items()
        if name not in {RECORD, "SHA256SUMS"}
    }


@pytest.mark.parametrize(
    "shape", [decision(result(FAILED)), nothing_known(GAP)], ids=["blocked", "undecided"]
)
def test_whatever_is_not_allowed_has_failed(shape: object) -> None:
    found = value(bundle(shape).files[RECORD])  # type: ignore[arg-type]  # one decision each
    assert found["verificationResult"] == "FAILED"


def test_what_was_not_known_is_not_made_up() -> None:
    record = bundle(nothing_known(GAP)).record
    assert (record.at, record.repository, record.run, record.policy_digest) == ("", "", "", "")
    assert record.invocation == ""
    found = value(bundle(nothing_known(GAP)).files[RECORD])
    assert found["resourceUri"] is None
    policy = found["policy"]
    assert isinstance(policy, dict)
    assert "missing" in policy


def test_a_policy_from_the_desk_is_named_as_a_file() -> None:
    source = b.policy_source(origin="file", path="other.yml")
    policy = value(bundle(decision(policy_source=source)).files[RECORD])["policy"]
    assert isinstance(policy, dict)
    assert policy["uri"] == "file:other.yml"


def test_a_policy_of_a_run_that_is_not_known_is_named_by_its_file_alone() -> None:
    policy = value(bundle(decision(run=GAP)).files[RECORD])["policy"]
    assert isinstance(policy, dict)
    assert policy["uri"] == "file:.github/change-policy.yml"


def test_a_certificate_of_github_names_the_attempt() -> None:
    assert WHOLE.record.invocation == "https://github.com/acme/app/actions/runs/7001/attempts/1"
    assert bundle(decision(run=b.run(forge="gitlab"))).record.invocation == ""


@pytest.mark.parametrize(
    "link", [None, SECOND, Link(stream="s", seq=1, previous=None)], ids=["none", "second", "first"]
)
def test_the_link_is_read_as_it_was_written(link: Link | None) -> None:
    linked = WHOLE if link is None else chained(WHOLE, link)
    assert linked.record.link == link
    assert linked.record.id == linked.digest


@pytest.mark.parametrize(
    "change",
    [
        {"type": None},
        {"verdict": 1},
        {"timeVerified": 1},
        {"run": []},
        {"policy": []},
        {"files": []},
        {"files": {}},
        {"files": {DECISION: {"sha256": "a"}}},
        {"files": {DECISION: {"sha512": "a" * 64}}},
        {"files": {DECISION: "a" * 64}},
        {"files": {DECISION: {"sha256": "a" * 64, "md5": ""}}},
        {"files": {DECISION: {"sha256": "a" * 64}, "../x": {"sha256": "a" * 64}}},
        {"files": {DECISION: {"sha256": "a" * 64}, "x//y": {"sha256": "a" * 64}}},
        {"chain": []},
        {"chain": {}},
        {"chain": {"chained": False}},
        {"chain": {"chained": False, "why": ""}},
        {"chain": {"chained": False, "why": NOT_CHAINED, "more": 1}},
        {"chain": {"chained": True, "stream": "h/1/e__follow-up", "seq": 1, "previous": None}},
        {"files": {SWEEP: {"sha256": "a" * 64}}},
        {"files": {SWEEP: {"sha256": "a" * 64}, DECISION: {"sha256": "a" * 64}}},
        {"type": SWEEP_TYPE},
        {"chain": {"chained": True, "stream": "s", "seq": 0, "previous": None}},
        {"chain": {"chained": True, "stream": "s", "seq": True, "previous": None}},
        {
            "chain": {
                "chained": True,
                "stream": "s",
                "seq": 9_999_999_999,
                "previous": {"sha256": "a" * 64},
            }
        },
        {"chain": {"chained": True, "stream": "s", "seq": 2, "previous": None}},
        {"chain": {"chained": True, "stream": "s", "seq": 1, "previous": {"sha256": "a" * 64}}},
        {"chain": {"chained": True, "stream": "s", "seq": 2, "previous": {"sha256": "x"}}},
        {"verifier": {}},
    ],
    ids=str,
)
def test_what_the_gate_does_not_write_is_no_record(change: dict[str, Json]) -> None:
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        read_record(dumps({**value(), **change}))


def test_a_record_of_another_form_is_told_as_such() -> None:
    with pytest.raises(EvidenceInvalid, match="has a form that this version does not read"):
        read_record(dumps({**value(), "type": "https://example.com/v9"}))


@pytest.mark.parametrize("decided", [b"{}", b"[]", b'{"verdict":"allow"}'])
def test_a_decision_that_is_none_has_no_record(decided: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        record_json(Kind.DECISION, decided, {}, None)


def test_the_same_decision_and_digests_give_the_same_record() -> None:
    digests = {DECISION: digest(content())}
    once, again = (record_json(Kind.DECISION, content(), digests, SECOND) for _ in range(2))
    assert once == again


def test_a_sweep_has_a_record_of_its_own_type_about_the_repository_and_no_revision() -> None:
    made = sweep(OWED)
    found = value(made.files[RECORD])
    assert found["type"] == SWEEP_TYPE == Kind.SWEEP.type
    assert (found["verdict"], found["verificationResult"]) == ("owed", "PASSED")
    assert found["resourceUri"] == "git+https://github.com/acme/app"
    assert found["timeVerified"] == "2026-11-27T12:00:00Z"
    assert found["policy"] == {
        "uri": f"git+https://github.com/acme/app@{b.sha('m1')}#p.yml",
        "digest": {"sha256": digest(b"version: 1\n").removeprefix("sha256:")},
    }
    record = made.record
    assert (record.kind, record.revision, record.run) == (Kind.SWEEP, "", "7100/1")
    assert record.invocation == "https://github.com/acme/app/actions/runs/7100/attempts/1"
    assert WHOLE.record.kind is Kind.DECISION


def test_a_sweep_that_found_something_overdue_has_failed() -> None:
    found = value(sweep(OWED, now=LATE).files[RECORD])
    assert (found["verdict"], found["verificationResult"]) == ("overdue", "FAILED")


def test_a_sweep_stands_in_no_chain_of_decisions() -> None:
    assert sweep(link=link()).record.link == link()
    record = value(sweep(link=link()).files[RECORD])
    strange: Json = {
        "chained": True,
        "stream": "github.com/4242/production",
        "seq": 1,
        "previous": None,
    }
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        read_record(dumps({**record, "chain": strange}))


def test_a_record_says_in_the_words_of_its_version_why_nothing_links_to_it() -> None:
    for why in WITHOUT_LINK:
        record = record_json(Kind.DECISION, content(), WHOLE.record.files, None, why)
        assert read_record(record).why_no_link == why
    assert WHOLE.record.why_no_link == NOT_CHAINED
    assert chained(WHOLE, SECOND).record.why_no_link == ""


def test_what_a_bundle_is_about_is_told_by_its_files() -> None:
    assert kinds_in({"decision.json": b"", "policy.yml": b""}) == [Kind.DECISION]
    assert kinds_in([SWEEP]) == [Kind.SWEEP]
    assert kinds_in(()) == []
