"""Branches and tags, and what protects them."""

from __future__ import annotations

from typing import Any

from gate.sandbox.github.branches import protection
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.git import number


def reference(schema: Schema, qualified: str) -> Node | None:
    """A Ref by its full name; None when there is none."""
    github = schema.github
    full = qualified if qualified.startswith("refs/") else f"refs/heads/{qualified}"
    commit = github.graph.reference(full)
    if commit is None:
        return None
    kind, _, name = full.removeprefix("refs/").partition("/")
    protected, contexts = protection(github, name) if kind == "heads" else (False, [])
    return Node(
        "Ref",
        {
            "id!": f"REF_{number('ref', full)}",
            "name!": name,
            "prefix!": f"refs/{kind}/",
            "target": schema.commit(commit),
            "refUpdateRule": _update_rule(schema, name, contexts) if protected else None,
            # Classic protection is shown to administrators only, whatever it is.
            "branchProtectionRule": None,
            "rules": lambda arguments: _rules(schema, name, protected, contexts, arguments),
        },
    )


def _update_rule(schema: Schema, name: str, contexts: list[str]) -> Node:
    return Node(
        "RefUpdateRule",
        {
            "pattern!": name,
            "requiredApprovingReviewCount": schema.github.world.repository.required_approvals,
            "requiredStatusCheckContexts": contexts,
            "requiresCodeOwnerReviews!": False,
            "requiresConversationResolution!": False,
            "requiresLinearHistory!": False,
            "requiresSignatures!": False,
            "allowsDeletions!": False,
            "allowsForcePushes!": False,
            "blocksCreations!": False,
            "viewerAllowedToDismissReviews!": False,
            "viewerCanPush!": False,
        },
    )


def _rules(
    schema: Schema, name: str, protected: bool, contexts: list[str], arguments: Arguments
) -> Node:
    review = {
        "requiredApprovingReviewCount!": schema.github.world.repository.required_approvals,
        "dismissStaleReviewsOnPush!": False,
        "requireCodeOwnerReview!": False,
        "requireLastPushApproval!": False,
        "requiredReviewThreadResolution!": False,
    }
    checks = [
        Node("StatusCheckConfiguration", {"context!": context, "integrationId": None})
        for context in contexts
    ]
    found: list[tuple[str, Node | None]] = []
    if protected:
        found += [("DELETION", None), ("NON_FAST_FORWARD", None)]
        found.append(("PULL_REQUEST", Node("PullRequestParameters", review)))
    if contexts:
        demands: dict[str, Any] = {
            "strictRequiredStatusChecksPolicy!": False,
            "requiredStatusChecks!": checks,
        }
        found.append(("REQUIRED_STATUS_CHECKS", Node("RequiredStatusChecksParameters", demands)))
    ruleset = Node("RepositoryRuleset", {"name!": f"Protect {name}", "enforcement!": "ACTIVE"})

    def rule(item: tuple[str, Node | None]) -> Node:
        id_ = f"RR_{number('rule', f'{name}/{item[0]}')}"
        fields = {
            "id!": id_,
            "type!": item[0],
            "parameters": item[1],
            "repositoryRuleset": ruleset,
        }
        return Node("RepositoryRule", fields)

    return connection("RepositoryRuleConnection", found, rule, arguments)
