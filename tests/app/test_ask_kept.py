from __future__ import annotations

import pytest

from gate.app.ask_kept import kept_artifact, upload_of
from gate.app.pipeline import Upload
from gate.domain.ports import FactMissing
from gate.domain.retention import ARTIFACT, KeptPlace
from gate.errors import EvidenceInvalid
from tests import builders as b
from tests.app import sweep_set
from tests.app.hosts import GITHUB, GITLAB, host, on_github, on_gitlab
from tests.evidence.bundles import bundle
from tests.render.decisions import GAP, decision, nothing_known


def test_the_evidence_says_which_run_and_job_left_it() -> None:
    made = bundle(decision(run=b.run(id="71", workflow="gate-eu")))
    assert upload_of(made) == Upload(run_id="71", name="gate-eu")
    given = upload_of(made, name="evidence", number="11", sha256="5" * 64)
    assert given == Upload(run_id="71", name="evidence", number="11", sha256="5" * 64)


def test_a_run_that_nobody_told_is_none() -> None:
    assert upload_of(bundle(nothing_known(GAP)), name="evidence", number="11") == Upload(
        run_id="", name="evidence", number="11"
    )


def test_a_sweep_has_no_such_artifact() -> None:
    with pytest.raises(EvidenceInvalid, match="evidence of a sweep"):
        upload_of(sweep_set.loose())


def test_a_forge_that_does_not_say_is_told_as_such() -> None:
    upload = Upload(run_id="7001", name="change-gate")
    pipeline = on_gitlab(host({**GITLAB, "CI_JOB_TOKEN": ""}))
    with pytest.raises(FactMissing) as caught:
        pipeline.kept_artifact(upload)
    assert kept_artifact(pipeline, upload) == KeptPlace(
        place=ARTIFACT, missing=caught.value.missing
    )


def test_only_where_nobody_can_ask_sooner_a_recheck_does() -> None:
    assert on_gitlab(host(GITLAB)).rechecks_artifact
    assert not on_github(host(GITHUB)).rechecks_artifact
