import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.sandbox.github_graphql.document import Declared, Field, Inline, Spread, Variable
from gate.sandbox.github_graphql.syntax import parse
from gate.sandbox.github_graphql.tokens import DocumentInvalid


def test_a_document_is_read_in_full() -> None:
    found = parse(
        """
        # a comment
        query Q($a: String!, $b: [Int!]! = [1, 2], $c: [ID]) {
          x: field(text: "a\\"b", list: [1, -2.5, true], object: {k: null, e: ENUM}, v: $a, long: \"\"\"a "b" c\"\"\")
            @include(if: $b) @skip { id }
          ... on User { login }
          ... @skip(if: false) { y }
          ...Part @include(if: true)
        }
        fragment Part on Thing { z }
        """
    )
    (operation,) = found.operations
    assert (operation.kind, operation.name) == ("query", "Q")
    assert operation.variables == (
        Declared(name="a", required=True),
        Declared(name="b", required=False, default=[1, 2]),
        Declared(name="c", required=False),
    )
    field, inline, plain, spread = operation.selections
    assert isinstance(field, Field)
    assert (field.key, field.name, field.line) == ("x", "field", 4)
    assert field.arguments == {
        "text": 'a"b',
        "list": [1, -2.5, True],
        "object": {"k": None, "e": "ENUM"},
        "v": Variable("a"),
        "long": 'a "b" c',
    }
    assert field.directives == {"include": {"if": Variable("b")}, "skip": {}}
    assert isinstance(inline, Inline)
    assert inline.condition == "User"
    assert isinstance(plain, Inline)
    assert (plain.condition, plain.directives) == ("", {"skip": {"if": False}})
    assert spread == Spread(name="Part", directives={"include": {"if": True}})
    assert found.fragments["Part"].condition == "Thing"


def test_an_operation_needs_neither_name_nor_variables() -> None:
    for text in ("{ a }", "query { a }", "query Q { a }", "query ($x: Int) { a }"):
        (operation,) = parse(text).operations
        assert [
            selection.name for selection in operation.selections if isinstance(selection, Field)
        ] == ["a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ a", "Unexpected end of document at [1, 4]"),
        ("{ a(b: ) }", "Unexpected ')' at [1, 8]"),
        ("{\n  a(b: ?) }", "Unexpected '?' at [2, 8]"),
        ("{ a } 5", "Unexpected '5' at [1, 7]"),
        ("{ ...  5 }", "Unexpected '5' at [1, 8]"),
        ("fragment F of T { a }", "Unexpected 'of' at [1, 12]"),
        ("query Q($a Int) { a }", "Unexpected 'Int' at [1, 12]"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(text)
    assert str(caught.value) == message


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x7f")))
def test_every_text_survives_as_an_argument(value: str) -> None:
    (operation,) = parse(f"{{ a(b: {json.dumps(value)}) }}").operations
    (field,) = operation.selections
    assert isinstance(field, Field)
    assert field.arguments == {"b": value}


@given(st.text())
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        parse(text)
    except DocumentInvalid as error:
        assert "Unexpected" in str(error)  # noqa: PT017 - both ways are fine
