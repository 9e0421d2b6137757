from dataclasses import replace

import pytest

from gate.domain.facts import ForgeRule, ForgeRules, WeakerRule
from gate.domain.forge_rules import flaws, told
from gate.domain.missing import Missing
from tests.domain.who import ALICE, BOB, request

MET = ForgeRule(name="security", required=1, met=True, approved_by=(ALICE,))
OTHER = ForgeRule(name="all", required=2, met=True, approved_by=(ALICE, BOB))
OPTIONAL = ForgeRule(name="docs", required=0, met=True)
UNMET = ForgeRule(name="security", required=1, met=False)


def said(rules: ForgeRules | None) -> list[str]:
    return list(told(replace(request(), forge_rules=rules)))


def codes(rules: ForgeRules | None) -> list[str]:
    return [code for code, _ in flaws(replace(request(), forge_rules=rules))]


def test_a_forge_that_keeps_no_rules_has_nothing_told_of_them() -> None:
    assert said(None) == []
    assert codes(None) == ["no-forge-rules"]


def test_rules_that_were_met_are_told_in_one_sentence() -> None:
    rules = ForgeRules(rules=(MET, OPTIONAL, OTHER), overwritten=True)
    assert said(rules) == ["#12 met the forge's own rules: security (1) and all (2)"]
    assert codes(rules) == []


def test_rules_that_ask_for_nothing_are_none() -> None:
    assert said(ForgeRules(rules=(OPTIONAL,))) == []
    assert codes(ForgeRules(rules=(OPTIONAL,))) == ["no-forge-rules"]


def test_a_rule_that_was_not_met_says_so() -> None:
    assert said(ForgeRules(rules=(UNMET, OTHER))) == [
        "#12 did not meet the forge's own rule security, which asks for 1 approval and has 0",
        "#12 met the forge's own rules: all (2)",
    ]
    assert codes(ForgeRules(rules=(UNMET, OTHER))) == ["forge-rules-not-met"]


@pytest.mark.parametrize(
    ("weaker", "sentence"),
    [
        (
            WeakerRule(name="security", project_asks=1, asks=None),
            "asks for 1 approval, and the merge request has no such rule",
        ),
        (
            WeakerRule(name="security", project_asks=2, asks=0),
            "asks for 2 approvals, and that of the merge request for 0",
        ),
        (
            WeakerRule(name="security", project_asks=1, asks=1, also=(ALICE, BOB)),
            "asks for 1 approval, and that of the merge request for 1, also by @alice-ng or @bokafor",
        ),
    ],
)
def test_a_rule_that_was_weakened_says_how(weaker: WeakerRule, sentence: str) -> None:
    rules = ForgeRules(overwritten=True, weaker=(weaker,))
    start = "#12 has approval rules of its own: the project's rule security "
    assert said(rules) == [f"{start}{sentence}"]
    assert codes(rules) == ["forge-rules-weakened"]


def test_rules_that_cannot_be_told_say_why() -> None:
    gap = Missing(source="GitLab", reason_code="not-permitted", detail="HTTP 403")
    assert said(ForgeRules(missing=gap)) == [
        "what the forge's own rules asked of #12 cannot be told: HTTP 403"
    ]


def test_names_that_others_wrote_are_made_harmless() -> None:
    evil = replace(MET, name="a\u202eb\nc")
    assert said(ForgeRules(rules=(evil,))) == [
        "#12 met the forge's own rules: a\\u202eb\\u000ac (1)"
    ]
