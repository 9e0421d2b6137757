"""What the real date of the artifact means for a decision that counted on another one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from gate.app.check import judge
from gate.app.read_back import SUMMER_TIME, ReadBack, read_back, refuse_unless_kept
from gate.domain import facts as f
from gate.domain.missing import Missing
from gate.domain.retention import ARTIFACT, KeptPlace, Retention, keep_until
from gate.errors import EvidenceInvalid, EvidenceNotWritten
from gate.evidence.bundle import Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.stored_facts import FOLDER as FACTS
from gate.evidence.stored_facts import read_facts
from gate.policy.load import parse
from tests import builders as b
from tests.app import sweep_set
from tests.app.evidence_set import CONTENT
from tests.scenarios.play import load, play

NEEDED = keep_until("90 days", b.NOW)
FOLDER = "file:///evidence"
LONG = KeptPlace(place=ARTIFACT, until=NEEDED)
SHORT = KeptPlace(place=ARTIFACT, until=NEEDED - timedelta(days=1))
UNTOLD = KeptPlace(
    place=ARTIFACT,
    missing=Missing(
        source="GitHub: artifact 11",
        reason_code="not-permitted",
        detail="the token may not read artifacts",
        remedy="whoever owns the workflow adds `actions: read`",
    ),
)


@cache
def allowed() -> Mapping[str, bytes]:
    """The facts of a deploy that may go on."""
    with tempfile.TemporaryDirectory() as folder:
        played = play(load("base"), Path(folder))
    assert played.exit_code == 0, played.said
    return {name: made for name, made in played.evidence.items() if name.startswith(FACTS)}


@cache
def decided(
    *places: KeptPlace, more: str = "", archive: bool = False, tested: bool = True
) -> Bundle:
    """That deploy under a policy that keeps evidence for 90 days."""
    text = CONTENT.decode()
    named = f", archive: '{FOLDER}'" if archive else ""
    text = text.replace("evidence: {retain: 25 months}", f"evidence: {{retain: 90 days{named}}}")
    policy = f"{text}\n{more}\n".encode()
    rules = parse(policy, name="policy.yml").policy
    facts = {
        **read_facts(allowed()),
        f.PolicySource: b.policy_source(digest=digest(policy)),
        f.Clock: f.Clock(now=b.NOW),
        Retention: Retention(places=places),
    }
    if not tested:
        facts[f.Checks] = b.checks()
    return judge(facts, rules, policy, dict, str).bundle


def held(before: KeptPlace, now: KeptPlace, *others: KeptPlace, **how: object) -> ReadBack:
    return read_back(decided(before, *others, **how), now)


def at(moment: datetime) -> KeptPlace:
    return KeptPlace(place=ARTIFACT, until=moment)


def test_what_was_told_and_what_is_so_may_be_the_same() -> None:
    found = held(LONG, LONG)
    assert (found.passed, found.holds, found.binding) == (True, True, True)
    assert (found.until, found.retain) == (NEEDED, "90 days")
    assert found.text == f"Artifact of the run keeps evidence until {NEEDED:%Y-%m-%d}."
    refuse_unless_kept(found)


@pytest.mark.parametrize("archive", [True, False])
def test_a_decision_that_rests_on_a_later_day_does_not_hold(archive: bool) -> None:
    found = held(LONG, SHORT, archive=archive)
    assert (found.passed, found.holds, found.binding) == (True, False, True)
    with pytest.raises(EvidenceNotWritten, match="rests on a later day") as error:
        refuse_unless_kept(found)
    assert error.value.exit_code == 5
    assert f"until {NEEDED - timedelta(days=1):%Y-%m-%d}. " in error.value.message
    assert "for 90 days" in error.value.message
    assert "`evidence-retention-days`" in error.value.hint


def test_a_day_that_nobody_tells_is_none_to_rest_on() -> None:
    found = held(LONG, UNTOLD)
    assert (found.holds, found.until) == (False, None)
    with pytest.raises(EvidenceNotWritten, match="does not tell how long") as error:
        refuse_unless_kept(found)
    assert error.value.hint.startswith("Whoever owns the workflow adds `actions: read`.")


@pytest.mark.parametrize("now", [SHORT, UNTOLD])
def test_another_place_that_keeps_it_is_enough(now: KeptPlace) -> None:
    found = held(LONG, now, KeptPlace(place=FOLDER), archive=True)
    assert (found.passed, found.holds) == (True, True)
    refuse_unless_kept(found)


@pytest.mark.parametrize("now", [SHORT, UNTOLD])
def test_a_decision_that_never_counted_on_it_stays(now: KeptPlace) -> None:
    found = held(SHORT, now)
    assert (found.passed, found.holds) == (False, False)
    assert found.text.endswith(
        "The policy keeps evidence for 90 days, and no place that it goes to is known to."
    )
    refuse_unless_kept(found)


@pytest.mark.parametrize(
    "how",
    [
        {"more": "observe: {until: 2026-12-31, reason: We try it out}"},
        {"tested": False},
    ],
    ids=["observe", "blocked-anyway"],
)
def test_what_stops_no_deploy_does_not_stop_this_one(how: dict[str, object]) -> None:
    found = held(LONG, SHORT, **how)
    assert (found.passed, found.holds, found.binding) == (True, False, False)
    refuse_unless_kept(found)


def test_days_are_counted_by_the_wall_clock_of_the_runner() -> None:
    assert held(LONG, at(NEEDED - SUMMER_TIME)).holds
    assert not held(LONG, at(NEEDED - SUMMER_TIME - timedelta(seconds=1))).holds


def test_an_artifact_may_be_kept_for_ever() -> None:
    found = held(SHORT, KeptPlace(place=ARTIFACT))
    assert (found.holds, found.until) == (True, None)
    assert found.text == "Artifact of the run deletes nothing by itself."


def test_what_was_never_gathered_cannot_be_read_back() -> None:
    bundle = decided(LONG)
    gap = b'{"missing":{"cause":"","detail":"x","reason_code":"timed-out","remedy":"","retriable":false,"source":"x"}}'
    own = {name: made for name, made in bundle.files.items() if name != "SHA256SUMS"}
    del own["record.json"]
    found = read_back(seal({**own, "facts/retention.json": gap}), LONG)
    assert (found.passed, found.holds) == (False, False)


def test_without_a_policy_there_is_nothing_to_hold_it_against() -> None:
    bundle = decided(LONG)
    own = {
        name: made
        for name, made in bundle.files.items()
        if name not in {"policy.yml", "record.json", "SHA256SUMS"}
    }
    assert read_back(seal(own), SHORT) == ReadBack(artifact=SHORT)


def test_the_evidence_of_a_sweep_is_none_of_a_decision() -> None:
    with pytest.raises(EvidenceInvalid, match="evidence of a sweep"):
        read_back(sweep_set.loose(), LONG)
