"""What the protection of an environment asks for before a deployment (Premium): evidence, beside the approvals."""

from __future__ import annotations

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys, segment
from gate.adapters.part import Part
from gate.domain.facts import ForgeRule, ForgeRules
from gate.domain.ports import FactMissing

KEEP = accounts.KEYS | keys(
    "approval_summary rules approval_rules required_approvals required_approval_count deployment_approvals status "
    "access_level_description"
)
_ANYBODY = "anybody who may deploy"


def of_deployment(found: Part) -> ForgeRules | None:
    """As the deployment itself tells them, with who met them; None where it tells of none."""
    if not found.has("approval_summary"):
        return None
    rules = tuple(_met(one) for one in found.member("approval_summary").items("rules"))
    return ForgeRules(rules=rules) if rules else None


def of_protection(client: Client, environment: str) -> ForgeRules | None:
    """As the environment is protected, before this pipeline has a deployment that could be approved.

    None where it is not protected: GitLab Free protects none, and answers the same.
    """
    question = Question(what=f"how {environment} is protected", needs=Needs.READ)
    path = f"{client.home}/protected_environments/{segment(environment)}"
    try:
        answer = client.ask(question, path, KEEP)
        rules = _asked(question, Part(answer.value(), answer.asked), environment) if answer else ()
    except FactMissing as gap:
        return ForgeRules(missing=gap.missing)
    return ForgeRules(rules=rules) if rules else None


def _met(one: Part) -> ForgeRule:
    given = one.items("deployment_approvals") if one.has("deployment_approvals") else ()
    by = tuple(
        accounts.user(said.maybe("user")) for said in given if said.name("status") == "approved"
    )
    required = one.number("required_approvals")
    return ForgeRule(
        name=one.name("access_level_description"),
        required=required,
        met=len(by) >= required,
        approved_by=by,
    )


def _asked(question: Question, found: Part, environment: str) -> tuple[ForgeRule, ...]:
    """Nobody can have approved yet. `required_approval_count` is how older versions ask for it."""
    if found.name("name") != environment:
        raise missing(question, "wrong-object", "GitLab answered about another environment")
    listed = found.items("approval_rules")
    rules = [
        (one.name("access_level_description"), one.number("required_approvals")) for one in listed
    ]
    if found.has("required_approval_count"):
        rules.append((_ANYBODY, found.number("required_approval_count")))
    return tuple(
        ForgeRule(name=name, required=required, met=False) for name, required in rules if required
    )
