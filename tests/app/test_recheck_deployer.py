"""Who may run the deploy that a decision was made for."""

from dataclasses import replace
from typing import Any

import pytest

from gate.app.recheck import Deploy, recheck
from gate.app.recheck_deployer import objection
from gate.domain.decision import Decision
from gate.domain.identity import Identity, Kind
from gate.errors import PolicyInvalid
from gate.evidence.bundle import DECISION, POLICY, seal
from gate.evidence.canonical import Json, loads
from gate.evidence.decision_json import decision_json
from tests import builders as b
from tests.app.test_recheck import OBSERVED
from tests.render.decisions import FAILED, GAP, decision, result
from tests.scenarios.play import SCENARIOS

POLICY_FILE = (
    (SCENARIOS / "base/policy.yml").read_text(encoding="utf-8").replace("github: ", "gitlab: ")
).encode()
"""People with their accounts; carol is cdiaz, and so on."""


def account(login: str, number: int, **more: Any) -> Identity:
    return Identity(system="gitlab", login=login, id=str(number), **more)


ALICE, BOB, CAROL, DAVE = (
    account("alice-ng", 101),
    account("bokafor", 102),
    account("cdiaz", 103),
    account("dave-k", 105),
)
STRANGER, MACHINE = (
    account("root", 1),
    account("project_4242_bot_0a", 900, kind=Kind.BOT),
)


def started(by: Identity, rerun_by: Identity | None = None, **people: Any) -> Decision:
    """Carol merged and is the deployer; alice's approval counts, and bob's and mallory's do not."""
    base = decision(run=b.run(started_by=by, rerun_by=rerun_by))
    known = base.people
    return replace(base, people=replace(known, **people)) if people else base


def written(shape: Decision) -> dict[str, Json]:
    found = loads(decision_json(shape, facts_digest="f", gate_version="1"), name=DECISION)
    assert isinstance(found, dict)
    return found


def ask(shape: Decision, deployer: Identity, policy: bytes | None = POLICY_FILE) -> str:
    return objection(written(shape), policy, deployer)


def test_the_person_who_was_judged_as_the_deployer_may_deploy_whoever_started_the_pipeline() -> (
    None
):
    assert ask(started(CAROL), CAROL) == ""
    assert ask(started(DAVE), CAROL) == ""


def test_whoever_retried_the_gate_was_judged() -> None:
    assert ask(started(CAROL, DAVE, deployers=("carol", "dave")), DAVE) == ""


def test_a_judged_deployer_may_deploy_although_an_approval_of_theirs_was_set_aside() -> None:
    assert ask(started(ALICE, deployers=("alice",)), ALICE) == ""


def test_an_approver_may_not_run_the_deploy_of_somebody_else() -> None:
    assert ask(started(CAROL), ALICE) == (
        "@alice-ng (alice) runs this job, and is among those who approved; the decision was made for a deploy by carol"
    )


def test_an_approver_is_known_by_the_account_too() -> None:
    given = b.matrix(b.approval("", shown="@root", counts=False))
    shape = replace(started(CAROL), people=given)
    assert "is among those who approved" in ask(shape, STRANGER)


def test_nobody_else_may_run_it_either() -> None:
    assert ask(started(CAROL), DAVE) == (
        "@dave-k (dave) runs this job; the decision was made for a deploy by carol"
    )
    assert ask(started(CAROL), STRANGER).startswith("@root runs this job; ")
    assert ask(started(CAROL), MACHINE).startswith("@project_4242_bot_0a (bot:project_4242_bot_0a)")


def test_a_pipeline_that_deploys_by_itself_runs_as_whoever_started_it() -> None:
    assert ask(started(DAVE), DAVE) == ""
    assert ask(started(MACHINE), MACHINE) == ""


def test_whoever_started_it_may_not_have_approved_for_it_may_as_well_have_been_played() -> None:
    assert ask(started(ALICE), ALICE) == (
        "@alice-ng (alice) runs this job and approved; the decision was made for a deploy by carol"
    )
    # An approval that counts no more was given all the same.
    assert "and approved" in ask(started(BOB), BOB)


def test_whoever_started_it_stands_under_a_name() -> None:
    assert "stands under no name in `people`" in ask(started(STRANGER), STRANGER)


def test_an_account_of_the_same_name_is_another_one() -> None:
    taken_over = account("dave-k", 999)
    assert ask(started(DAVE), taken_over) != ""


def test_where_the_people_are_not_known_the_accounts_of_the_run_may_deploy() -> None:
    shape = replace(started(STRANGER, DAVE), people=GAP)
    assert (ask(shape, STRANGER), ask(shape, DAVE)) == ("", "")
    assert ask(shape, CAROL) == (
        "@cdiaz (carol) runs this job; the decision was made for a deploy by @root and @dave-k"
    )


def test_without_a_policy_accounts_are_all_that_is_known() -> None:
    shape = replace(started(DAVE), people=GAP)
    assert (ask(shape, DAVE, None), ask(shape, CAROL, None) != "") == ("", True)


def test_somebody_whom_gitlab_does_not_name_is_nobody_who_was_judged() -> None:
    nobody = Identity(system="gitlab", login="", kind=Kind.UNKNOWN)
    assert "somebody unknown runs this job" in ask(started(nobody), nobody)


@pytest.mark.parametrize(
    "broken", [{}, {"run": [], "people": []}, {"run": {"started_by": {"login": 1}}, "people": {}}]
)
def test_what_the_gate_does_not_write_names_nobody(broken: dict[str, Json]) -> None:
    assert objection(broken, POLICY_FILE, DAVE) == (
        "@dave-k (dave) runs this job; the decision was made for a deploy by nobody"
    )


def test_a_policy_that_cannot_be_read_is_no_answer() -> None:
    with pytest.raises(PolicyInvalid):
        ask(started(DAVE), DAVE, b"version: 9\n")


# --- as a part of the recheck -----------------------------------------------------------------

DEPLOY = Deploy(
    repository="acme/app",
    environment="production",
    revision=b.sha("m1"),
    run_id="7001",
    attempt=None,
    ref="refs/heads/main",
    deployer=CAROL,
)


def files(shape: Decision) -> dict[str, bytes]:
    content = decision_json(shape, facts_digest="f", gate_version="1")
    return dict(seal({DECISION: content, POLICY: POLICY_FILE}).files)


def test_a_recheck_objects_to_another_deployer() -> None:
    shape = started(CAROL)
    assert recheck(files(shape), DEPLOY, b.NOW).objections == ()
    (said,) = recheck(files(shape), replace(DEPLOY, deployer=DAVE), b.NOW).objections
    assert said.text.startswith("@dave-k (dave) runs this job")
    assert said.code == "other-deployer"


def test_observe_mode_excuses_another_deployer_but_not_another_ref() -> None:
    shape = replace(OBSERVED, run=b.run(started_by=CAROL), results=(result(FAILED),))
    other = replace(DEPLOY, deployer=DAVE)
    assert recheck(files(shape), other, b.NOW).observing
    assert not recheck(files(shape), replace(other, ref="refs/tags/main"), b.NOW).observing
