"""The tests of this folder can fail: where one part of the redaction is taken away, what it guards against is found."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from gate.adapters import redaction, token_forms
from gate.adapters.answer import Answer
from gate.adapters.redaction import Redactor
from gate.adapters.sending import Request, Sender
from tests.redaction.kinds import KINDS
from tests.redaction.own import all_signs
from tests.redaction.planter import Planted
from tests.redaction.played import play, story_of
from tests.redaction.plays import BODY, Play, emergency
from tests.redaction.rig import NOBODY
from tests.redaction.tainting import EXTRA

NORMAL = Play(scenario="allow-normal", forge="github")
ON_GITLAB = Play(scenario="allow-normal", forge="gitlab")


@pytest.fixture
def without_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what credentials look like."""
    monkeypatch.setattr(token_forms, "FORMS", ())


def leaked(which: Play, folder: Path) -> tuple[set[str], set[str], list[Planted]]:
    """Where something leaked, which of our own secrets, and what of the others."""
    found = play(which, folder)
    own = {
        leak.split(" is in ")[0].removeprefix("our own ")
        for leak in found.leaks
        if leak.startswith("our own ")
    }
    return {leak.rsplit(" is in ", 1)[1] for leak in found.leaks}, own, list(found.planted_and_left)


@pytest.mark.usefixtures("without_forms")
@pytest.mark.parametrize("which", [NORMAL, ON_GITLAB], ids=["github", "gitlab"])
def test_a_credential_of_every_kind_would_be_found(which: Play, tmp_path: Path) -> None:
    _, _, left = leaked(which, tmp_path)
    assert {one.kind for one in left} == set(KINDS)
    assert {one.system for one in left} == {which.forge, "jira"}
    assert {"html_url", "web_url", "url", "self"} & {one.place.rpartition(".")[2] for one in left}


@pytest.mark.usefixtures("without_forms")
@pytest.mark.parametrize("pager", ["", "-by-incident-io", "-by-jsm"])
def test_what_is_told_to_people_would_be_found(pager: str, tmp_path: Path) -> None:
    places, _, left = leaked(
        Play(
            scenario=f"emergency-granted{pager}",
            forge="github",
            arguments=("--note",),
            steps=emergency,
        ),
        tmp_path,
    )
    told = {re.sub(r"[0-9]+", "#", place) for place in places}
    assert told >= {
        "the log of gate check", "the log of gate follow-up", "the webhook", "what the gate wrote into a system (#)",
        "#/step-summary.md", "#/evidence/report.html", "#/evidence/decision.json", "#/evidence/sweep.json",
        "#/evidence/tickets.json", "#/evidence/facts/incident.json", "#/evidence/record.json",
    }  # fmt: skip
    assert {one.system for one in left} >= {"github", "jira"}
    assert len({one.system for one in left}) == 3


@pytest.mark.usefixtures("without_forms")
@pytest.mark.parametrize("system", ["jira", "github/repos/*/*/commits/*/check-runs"])
def test_what_an_error_says_would_be_found(system: str, tmp_path: Path) -> None:
    faults = [{"route": f"* /{system.removesuffix('/**')}**", "status": 403, "body": BODY}]
    places, _, left = leaked(
        Play(scenario="allow-normal", forge="github", changes={"faults": faults}), tmp_path
    )
    assert {one.place for one in left} & {"message", "errorMessages"}
    assert "the log of gate check" in places


@pytest.mark.parametrize("which", [NORMAL, ON_GITLAB], ids=["github", "gitlab"])
def test_every_secret_of_our_own_would_be_found(
    which: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "every_form", lambda secrets: ())
    monkeypatch.setattr(token_forms, "FORMS", ())
    with story_of(which, tmp_path / "known", NOBODY) as story:
        names = set(all_signs(story.own).values())
    _, own, _ = leaked(which, tmp_path / "played")
    assert own == names


@pytest.mark.usefixtures("without_forms")
@pytest.mark.parametrize("which", [NORMAL, ON_GITLAB], ids=["github", "gitlab"])
def test_what_nobody_listed_would_be_found(
    which: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everything(self: Redactor, body: object, keep: Collection[str]) -> object:
        return body

    monkeypatch.setattr(Redactor, "body", everything)
    _, _, left = leaked(which, tmp_path)
    assert {one.system for one in left if EXTRA in one.place} == {which.forge, "jira"}


@pytest.mark.usefixtures("without_forms")
def test_headers_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_headers(self: Sender, started: Any, request: Request, answer: Answer | None) -> None:
        self._recorder.record(
            started,
            system="any",
            method=request.method,
            url=request.shown,
            status=answer.status if answer else 0,
            body={"message": str(answer.headers) if answer else ""},
            keep=("message",),
        )

    monkeypatch.setattr(Sender, "_record", with_headers)
    _, _, left = leaked(ON_GITLAB, tmp_path)
    assert {one.place for one in left} >= {
        "Set-Cookie",
        "X-Auth-Token",
        "Authorization",
        "WWW-Authenticate",
    }
