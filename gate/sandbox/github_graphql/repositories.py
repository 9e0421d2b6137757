"""The repository: the door to everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gate.sandbox.github.forge import WEB, GitHub
from gate.sandbox.github.issues import find_issue
from gate.sandbox.github.pulls import updated_at
from gate.sandbox.github_graphql.comments import issues_of
from gate.sandbox.github_graphql.commits import blob_node
from gate.sandbox.github_graphql.deployments import deployments, environments
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection, needs, not_found
from gate.sandbox.github_graphql.pull_requests import issue_or_pull_request
from gate.sandbox.github_graphql.references import reference
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.git import number
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue

_ORDERS: dict[str, Callable[[PullRequest], Any]] = {
    "UPDATED_AT": updated_at,
    "CREATED_AT": lambda request: request.created,
}


def repository_named(schema: Schema, arguments: Arguments) -> Node:
    """The repository by owner and name; that of issues kept elsewhere can be asked for as well."""
    name = f"{arguments['owner']}/{arguments['name']}"
    if found := schema.github.repository_named(name):
        return schema.repository(found)
    raise not_found("a Repository", f"name '{name}'")


def repository_node(schema: Schema, name: str) -> Node:
    """A Repository. One that is not the world's has issues and nothing else."""
    github = schema.github
    mine = github.is_mine(*name.split("/", 1))
    known = github.world.repository
    id_ = known.id if mine else number("repository", name)
    fields = {
        "id!": f"R_{id_}",
        "databaseId": id_,
        "name!": name.partition("/")[2],
        "nameWithOwner!": name,
        "url!": f"{WEB}/{name}",
        "isPrivate!": known.private,
        "visibility!": "PRIVATE" if known.private else "PUBLIC",
        "isFork!": False,
        "isArchived!": False,
        "issue": needs(github, "issues", lambda arguments: _issue(schema, name, arguments)),
        "issues!": needs(github, "issues", lambda arguments: issues_of(schema, name, arguments)),
        "issueOrPullRequest": needs(
            github, "issues", lambda arguments: _either(schema, name, arguments)
        ),
    }
    return Node("Repository", {**fields, **(_inside(schema) if mine else {})})


def _inside(schema: Schema) -> dict[str, Any]:
    github = schema.github
    default = f"refs/heads/{github.world.repository.default_branch}"

    def pull_request(arguments: Arguments) -> Node:
        found = github.pull_request(arguments["number"])
        if found is None:
            raise not_found("a PullRequest", f"number of {arguments['number']}")
        return schema.pull_request(found)

    return {
        "defaultBranchRef": needs(github, "contents", lambda _: reference(schema, default)),
        "ref": needs(
            github, "contents", lambda arguments: reference(schema, arguments["qualifiedName"])
        ),
        "object": needs(github, "contents", lambda arguments: _object(schema, arguments)),
        "codeowners": None,
        "pullRequest": needs(github, "pull-requests", pull_request),
        "pullRequests!": needs(
            github, "pull-requests", lambda arguments: _pull_requests(schema, arguments)
        ),
        "deployments!": needs(
            github, "deployments", lambda arguments: deployments(schema, arguments)
        ),
        "environments!": needs(
            github, "actions", lambda arguments: environments(github, arguments)
        ),
    }


def _object(schema: Schema, arguments: Arguments) -> Node | None:
    """What an object id or an expression such as `main:path` names."""
    github = schema.github
    if oid := arguments.get("oid"):
        return schema.known_commit(oid)
    name, colon, path = str(arguments.get("expression", "")).partition(":")
    if not colon:
        return schema.known_commit(name)
    return _file(github, name, path)


def _file(github: GitHub, name: str, path: str) -> Node | None:
    commit = github.graph.resolve(name)
    text = github.trees.read(commit, path) if commit else None
    return None if text is None else blob_node(github, text)


def _pull_requests(schema: Schema, arguments: Arguments) -> Node:
    github = schema.github
    states, base = arguments.get("states"), arguments.get("baseRefName")
    found = [
        request
        for request in github.pull_requests()
        if (not states or request.state.upper() in states)
        and (not base or github.base_branch(request) == base)
    ]
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    found.sort(key=_ORDERS[order["field"]], reverse=order["direction"] == "DESC")
    also = ["states", "baseRefName", "orderBy"]
    return connection("PullRequestConnection", found, schema.pull_request, arguments, also=also)


def _issue(schema: Schema, repository: str, arguments: Arguments) -> Node:
    found = find_issue(schema.github, repository, str(arguments["number"]))
    if not isinstance(found, Issue):
        raise not_found("an Issue", f"number of {arguments['number']}")
    return schema.issue(found)


def _either(schema: Schema, repository: str, arguments: Arguments) -> Node:
    found = find_issue(schema.github, repository, str(arguments["number"]))
    if found is None:
        raise not_found("an issue or pull request", f"number of {arguments['number']}")
    return issue_or_pull_request(schema, found)
