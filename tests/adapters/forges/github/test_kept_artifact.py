from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.github import kept_artifact
from gate.adapters.forges.github.kept_artifact import Uploaded
from tests.adapters.forges.github.canned import HOME, CannedTransport, Raw, recorder
from tests.adapters.forges.github.gaps import code_of, gap_of

PLACE = f"GET {HOME}/actions/artifacts/11"
UPLOADED = Uploaded(number="11", name="evidence", run_id="7001", sha256="5" * 64)
NOT_FOUND = Raw(404, {"message": "Not Found"})


def artifact(**more: Any) -> dict[str, Any]:
    return {
        "id": 11,
        "name": "evidence",
        "expired": False,
        "digest": "sha256:" + "5" * 64,
        "created_at": "2026-11-25T15:00:00Z",
        "expires_at": "2027-02-23T15:00:00Z",
        "workflow_run": {"id": 7001},
        **more,
    }


def asked(
    monkeypatch: pytest.MonkeyPatch, *answers: Any, uploaded: Uploaded = UPLOADED
) -> tuple[datetime, CannedTransport, list[float]]:
    transport, waits = CannedTransport({PLACE: list(answers)}), list[float]()
    monkeypatch.setattr(kept_artifact, "Transport", lambda *_: transport)
    try:
        until = kept_artifact.ask(
            "https://api.github.com",
            "acme/app",
            "t",
            uploaded,
            recorder=recorder(),
            deadline=Deadline(60),
            pause=waits.append,
        )
    finally:
        assert transport.closed
    return until, transport, waits


def test_github_says_when_it_deletes_the_artifact(monkeypatch: pytest.MonkeyPatch) -> None:
    until, transport, waits = asked(monkeypatch, artifact())
    assert until == datetime(2027, 2, 23, 15, tzinfo=UTC)
    assert (len(transport.asked), waits) == (1, [])


def test_what_was_uploaded_a_moment_ago_may_take_a_moment_to_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    until, _, waits = asked(monkeypatch, NOT_FOUND, NOT_FOUND, artifact())
    assert (until.year, waits) == (2027, [1.0, 2.0])


def test_what_is_not_there_after_all_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = gap_of(lambda: asked(monkeypatch, NOT_FOUND))
    assert gap.reason_code == "not-found"
    assert gap.source == "GitHub: artifact 11 of run 7001"
    assert "actions: read" in gap.remedy


def test_another_refusal_is_not_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(lambda: asked(monkeypatch, Raw(403, {"message": "no"}), artifact())) == (
        "not-permitted"
    )


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"id": 12}, "number of the artifact is 12, and this run uploaded 11"),
        ({"name": "else"}, "name of the artifact is else, and this run uploaded evidence"),
        ({"workflow_run": {"id": 1}}, "run of the artifact is 1, and this run uploaded 7001"),
        ({"digest": "sha256:0"}, "digest of the artifact is sha256:0"),
    ],
)
def test_another_artifact_says_nothing_about_this_one(
    monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], what: str
) -> None:
    gap = gap_of(lambda: asked(monkeypatch, artifact(**other)))
    assert (gap.reason_code, what in gap.detail) == ("wrong-object", True)


@pytest.mark.parametrize("digest", [None, "sha256:0"])
def test_a_digest_that_one_of_the_two_does_not_know_is_not_compared(
    monkeypatch: pytest.MonkeyPatch, digest: str | None
) -> None:
    known = UPLOADED if digest is None else replace(UPLOADED, sha256="")
    assert asked(monkeypatch, artifact(digest=digest), uploaded=known)[0].year == 2027


@pytest.mark.parametrize("odd", [{"expires_at": None}, {"expires_at": "soon"}, {"workflow_run": 1}])
def test_an_answer_without_a_day_is_not_read(
    monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    assert code_of(lambda: asked(monkeypatch, artifact(**odd))) == "unreadable"
