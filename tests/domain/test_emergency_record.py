from dataclasses import replace
from typing import Any

from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_record import (
    Brought,
    EmergencyRecord,
    Source,
    record_of_ticket,
    records_of,
)
from gate.domain.follow_up_marker import marker_fields, read_marker
from gate.domain.grant import Owed
from tests import builders as b
from tests import owed
from tests.render.decisions import FAILED, GAP, PASSED, UNKNOWN, decision, result


def emergency(**changes: Any) -> Decision:
    waived = result(FAILED, "ticket", grant=b.grant().id)
    base = decision(
        waived,
        result(PASSED, "tests"),
        emergency=b.grant(),
        obligations=(b.obligation(),),
        break_glass=b.break_glass(),
    )
    return replace(base, **changes)


def record(**changes: Any) -> EmergencyRecord:
    (found,) = records_of(emergency())
    return replace(found, **changes)


def test_what_nobody_could_judge_is_in_the_record_and_in_the_marker() -> None:
    shape = emergency()
    unjudged = result(UNKNOWN, "rollback", grant=b.grant().id)
    (found,) = records_of(replace(shape, results=(*shape.results, unjudged)))
    assert found.marker.not_judged == ("rollback",)
    assert [one.reason_code for one in found.silences] == [
        gap.reason_code for gap in UNKNOWN.missing
    ]
    assert read_marker(marker_fields(found.marker)) == found.marker


def test_most_releases_owe_nothing() -> None:
    assert records_of(decision()) == ()


def test_an_emergency_is_told_with_who_what_and_why() -> None:
    found = record()
    assert found.source is Source.EVIDENCE
    assert found.let_through
    assert not records_of(emergency(verdict=Verdict.BLOCK))[0].let_through
    assert read_marker(marker_fields(found.marker)) == found.marker
    assert found.marker.not_by == ("bob", "carol", "erin")
    assert found.marker.issued_at == b.NOW
    assert found.marker.due_at == b.obligation().due_at
    assert (found.reason, found.incident, found.incident_title) == (
        b.REASON,
        "PINC1",
        "Log-in fails",
    )
    assert found.waived == ("ticket",)
    assert found.invoked_by == ("erin",)
    assert found.consent == b.grant().consent
    assert found.expires_at == b.grant().expires_at
    assert found.brought == (
        Brought(
            reference="#12",
            title="CHG-7 Add retries",
            url="https://github.com/acme/app/pull/12",
        ),
    )
    assert found.run_url == "https://github.com/acme/app/actions/runs/7001"


def test_a_release_that_was_no_emergency_can_owe_a_review_as_well() -> None:
    independent = b.obligation(owed=Owed.INDEPENDENT_REVIEW)
    (found,) = records_of(emergency(emergency=None, obligations=(independent,)))
    assert found.marker.owed is Owed.INDEPENDENT_REVIEW
    assert (found.reason, found.consent, found.expires_at) == ("", None, None)


def test_what_is_bound_to_no_run_or_moment_owes_nothing() -> None:
    assert records_of(emergency(run=GAP)) == ()
    assert records_of(emergency(decided_at=None)) == ()


def test_without_the_change_the_rest_is_told() -> None:
    (found,) = records_of(emergency(change=GAP))
    assert (found.brought, found.change_url) == ((), "")


def test_machines_are_not_listed_among_those_who_cannot_review() -> None:
    (found,) = records_of(emergency(obligations=(b.obligation(not_by=("bot:x,y", "erin")),)))
    assert found.marker.not_by == ("erin",)


def test_a_ticket_alone_tells_little() -> None:
    found = record_of_ticket(owed.marker())
    assert (found.marker, found.source, found.reason) == (owed.marker(), Source.TICKET, "")
