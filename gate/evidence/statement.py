"""The in-toto Statement (v1) over a record: what is signed."""

from __future__ import annotations

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, dumps, loads
from gate.evidence.record import RECORD, RECORD_TYPE, read_record

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
SUMMARY_TYPE = "https://slsa.dev/verification_summary/v1"
ALLOWED = "CHANGE_GATE_ALLOWED"
"""The level that a verification summary attests; SLSA reserves names that begin with `SLSA_`."""


def statement(record: bytes) -> bytes:
    """The statement whose subject is the record's digest and whose predicate is the record itself.

    Its type is that of the record: a decision or a sweep. The subject carries `name` and `sha256` only: sigstore-python
    refuses any other digest, `gitCommit` among them. EvidenceInvalid when the record is not what the gate writes.
    """
    return _statement(record, read_record(record).kind.type, loads(record, name=RECORD))


def summary_statement(record: bytes) -> bytes | None:
    """The same as a SLSA Verification Summary (1.2), which says less: no control, no person.

    None when the policy or the run is not known, since a summary must name both; and of a sweep, since a summary says
    whether something may be released, and a sweep does not.
    """
    match loads(record, name=RECORD):
        case {
            "type": str(named),
            "resourceUri": str(resource),
            "policy": {"uri": str()} as policy,
            "verifier": verifier,
            "timeVerified": at,
            "verificationResult": str(result),
        } if named == RECORD_TYPE:
            levels: list[Json] = [ALLOWED if result == "PASSED" else "FAILED"]
            predicate: dict[str, Json] = {
                "verifier": verifier,
                "resourceUri": resource,
                "policy": policy,
                "inputAttestations": [{"uri": RECORD, "digest": _digest_set(record)}],
                "verificationResult": result,
                "verifiedLevels": levels,
            }
            if at is not None:
                predicate["timeVerified"] = at
            return _statement(record, SUMMARY_TYPE, predicate)
        case _:
            return None


def check_payload(payload_type: str, payload: bytes, record: bytes, *, name: str) -> str:
    """Return the type of the predicate when the payload is a statement of ours over this very record.

    Called with the bytes whose signature was checked. EvidenceInvalid when it is about another record, of another type,
    or says something else than the record does.
    """
    if payload_type != PAYLOAD_TYPE:
        raise EvidenceInvalid(f"{name} signs something that is no in-toto statement.")
    value = loads(payload, name=name)
    match value:
        case {"subject": [{"digest": {"sha256": str(found)}}]} if f"sha256:{found}" == digest(
            record
        ):
            pass
        case _:
            raise EvidenceInvalid(
                f"{name} is not about this record.",
                hint="It was copied from another bundle, or the record was altered after it was signed.",
            )
    match value:
        # Compared as written canonically: in Python, 1 and true are equal.
        case {"predicateType": str(kind)} if dumps(value) == _ours(kind, record):
            return kind
        case _:
            raise EvidenceInvalid(f"{name} signs a statement that does not say what {RECORD} says.")


def _ours(kind: str, record: bytes) -> bytes | None:
    return summary_statement(record) if kind == SUMMARY_TYPE else statement(record)


def _statement(record: bytes, kind: str, predicate: Json) -> bytes:
    return dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": RECORD, "digest": _digest_set(record)}],
            "predicateType": kind,
            "predicate": predicate,
        }
    )


def _digest_set(content: bytes) -> Json:
    return {"sha256": digest(content).removeprefix("sha256:")}
