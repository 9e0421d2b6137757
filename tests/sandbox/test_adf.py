import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.sandbox.jira.adf import Node, document


def text(value: str, *marks: Node) -> Node:
    return {"type": "text", "text": value, **({"marks": list(marks)} if marks else {})}


def paragraph(*content: Node) -> Node:
    return {"type": "paragraph", "content": list(content)}


def item(*content: Node) -> Node:
    return {"type": "listItem", "content": [paragraph(*content)]}


@pytest.mark.parametrize(
    ("markdown", "block"),
    [
        ("## Plan", {"type": "heading", "attrs": {"level": 2}, "content": [text("Plan")]}),
        ("one\ntwo", paragraph(text("one"), {"type": "hardBreak"}, text("two"))),
        ("- a\n* b", {"type": "bulletList", "content": [item(text("a")), item(text("b"))]}),
        (
            "1. a\n2) b",
            {
                "type": "orderedList",
                "attrs": {"order": 1},
                "content": [item(text("a")), item(text("b"))],
            },
        ),
        (
            "```sh\nls\n\nrm\n```",
            {"type": "codeBlock", "attrs": {"language": "sh"}, "content": [text("ls\n\nrm")]},
        ),
        ("```", {"type": "codeBlock", "attrs": {}, "content": []}),
        (
            "a **b** `c` *d* [e](https://x.example) [](https://y.example)",
            paragraph(
                text("a "),
                text("b", {"type": "strong"}),
                text(" "),
                text("c", {"type": "code"}),
                text(" "),
                text("d", {"type": "em"}),
                text(" "),
                text("e", {"type": "link", "attrs": {"href": "https://x.example"}}),
                text(" "),
                text("https://y.example", {"type": "link", "attrs": {"href": "https://y.example"}}),
            ),
        ),
        ("#no heading", paragraph(text("#no heading"))),
    ],
)
def test_blocks_and_marks_become_nodes(markdown: str, block: Node) -> None:
    assert document(markdown) == {"type": "doc", "version": 1, "content": [block]}


def test_tables_have_a_head_where_a_rule_follows_the_first_row() -> None:
    with_head = document("| A | B |\n|---|---|\n| 1 | 2 |")["content"][0]
    kinds = [[cell["type"] for cell in row["content"]] for row in with_head["content"]]
    assert kinds == [["tableHeader", "tableHeader"], ["tableCell", "tableCell"]]
    (row,) = document("| A | B |")["content"][0]["content"]
    assert [cell["type"] for cell in row["content"]] == ["tableCell", "tableCell"]


def test_a_block_ends_the_paragraph_before_it() -> None:
    kinds = [node["type"] for node in document("text\n- a\n\n\ntext\n```\nx\n```\n")["content"]]
    assert kinds == ["paragraph", "bulletList", "paragraph", "codeBlock"]


@given(st.text())
def test_every_text_becomes_a_document_without_empty_text_nodes(markdown: str) -> None:
    def walk(node: Node) -> None:
        assert node["type"] != "text" or node["text"]
        for child in node.get("content", []):
            walk(child)

    walk(document(markdown))
