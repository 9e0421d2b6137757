from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.forges.gitlab.canned import Raw, gitlab, user
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

PATH = "/groups/acme%2Fsecurity/members/all"


def team(answer: Any, name: str = "acme/security", **more: Any) -> list[str]:
    with gitlab({PATH: answer}, **more) as (asked, _):
        return [one.login for one in asked.team(name)]


def test_everybody_who_may_act_is_a_member_once() -> None:
    listed = [
        user("carol", 103), user("carol", 103), user("blocked", 1, state="blocked"),
        user("waits", 2, membership_state="awaiting"), user("erin", 106, membership_state="active"),
    ]  # fmt: skip
    assert team(listed) == ["carol", "erin"]


def test_all_pages_are_read() -> None:
    assert len(team([user(f"u{at}", at) for at in range(1, 151)])) == 150


def test_a_job_token_can_never_see_them() -> None:
    gap = gap_of(lambda: team([], read=""))
    assert gap.reason_code == "not-permitted"
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


@pytest.mark.parametrize("name", ["", "../users", "a//b", "-x", "a b", "a/b?c"])
def test_what_is_no_name_of_a_group_is_not_asked_about(name: str) -> None:
    assert code_of(lambda: team([], name)) == "not-found"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(404, {"message": "404 Group Not Found"}), "not-found"),
        ([{"id": 1, "username": "a"}], "unreadable"),
    ],
)
def test_a_group_that_cannot_be_read_is_a_gap_and_no_empty_one(answer: Any, code: str) -> None:
    assert code_of(lambda: team(answer)) == code
