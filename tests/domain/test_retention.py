from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.facts import Clock, Fact
from gate.domain.missing import Missing
from gate.domain.policy.document import EvidenceRules, Policy
from gate.domain.retention import (
    ARTIFACT,
    KeptEvidence,
    KeptPlace,
    Retention,
    keep_until,
    kept_evidence,
)
from tests import builders as b

UNTOLD = Missing(source="s3://x", reason_code="not-permitted", detail="it does not say")


def policy(retain: str = "25 months", archive: tuple[str, ...] = ("file:///evidence",)) -> Policy:
    return replace(b.policy(), evidence=EvidenceRules(retain=retain, archive=archive))


@pytest.mark.parametrize(
    ("retain", "expected"),
    [
        ("90 days", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("1 day", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("1 month", datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("25 months", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("1 year", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        ("9999 years", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_length_of_time_goes_by_the_calendar(retain: str, expected: datetime) -> None:
    assert keep_until(retain, datetime(2026, 1, 31, 12, tzinfo=UTC)) == expected


@given(
    start=st.datetimes(timezones=st.just(UTC)),
    count=st.integers(1, 9999),
    unit=st.sampled_from(["days", "months", "years"]),
)
def test_one_more_is_never_sooner(start: datetime, count: int, unit: str) -> None:
    assert start < keep_until(f"{count} {unit}", start) <= keep_until(f"{count + 1} {unit}", start)


def kept(*places: KeptPlace) -> KeptEvidence | Missing:
    facts = {Clock: Clock(now=b.NOW), Retention: Retention(places=places)}
    return kept_evidence(facts, policy("90 days"))


SHORT = KeptPlace(place="artifact of the run", until=keep_until("89 days", b.NOW))
LONG = KeptPlace(place="file:///evidence")
ENOUGH = KeptPlace(place="s3://evidence", until=keep_until("90 days", b.NOW), locked=True)
UNKNOWN = KeptPlace(place="gs://evidence", missing=UNTOLD)


def test_one_place_that_keeps_it_long_enough_suffices() -> None:
    found = kept(SHORT, LONG, ENOUGH, UNKNOWN)
    assert isinstance(found, KeptEvidence)
    assert found.long_enough == (LONG, ENOUGH)
    assert found.needed_until == keep_until("90 days", b.NOW)


def test_places_that_are_all_too_short_are_known() -> None:
    found = kept(SHORT)
    assert isinstance(found, KeptEvidence)
    assert found.long_enough == ()


def test_nothing_is_known_while_the_one_that_may_suffice_does_not_tell() -> None:
    assert kept(SHORT, UNKNOWN) is UNTOLD


def test_without_an_archive_nothing_else_could_keep_it() -> None:
    facts = {Clock: Clock(now=b.NOW), Retention: Retention(places=(UNKNOWN,))}
    found = kept_evidence(facts, policy("90 days", ()))
    assert isinstance(found, KeptEvidence)
    assert found.long_enough == ()


def test_without_an_archive_no_clock_is_needed() -> None:
    facts: dict[type[Fact], Fact | Missing] = {
        Clock: UNTOLD,
        Retention: Retention(places=(LONG,)),
    }
    found = kept_evidence(facts, policy("90 days", ()))
    assert found == KeptEvidence(needed_until=None)
    assert not found.suffices(LONG)


def test_without_places_or_a_clock_nothing_is_known() -> None:
    clock: dict[type[Fact], Fact | Missing] = {Clock: Clock(now=b.NOW)}
    late = kept_evidence({Clock: UNTOLD, Retention: Retention()}, policy())
    assert isinstance(late, Missing)
    assert late.reason_code == UNTOLD.reason_code
    assert kept_evidence({**clock, Retention: UNTOLD}, policy()) is UNTOLD
    found = kept_evidence(clock, policy())
    assert isinstance(found, Missing)
    assert found.reason_code == "not-gathered"


def test_what_the_pipeline_says_of_the_artifact_takes_the_place_of_what_was_known() -> None:
    found = Retention(places=(SHORT, ENOUGH)).with_artifact(KeptPlace(place=ARTIFACT))
    assert found == Retention(places=(KeptPlace(place=ARTIFACT), ENOUGH))
    assert Retention(places=(ENOUGH,)).with_artifact(SHORT) == Retention(places=(ENOUGH,))


def test_a_place_says_how_long_it_keeps_evidence() -> None:
    assert SHORT.sentence == "Artifact of the run keeps evidence until 2027-02-22."
    assert ENOUGH.text == (
        "s3://evidence keeps evidence until 2027-02-23, and nobody can delete it sooner"
    )
    assert LONG.text == "file:///evidence deletes nothing by itself"
    assert UNKNOWN.text == (
        "gs://evidence does not tell how long it keeps evidence: it does not say"
    )
