"""What is signed: the statement over a record, and its projection as a summary."""

import pytest

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, dumps, loads
from gate.evidence.record import RECORD, RECORD_TYPE, SWEEP_TYPE
from gate.evidence.statement import (
    PAYLOAD_TYPE,
    SUMMARY_TYPE,
    check_payload,
    statement,
    summary_statement,
)
from tests import builders as b
from tests.evidence.bundles import bundle
from tests.evidence.sweeps import sweep
from tests.render.decisions import FAILED, GAP, decision, nothing_known, result

RECORD_BYTES = bundle().files[RECORD]
OTHER = bundle(decision(result(FAILED))).files[RECORD]


def value(content: bytes | None) -> dict[str, Json]:
    found = loads(content or b"", name="statement")
    assert isinstance(found, dict)
    return found


def test_the_subject_is_the_record_by_name_and_sha256_alone() -> None:
    found = value(statement(RECORD_BYTES))
    assert found["_type"] == "https://in-toto.io/Statement/v1"
    assert found["subject"] == [
        {"name": "record.json", "digest": {"sha256": digest(RECORD_BYTES).removeprefix("sha256:")}}
    ]


def test_the_predicate_is_the_record_itself() -> None:
    found = value(statement(RECORD_BYTES))
    assert found["predicateType"] == RECORD_TYPE
    assert dumps(found["predicate"]) == RECORD_BYTES


def test_the_summary_has_the_fields_that_slsa_requires() -> None:
    predicate = value(summary_statement(RECORD_BYTES))["predicate"]
    assert isinstance(predicate, dict)
    assert predicate["verificationResult"] == "PASSED"
    assert predicate["verifiedLevels"] == ["CHANGE_GATE_ALLOWED"]
    assert predicate["resourceUri"] == f"git+https://github.com/acme/app@{b.sha('m1')}"
    assert predicate["timeVerified"] == "2026-11-25T15:00:00Z"
    assert predicate.keys() >= {"verifier", "policy", "inputAttestations"}


def test_a_summary_of_a_blocked_deploy_has_failed() -> None:
    predicate = value(summary_statement(OTHER))["predicate"]
    assert isinstance(predicate, dict)
    assert (predicate["verificationResult"], predicate["verifiedLevels"]) == ("FAILED", ["FAILED"])


def test_without_a_policy_or_a_run_there_is_no_summary() -> None:
    assert summary_statement(bundle(nothing_known(GAP)).files[RECORD]) is None
    assert summary_statement(bundle(decision(run=GAP)).files[RECORD]) is None


def test_a_summary_without_a_time_names_none() -> None:
    predicate = value(summary_statement(bundle(decision(decided_at=None)).files[RECORD]))[
        "predicate"
    ]
    assert isinstance(predicate, dict)
    assert "timeVerified" not in predicate


def check(payload: bytes, record: bytes = RECORD_BYTES, kind: str = PAYLOAD_TYPE) -> str:
    return check_payload(kind, payload, record, name="x")


def test_both_statements_are_ours() -> None:
    assert check(statement(RECORD_BYTES)) == RECORD_TYPE
    assert check(summary_statement(RECORD_BYTES) or b"") == SUMMARY_TYPE


def test_another_spelling_says_the_same() -> None:
    """GitHub's step writes the statement in its own way."""
    assert check(statement(RECORD_BYTES).replace(b'{"_type"', b'{ "_type"')) == RECORD_TYPE


def test_another_type_of_payload_is_refused() -> None:
    with pytest.raises(EvidenceInvalid, match="no in-toto statement"):
        check(statement(RECORD_BYTES), kind="application/json")


@pytest.mark.parametrize(
    "subject",
    [[], [{"digest": {"sha256": "a" * 64}}], "record.json", [{"name": "record.json"}]],
    ids=str,
)
def test_a_statement_about_something_else_is_refused(subject: Json) -> None:
    with pytest.raises(EvidenceInvalid, match="is not about this record"):
        check(dumps({**value(statement(RECORD_BYTES)), "subject": subject}))
    with pytest.raises(EvidenceInvalid, match="is not about this record"):
        check(statement(OTHER))


@pytest.mark.parametrize(
    "change",
    [
        {"predicate": loads(OTHER, name="x")},
        {"predicate": None},
        {"predicateType": "https://example.com/x"},
        {"predicateType": SUMMARY_TYPE},
        {"predicateType": None},
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"more": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_statement_that_says_something_else_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(EvidenceInvalid, match=r"does not say what record\.json says"):
        check(dumps({**value(statement(RECORD_BYTES)), **change}))


def test_true_is_not_taken_for_one() -> None:
    forged = statement(RECORD_BYTES).replace(b'"attempt":1', b'"attempt":true')
    with pytest.raises(EvidenceInvalid, match=r"does not say what record\.json says"):
        check(forged)


def test_a_summary_of_what_has_none_is_refused() -> None:
    nothing = bundle(nothing_known(GAP)).files[RECORD]
    forged = {**value(statement(nothing)), "predicateType": SUMMARY_TYPE}
    with pytest.raises(EvidenceInvalid, match="does not say"):
        check(dumps(forged), nothing)


def test_a_statement_over_a_sweep_is_of_its_own_type_and_has_no_summary() -> None:
    record = sweep().files[RECORD]
    assert value(statement(record))["predicateType"] == SWEEP_TYPE
    assert check(statement(record), record) == SWEEP_TYPE
    assert summary_statement(record) is None
    for kind in (RECORD_TYPE, SUMMARY_TYPE):
        with pytest.raises(EvidenceInvalid, match=r"does not say what record\.json says"):
            check(dumps({**value(statement(record)), "predicateType": kind}), record)
    as_sweep = dumps({**value(statement(RECORD_BYTES)), "predicateType": SWEEP_TYPE})
    with pytest.raises(EvidenceInvalid, match=r"does not say what record\.json says"):
        check(as_sweep)
