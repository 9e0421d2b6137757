from __future__ import annotations

from datetime import UTC, datetime

from gate.domain.facts import ChangeKind, CheckState, Reach
from gate.policy.places import PLACES
from tests.adapters.forges.github.canned import C1, C2, M0, M1, POLICY
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import gap_of


def test_a_whole_check_of_one_pull_request_takes_eight_requests(github: Making) -> None:
    forge, transport = github()
    assert forge.policy_file(PLACES).content == POLICY
    run = forge.run()
    assert (run.started_by.id, run.rerun_by, run.workflow) == (
        "101",
        None,
        ".github/workflows/deploy.yml",
    )
    baseline = forge.baseline()
    assert baseline.current is not None
    assert (baseline.current.revision, baseline.current.run_id) == (M0, "5000")
    revision = forge.revision("main")
    assert (revision.reach, revision.branch_head, revision.ref_sha) == (Reach.IDENTICAL, M1, M1)
    assert revision.branch_protected is True
    assert [(c.name, c.app, c.state) for c in forge.checks().checks] == [
        ("unit", "github-actions", CheckState.SUCCESS),
        ("gate", "github-actions", CheckState.PENDING),
        ("ci/legacy", "jenkins[bot]", CheckState.SUCCESS),
    ]
    assert [a.approver.login for a in forge.deployment_approvals().approvals] == ["carol"]
    change = forge.change(baseline, "main")
    assert (change.kind, change.base, change.head) == (ChangeKind.FORWARD, M0, M1)
    assert [c.sha for c in change.commits] == [M1]
    (request,) = change.merge_requests
    assert (request.head, [c.sha for c in request.commits]) == (C2, [C1, C2])
    assert request.reviews[0].submitted_at == datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert [f.path for f in forge.files(change).files] == ["services/api/app.py"]
    assert [u.reference for u in forge.earlier_uses(change, "main", ["CHG-7"]).uses] == ["#9"]
    assert len(transport.asked) == 8
    forge.close()
    assert transport.closed


def test_github_keeps_no_freeze_periods(github: Making) -> None:
    forge, _ = github({})
    gap = gap_of(forge.freezes)
    assert gap.reason_code == "not-configured"
    assert "GitHub has none" in gap.detail
