"""The clients' documents are valid for GitHub's schema, and what the sandbox answers to them is of its types."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import pytest
import requests
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    NameNode,
    SelectionSetNode,
    Visitor,
    execute,
    parse,
    print_ast,
    validate,
    visit,
)

from gate.adapters.forges.github import queries
from gate.adapters.trackers import github_documents
from gate.sandbox.github_graphql.api import query_root
from gate.sandbox.github_graphql.cost import Cost
from gate.sandbox.github_graphql.nodes import Node
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from gate.sandbox.world.forge import Permission, Token
from tests.contract.conftest import WORLDS

HEADERS = {"Authorization": "Bearer sandbox-workflow-token"}
ANSWERED: Mapping[str, Any] = {
    "owner": "acme",
    "name": "app",
    "branch": "refs/heads/main",
    "environments": ["production"],
    "number": 3,
    "oid": sha("m1"),
    "revision": sha("m1"),
    "page": 2,
    "after": "Y3Vyc29yOnYyOjE=",
    "place0": "HEAD:.github/change-policy.yml",
    "place1": "HEAD:none",
    "o0": "acme",
    "n0": "app",
    "i0": 3,
    "o1": "acme",
    "n1": "tickets",
    "i1": 5,
}


def documents() -> dict[str, str]:
    """Every document that the clients can send, about things that the worlds hold."""
    forge = {f"forge: {name}": text for name, text in queries.documents().items()}
    pages = {
        f"tracker: IssuePage.{name}": github_documents.issue_page(name)
        for name in github_documents.CONNECTIONS
    }
    return {**forge, **pages, "tracker: Issues": github_documents.issues(2)}


def test_every_document_is_valid(github_schema: GraphQLSchema) -> None:
    found = {name: validate(github_schema, parse(text)) for name, text in documents().items()}
    assert {name: errors for name, errors in found.items() if errors} == {}


class _AskForTypes(Visitor):
    """Adds `__typename` to every selection, so that the answer says what each object is."""

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        typename = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())
        return SelectionSetNode(selections=(typename, *node.selections))


def about_this_world(text: str) -> str:
    """The document with every object id and number that it was built with made one that exists."""
    known = text.replace("0" * 40, sha("m1")).replace("1" * 40, sha("c2"))
    return print_ast(visit(parse(known.replace("(number: 13)", "(number: 12)")), _AskForTypes()))


def by_key(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    """The answer names fields by alias, and lacks nothing that was asked for."""
    key = info.path.key
    if key not in source:
        raise GraphQLError(f"the answer has no {key}")
    return source[key]


def of_type(source: Any, *_: Any) -> str:
    """The answer says which of several types an object is."""
    name: str = source["__typename"]
    return name


def problems(
    schema: GraphQLSchema,
    name: str,
    text: str,
    answer: Any,
    variables: Mapping[str, Any] = ANSWERED,
) -> Iterator[str]:
    """Run the document again over the official schema, with the sandbox's answer for data."""
    if "data" not in answer or answer["data"] is None:
        if not answer.get("errors"):
            yield f"{name}: neither data nor errors"
        return
    again = execute(
        schema,
        parse(text),
        root_value=answer["data"],
        variable_values=dict(variables),
        field_resolver=by_key,
        type_resolver=of_type,
    )
    assert not hasattr(again, "__await__")
    yield from (f"{name}: {error.message} at {error.path}" for error in again.errors or ())
    if again.data != answer["data"]:
        yield f"{name}: the answer holds more than was asked for"


def all_problems(schema: GraphQLSchema, box: Sandbox) -> list[str]:
    found: list[str] = []
    for name, document in documents().items():
        text = about_this_world(document)
        number = 12 if name.startswith("forge") else 3
        body = {"query": text, "variables": {**ANSWERED, "number": number}}
        response = requests.post(
            f"{box.url}/github/graphql", json=body, headers=HEADERS, timeout=10
        )
        assert response.status_code == 200
        found += problems(schema, name, text, response.json())
    return found


def test_every_answer_is_of_the_types_of_the_schema(
    box: Sandbox, github_schema: GraphQLSchema
) -> None:
    assert all_problems(github_schema, box) == []


@pytest.mark.parametrize("permission", get_args(Permission))
def test_null_never_stands_where_it_may_not(
    permission: Permission, github_schema: GraphQLSchema
) -> None:
    world = replace(World.load(WORLDS["rich"]), token=Token(lacks=(permission,)))
    with Sandbox(world) as box:
        assert all_problems(github_schema, box) == []


def test_a_field_that_the_schema_lacks_is_refused_as_graphql_core_refuses_it(
    box: Sandbox, github_schema: GraphQLSchema
) -> None:
    text = '{ repository(owner: "acme", name: "app") { nameWithOwner stars } }'
    (official,) = validate(github_schema, parse(text))
    response = requests.post(
        f"{box.url}/github/graphql", json={"query": text}, headers=HEADERS, timeout=10
    )
    (ours,) = response.json()["errors"]
    assert "data" not in response.json()
    assert "'stars'" in official.message
    assert "'stars'" in ours["message"]


def test_every_field_that_the_sandbox_has_is_one_of_the_schema(
    github_schema: GraphQLSchema,
) -> None:
    with Sandbox(World.load(WORLDS["rich"])) as box:
        root = query_root(box.site.github, Cost())
        seen: Counter[str] = Counter()
        wrong = sorted(set(_strangers(github_schema, root, seen)))
    assert wrong == []
    assert {"GpgSignature", "CheckRun", "ReviewDismissedEvent", "RenamedTitleEvent"} <= seen.keys()


MOST_OF_A_TYPE = 50
TYPICAL: Mapping[str, Any] = {
    **{key: ANSWERED[key] for key in ("owner", "name", "number", "oid")},
    "first": 10,
    "qualifiedName": "refs/heads/main",
}


def _strangers(schema: GraphQLSchema, node: Node, seen: Counter[str]) -> Iterator[str]:
    """Walk over objects of each type: fields that the schema lacks, or that it lets be null otherwise."""
    if seen[node.type] >= MOST_OF_A_TYPE:
        return
    seen[node.type] += 1
    official = schema.type_map[node.type]
    assert isinstance(official, GraphQLObjectType)
    for name, value in node.fields.items():
        field = official.fields.get(name.rstrip("!"))
        if field is None:
            yield f"{node.type}.{name}"
            continue
        if name.endswith("!") is not isinstance(field.type, GraphQLNonNull):
            yield f"{node.type}.{name} is {field.type}"
        asked = {key: TYPICAL[key] for key in field.args if key in TYPICAL}
        if name == "pullRequest":
            asked["number"] = 12
        found = value(asked) if callable(value) else value
        for item in found if isinstance(found, list | tuple) else [found]:
            if isinstance(item, Node):
                yield from _strangers(schema, item, seen)
