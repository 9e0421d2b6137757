"""The same scenarios on GitLab: the same verdicts and reasons, but for those that `gitlab.yml` names."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.app.replay import replay
from tests.scenarios.conftest import Plays
from tests.scenarios.emergencies import assert_emergency, rechecks
from tests.scenarios.forges import (
    DIFFERENCES,
    ONLY,
    expectation_on_gitlab,
    names_on_gitlab,
    play_recheck_on_gitlab,
    play_with_job_token,
)
from tests.scenarios.play import names
from tests.scenarios.test_invariants import SECRETS
from tests.scenarios.test_scenarios import one_line

KNOWN = {"why", "not_on_gitlab", "world", "expect", "differs"}


@pytest.mark.parametrize("name", [*names_on_gitlab(), *ONLY])
def test_scenario_on_gitlab(
    name: str, played_on_gitlab: Plays, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    wanted = expectation_on_gitlab(name)
    if reason := wanted.get("differs"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    found = played_on_gitlab(name)

    assert (found.exit_code, found.said) == (wanted["exit"], found.said)
    for text in wanted.get("never_says", []):
        assert text not in found.said
        if name in SECRETS:
            assert not any(text.encode() in content for content in found.evidence.values())
    for text in wanted.get("says", []):
        assert one_line(text) in one_line(found.said)
    if "reasons" in wanted:
        assert sorted(json.loads(found.outputs["reason-codes"])) == sorted(wanted["reasons"])
    if "verdict" in wanted:
        assert found.outputs["verdict"] == wanted["verdict"]
    for key in ("change_type", "risk"):
        if key in wanted:
            assert found.outputs[key.replace("_", "-")] == wanted[key]
    assert_emergency(wanted, found, "gitlab")
    if found.evidence:
        assert replay(found.evidence).digest == found.outputs["evidence-digest"]
    for number, (later, then) in enumerate(rechecks(wanted)):
        again = play_recheck_on_gitlab(name, found, tmp_path / str(number), later)
        assert (again.exit_code, again.said) == (then["exit"], again.said)


JOB_TOKEN_ALONE: Mapping[str, str] = {
    "allow-normal": "",
    "fast-forward": "",
    "squash-merge": "",
    "merge-queue": "",
    "approval-then-push": "",
    "approval-then-clean-base-merge": "",
    "approval-then-base-merge-with-a-conflict": "",
    "base-merge-that-slips-something-in": "",
    "merge-made-on-a-desk": "",
    "squash-made-on-a-desk": "",
    "force-push-after-approval": "",
    "changes-requested-after-approval": "",
    "dismissed-approval": "",
    "first-deployment-ever": "",
    "history-rewritten": "",
    "prohibited-path-by-its-old-name": "",
    "rollback-by-the-short-lane": "",
    "fake-merge-message": "",
    "two-requests-in-one-deploy": "review.not-permitted",
    "two-requests-one-unreviewed": "review.not-permitted",
    "github-issue-approved": "ticket.not-permitted",
    "role-from-a-team": "authority.role-unresolved",
}
"""What comes out with the job token and a clone: the same, or closed for a reason that names what cannot be read.

Notes tell what an approval was for only where each push left one, so a merge request of a single push needs a token
that may read; so do issues' labels, members of groups, and statuses that others report.
"""


@pytest.mark.parametrize("name", JOB_TOKEN_ALONE)
def test_with_the_job_token_alone(name: str, tmp_path: Path) -> None:
    wanted, found = expectation_on_gitlab(name), play_with_job_token(name, tmp_path)
    codes = json.loads(found.outputs["reason-codes"])
    if reason := JOB_TOKEN_ALONE[name]:
        assert reason in codes
        assert found.outputs["verdict"] != "allow"
    else:
        assert (found.exit_code, found.said) == (wanted["exit"], found.said)
        assert sorted(codes) == sorted(wanted["reasons"])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_difference_is_of_a_scenario_and_has_a_reason(name: str) -> None:
    found = DIFFERENCES[name]
    assert name in names()
    assert found.keys() <= KNOWN
    assert found.keys() & {"why", "not_on_gitlab", "differs"}
    assert "not_on_gitlab" not in found or len(found) == 1


@pytest.mark.parametrize("name", ONLY)
def test_every_scenario_of_gitlabs_own_says_what_it_is_about(name: str) -> None:
    found = ONLY[name]
    assert name not in names()
    assert found["about"].endswith(".")
    assert found.keys() <= {"about", "of", "world", "expect", "differs"}
    assert found.get("of", "base") in {"base", *names()}
