from dataclasses import replace

import pytest

from gate.domain.directory import account_holders, called, person_of, shown, unmapped
from gate.domain.identity import Identity, Kind
from gate.domain.policy.people import PersonEntry
from tests.domain.who import (
    ALICE,
    BOB,
    CAROL,
    CUSTOMER,
    DANA_JIRA,
    DEPENDABOT,
    GHOST,
    MALLORY,
    github,
    policy,
)

GIT_BOB = Identity(system="git", login="", email="BOB@acme.example", name="Bob", kind=Kind.UNKNOWN)


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        (ALICE, "alice"),
        (replace(BOB, login="BoKafor"), "bob"),
        (GIT_BOB, "bob"),
        (DANA_JIRA, "dana"),
        (Identity(system="gitlab", login="Carol.D"), "carol"),
        (MALLORY, ""),
        (GHOST, ""),
        (CUSTOMER, ""),
        (Identity(system="elsewhere", login="alice-ng", id="101"), ""),
    ],
)
def test_an_account_maps_to_the_person_that_the_policy_says(
    identity: Identity, person: str
) -> None:
    assert person_of(identity, policy()) == person


PAGED = {"carol": PersonEntry(github="cdiaz", pagerduty="PCAROL", incident_io="01HCAROL")}


@pytest.mark.parametrize(("system", "id_"), [("pagerduty", "PCAROL"), ("incident_io", "01HCAROL")])
def test_an_account_of_a_pager_maps_by_its_id_alone(system: str, id_: str) -> None:
    known = policy(people=PAGED)
    account = Identity(system=system, login="", id=id_, name="Carol Diaz")
    assert person_of(account, known) == "carol"
    # Ids tell apart by case, names prove nothing, and nothing is nobody's id.
    assert person_of(replace(account, id=id_.lower()), known) == ""
    assert person_of(replace(account, id="", login="cdiaz"), known) == ""
    assert person_of(account, policy()) == ""
    other = "incident_io" if system == "pagerduty" else "pagerduty"
    assert person_of(replace(account, system=other), known) == ""


@pytest.mark.parametrize(
    ("system", "name"), [("pagerduty", "PagerDuty"), ("incident_io", "incident.io")]
)
def test_an_account_of_a_pager_is_shown_as_people_know_it(system: str, name: str) -> None:
    account = Identity(system=system, login="", id="P1", name="Erin Walsh")
    assert shown(account) == f"Erin Walsh ({name} P1)"
    assert shown(replace(account, name="")) == f"somebody ({name} P1)"
    told = unmapped("x", [(account, "acknowledged it")], policy())
    assert f"`{system}: P1`" in told.remedy


@pytest.mark.parametrize("number", ["999", ""])
def test_a_login_that_somebody_else_took_over_is_unmapped(number: str) -> None:
    assert person_of(replace(ALICE, id=number), policy()) == ""


def test_a_renamed_account_is_unmapped_until_the_policy_follows() -> None:
    renamed = replace(ALICE, login="alice-new")
    assert person_of(renamed, policy()) == ""
    assert (
        "the id of alice, who is alice-ng in the policy"
        in unmapped("x", [(renamed, "y")], policy()).detail
    )


NUMBERED = {"carol": PersonEntry(github="cdiaz", gitlab="carol.d", gitlab_id=7)}


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        (Identity(system="gitlab", login="Carol.D", id="7"), "carol"),
        (Identity(system="gitlab", login="carol.d", id="8"), ""),
        (Identity(system="gitlab", login="carol.d"), ""),
        (Identity(system="gitlab", login="carol.new", id="7"), ""),
        (Identity(system="github", login="cdiaz", id="103"), "carol"),
        (Identity(system="github", login="carol.d", id="7"), ""),
    ],
)
def test_a_user_name_of_gitlab_that_somebody_else_took_over_is_unmapped(
    identity: Identity, person: str
) -> None:
    assert person_of(identity, policy(people=NUMBERED)) == person


