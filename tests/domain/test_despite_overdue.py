from typing import Any

from gate.domain.despite_overdue import DespiteOverdue, despite_overdue
from gate.domain.facts import Fact, Run, Teams
from gate.domain.lookup import lookup
from gate.domain.missing import Missing
from gate.domain.policy.emergency import Emergency
from gate.domain.policy.people import Role
from tests import builders as b
from tests import owed

LEADS = Emergency(despite_overdue="engineering-lead")


def judge(
    teams: Teams | Missing | None = None, *, emergency: Emergency | None = LEADS, **run: Any
) -> DespiteOverdue:
    policy = owed.policy(
        emergency=emergency,
        roles={
            "engineering-lead": Role(people=("alice",)),
            "directors": Role(github_team="acme/directors"),
        },
    )
    known: dict[type[Fact], Fact | Missing] = {Run: b.run(**run), Teams: teams or Teams()}
    found = despite_overdue(known, policy)
    assert isinstance(found, DespiteOverdue)
    return found


def test_whoever_holds_the_role_may_go_on() -> None:
    found = judge()
    assert (found.role, found.holders, found.granted_to) == (
        "engineering-lead",
        ("alice",),
        ("alice",),
    )
    assert found.why_not == ""


def test_nobody_may_when_the_policy_names_no_role() -> None:
    for emergency in (Emergency(), None):
        found = judge(emergency=emergency)
        assert found.granted_to == ()
        assert "names no role" in found.why_not


def test_whoever_does_not_hold_it_may_not() -> None:
    assert judge(started_by=b.BOB).why_not == "bob does not hold engineering-lead"
    stranger = judge(started_by=b.account("eve", id="666"))
    assert stranger.why_not == "@eve does not hold engineering-lead"
    assert stranger.granted_to == ()


def test_whoever_started_the_run_again_must_hold_it_as_well() -> None:
    found = judge(rerun_by=b.BOB, attempt=2)
    assert (found.granted_to, found.why_not) == ((), "bob does not hold engineering-lead")
    assert judge(rerun_by=b.ALICE, attempt=2).granted_to == ("alice",)


def test_members_of_a_team_hold_it_as_far_as_the_forge_tells() -> None:
    directors = Emergency(despite_overdue="directors")
    members = Teams(members={"acme/directors": (b.ALICE,)})
    assert judge(members, emergency=directors).granted_to == ("alice",)
    unknown = judge(b.missing(), emergency=directors)
    assert unknown.granted_to == ()
    assert unknown.why_not.startswith("alice does not hold directors; of the others who hold it")


def test_without_the_run_nobody_knows_who_asks() -> None:
    found = despite_overdue({Run: b.missing()}, owed.policy())
    assert isinstance(found, Missing)
    assert isinstance(lookup({}, DespiteOverdue), Missing)
