"""Hold an emergency against what `expect.yml` says of it: the grant, what is owed, and where that is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from gate.domain.follow_up import LABEL
from gate.domain.follow_up_marker import id_label, read_marker
from gate.evidence.bundle import DECISION
from gate.evidence.emergency_json import records
from gate.evidence.follow_up_json import FOLLOW_UP, read_kept, write_kept
from gate.sandbox.world.moments import duration
from tests.scenarios.left import FORGE, Forge, Opened
from tests.scenarios.play import Later, Played

KEYS = {"emergency", "obligations", "kept", "opened", "told", "recheck"}
"""What `expect.yml` may hold of an emergency, beside what it holds of every deploy."""
LAST_ON_EARTH = timezone(timedelta(hours=-12))
"""Where a day ends last."""


def assert_emergency(wanted: Mapping[str, Any], found: Played, forge: Forge = "github") -> None:
    """What the scenario says of the grant, of what is owed, of the tickets that were opened, and who was told."""
    if "emergency" in wanted:
        asked = granted(found.evidence)
        assert {key: asked[key] for key in wanted["emergency"]} == wanted["emergency"]
    if "obligations" in wanted:
        assert obligations(found.evidence) == wanted["obligations"]
    if "kept" in wanted:
        assert kept(found.evidence) == wanted["kept"]
    if "told" in wanted:
        told = set(found.left.told)
        assert set(wanted["told"]) <= told
        # A token that may write on GitLab notes every verdict; on GitHub only that of an emergency is noted unasked.
        assert told - set(wanted["told"]) <= ({"request 12"} if forge == "gitlab" else set())
    if "opened" in wanted:
        assert len(found.left.opened) == len(wanted["opened"]), found.left.opened
        for one, ticket in zip(wanted["opened"], found.left.opened, strict=True):
            _assert_opened(one, ticket, forge)
    assert_debts_are_kept(found)


def assert_debts_are_kept(found: Played) -> None:
    """In every scenario: whoever is let through on a grant or a notice owes, or is given notice, and nobody else does;
    what is owed is kept once.
    """
    if not found.evidence:
        assert not found.left.opened
        return
    owed = records(found.evidence[DECISION])
    decision = _decision(found.evidence)
    let_through = decision["verdict"] == "allow" and granted(found.evidence)["granted"]
    notice = decision["compensating"]
    owes = bool(let_through) or (notice is not None and not notice["reviewed_by"])
    assert bool(owed) is owes is (FOLLOW_UP in found.evidence)
    assert len(found.left.opened) <= len(owed) <= 1
    for record, ticket in zip(owed, found.left.opened, strict=False):
        marker = read_marker(ticket.marker)
        assert marker == record.marker
        assert {LABEL, id_label(marker.id)} <= set(ticket.labels)
        if ticket.due:
            day = date.fromisoformat(ticket.due) + timedelta(days=1)
            assert datetime.combine(day, time(), LAST_ON_EARTH) <= marker.due_at
    if owed:
        where = read_kept(found.evidence[FOLLOW_UP])
        assert write_kept(where) == found.evidence[FOLLOW_UP]
        before = notice["notice"]["key"] if notice and notice["notice"] else ""
        assert [where.key] == ([ticket.key for ticket in found.left.opened] or [before])


def granted(evidence: Mapping[str, bytes]) -> dict[str, Any]:
    """What became of break-glass, in the words of `expect.yml`."""
    told = _decision(evidence)["emergency"]
    grant = (told or {}).get("grant") or {}
    consent = grant.get("consent", {})
    return {
        "granted": bool(grant),
        "invoked_by": grant.get("invoked_by", []),
        "second": consent.get("person", ""),
        "proof": consent.get("proof", ""),
        "incident": grant.get("incident", ""),
        "verified": bool(grant) and not grant["unverified"],
        "waived": told["waived"] if told else [],
    }


def obligations(evidence: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """What is owed, and how long after the decision."""
    decision = _decision(evidence)
    at = datetime.fromisoformat(decision["decided_at"])
    return [
        {
            "owed": one["owed"],
            "within": f"{(datetime.fromisoformat(one['due_at']) - at).total_seconds() / 3600:g}h",
            "not_by": one["not_by"],
        }
        for one in decision["obligations"]
    ]


def kept(evidence: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Where what is owed is kept, and who did not take it; None when nothing is owed."""
    if FOLLOW_UP not in evidence:
        return None
    found = read_kept(evidence[FOLLOW_UP])
    return {"system": _neutral(found.system), "refused": [_neutral(name) for name in found.refused]}


def rechecks(wanted: Mapping[str, Any]) -> Sequence[tuple[Later, Mapping[str, Any]]]:
    """Each later moment at which `gate recheck` is asked, and what must come of it."""
    return [
        (
            Later(
                after=duration(one.get("after", "0s")),
                commit=one.get("commit", ""),
                run=one.get("run"),
            ),
            one,
        )
        for one in wanted.get("recheck", ())
    ]


def _assert_opened(wanted: Mapping[str, Any], found: Opened, forge: Forge) -> None:
    assert (found.system, found.title) == (wanted["system"], wanted["title"])
    assert set(wanted["labels"]) <= set(found.labels)
    assert list(found.assignees) == wanted.get("assignees", [])
    has_due_field = found.system != FORGE or forge == "gitlab"
    assert found.due == (wanted["due"] if has_due_field else "")
    for text in wanted.get("says", ()):
        assert text in found.text


def _decision(evidence: Mapping[str, bytes]) -> dict[str, Any]:
    decision: dict[str, Any] = json.loads(evidence[DECISION])
    return decision


def _neutral(system: str) -> str:
    return FORGE if system in {"github", "gitlab"} else system
