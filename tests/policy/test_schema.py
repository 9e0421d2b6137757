import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gate.policy.load import parse
from gate.policy.problem import PolicyProblems
from gate.policy.schema import DIALECT, schema
from gate.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, read
from tests.policy.policies import EXAMPLE, SMALL

DOCS = Path(__file__).parents[2] / "docs"
VALIDATOR = Draft202012Validator(schema())

Step = str | int


def data_of(node: Node) -> Any:
    """The file as YAML 1.2 reads it, which is what editors hold against the schema."""
    match node:
        case MappingNode():
            return {key.text: data_of(value) for key, value in node.entries}
        case SequenceNode():
            return [data_of(item) for item in node.items]
        case ScalarNode() if node.plain and node.text in {"true", "false"}:
            return node.text == "true"
        case ScalarNode() if node.plain and re.fullmatch(r"-?[0-9]+", node.text):
            return int(node.text)
        case ScalarNode():
            return node.text


DATA = data_of(read(EXAMPLE.decode(), name="example.yml"))


def paths_of(data: Any, path: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
    inner: list[tuple[Step, Any]] = []
    if isinstance(data, dict):
        inner = list(data.items())
    elif isinstance(data, list):
        inner = list(enumerate(data))
    return [path, *(found for step, value in inner for found in paths_of(value, (*path, step)))]


def changed(path: tuple[Step, ...], how: str, value: Any) -> Any:
    data = copy.deepcopy(DATA)
    around = data
    for step in path[:-1]:
        around = around[step]
    if how == "remove":
        del around[path[-1]]
    elif how == "misspell" and isinstance(around, dict):
        around[f"{path[-1]}s"] = around.pop(path[-1])
    else:
        around[path[-1]] = value
    return data


def accepted(data: Any) -> bool:
    content = json.dumps(data, ensure_ascii=False).encode()
    try:
        parse(content, name="p.yml")
    except PolicyProblems:
        return False
    return True


PATHS = [path for path in paths_of(DATA) if path]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = [
    st.none(),
    st.booleans(),
    st.integers(-3, 9),
    TEXT,
    st.sampled_from(["09:00", "2026-12-01", "14d", "2026-12-15T00:00", "jira", "high", "a[", " x"]),
]
VALUES = st.recursive(
    st.one_of(LEAVES),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=3,
)


def test_the_schema_is_a_schema() -> None:
    assert schema()["$schema"] == DIALECT
    Draft202012Validator.check_schema(schema())


def test_the_schema_in_the_docs_is_up_to_date() -> None:
    written = (DOCS / "change-policy.schema.json").read_text(encoding="utf-8")
    assert written == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("data", [DATA, SMALL], ids=["example", "small"])
def test_what_the_parser_reads_fits_the_schema(data: Any) -> None:
    assert accepted(data)
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


@settings(deadline=None, max_examples=300)
@given(
    path=st.sampled_from(PATHS), how=st.sampled_from(["remove", "misspell", "set"]), value=VALUES
)
def test_whatever_the_schema_refuses_the_parser_refuses(
    path: tuple[Step, ...], how: str, value: Any
) -> None:
    data = changed(path, how, value)
    assert VALIDATOR.is_valid(data) or not accepted(data)


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_a_misspelt_key_is_refused_by_both_wherever_keys_are_known(path: tuple[Step, ...]) -> None:
    data = changed(path, "misspell", None)
    assert VALIDATOR.is_valid(data) or not accepted(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("scope", "environments"), []),
        (("scope", "environments"), ["a", "a"]),
        (("people", "al ice"), {"github": "x"}),
        (("people", "alice", "github"), 7),
        (("people", "alice", "github"), " "),
        (("people", "alice", "shoe_size"), 7),
        (("controls", "tikcet"), "off"),
        (("controls", "drift"), "maybe"),
        (("controls", "drift"), False),
        (("waivers", 0, "control"), "revision"),
        (("windows", "allow", 0, "from"), "9:00"),
        (("windows", "allow", 0, "nth"), [6]),
        (("windows", "freeze", 0, "end"), "2027-01-05"),
        (("workflow", "tests", "max_age"), "14"),
        (("workflow", "review", "approvals"), 0),
        (("rollback", "required_for"), {}),
        (("emergency", "second_person"), "yes"),
    ],
)
def test_the_schema_knows_what_the_types_know(path: tuple[Step, ...], value: Any) -> None:
    data = changed(path, "set", value)
    assert not VALIDATOR.is_valid(data)
    assert not accepted(data)


def test_editors_show_what_a_key_is_for_and_what_holds_without_it() -> None:
    found = schema()
    assert found["properties"]["scope"] == {
        "description": "§1 what is gated",
        "$ref": "#/$defs/Scope",
    }
    workflow = found["$defs"]["Workflow"]["properties"]
    assert workflow["decision_valid_for"]["default"] == "1h"
    revision = found["$defs"]["RevisionRules"]["properties"]["events"]
    assert revision["default"][0] == "push"
    assert revision["minItems"] == 1
    rules = found["$defs"]["ApprovalRule"]
    assert rules["required"] == ["role"]
    assert rules["properties"]["from"]["default"] == ["review"]
    assert rules["properties"]["count"] == {
        "description": "how many different people",
        "type": "integer",
        "minimum": 1,
        "default": 1,
    }
    assert found["$defs"]["Emergency"]["properties"]["second_person"]["default"] is True
    assert found["$defs"]["Freeze"]["properties"]["services"]["oneOf"][1]["type"] == "array"
    assert "default" not in found["$defs"]["Freeze"]["properties"]["name"]
