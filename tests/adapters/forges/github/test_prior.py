from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gate.domain.facts import Baseline, Deployment, PriorDecision
from tests.adapters.forges.github.canned import HOME, JSON, M0, M1, NOW, Raw
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of
from tests.adapters.forges.github.test_zipped import archive

LIST = f"GET {HOME}/actions/runs/5000/artifacts"
BASELINE = Baseline(
    environment="production", history=(Deployment(id="900", revision=M1, at=NOW, run_id="5000"),)
)


def zip_of(number: int) -> str:
    return f"GET {HOME}/actions/artifacts/{number}/zip"


def evidence(**more: Any) -> bytes:
    run = {"revision": M1, "environment": "production", "id": "5000", **more.pop("run", {})}
    return archive(("decision.json", json.dumps({"verdict": "allow", "run": run, **more}).encode()))


def artifact(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "change-gate-evidence-5000-1-production",
        "size_in_bytes": 1000,
        "expired": False,
        "created_at": f"2026-11-1{number}T15:00:00Z",
        "workflow_run": {"id": 5000},
        **more,
    }


def listing(*found: Any) -> dict[str, Any]:
    return {"total_count": len(found), "artifacts": list(found)}


def prior(github: Making, *found: Any, **more: Any) -> PriorDecision:
    table = {LIST: listing(*found), zip_of(1): Raw(200, evidence(), {}), **more}
    return github(table)[0].prior_decision(BASELINE)


def test_the_decision_is_read_from_the_evidence_of_the_run_that_deployed_it(github: Making) -> None:
    assert prior(github, artifact()) == PriorDecision(
        verdict="allow",
        revision=M1,
        environment="production",
        run_id="5000",
        url="https://github.com/acme/app/actions/runs/5000/artifacts/1",
    )


@pytest.mark.parametrize(
    "history",
    [
        (),
        (Deployment(id="1", revision=M0, at=NOW, run_id="5000"),),
        (Deployment(id="1", revision=M1, at=NOW),),
    ],
)
def test_a_revision_that_was_not_deployed_by_a_run_has_none(github: Making, history: Any) -> None:
    forge, transport = github()
    assert (
        forge.prior_decision(Baseline(environment="production", history=history)) == PriorDecision()
    )
    assert transport.asked == []


@pytest.mark.parametrize("other", [{"name": "build"}, {"expired": True}])
def test_other_artifacts_and_expired_ones_are_none(github: Making, other: Any) -> None:
    assert prior(github, artifact(**other)) == PriorDecision()


def test_the_newest_for_this_environment_and_revision_wins(github: Making) -> None:
    found = prior(
        github,
        artifact(1),
        artifact(2),
        artifact(3),
        **{
            zip_of(3): Raw(200, evidence(run={"environment": "staging"}), {}),
            zip_of(2): Raw(200, evidence(verdict="block"), {}),
        },
    )
    assert (found.verdict, found.environment) == ("block", "production")


def test_evidence_about_something_else_is_none(github: Making) -> None:
    assert (
        prior(github, artifact(), **{zip_of(1): Raw(200, evidence(run={"revision": M0}), {})})
        == PriorDecision()
    )


def redirected(location: str) -> Raw:
    return Raw(302, b"", {"location": location})


@pytest.mark.parametrize(
    "address", ["https://blobs.example/a?sig=s", "http://127.0.0.1:1/a", "http://localhost/a"]
)
def test_the_content_is_fetched_from_where_github_says(github: Making, address: str) -> None:
    found = prior(
        github,
        artifact(),
        **{zip_of(1): redirected(address), f"FETCH {address}": Raw(200, evidence(), {})},
    )
    assert found.verdict == "allow"


@pytest.mark.parametrize(
    "address", ["", "ftp://x/a", "http://169.254.169.254/a", "/relative", "http://["]
)
def test_other_places_are_not_visited(github: Making, address: str) -> None:
    assert (
        code_of(lambda: prior(github, artifact(), **{zip_of(1): redirected(address)}))
        == "unreadable"
    )


def test_content_that_does_not_come_is_missing(github: Making) -> None:
    address = "https://blobs.example/a"
    more = {zip_of(1): redirected(address), f"FETCH {address}": Raw(403, b"", {})}
    assert code_of(lambda: prior(github, artifact(), **more)) == "unavailable"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(410, {"message": "Artifact has expired"}), "not-found"),
        (Raw(403, {"message": "no"}), "not-permitted"),
        (Raw(204, {}, JSON), "unreadable"),
        (Raw(200, b"no archive", {}), "unreadable"),
        (Raw(200, archive(("decision.json", b"{")), {}), "unreadable"),
        (
            Raw(200, archive(("decision.json", b'{"verdict": "block", "verdict": "allow"}')), {}),
            "unreadable",
        ),
        (Raw(200, archive(("decision.json", b'{"verdict": "allow"}')), {}), "unreadable"),
    ],
)
def test_evidence_that_cannot_be_read_is_missing_and_not_absent(
    github: Making, answer: Raw, code: str
) -> None:
    assert code_of(lambda: prior(github, artifact(), **{zip_of(1): answer})) == code


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"workflow_run": {"id": 1}}, "wrong-object"),
        ({"workflow_run": None}, "wrong-object"),
        ({"size_in_bytes": 20_000_001}, "too-large"),
        ({"digest": "sha256:" + "0" * 64}, "wrong-object"),
    ],
)
def test_an_artifact_that_is_not_what_it_should_be_is_refused(
    github: Making, odd: Any, code: str
) -> None:
    assert code_of(lambda: prior(github, artifact(**odd))) == code


def test_the_digest_that_github_recorded_is_checked(github: Making) -> None:
    content = evidence()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (
        prior(github, artifact(digest=digest), **{zip_of(1): Raw(200, content, {})}).verdict
        == "allow"
    )
