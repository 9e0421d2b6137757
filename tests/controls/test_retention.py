from datetime import timedelta

from gate.controls.retention import evaluate
from gate.domain.control import Failed, NotApplicable, Passed
from gate.domain.policy.document import EvidenceRules
from gate.domain.retention import KeptEvidence, KeptPlace
from tests import builders as b

ARCHIVED = EvidenceRules(retain="90 days", archive=("file:///evidence",))
NEEDED = b.NOW + timedelta(days=90)
ARTIFACT = KeptPlace(place="artifact of the run", until=NEEDED - timedelta(days=1))
FOLDER = KeptPlace(place="file:///evidence")
LOCKED = KeptPlace(place="s3://evidence", until=NEEDED, locked=True)
UNTOLD = KeptPlace(place="gs://evidence", missing=b.missing(detail="rules are not seen"))


def kept(*places: KeptPlace) -> KeptEvidence:
    return KeptEvidence(needed_until=NEEDED, places=places)


def test_one_place_that_keeps_it_long_enough_suffices_and_all_are_shown() -> None:
    outcome = evaluate(kept(ARTIFACT, FOLDER, LOCKED, UNTOLD), ARCHIVED)
    assert isinstance(outcome, Passed)
    assert [seen.text for seen in outcome.observations] == [
        f"artifact of the run keeps evidence until {NEEDED - timedelta(days=1):%Y-%m-%d}",
        "file:///evidence deletes nothing by itself",
        f"s3://evidence keeps evidence until {NEEDED:%Y-%m-%d}, and nobody can delete it sooner",
        "gs://evidence does not tell how long it keeps evidence: rules are not seen",
    ]
    assert outcome.until is None


def test_places_that_all_delete_sooner_fail() -> None:
    outcome = evaluate(kept(ARTIFACT), ARCHIVED)
    assert isinstance(outcome, Failed)
    (reason,) = outcome.reasons
    assert reason.code == "too-short"
    assert "for 90 days" in reason.text
    assert "evidence.archive" in reason.remedy
    assert len(outcome.observations) == 1


def test_without_an_archive_only_an_artifact_that_suffices_passes() -> None:
    settings = EvidenceRules(retain="90 days")
    enough = KeptPlace(place="artifact of the run", until=NEEDED)
    assert isinstance(evaluate(kept(enough), settings), Passed)
    outcome = evaluate(kept(ARTIFACT), settings)
    assert isinstance(outcome, NotApplicable)
    assert "names no archive" in outcome.reason
