from gate.domain.facts import Teams
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.policy.people import Role
from gate.domain.roles import holders
from tests.domain.who import ALICE, CAROL, DEPENDABOT, MALLORY, policy

TEAM = {"security": Role(people=("alice",), github_team="acme/security")}


def test_members_of_a_team_hold_its_role_as_far_as_they_are_people_of_the_policy() -> None:
    teams = Teams(members={"acme/security": (CAROL, MALLORY, ALICE, DEPENDABOT)})
    found = holders({Teams: teams}, policy(roles=TEAM), "github")
    assert found.known == {"security": ("alice", "carol")}
    assert found.unresolved == {}


def test_a_team_that_cannot_be_read_leaves_its_role_open_but_for_those_listed() -> None:
    gone = Missing(
        source="GitHub", reason_code="not-permitted", detail="no right", remedy="Grant it."
    )
    found = holders(
        {Teams: gone}, policy(roles={**TEAM, "engineer": Role(people=("bob",))}), "github"
    )
    assert found.known == {"security": ("alice",), "engineer": ("bob",)}
    assert found.unresolved == {
        "security": "the members of acme/security could not be read: no right. Grant it."
    }


def test_teams_that_were_never_asked_about_are_open_too() -> None:
    assert (
        holders({}, policy(roles=TEAM), "github")
        .unresolved["security"]
        .endswith("was never gathered.")
    )


def test_a_team_that_the_forge_did_not_tell_is_open() -> None:
    found = holders({Teams: Teams()}, policy(roles=TEAM), "github")
    assert "did not tell the members of acme/security" in found.unresolved["security"]


def test_a_role_held_by_whoever_is_on_call_is_open() -> None:
    roles = {"on-call": Role(pager_schedule="PRIMARY", people=("bob",))}
    found = holders({}, policy(roles=roles), "github")
    assert found.known == {"on-call": ("bob",)}
    assert "whoever is on call" in found.unresolved["on-call"]


GROUP = {"security": Role(people=("alice",), gitlab_group="acme/security")}
CAROL_GITLAB = Identity(system="gitlab", login="carol.d", id="7")


def test_members_of_a_group_of_gitlab_hold_its_role() -> None:
    teams = Teams(members={"acme/security": (CAROL_GITLAB,)})
    found = holders({Teams: teams}, policy(roles=GROUP), "gitlab")
    assert found.known == {"security": ("alice", "carol")}
    assert found.unresolved == {}


def test_a_team_of_another_forge_holds_nothing_here_although_one_of_its_name_may_exist() -> None:
    here = Role(gitlab_group="acme/security")
    teams = Teams(members={"acme/security": (CAROL_GITLAB,)})
    found = holders({Teams: teams}, policy(roles={**TEAM, "here": here}), "gitlab")
    assert found.known == {"security": ("alice",), "here": ("carol",)}
    assert found.unresolved == {
        "security": "it is held by acme/security, which is a team of another forge than the one that "
        "this deploy runs on"
    }
    assert (
        "acme/security, which is"
        in holders({}, policy(roles=GROUP), "github").unresolved["security"]
    )


def test_a_role_with_a_team_on_each_forge_is_held_by_the_one_of_this_run() -> None:
    both = {"security": Role(github_team="acme/security", gitlab_group="acme/shop/security")}
    teams = Teams(members={"acme/shop/security": (CAROL_GITLAB,)})
    found = holders({Teams: teams}, policy(roles=both), "gitlab")
    assert found.known == {"security": ("carol",)}
    assert found.unresolved == {}
