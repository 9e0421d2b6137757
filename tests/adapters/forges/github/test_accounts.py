from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.answer import Asked
from gate.adapters.forges.github import accounts
from gate.adapters.part import Part
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import account, person, user
from tests.adapters.forges.github.gaps import code_of


def part(value: Any) -> Part:
    return Part(value, Asked(system="GitHub", what="somebody"))


@pytest.mark.parametrize(
    ("sort", "login", "kind", "shown"),
    [
        ("User", "alice", Kind.HUMAN, "alice"),
        ("User", "sneaky[bot]", Kind.BOT, "sneaky[bot]"),
        ("Bot", "dependabot", Kind.BOT, "dependabot[bot]"),
        ("Bot", "dependabot[bot]", Kind.BOT, "dependabot[bot]"),
        ("Mannequin", "imported", Kind.UNKNOWN, "imported"),
    ],
)
def test_only_a_user_is_a_person(sort: str, login: str, kind: Kind, shown: str) -> None:
    wanted = Identity(system="github", login=shown, id="7", kind=kind)
    assert accounts.actor(part(account(login, 7, sort))) == wanted
    assert accounts.user(part(user(login, 7, sort))) == wanted


@pytest.mark.parametrize("sort", ["Organization", "EnterpriseUserAccount"])
def test_an_organisation_is_nobody(sort: str) -> None:
    found = accounts.actor(part({"__typename": sort, "login": "acme"}))
    assert found == Identity(system="github", login="acme", kind=Kind.UNKNOWN)


def test_a_deleted_account_is_unknown() -> None:
    assert accounts.actor(None).kind is Kind.UNKNOWN
    assert accounts.user(None).kind is Kind.UNKNOWN


def test_an_id_that_is_null_is_no_id() -> None:
    assert accounts.actor(part({**account("alice"), "databaseId": None})).id == ""


def test_an_id_that_fell_out_is_unreadable() -> None:
    assert (
        code_of(lambda: accounts.actor(part({"__typename": "User", "login": "alice"})))
        == "unreadable"
    )


def test_a_git_author_has_the_account_that_github_found() -> None:
    assert accounts.person(part(person("bob", 102))) == Identity(
        system="github", login="bob", id="102", name="Bob", email="bob@acme.example"
    )


def test_a_git_author_without_an_account_is_known_by_address_alone() -> None:
    found = accounts.person(part({"name": None, "email": "ghost@nowhere.example", "user": None}))
    assert found == Identity(
        system="git", login="", email="ghost@nowhere.example", kind=Kind.UNKNOWN
    )


@pytest.mark.parametrize(
    ("number", "kind", "login"),
    [(49699333, Kind.BOT, "dependabot[bot]"), (7, Kind.HUMAN, "dependabot")],
)
def test_a_machine_is_one_when_its_address_holds_its_own_id(
    number: int, kind: Kind, login: str
) -> None:
    address = "49699333+dependabot[bot]@users.noreply.github.com"
    found = accounts.person(
        part({"name": "x", "email": address, "user": {"login": "dependabot", "databaseId": number}})
    )
    assert (found.kind, found.login) == (kind, login)
