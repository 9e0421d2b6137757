from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.policies import GONE, errors, problems, small, warnings


def rows(*approvals: dict[str, Any], **roles: list[str]) -> dict[str, Any]:
    """A policy whose normal change needs these rows, with these holders of roles."""
    return {
        "roles": {name: {"people": people} for name, people in roles.items()},
        "change_types": {"normal": {"approvals": list(approvals)}},
    }


def test_more_approvals_than_holders_can_never_be_given() -> None:
    assert errors(rows({"role": "lead", "count": 3}, lead=["alice", "bob"])) == [
        "change_types.normal.approvals[0]: needs 3 approvals from `lead`, but only 2 hold it "
        "(alice, bob); add people to `lead`, or lower `count`"
    ]


def test_as_many_approvals_as_holders_leaves_nobody_to_spare() -> None:
    assert warnings(rows({"role": "lead", "count": 2}, lead=["alice", "bob"])) == [
        "change_types.normal.approvals[0]: all of alice, bob must approve: as soon as one of them "
        "asked for, wrote or deploys the change, it cannot be approved; "
        "add somebody to `lead`, or lower `count`"
    ]


def test_an_only_holder_is_named() -> None:
    assert warnings(rows({"role": "lead"}, lead=["alice"])) == [
        "change_types.normal.approvals[0]: alice alone can fill this row: a change that alice "
        "asked for, wrote or deploys cannot be approved; add somebody to `lead`"
    ]


def test_enough_holders_are_no_problem() -> None:
    assert problems(small(rows({"role": "lead"}, lead=["alice", "bob"]))) == ()


def test_when_everybody_must_approve_nobody_is_left_to_deploy() -> None:
    (said,) = errors(
        {"change_types": {"normal": {"approvals": [{"role": "engineer", "count": 3}]}}}
    )
    assert said.startswith(
        "change_types.normal.approvals[0]: needs everybody in `people` (alice, bob, carol), "
        "but whoever deploys is one of them and cannot approve"
    )


def test_one_person_can_never_gate_alone() -> None:
    patch = {
        "people": {"bob": GONE, "carol": GONE},
        "roles": {"engineer": {"people": ["alice"]}},
    }
    assert [text.split(":")[0] for text in errors(patch)] == [
        "change_types.normal.approvals[0]",
        "workflow.review.approvals",
    ]


def test_holders_without_an_account_where_they_would_approve_do_not_count() -> None:
    patch = rows({"role": "lead", "count": 2, "from": ["ticket"]}, lead=["alice", "dana", "bob"])
    patch["people"] = {"dana": {"github": "dana"}, "bob": {"jira": GONE}}
    (said,) = errors(patch)
    assert said.startswith(
        "change_types.normal.approvals[0]: needs 2 approvals from `lead`, but only 1 of its people "
        "can approve there: dana, bob without an account for ticket"
    )


def test_a_row_with_a_second_place_counts_accounts_of_both() -> None:
    row = {"role": "lead", "count": 1, "from": ["ticket", "deployment"]}
    patch = rows(row, lead=["alice", "dana"])
    patch["people"] = {"dana": {"gitlab": "dana"}}
    assert problems(small(patch)) == ()


def test_tickets_in_github_need_github_accounts() -> None:
    patch = rows({"role": "lead", "from": ["ticket"]}, lead=["alice", "dana"])
    patch["people"] = {"dana": {"gitlab": "dana", "jira": "5b10"}}
    patch["workflow"] = {"ticket": {"tracker": "github", "projects": ["acme/app"]}}
    (said,) = warnings(patch)
    assert said.startswith("change_types.normal.approvals[0]: alice alone can fill this row")


def on_gitlab(**people: dict[str, str]) -> dict[str, Any]:
    """Tickets in GitLab Issues, and these people beside alice, bob and carol, who are on GitLab as well."""
    known = {name: {"gitlab": name} for name in ("alice", "bob", "carol")}
    return {
        "people": {**known, **people},
        "workflow": {"ticket": {"tracker": "gitlab", "projects": ["acme/shop/app"]}},
    }


@pytest.mark.parametrize("source", ["ticket", "review", "deployment"])
def test_tickets_in_gitlab_need_gitlab_accounts_everywhere(source: str) -> None:
    dana = {"github": "dana", "jira": "5b10"}
    row = {"role": "lead", "count": 2, "from": [source]}
    patch = {**rows(row, lead=["alice", "dana", "bob"]), **on_gitlab(dana=dana)}
    (said,) = warnings(patch)
    assert said.startswith("change_types.normal.approvals[0]: all of alice, bob must approve")
    patch["roles"] = {"lead": {"people": ["alice", "dana"]}}
    (said,) = errors(patch)
    assert f"can approve there: dana without an account for {source}" in said


def test_reviewers_are_on_the_forge_whose_issues_are_tickets() -> None:
    patch = on_gitlab(dana={"github": "dana"})
    assert errors(patch) == []
    patch["workflow"]["review"] = {"approvals": 3}
    assert errors(patch) == [
        "workflow.review.approvals: every merge request needs 3 approvals of others than its writer, "
        "but only 3 accounts on GitLab stand under `people`; add people, or lower the number"
    ]


TEAM = {"lead": {"github_team": "acme/leads"}}
GROUP = {"lead": {"gitlab_group": "acme/leads"}}


def test_groups_are_known_to_gitlab_alone() -> None:
    patch = {**rows({"role": "lead", "count": 9}), **on_gitlab(), "roles": GROUP}
    assert problems(small(patch)) == ()
    assert problems(small({**rows({"role": "lead", "count": 9}), "roles": GROUP})) == ()


