import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gate.app.archives import Servers
from gate.app.context import Host
from gate.app.evidence_retention import github_artifact, gitlab_artifact, retention
from gate.domain.policy.document import EvidenceRules
from gate.domain.retention import KeptPlace
from tests import builders as b


def host(**environ: str) -> Host:
    return Host(
        environ={"PATH": os.environ["PATH"], **environ}, clock=lambda: b.NOW, out=io.StringIO()
    )


def days_later(days: int) -> datetime:
    return b.NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("environ", "days"),
    [
        ({"GITHUB_RETENTION_DAYS": "90"}, 90),
        ({"GITHUB_RETENTION_DAYS": "90", "CHANGE_GATE_ARTIFACT_DAYS": "400"}, 90),
        ({"GITHUB_RETENTION_DAYS": "400", "CHANGE_GATE_ARTIFACT_DAYS": " 30 "}, 30),
        ({"GITHUB_RETENTION_DAYS": "90", "CHANGE_GATE_ARTIFACT_DAYS": "long"}, 90),
        ({"GITHUB_RETENTION_DAYS": "90", "CHANGE_GATE_ARTIFACT_DAYS": "0"}, 90),
    ],
)
def test_an_artifact_of_github_is_kept_as_the_repository_says_or_shorter(
    environ: dict[str, str], days: int
) -> None:
    assert github_artifact(host(**environ)) == KeptPlace(
        place="artifact of the run", until=days_later(days)
    )


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"CHANGE_GATE_ARTIFACT_DAYS": "400"},
        {"GITHUB_RETENTION_DAYS": "²"},
        {"GITHUB_RETENTION_DAYS": "99999"},
    ],
)
def test_an_artifact_of_a_runner_that_does_not_say_is_not_known(environ: dict[str, str]) -> None:
    place = github_artifact(host(**environ))
    assert place.missing is not None
    assert "does not say" in place.missing.detail


@pytest.mark.parametrize(("said", "known"), [("true", True), ("", True), ("false", False)])
def test_an_artifact_that_nobody_uploads_keeps_nothing(said: str, known: bool) -> None:
    place = github_artifact(host(GITHUB_RETENTION_DAYS="400", CHANGE_GATE_UPLOAD=said))
    assert (place.missing is None) is known
    assert known or (place.missing and "`upload-evidence`" in place.missing.detail)


def test_an_artifact_of_gitlab_is_not_known_before_it_is_uploaded() -> None:
    place = gitlab_artifact()
    assert place.missing is not None
    assert "when it is uploaded" in place.missing.detail
    assert "evidence.archive" in place.missing.remedy


def test_every_place_is_asked_and_one_that_fails_is_one_that_is_not_known(tmp_path: Path) -> None:
    artifact = KeptPlace(place="artifact of the run", until=days_later(90))
    gone = (tmp_path / "gone").as_uri()
    found = retention(host(), EvidenceRules(archive=(tmp_path.as_uri(), gone)), Servers(), artifact)
    first, second, third = found.places
    assert first is artifact
    assert second == KeptPlace(place=tmp_path.as_uri())
    assert third.place == gone
    assert third.missing is not None
    assert third.missing.reason_code == "not-configured"
