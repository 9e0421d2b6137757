import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gate.app.recheck import REASONS, Deploy, Objection, Recheck, recheck
from gate.domain.decision import Decision
from gate.domain.policy.document import Observe
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, Bundle, seal
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.decision_json import decision_json
from tests import builders as b
from tests.evidence.sweeps import sweep
from tests.render.decisions import FAILED, GAP, decision, nothing_known, result

DEPLOY = Deploy(
    repository="acme/app",
    environment="production",
    revision=b.sha("m1"),
    run_id="7001",
    attempt=1,
)
OBSERVED = decision(result(FAILED), observe=Observe(until=date(2027, 1, 31)))


def bundle(shape: Decision | None = None) -> Bundle:
    content = decision_json(shape or decision(), facts_digest="f", gate_version="1")
    return seal({DECISION: content})


def ask(shape: Decision | None = None, deploy: Deploy = DEPLOY, minutes: int = 5) -> Recheck:
    return recheck(bundle(shape).files, deploy, b.NOW + timedelta(minutes=minutes))


def test_a_decision_holds_for_its_own_deploy_while_it_is_valid() -> None:
    assert ask() == Recheck(objections=(), observing=False, valid_until="2026-11-25T16:00:00Z")


def test_without_somebody_to_judge_no_policy_is_read() -> None:
    # Importing what reads one takes longer than the whole recheck, which stands before every deploy.
    script = (
        "import sys; import gate.cli.recheck, gate.app.on_github, gate.adapters.ci.github_actions\n"
        "print([name for name in sys.modules if name.startswith(('gate.policy', 'gate.controls', 'yaml'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_where_the_deploy_is_another_job_attempts_are_not_compared() -> None:
    assert ask(deploy=replace(DEPLOY, attempt=None)).objections == ()
    assert ask(deploy=replace(DEPLOY, attempt=None, run_id="7002")).objections != ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"repository": "acme/other"}, "repository acme/app, this deploy is for acme/other"),
        ({"environment": "staging"}, "environment production, this deploy is for staging"),
        ({"revision": "0" * 40}, "revision"),
        ({"run_id": "7002"}, "run 7001, this deploy is for 7002"),
        ({"attempt": 2}, "attempt 1, this deploy is for 2"),
    ],
)
def test_it_holds_for_no_other_deploy(changed: dict[str, object], said: str) -> None:
    deploy = replace(DEPLOY, **changed)  # type: ignore[arg-type]  # one field of the deploy each
    (objection,) = ask(deploy=deploy).objections
    assert said in objection.text
    assert objection.code == f"other-{next(iter(changed)).removesuffix('_id')}"
    assert objection.code in REASONS


def test_it_ends() -> None:
    assert ask(minutes=59).objections == ()
    (objection,) = ask(minutes=60).objections
    assert objection == Objection(
        "expired", "the decision held until 2026-11-25 16:00:00 UTC, now it is 16:00:00"
    )


def test_a_blocked_deploy_is_not_passed_later() -> None:
    assert ask(decision(result(FAILED))).objections == (
        Objection("not-allowed", "the decision was block, not allow"),
        Objection("never-valid", "the decision was never valid for any time"),
    )


def test_observe_mode_excuses_the_verdict_but_not_another_deploy() -> None:
    assert ask(OBSERVED).observing
    assert not ask(OBSERVED, replace(DEPLOY, attempt=2)).observing


def test_observe_mode_that_has_ended_excuses_nothing_any_more() -> None:
    days = (date(2027, 1, 31) - b.NOW.date()).days
    assert ask(OBSERVED, minutes=days * 24 * 60).observing
    assert not ask(OBSERVED, minutes=(days + 1) * 24 * 60).observing


@pytest.mark.parametrize("observe", ["on", {}, {"until": "soon"}, {"until": 2027}])
def test_an_observe_mode_without_an_end_excuses_nothing(observe: Json) -> None:
    written = loads(bundle(OBSERVED).files[DECISION], name=DECISION)
    assert isinstance(written, dict)
    files = seal({DECISION: dumps({**written, "observe": observe})}).files
    assert not recheck(files, DEPLOY, b.NOW).observing


def test_the_digest_of_the_check_must_be_that_of_the_bundle() -> None:
    found = bundle()
    assert recheck(found.files, DEPLOY, b.NOW, expected=found.digest).objections == ()
    with pytest.raises(EvidenceInvalid, match="not the evidence of the check"):
        recheck(found.files, DEPLOY, b.NOW, expected="sha256:0")


def test_an_altered_bundle_proves_nothing() -> None:
    with pytest.raises(EvidenceInvalid, match="was altered"):
        recheck({**bundle().files, DECISION: b"{}"}, DEPLOY, b.NOW)


def test_a_decision_without_a_run_is_bound_to_nothing() -> None:
    assert len(ask(nothing_known(GAP)).objections) == 7


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"run":[]}'])
def test_what_the_gate_does_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        recheck(seal({DECISION: content}).files, DEPLOY, b.NOW)


def test_the_evidence_of_a_sweep_allows_no_deploy() -> None:
    for expected in ("", sweep().digest):
        with pytest.raises(EvidenceInvalid, match="nothing in it allows a deploy"):
            recheck(sweep().files, DEPLOY, b.NOW, expected=expected)
