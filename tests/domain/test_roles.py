from gate.domain.facts import Teams
from gate.domain.missing import Missing
from gate.domain.policy.people import Role
from gate.domain.roles import holders
from tests.domain.who import ALICE, CAROL, DEPENDABOT, MALLORY, policy

TEAM = {"security": Role(people=("alice",), github_team="acme/security")}


def test_members_of_a_team_hold_its_role_as_far_as_they_are_people_of_the_policy() -> None:
    teams = Teams(members={"acme/security": (CAROL, MALLORY, ALICE, DEPENDABOT)})
    found = holders({Teams: teams}, policy(roles=TEAM))
    assert found.known == {"security": ("alice", "carol")}
    assert found.unresolved == {}


def test_a_team_that_cannot_be_read_leaves_its_role_open_but_for_those_listed() -> None:
    gone = Missing(
        source="GitHub", reason_code="not-permitted", detail="no right", remedy="Grant it."
    )
    found = holders({Teams: gone}, policy(roles={**TEAM, "engineer": Role(people=("bob",))}))
    assert found.known == {"security": ("alice",), "engineer": ("bob",)}
    assert found.unresolved == {
        "security": "the members of team acme/security could not be read: no right. Grant it."
    }


def test_teams_that_were_never_asked_about_are_open_too() -> None:
    assert holders({}, policy(roles=TEAM)).unresolved["security"].endswith("was never gathered.")


def test_a_team_that_the_forge_did_not_tell_is_open() -> None:
    found = holders({Teams: Teams()}, policy(roles=TEAM))
    assert "did not tell the members of team acme/security" in found.unresolved["security"]


def test_a_role_held_by_whoever_is_on_call_is_open() -> None:
    found = holders({}, policy(roles={"on-call": Role(pager_schedule="PRIMARY", people=("bob",))}))
    assert found.known == {"on-call": ("bob",)}
    assert "whoever is on call" in found.unresolved["on-call"]
