"""GitHub's GraphQL interface: one address, errors beside the data, HTTP 200 for nearly everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_graphql.commits import commit_node
from gate.sandbox.github_graphql.cost import MOST_NODES, Cost, cost
from gate.sandbox.github_graphql.document import Document, Operation
from gate.sandbox.github_graphql.execute import Execution
from gate.sandbox.github_graphql.issues import issue_node
from gate.sandbox.github_graphql.nodes import Node, QueryInvalid
from gate.sandbox.github_graphql.pull_requests import pull_request_node
from gate.sandbox.github_graphql.repositories import repository_named, repository_node
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.github_graphql.syntax import parse
from gate.sandbox.github_graphql.tokens import DocumentInvalid
from gate.sandbox.github_rest.api import LIMIT, refusal, with_limits
from gate.sandbox.github_rest.errors import refused
from gate.sandbox.messages import Request, Response, answer


def graphql(github: GitHub, request: Request) -> Response:
    """Answer a GraphQL request."""
    no = refusal(github, request)
    return with_limits(github, no if no is not None else _answer(github, request))


def _answer(github: GitHub, request: Request) -> Response:
    try:
        body = request.json()
        text, variables = body["query"], body.get("variables") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return refused(400, "Problems parsing JSON")
    try:
        document = parse(text)
        operation = _chosen(document, body.get("operationName"))
        price = _priced(document, operation, variables)
        execution = Execution(document, operation, variables)
        data = execution.run(query_root(github, price), operation)
    except DocumentInvalid as error:
        return answer({"errors": [{"message": str(error)}]})
    except QueryInvalid as error:
        detail = {"message": error.message, "extensions": dict(error.extensions)}
        return answer({"errors": [detail]})
    errors = {"errors": execution.errors} if execution.errors else {}
    return answer({"data": data, **errors})


def _chosen(document: Document, name: str | None) -> Operation:
    found = [item for item in document.operations if name in (None, "", item.name)]
    if len(found) != 1:
        raise QueryInvalid(
            f"No operation named {name!r}" if name else "An operation name is required"
        )
    if found[0].kind != "query":
        raise QueryInvalid("The sandbox answers queries only")
    return found[0]


def _priced(document: Document, operation: Operation, variables: Mapping[str, Any]) -> Cost:
    price = cost(document, operation, variables)
    if price.nodes > MOST_NODES:
        raise QueryInvalid(
            f"This query requests up to {price.nodes:,} possible nodes which exceeds the maximum limit of "
            f"{MOST_NODES:,}.",
            {"code": "MAX_NODE_LIMIT_EXCEEDED"},
        )
    return price


def query_root(github: GitHub, price: Cost) -> Node:
    """What every query starts from."""
    reset = github.clock().replace(minute=59, second=59, microsecond=0)
    limit = {
        "limit!": LIMIT,
        "cost!": price.points,
        "remaining!": LIMIT - price.points,
        "used!": price.points,
        "nodeCount!": price.nodes,
        "resetAt!": reset,
    }
    schema = Schema(
        github=github,
        make_commit=commit_node,
        make_pull_request=pull_request_node,
        make_issue=issue_node,
        make_repository=repository_node,
    )
    return Node(
        "Query",
        {
            "rateLimit": Node("RateLimit", limit),
            "repository": lambda arguments: repository_named(schema, arguments),
        },
    )
