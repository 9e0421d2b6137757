from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from gate.domain.ports import PolicyFile
from gate.policy.places import PLACES
from tests.adapters.forges.gitlab.canned import (
    ASKED,
    HOME,
    M0,
    M1,
    POLICY,
    Raw,
    Turns,
    branch,
    file,
    gitlab,
)
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

BRANCHES = f"{HOME}/repository/branches"


def raw(place: str) -> str:
    return f"{HOME}/repository/files/{place.replace('/', '%2F')}/raw"


PATH = raw("change-policy.yml")


def read(changes: dict[str, Any] | None = None, **more: Any) -> PolicyFile:
    with gitlab(changes, **more) as (asked, _):
        return asked.policy_file(PLACES)


@pytest.mark.parametrize("token", ["", "glpat"])
def test_the_policy_is_that_of_the_default_branch(token: str) -> None:
    found = read(read=token)
    assert found == PolicyFile(path="change-policy.yml", branch="main", revision=M1, content=POLICY)


def test_the_first_place_wins_and_the_others_are_named() -> None:
    found = read({raw(PLACES[1]): file(b"other")})
    assert (found.path, found.content, found.others) == (
        PLACES[1],
        b"other",
        ("change-policy.yml",),
    )


def test_a_repository_of_longer_hashes_is_proved_as_well() -> None:
    name = hashlib.sha256(b"blob %d\0" % len(POLICY) + POLICY).hexdigest()
    assert read({PATH: file(headers={"X-Gitlab-Blob-Id": name})}).content == POLICY


def test_no_policy_anywhere_says_where_it_was_looked_for() -> None:
    gap = gap_of(lambda: read({PATH: Raw(404, {"message": "404 File Not Found"})}))
    assert gap.reason_code == "no-policy"
    assert all(place in gap.detail for place in PLACES)


def test_a_branch_called_head_does_not_give_the_policy() -> None:
    with gitlab(
        {PATH: lambda query: file(b"forged", M0) if query["ref"] == "HEAD" else file()}
    ) as (asked, _):
        assert asked.policy_file(PLACES).content == POLICY


def test_one_that_only_a_branch_called_head_holds_is_none() -> None:
    def answer(query: Any) -> Any:
        return (
            file(b"forged", M0)
            if query["ref"] == "HEAD"
            else Raw(404, {"message": "404 File Not Found"})
        )

    assert code_of(lambda: read({PATH: answer})) == "no-policy"


def test_an_answer_from_another_commit_is_a_gap() -> None:
    assert code_of(lambda: read({PATH: file(head=M0)})) == "wrong-object"


def test_content_that_is_not_what_its_hash_promises_is_a_gap() -> None:
    answer = file()
    assert code_of(lambda: read({PATH: replace(answer, body=b"schema: 2")})) == "wrong-object"


@pytest.mark.parametrize("header", ["X-Gitlab-Blob-Id", "X-Gitlab-Commit-Id"])
@pytest.mark.parametrize("value", ["", "main"])
def test_an_answer_without_its_headers_is_a_gap(header: str, value: str) -> None:
    assert code_of(lambda: read({PATH: file(headers={header: value})})) == "unreadable"


def test_the_runners_word_for_the_default_branch_is_not_enough() -> None:
    listed = [branch("evil", M0, default=False), branch()]
    gap = gap_of(lambda: read({BRANCHES: listed}, asked=replace(ASKED, default_branch="evil")))
    assert gap.reason_code == "wrong-object"
    assert "dotenv" in gap.remedy


@pytest.mark.parametrize("path", [PATH, BRANCHES])
def test_what_may_not_be_read_is_a_gap_and_not_an_absent_policy(path: str) -> None:
    assert code_of(lambda: read({path: Raw(403, {"message": "403 Forbidden"})})) == "not-permitted"
    hidden = Raw(404, {"message": "404 Project Not Found"})
    assert code_of(lambda: read({path: hidden})) == "not-found"


def test_a_passing_failure_is_asked_again() -> None:
    assert read({PATH: Turns(Raw(502, {}), file())}).content == POLICY
