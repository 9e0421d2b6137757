"""One line about one decision, for engines that query many: derived from the bundle, and trusted by nobody."""

from __future__ import annotations

from collections.abc import Mapping

from gate.evidence.bundle import DECISION, Bundle, decision_in
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.layout import bundle_key, contents_id, link_of

COLUMNS: Mapping[str, str] = {
    "schema_version": "BIGINT",
    "stream": "VARCHAR",
    "seq": "BIGINT",
    "record_sha256": "VARCHAR",
    "previous_sha256": "VARCHAR",
    "contents_sha256": "VARCHAR",
    "object": "VARCHAR",
    "decided_at": "VARCHAR",
    "verdict": "VARCHAR",
    "emergency": "BOOLEAN",
    "observed": "BOOLEAN",
    "reason_codes": "VARCHAR[]",
    "forge": "VARCHAR",
    "host": "VARCHAR",
    "repository": "VARCHAR",
    "repository_id": "VARCHAR",
    "environment": "VARCHAR",
    "revision": "VARCHAR",
    "run_id": "VARCHAR",
    "run_attempt": "BIGINT",
    "run_url": "VARCHAR",
    "started_by": "VARCHAR",
    "change_type": "VARCHAR",
    "risk": "VARCHAR",
    "policy_digest": "VARCHAR",
    "gate_version": "VARCHAR",
    "signed": "BOOLEAN",
    "release_class": "VARCHAR",
}
"""Every column with its type in DuckDB. New ones come at the end; none changes its meaning."""


def index_row(bundle: Bundle) -> bytes:
    """The line, with its line break, of a decision that has its place in a chain.

    ValueError when it has none; EvidenceInvalid for a sweep, of which there is no line.
    """
    record = bundle.record
    link = link_of(record)
    decision = _object(loads(decision_in(bundle), name=DECISION))
    run = _object(decision.get("run"))
    row: dict[str, Json] = {
        "schema_version": 1,
        "stream": link.stream,
        "seq": link.seq,
        "record_sha256": _hex(record.id),
        "previous_sha256": _hex(link.previous) if link.previous else None,
        "contents_sha256": _hex(contents_id(record)),
        "object": bundle_key(link.stream, link.seq),
        "decided_at": decision.get("decided_at"),
        "verdict": record.verdict,
        "emergency": _object(decision.get("emergency")).get("granted") is True,
        "observed": decision.get("observe") is not None,
        "reason_codes": decision.get("reason_codes"),
        **{name: run.get(name) for name in _OF_THE_RUN},
        "run_id": run.get("id"),
        "run_attempt": run.get("attempt"),
        "run_url": run.get("url"),
        "started_by": _object(run.get("started_by")).get("login"),
        "change_type": _object(decision.get("change_type")).get("name"),
        "risk": _object(decision.get("risk")).get("level"),
        "policy_digest": _object(decision.get("policy")).get("digest"),
        "gate_version": decision.get("gate_version"),
        "signed": bool(bundle.signatures),
        "release_class": decision.get("release_class"),
    }
    return dumps(row) + b"\n"


_OF_THE_RUN = ("forge", "host", "repository", "repository_id", "environment", "revision")


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