def test_a_team_of_the_other_forge_can_never_fill_a_row() -> None:
    patch: dict[str, Any] = {**rows({"role": "lead"}), **on_gitlab(), "roles": TEAM}
    assert errors(patch) == [
        "change_types.normal.approvals[0]: the team that holds `lead` is not on GitLab, where "
        "tickets and changes are, so that no change could ever meet this row; give `lead` `people`, "
        "or a team on GitLab"
    ]
    patch["workflow"] = {"ticket": {"tracker": "github", "projects": ["acme/app"]}}
    assert errors(patch) == []
    (said,) = errors({**patch, "roles": GROUP})
    assert "the team that holds `lead` is not on GitHub" in said


def test_a_team_of_the_other_forge_beside_people_leaves_the_people() -> None:
    role = {"github_team": "acme/leads", "people": ["alice"]}
    patch = {**rows({"role": "lead"}), **on_gitlab(), "roles": {"lead": role}}
    (said,) = warnings(patch)
    assert said.startswith("change_types.normal.approvals[0]: alice alone can fill this row")


def test_a_team_of_the_other_forge_beside_whoever_is_on_call_can_never_fill_a_row() -> None:
    role = {"github_team": "acme/leads", "pager_schedule": "PRIMARY"}
    patch = {**rows({"role": "lead"}), **on_gitlab(), "roles": {"lead": role}}
    (said,) = errors(patch)
    assert "only the pager knows who holds `lead`" in said


def test_teams_are_known_to_the_forge_alone() -> None:
    patch = rows({"role": "lead", "count": 9})
    patch["roles"] = {"lead": {"github_team": "acme/leads"}}
    assert problems(small(patch)) == ()
    patch["roles"] = {
        "lead": {"github_team": "acme/leads", "pager_schedule": "P", "people": ["bob"]}
    }
    assert problems(small(patch)) == ()


def test_a_row_for_whoever_is_on_call_can_never_be_filled() -> None:
    patch = rows({"role": "on-call"})
    patch["roles"] = {"on-call": {"pager_schedule": "PRIMARY"}}
    (said,) = errors(patch)
    assert said.startswith(
        "change_types.normal.approvals[0]: only the pager knows who holds `on-call`, "
        "and it is asked for break-glass alone"
    )
    patch["roles"] = {"on-call": {"pager_schedule": "PRIMARY", "people": ["alice", "bob"]}}
    assert problems(small(patch)) == ()


def test_rows_of_risk_classes_are_checked_as_well() -> None:
    patch = rows({"role": "engineer"}, security=["carol"])
    patch["risk"] = {"high": {"when": {"labels": ["x"]}, "approvals": [{"role": "security"}]}}
    (said,) = warnings(patch)
    assert said.startswith("risk.high.approvals[0]: carol alone can fill this row")


def test_more_reviews_than_other_people_can_never_be_given() -> None:
    assert errors({"workflow": {"review": {"approvals": 2}}}) == []
    (said,) = errors({"workflow": {"review": {"approvals": 3}}})
    assert said.startswith(
        "workflow.review.approvals: every merge request needs 3 approvals of others than its "
        "writer, but only 3 accounts on a forge stand under `people`"
    )


DISTINCT = {"authority": {"distinct_people": True}}


def test_two_rows_need_two_people_when_one_may_not_fill_both() -> None:
    lead, second = {"role": "lead"}, {"role": "second"}
    patch = rows(lead, second, lead=["alice"], second=["alice"])
    assert errors(patch) == []
    (said,) = errors({**patch, "workflow": DISTINCT})
    assert said.startswith(
        "change_types.normal: with `distinct_people` one person fills one row, and these rows need "
        "more people than there are"
    )
    patch = rows(lead, second, lead=["alice", "bob"], second=["alice"])
    assert errors({**patch, "workflow": DISTINCT}) == []


def test_the_rows_of_a_risk_class_come_on_top() -> None:
    patch = rows({"role": "lead"}, lead=["alice"], security=["alice"], other=["alice", "bob"])
    high = {"when": {"labels": ["x"]}, "approvals": [{"role": "security"}]}
    (said,) = errors({**patch, "risk": {"high": high}, "workflow": DISTINCT})
    assert "these rows and those of high need more people" in said


def test_all_risk_classes_at_once_are_a_warning() -> None:
    patch = rows({"role": "lead"}, lead=["alice"], pair=["alice", "bob"])
    when = {"labels": ["x"]}
    risk = {
        "high": {"when": when, "approvals": [{"role": "pair"}]},
        "wide": {"when": when, "approvals": [{"role": "pair"}]},
    }
    said = warnings({**patch, "risk": risk, "workflow": DISTINCT})
    assert "those of every risk class at once need more people" in said[0]


@given(
    holders=st.sets(st.sampled_from(["alice", "bob", "carol", "dana"]), min_size=1),
    count=st.integers(1, 5),
)
def test_a_row_is_in_order_exactly_when_somebody_is_to_spare(holders: set[str], count: int) -> None:
    patch = rows({"role": "lead", "count": count}, lead=sorted(holders))
    patch["people"] = {"dana": {"github": "dana"}}
    found = problems(small(patch))
    assert bool(found) == (count >= len(holders))
    everybody = len(holders) == 4 and count >= 4
    assert any(p.severity.value == "error" for p in found) == (count > len(holders) or everybody)
