"""What an auditor asks about an emergency, answered from the files alone: no clock, no network, nobody to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gate.app.replay import replay
from gate.evidence.canonical import digest
from gate.evidence.sweep_bundle import TICKETS
from gate.evidence.sweep_json import SWEEP
from gate.sandbox.world import sha
from tests.emergencies.days import GOOD_FINDINGS, REVIEW, sweeping
from tests.emergencies.rig import Forge, Outcome, Story
from tests.scenarios.play import SCENARIOS

HOURS = timedelta(hours=5)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, with no clone in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def granted_and_reviewed(
    forge: Forge, folder: Path, place: str = "emergency-granted", review: str = ""
) -> tuple[Outcome, Outcome, str]:
    """An emergency, a comment by Carol five hours later, and the sweep after it; the key of the ticket."""
    with Story(folder, forge, {}, SCENARIOS / place) as story:
        checked = story.check()
        story.leave(checked, deployed=True)
        (ticket,) = story.kept()
        story.go_on(HOURS, sweeping(story.world, 8001, HOURS))
        if review:
            story.say(ticket.key, "carol", review)
        return checked, story.sweep(), ticket.key


def reviewed(findings: str = GOOD_FINDINGS) -> str:
    return REVIEW.format(revision=sha("m1"), findings=findings)


def facts(evidence: Mapping[str, bytes], name: str) -> Any:
    return json.loads(evidence[f"facts/{name}.json"])["fact"]


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_the_files_answer_every_question_about_an_emergency(forge: Forge, elsewhere: Path) -> None:
    checked, swept, key = granted_and_reviewed(forge, elsewhere, review=reviewed())
    decision, follow_up = checked.decision, json.loads(checked.evidence["follow-up.json"])
    told, grant = decision["emergency"], decision["emergency"]["grant"]

    # What was released, where, and in which run.
    assert (grant["repository"], grant["environment"]) == ("acme/app", "production")
    assert grant["revision"] == decision["change"]["head"] == sha("m1")
    assert (grant["run_id"], grant["attempt"]) == ("7001", 1)
    assert [one["title"] for one in decision["change"]["merge_requests"]] == [
        "Stop retrying while the bank is down"
    ]
    # Why.
    assert told["reason"].startswith("Payments fail for every customer")
    assert (grant["incident"], grant["incident_title"], grant["unverified"]) == (
        *("PT4KHLK", "Payments fail"),
        "",
    )
    # Who asked for it.
    assert grant["invoked_by"] == ["dave"]
    assert facts(checked.evidence, "run")["started_by"]["login"] == "dave-k"
    # Who approved it, when, and how that is proven.
    consent = grant["consent"]
    assert (consent["person"], consent["proof"], consent["where"]) == (
        *("erin", "acknowledgement"),
        "incident 1234",
    )
    entries = facts(checked.evidence, "incident")["entries"]
    (taken,) = [one for one in entries if one["kind"] == "acknowledged"]
    assert (taken["at"], taken["by"]["id"], taken["by_hand"]) == (consent["at"], "PERIN01", True)
    on_duty = {one["at"]: one["people"] for one in facts(checked.evidence, "on-call")["duties"]}
    assert [one["id"] for one in on_duty[consent["at"]]] == ["PERIN01"]
    # What was set aside, and what was not.
    assert told["waived"] == ["ticket", "authority", "window"]
    outcomes = {one["control"]: one["outcome"] for one in decision["results"]}
    assert outcomes.keys() == {*told["waived"], *told["not_waived"]}
    assert all(outcomes[name] in {"failed", "unknown"} for name in told["waived"])
    assert not any(outcomes[name] == "failed" for name in told["not_waived"])
    # By when it must be reviewed, and by whom not.
    (owed,) = decision["obligations"]
    assert owed["due_at"] == grant["issued_at"].replace("-26T", "-28T")
    assert owed["not_by"] == ["bob", "dave", "erin"]
    # Where that is kept.
    assert (follow_up["kept"]["key"], follow_up["kept"]["refused"]) == (key, {})
    # All of this follows from the facts.
    assert replay(checked.evidence).decision.verdict.value == "allow"

    # Whether it was reviewed, and by whom: the sweep's own files, which name the decision.
    sweep = json.loads(swept.evidence[SWEEP])
    (release,) = sweep["table"]["releases"]
    assert release["decision"]["digest"] == digest(checked.evidence["decision.json"])
    assert (release["id"], release["state"]) == (grant["id"], "paid")
    review = release["review"]
    assert (review["by"], review["outcome"], review["findings"]) == (
        *("carol", "confirmed"),
        GOOD_FINDINGS,
    )
    assert owed["due_at"] > review["at"] > release["deployed_at"]
    assert [one["action"] for one in sweep["actions"]] == ["close"]
    assert sweep["policy"]["digest"] == digest(swept.evidence["policy.yml"])
    desk = next(one for one in json.loads(swept.evidence[TICKETS])["desks"] if one["tickets"])
    (ticket,) = desk["tickets"]
    assert (ticket["key"], ticket["marker"]["id"]) == (key, grant["id"])
    assert [one["url"] for one in ticket["comments"]] == [review["url"]]


def test_the_files_of_a_sweep_say_that_nobody_has_reviewed_yet(elsewhere: Path) -> None:
    checked, swept, key = granted_and_reviewed("github", elsewhere)
    (release,) = json.loads(swept.evidence[SWEEP])["table"]["releases"]
    assert release["decision"]["digest"] == digest(checked.evidence["decision.json"])
    assert (release["state"], release["review"], release["ticket"]["key"]) == ("open", None, key)


@pytest.mark.parametrize(
    ("place", "person", "proof"),
    [
        ("emergency-granted-by-incident-io", "erin", "acknowledgement"),
        ("emergency-granted-by-jsm", "erin", "acknowledgement"),
        ("emergency-granted-by-a-deployment-approval", "alice", "deployment"),
        ("emergency-granted-by-a-review", "alice", "review"),
        ("emergency-pager-down-approved-in-the-forge", "alice", "deployment"),
        ("emergency-alone", "", "none"),
    ],
)
def test_how_the_second_person_is_known_is_told_whatever_the_proof_is(
    place: str, person: str, proof: str, elsewhere: Path
) -> None:
    checked, swept, _ = granted_and_reviewed("github", elsewhere, place, reviewed())
    grant = checked.decision["emergency"]["grant"]
    assert (grant["consent"]["person"], grant["consent"]["proof"]) == (person, proof)
    assert bool(grant["unverified"]) is ("pager-down" in place)
    (release,) = json.loads(swept.evidence[SWEEP])["table"]["releases"]
    assert (release["state"], release["review"]["by"]) == ("paid", "carol")


def test_a_secret_that_a_reviewer_pasted_is_not_kept(elsewhere: Path) -> None:
    pasted = "ghp_" + "a1B2c3D4" * 5
    findings = f"{GOOD_FINDINGS} I used the key {pasted} for it."
    _, swept, _ = granted_and_reviewed("github", elsewhere, review=reviewed(findings))
    for name, content in swept.evidence.items():
        assert pasted not in content.decode(), name
    (release,) = json.loads(swept.evidence[SWEEP])["table"]["releases"]
    assert GOOD_FINDINGS in release["review"]["findings"]


def test_sha256sum_finds_the_files_of_a_sweep_unaltered(elsewhere: Path) -> None:
    _, swept, _ = granted_and_reviewed("github", elsewhere, review=reviewed())
    lines = [line.split("  ") for line in swept.evidence["SHA256SUMS"].decode().splitlines()]
    assert {name: f"sha256:{found}" for found, name in lines} == {
        name: digest(content) for name, content in swept.evidence.items() if name != "SHA256SUMS"
    }