@pytest.mark.parametrize(
    ("login", "number", "doubt"),
    [
        ("carol.d", "8", "the login of carol, but with id 8 instead of 7"),
        ("carol.new", "7", "the id of carol, who is carol.d in the policy"),
    ],
)
def test_a_doubtful_account_of_gitlab_is_explained(login: str, number: str, doubt: str) -> None:
    who = Identity(system="gitlab", login=login, id=number)
    missing = unmapped("x", [(who, "opened !12")], policy(people=NUMBERED))
    assert f"@{login} ({doubt}" in missing.detail
    assert f"`gitlab: {login}`" in missing.remedy


def test_nothing_is_nobodys_name() -> None:
    assert person_of(Identity(system="github", login="", kind=Kind.UNKNOWN), policy()) == ""
    assert person_of(Identity(system="git", login="", kind=Kind.UNKNOWN), policy()) == ""
    assert person_of(Identity(system="jira", login="x"), policy()) == ""


def test_an_account_that_two_people_claim_belongs_to_nobody() -> None:
    twice = {"alice": PersonEntry(github="x"), "bob": PersonEntry(github="X")}
    assert person_of(github("x", 1), policy(people=twice)) == ""


def test_a_machine_is_never_a_person_even_under_a_persons_login() -> None:
    assert person_of(replace(ALICE, kind=Kind.BOT), policy()) == ""
    assert called(DEPENDABOT, policy()) == "bot:dependabot[bot]"
    assert called(ALICE, policy()) == "alice"
    assert called(MALLORY, policy()) == ""


def test_accounts_are_shown_as_people_know_them() -> None:
    assert shown(ALICE) == "@alice-ng"
    assert shown(GHOST) == "Ghost <ghost@nowhere.example>"
    assert shown(CUSTOMER) == "A Customer (Jira qm-1)"
    assert shown(Identity(system="github", login="")) == "somebody unknown"


def test_hostile_names_lose_their_invisible_characters_and_their_length() -> None:
    hostile = Identity(system="git", login="", name="ann\n##[error]\u202e" + "x" * 200, email="e")
    text = shown(hostile)
    assert "\n" not in text
    assert "\u202e" not in text
    assert len(text) == 80


def test_account_holders_are_those_with_a_login_there() -> None:
    assert account_holders(policy(), "github") == ("alice", "bob", "carol", "dana")
    assert account_holders(policy(), "gitlab") == ("carol",)
    assert account_holders(policy(), "jira") == ()


def test_a_stranger_is_named_with_every_deed_and_with_what_to_add() -> None:
    missing = unmapped(
        "who wrote this change",
        [
            (MALLORY, "opened #12"),
            (MALLORY, "opened #12"),
            (MALLORY, "committed c1"),
            (GHOST, "wrote c1"),
        ],
        policy(),
    )
    assert missing.reason_code == "identity-unmapped"
    assert "@mallory: opened #12 and committed c1" in missing.detail
    assert "`github: mallory` and `email: ghost@nowhere.example`" in missing.remedy
    assert not missing.retriable


def test_what_to_add_fits_the_system_of_the_stranger() -> None:
    assert "`jira: qm-1`" in unmapped("x", [(CUSTOMER, "reported CHG-7")], policy()).remedy
    gone = Identity(system="github", login="", kind=Kind.UNKNOWN)
    assert (
        "the account (its system does not name it)"
        in unmapped("x", [(gone, "pushed")], policy()).remedy
    )


def test_a_taken_over_login_is_explained() -> None:
    detail = unmapped("x", [(replace(ALICE, id="999"), "opened #12")], policy()).detail
    assert "the login of alice, but with id 999 instead of 101" in detail


def test_a_login_without_its_id_is_explained() -> None:
    detail = unmapped("x", [(replace(ALICE, id=""), "opened #12")], policy()).detail
    assert "with id unknown instead of 101" in detail


def test_people_without_a_trace_of_the_stranger_add_no_doubt() -> None:
    assert (
        "@cd: opened"
        in unmapped("x", [(replace(CAROL, login="cd"), "opened #12")], policy()).detail
    )
