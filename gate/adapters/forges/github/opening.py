"""The first GraphQL question: what can be asked before anything else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate.adapters.forges.github import accounts, graph, queries
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question
from gate.adapters.forges.github.reference import Reference

KEEP = accounts.KEYS | keys(
    "databaseId visibility defaultBranchRef name target oid refUpdateRule requiredApprovingReviewCount rules head "
    "deployments commitOid environment originalEnvironment task createdAt creator statuses state logUrl "
    "revision status contexts id context targetUrl "
    "byteSize isBinary isTruncated"
)
"""Kept for the evidence; the policy's text is not, since the bundle holds the file itself."""


def ask(client: Client, asked: Reference, places: Sequence[str]) -> Graph:
    """Ask for the repository, its policy, its deployments to the environment and the revision's commit statuses.

    The parts are `policyN` and `head`, `defaultBranchRef`, `deployments` and `revision`.
    """
    question = Question(what=f"the repository {asked.repository}", permission="contents: read")
    variables: Mapping[str, object] = {
        "revision": asked.revision,
        "environments": [asked.environment],
        **{f"place{index}": f"HEAD:{place}" for index, place in enumerate(places)},
    }
    aliases = [f"policy{index}" for index, _ in enumerate(places)]
    return graph.ask(
        client, question, "Opening", queries.opening(places), variables, KEEP.union(aliases)
    )
