from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.domain.facts import ForgeRule, ForgeRules
from tests.adapters.forges.gitlab.canned import (
    ASKED,
    HOME,
    READ,
    Raw,
    deployment,
    gitlab,
    pending,
    user,
)

PATH = f"{HOME}/deployments"
PROTECTED = f"{HOME}/protected_environments/production"
NONE_YET = {PATH: [deployment()]}


def found(changes: dict[str, Any], read: str = READ) -> ForgeRules | None:
    with gitlab(changes, read=read) as (asked, _):
        return asked.deployment_approvals().forge_rules


def summary(*said: tuple[str, str], required: int = 1) -> dict[str, Any]:
    given = [{"user": user(login), "status": status} for login, status in said]
    rule = {
        "access_level_description": "Maintainers",
        "required_approvals": required,
        "deployment_approvals": given,
    }
    return {f"{PATH}/950": pending(950, approval_summary={"rules": [rule]})}


def protection(*rules: tuple[str, int], **more: Any) -> dict[str, Any]:
    listed = [
        {"access_level_description": name, "required_approvals": required}
        for name, required in rules
    ]
    return {"name": "production", "approval_rules": listed, **more}


def test_the_deployment_tells_its_rules_and_who_met_them() -> None:
    told = found(summary(("carol", "approved"), ("erin", "rejected")))
    assert told is not None
    (rule,) = told.rules
    assert (rule.name, rule.required, rule.met) == ("Maintainers", 1, True)
    assert [who.login for who in rule.approved_by] == ["carol"]


def test_a_rule_with_too_few_approvals_is_not_met() -> None:
    told = found(summary(("carol", "approved"), required=2))
    assert told is not None
    assert not told.rules[0].met


def test_before_there_is_a_deployment_the_protection_tells_what_will_be_asked_for() -> None:
    answer = protection(("Maintainers", 2), ("Erin", 0), required_approval_count=1)
    assert found({**NONE_YET, PROTECTED: answer}) == ForgeRules(
        rules=(
            ForgeRule(name="Maintainers", required=2, met=False),
            ForgeRule(name="anybody who may deploy", required=1, met=False),
        )
    )


@pytest.mark.parametrize("answer", [protection(), protection(required_approval_count=0)])
def test_a_protection_that_asks_for_no_approval_has_no_rules(answer: Any) -> None:
    assert found({**NONE_YET, PROTECTED: answer}) is None


def test_an_environment_that_is_not_protected_has_none_and_neither_has_free() -> None:
    assert found(NONE_YET) is None
    assert found({f"{PATH}/950": pending(950, approval_summary={"rules": []})}) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(403, {"message": "403 Forbidden"}), "not-permitted"),
        (protection(name="staging"), "wrong-object"),
        ({"name": "production"}, "unreadable"),
    ],
)
def test_a_protection_that_cannot_be_read_is_missing_and_the_approvals_are_not(
    answer: Any, code: str
) -> None:
    told = found({**NONE_YET, PROTECTED: answer})
    assert told is not None
    assert told.missing is not None
    assert told.missing.reason_code == code


def test_the_job_token_alone_does_not_show_the_protection() -> None:
    told = found(NONE_YET, read="")
    assert told is not None
    assert told.missing is not None
    assert "CHANGE_GATE_GITLAB_TOKEN" in told.missing.remedy


def test_the_name_of_an_environment_stays_one_segment() -> None:
    asked = replace(ASKED, environment="prod/eu")
    with gitlab({PATH: []}, asked=asked) as (forge, canned):
        assert forge.deployment_approvals().forge_rules is None
    assert canned.count(f"{HOME}/protected_environments/prod%2Feu") == 1
