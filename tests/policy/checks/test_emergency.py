from typing import Any

import pytest

from tests.policy.policies import GONE, errors, problems, small, warnings

PAGER = {"service": "PSHOP", "acknowledged_by": "on-call"}
ROLES = {"on-call": {"pager_schedule": "PRIMARY"}, "lead": {"people": ["alice"]}}
PAGED = {"alice": {"pagerduty": "PALICE"}}


def patch(**emergency: Any) -> dict[str, Any]:
    return {"emergency": emergency, "roles": ROLES, "people": PAGED}


def test_break_glass_by_a_pager_or_by_the_forge_is_fine() -> None:
    assert problems(small(patch(pager=PAGER))) == ()
    assert problems(small(patch(approved_by="lead"))) == ()
    assert problems(small(patch(pager=PAGER, approved_by="lead"))) == ()


def test_an_emergency_that_nobody_could_approve_is_refused() -> None:
    (said,) = errors({"emergency": {"waives": ["tests"]}})
    assert said.startswith("emergency: nobody could be the second person")
    assert said.endswith("add `pager` or `approved_by`; a team of one says `second_person: false`")


def test_one_person_alone_is_a_warning() -> None:
    (said,) = warnings({"emergency": {"second_person": False}})
    assert said.startswith("emergency.second_person: one person alone can break the glass")


@pytest.mark.parametrize("key", ["approved_by", "invoked_by", "despite_overdue"])
def test_without_a_pager_nobody_knows_who_is_on_call(key: str) -> None:
    (said,) = errors(patch(**{"approved_by": "lead", key: "on-call"}))
    assert said.startswith(f"emergency.{key}: only the pager knows who holds `on-call`")


def test_with_a_pager_it_is_known_but_for_debts() -> None:
    for key in ("approved_by", "invoked_by"):
        assert problems(small(patch(**{"pager": PAGER, key: "on-call"}))) == ()
    (said,) = errors(patch(pager=PAGER, despite_overdue="on-call"))
    assert said.startswith("emergency.despite_overdue: only the pager knows who holds `on-call`")


def test_while_the_pager_is_down_it_cannot_tell_who_may_approve_in_the_forge() -> None:
    pager = {**PAGER, "if_unreachable": "forge"}
    (said,) = warnings(patch(pager=pager))
    assert said.startswith(
        "emergency.pager.if_unreachable: only the pager knows who holds `on-call`"
    )
    assert warnings(patch(pager=pager, approved_by="lead")) == []


@pytest.mark.parametrize("key", ["approved_by", "invoked_by", "despite_overdue"])
def test_roles_are_those_of_the_policy(key: str) -> None:
    (said,) = errors(patch(pager=PAGER, **{key: "ghost"}))
    assert said.startswith(f"emergency.{key}: `ghost` is not in `roles`")
    (said,) = errors(patch(pager={**PAGER, "acknowledged_by": "ghost"}))
    assert said.startswith("emergency.pager.acknowledged_by: `ghost` is not in `roles`")


@pytest.mark.parametrize(
    "control", ["prohibited", "revision", "emergency", "retroactive_review", "retention"]
)
def test_some_controls_are_never_waived(control: str) -> None:
    (said,) = errors(patch(pager=PAGER, waives=[control]))
    assert said.startswith(f"emergency.waives[0]: `{control}` is never set aside")


@pytest.mark.parametrize(
    ("system", "key"), [("pagerduty", "pagerduty"), ("incident_io", "incident_io"), ("jsm", "jira")]
)
def test_somebody_must_have_an_account_of_the_pager(system: str, key: str) -> None:
    url = {"url": "https://api.atlassian.com/jsm/ops/api/1"} if system == "jsm" else {}
    bare = {name: {"jira": GONE} for name in ("alice", "bob", "carol")}
    found = {**patch(pager={**PAGER, "system": system, **url}), "people": bare}
    (said,) = warnings(found)
    assert said.startswith(
        "emergency.pager.acknowledged_by: nobody who could hold `on-call` has an account"
    )
    assert said.endswith(f"add `{key}` to the people who take incidents")
    found["people"] = {**bare, "bob": {key: "01HBOB"}}
    assert warnings(found) == []


def test_of_a_role_of_people_one_of_them_must() -> None:
    found = patch(pager={**PAGER, "acknowledged_by": "lead"})
    assert warnings(found) == []
    found["people"] = {"bob": {"pagerduty": "PBOB"}}
    (said,) = warnings(found)
    assert "nobody who could hold `lead`" in said


def test_a_pager_has_an_address_that_can_be_asked() -> None:
    (said,) = errors(patch(pager={**PAGER, "url": "http://api.pagerduty.example"}))
    assert said.startswith("emergency.pager.url: the address is not encrypted")
    (said,) = errors(patch(pager={**PAGER, "system": "jsm"}))
    assert said.startswith("emergency.pager: JSM Operations has an address of its own")


def test_a_follow_up_goes_where_its_tracker_has_projects() -> None:
    follow_up = {"tracker": "jira", "project": "acme/app"}
    (said,) = errors(patch(pager=PAGER, follow_up=follow_up))
    assert said.startswith("emergency.follow_up.project: `acme/app` is no Jira project key")
    follow_up = {"tracker": "gitlab", "project": "acme/shop/app"}
    assert errors(patch(pager=PAGER, follow_up=follow_up)) == []
    follow_up["url"] = "ftp://x"
    (said,) = errors(patch(pager=PAGER, follow_up=follow_up))
    assert said.startswith("emergency.follow_up.url: ")
