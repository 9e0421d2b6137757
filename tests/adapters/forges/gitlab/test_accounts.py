from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.gitlab import accounts
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.gitlab.canned import HOST, user
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.parts import part

BOT = Identity(system="gitlab", login="project_4_bot_ab12", id="9", kind=Kind.BOT)


def test_an_account_is_known_by_its_number_and_name() -> None:
    assert accounts.user(part(user("alice", 101))) == Identity(
        system="gitlab", login="alice", id="101", name="Alice"
    )


@pytest.mark.parametrize(
    "login",
    [
        "project_42_bot", "project_42_bot1", "project_42_bot_0a1b2c", "group_7_bot_ffee", "Support-Bot", "alert-bot1",
        "GitLab-Security-Bot", "service_account_group_1_abc123", "service_account_0f", "gitlabduo", "GitLabDuo",
    ],
)  # fmt: skip
def test_accounts_that_gitlab_makes_are_machines_though_no_answer_says_so(login: str) -> None:
    wanted = Kind.HUMAN if login == "service_account_0f" else Kind.BOT
    assert accounts.user(part(user(login, 1))).kind is wanted


@pytest.mark.parametrize(
    "login", ["abbot", "talbot", "project_bot", "my_project_1_bot", "robot-bot"]
)
def test_people_may_be_called_nearly_like_that(login: str) -> None:
    assert accounts.user(part(user(login, 1))).kind is Kind.HUMAN


def test_an_account_that_says_it_is_a_bot_is_one() -> None:
    assert accounts.user(part(user("deployer", 1, bot=True))).kind is Kind.BOT
    assert accounts.user(part(user("deployer", 1, bot=None))).kind is Kind.HUMAN


@pytest.mark.parametrize("found", [None, user("ghost", 1), user("ghost2", 1)])
def test_of_a_deleted_account_nobody_can_say_whose_it_was(found: Any) -> None:
    assert accounts.user(None if found is None else part(found)) == accounts.NOBODY


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"id": 1},
        {"username": "a"},
        {"id": "1", "username": "a"},
        {"id": 1, "username": ""},
        "alice",
        user("a", bot="yes"),
    ],
)
def test_what_is_no_account_is_a_gap(found: Any) -> None:
    assert code_of(lambda: accounts.user(part(found))) == "unreadable"


def test_a_git_author_is_only_an_address() -> None:
    found = accounts.person("Bob", "bob@acme.example", HOST)
    assert found == Identity(
        system="git", login="", name="Bob", email="bob@acme.example", kind=Kind.UNKNOWN
    )


def test_the_private_address_of_this_server_names_the_account() -> None:
    found = accounts.person("Bob", f"102-bob@users.noreply.{HOST}", f"{HOST}:8443")
    assert (found.system, found.login, found.id, found.kind) == ("gitlab", "bob", "102", Kind.HUMAN)


@pytest.mark.parametrize(
    "email",
    [
        "102-bob@users.noreply.gitlab.com",
        "bob@users.noreply.gitlab.example.com",
        "0-bob@users.noreply.gitlab.example.com",
        "x@noreply.other",
    ],
)
def test_other_addresses_of_that_kind_name_nobody(email: str) -> None:
    assert accounts.person("Bob", email, HOST).system == "git"


def test_the_address_of_a_machine_names_it_where_the_machine_itself_takes_part() -> None:
    email = f"{BOT.login}@noreply.{HOST}"
    assert accounts.person("x", email, HOST, [BOT]) == BOT
    assert accounts.person("x", email, HOST).kind is Kind.UNKNOWN
    human = Identity(system="gitlab", login=BOT.login, id="9")
    assert accounts.person("x", email, HOST, [human]).system == "git"
    assert accounts.person("x", email, "other.example", [BOT]).system == "git"
