from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import EarlierUses
from tests.adapters.forges.gitlab.canned import HOME, M0, WEB, deployment, gitlab, request, sha
from tests.adapters.forges.gitlab.gaps import code_of

REQUESTS = f"{HOME}/merge_requests"


def earlier(number: int = 9, **more: Any) -> dict[str, Any]:
    return request(
        number,
        **{
            "title": "CHG-7 First try",
            "sha": sha(f"h{number}"),
            "merge_commit_sha": M0,
            "merged_at": "2026-11-01T12:00:00.000Z",
            "updated_at": "2026-11-02T12:00:00.000Z",
            **more,
        },
    )


def uses(
    *requests: Any, keys: tuple[str, ...] = ("CHG-7",), changes: dict[str, Any] | None = None
) -> EarlierUses:
    with gitlab({REQUESTS: [request(), *requests], **(changes or {})}) as (asked, _):
        change = asked.change(asked.baseline(), "main")
        return asked.earlier_uses(change, "main", keys)


def test_a_merge_request_before_the_change_that_names_the_ticket() -> None:
    found = uses(earlier())
    (use,) = found.uses
    assert (use.reference, use.keys, use.merge_commit, use.url) == (
        "!9",
        ("CHG-7",),
        M0,
        f"{WEB}/-/merge_requests/9",
    )
    assert use.merged_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert found.since is None


def test_those_of_the_change_itself_and_later_ones_are_no_earlier_use() -> None:
    assert uses(earlier(13, merged_at="2026-11-25T13:00:00Z")).uses == ()


def test_without_a_key_nothing_is_asked() -> None:
    with gitlab() as (asked, canned):
        change = asked.change(asked.baseline(), "main")
        before = len(canned.asked)
        assert asked.earlier_uses(change, "main", ()) == EarlierUses()
        assert len(canned.asked) == before


def test_keys_of_issues_are_found_as_well() -> None:
    found = uses(earlier(title="Fix", description="for acme/plans#3"), keys=("acme/plans#3",))
    assert [use.keys for use in found.uses] == [("acme/plans#3",)]
    assert uses(earlier(title="Fix", description=None), keys=("acme/plans#3",)).uses == ()


@pytest.mark.parametrize(
    "title",
    ["Closes #9", "For acme/app#9", "See https://gitlab.com/acme/app/-/issues/9"],
)
def test_an_issue_is_used_by_whatever_names_it_also_by_its_address_and_under_the_same_number(
    title: str,
) -> None:
    found = uses(earlier(9, title=title), keys=("acme/app#9",))
    assert [use.keys for use in found.uses] == [("acme/app#9",)]


def test_what_was_not_read_is_said() -> None:
    others = [earlier(number, title="x") for number in range(200, 350)]
    assert uses(*others).since == datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_for_a_redeploy_the_list_is_asked_for() -> None:
    found = uses(earlier(), changes={f"{HOME}/deployments": [deployment(commit=sha("m1"))]})
    assert [use.reference for use in found.uses] == ["!12", "!9"]


@pytest.mark.parametrize(
    "odd", [{"merged_at": None}, {"title": None}, {"web_url": ""}, {"source_branch": 1}]
)
def test_one_that_cannot_be_read_is_a_gap(odd: dict[str, Any]) -> None:
    assert code_of(lambda: uses(earlier(**odd))) == "unreadable"
