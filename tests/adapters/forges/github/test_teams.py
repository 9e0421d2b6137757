from __future__ import annotations

import pytest

from tests.adapters.forges.github.canned import Raw, user
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import gap_of

KEY = "GET /orgs/acme/teams/security/members"


def test_members_are_read_from_all_pages(github: Making) -> None:
    pages = {1: [user(f"u{number}") for number in range(100)], 2: [user("last")]}
    forge, _ = github({KEY: lambda given: pages[given["page"]]}, team_token="app")
    found = forge.team("acme/security")
    assert len(found) == 101
    assert found[-1].login == "last"


@pytest.mark.parametrize(("status", "code"), [(403, "not-permitted"), (404, "not-found")])
def test_the_token_of_a_workflow_cannot_see_a_team(github: Making, status: int, code: str) -> None:
    forge, _ = github({KEY: Raw(status, {"message": "Resource not accessible by integration"})})
    gap = gap_of(lambda: forge.team("acme/security"))
    assert gap.reason_code == code
    assert "`members: read`" in gap.detail
    assert "GitHub App" in gap.remedy


@pytest.mark.parametrize("name", ["security", "acme/", "acme/..", "acme/a/b", "../x", ""])
def test_what_is_no_team_is_not_asked_for(github: Making, name: str) -> None:
    forge, transport = github()
    assert gap_of(lambda: forge.team(name)).reason_code == "not-found"
    assert transport.asked == []
