import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.trackers.adf import markdown
from gate.adapters.trackers.adf_writer import CUT, LONGEST, document
from gate.render.escape import markdown as escaped

FORMS = [
    "# ", "## ", "- ", "* ", "+ ", "1. ", "7) ", "  - ", "    ", "> ", "> - ", "> # ", "- # ", "- [ ] ", "- [x] ",
    "| a |", "|---|", "```", "~~~", "---", "***", "**", "`", "[x](https://a.example)", "<br>", "<b>", "_", "\\",
    "&#8203;", "<!--", "-->", "https://a.example/x.", "<https://a.example>", "~~", "\t",
]  # fmt: skip
lines = st.builds(
    "".join, st.lists(st.one_of(st.sampled_from(FORMS), st.text(max_size=6)), max_size=5)
)
MARKS = {"code", "em", "link", "strike", "strong"}
INSIDE: dict[str, set[str]] = {
    "doc": {
        "paragraph", "heading", "rule", "codeBlock", "blockquote", "table", "taskList", "bulletList", "orderedList",
    },
    "blockquote": {"paragraph", "bulletList", "orderedList", "codeBlock"},
    "listItem": {"paragraph", "bulletList", "orderedList", "codeBlock"},
    "bulletList": {"listItem"},
    "orderedList": {"listItem"},
    "table": {"tableRow"},
    "tableRow": {"tableCell", "tableHeader"},
    "tableCell": {"paragraph"},
    "tableHeader": {"paragraph"},
    "taskList": {"taskItem"},
    "codeBlock": {"text"},
    "rule": set(),
    **{kind: {"text", "hardBreak"} for kind in ("paragraph", "heading", "taskItem")},
}  # fmt: skip
"""What the format lets stand in each node, of what is written here."""
NOT_EMPTY = {"blockquote", "bulletList", "orderedList", "listItem", "table", "tableRow", "taskList"}


def blocks(text: str) -> Any:
    return document(text)["content"]


def first(text: str) -> Any:
    return blocks(text)[0]


def words(text: str) -> Any:
    """The inline nodes of a paragraph, each as its text and the names of its marks."""
    return [
        (node.get("text", node["type"]), [mark["type"] for mark in node.get("marks", [])])
        for node in first(text)["content"]
    ]


def nodes(node: Any) -> Any:
    yield node
    for child in node.get("content", []):
        yield from nodes(child)


def check(node: Any, depth: int = 0) -> None:
    kind, content = node["type"], node.get("content", [])
    if kind == "text":
        assert node["text"]
        found = [mark["type"] for mark in node.get("marks", [])]
        assert set(found) <= MARKS
        assert len(set(found)) == len(found)
        assert "code" not in found or set(found) <= {"code", "link"}
        return
    if kind == "hardBreak":
        return
    assert {child["type"] for child in content} <= INSIDE[kind], node
    assert content or kind not in NOT_EMPTY
    if kind == "listItem":
        assert content[0]["type"] == "paragraph"
    for child in content:
        check(child, depth + 1)


@given(st.lists(lines, max_size=10).map("\n".join))
def test_whatever_the_text_is_the_document_is_one_that_jira_accepts(text: str) -> None:
    made = document(text, "mark")
    json.dumps(made).encode("utf-8", "strict")
    check(made)
    ids = [node["attrs"]["localId"] for node in nodes(made) if "localId" in node.get("attrs", {})]
    assert len(set(ids)) == len(ids)
    assert markdown(made).splitlines()[-1] == "mark"


@given(st.text(max_size=80))
def test_escaped_text_from_outside_comes_out_as_it_was_and_forms_nothing(text: str) -> None:
    (paragraph,) = blocks(f"Reason: {escaped(text)} end")
    assert {node["type"] for node in paragraph["content"]} == {"text"}
    assert all("marks" not in node for node in paragraph["content"])
    said = "".join(node["text"] for node in paragraph["content"])
    plain = escaped(text).replace("&#8203;", "")
    for code in range(128):
        plain = plain.replace(f"&#{code};", chr(code)) if chr(code) != "&" else plain
    assert said == f"Reason: {plain.replace('&#38;', '&')} end"


def test_headings_rules_and_paragraphs_are_told_apart() -> None:
    assert [node["type"] for node in blocks("# A\nb\nc\n\n---\n\nd\n#### E ####\n# \n#F")] == [
        "heading", "paragraph", "rule", "paragraph", "heading", "paragraph",
    ]  # fmt: skip
    assert first("### A `b` ##")["attrs"] == {"level": 3}
    assert words("### A `b` ##") == [("A ", []), ("b", ["code"])]


def test_a_heading_that_says_nothing_is_left_out() -> None:
    assert blocks("# <b></b>\ntext") == blocks("text")


def test_a_line_end_stays_one() -> None:
    assert words("one  \ntwo<br>three<br />") == [
        ("one", []), ("hardBreak", []), ("two", []), ("hardBreak", []), ("three", []), ("hardBreak", []),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b *c* d**", [("a ", []), ("b ", ["strong"]), ("c", ["strong", "em"]), (" d", ["strong"])]),
        ("_x_ a_b_c ~~y~~", [("x", ["em"]), (" a_b_c ", []), ("y", ["strike"])]),
        ("**`a*b`**", [("a*b", ["code"])]),
        ("``a`b``", [("a`b", ["code"])]),
        ("\\*a\\* 2 * 3", [("*", []), ("a", []), ("*", []), (" 2 * 3", [])]),
        ("&#42;&#42;a&#42;&#42; &lt;b&gt; &#64;&#8203;bob", [("**a** <b> @bob", [])]),
        ("<details>a</details>", [("a", [])]),
        ("a\x00\ud800b", [("ab", [])]),
    ],
)  # fmt: skip
def test_marks_become_marks_and_what_is_escaped_stays_text(text: str, expected: Any) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "said", "href"),
    [
        ("[the run](https://a.example/b?c&amp;d)", "the run", "https://a.example/b?c&d"),
        ("[](https://a.example)", "https://a.example", "https://a.example"),
        ("<https://a.example/b>", "https://a.example/b", "https://a.example/b"),
        ("https://a.example/b?c&amp;d", "https://a.example/b?c&d", "https://a.example/b?c&d"),
    ],
)
def test_links_are_links(text: str, said: str, href: str) -> None:
    (node,) = first(text)["content"]
    assert node["text"] == said
    assert node["marks"] == [{"type": "link", "attrs": {"href": href}}]


def test_code_and_emphasis_may_be_links() -> None:
    assert words("[`a` **b**](https://a.example)") == [
        ("a", ["link", "code"]), (" ", ["link"]), ("b", ["link", "strong"]),
    ]  # fmt: skip


def test_only_addresses_of_the_web_are_links() -> None:
    assert words("[a](javascript:b) see https://a.example/x. End") == [
        ("[a](javascript:b) see ", []),
        ("https://a.example/x", ["link"]),
        (". End", []),
    ]


def test_a_checklist_can_be_ticked_in_jira() -> None:
    (tasks,) = blocks("- [ ] Read the `diff`\n- [x] Told <https://a.example>")
    assert [item["attrs"]["state"] for item in tasks["content"]] == ["TODO", "DONE"]
    assert (
        markdown(document("- [ ] Read the `diff`\n- [x] Told")) == "- [ ] Read the diff\n- [x] Told"
    )


def test_lists_may_hold_lists_text_and_code() -> None:
    text = "3. one\n   more\n   - deep\n     - deeper\n4. two\n\n- other\n  ```sh\n  make\n  ```"
    (numbered, bullets) = blocks(text)
    assert numbered["attrs"] == {"order": 3}
    assert [item["content"][0]["type"] for item in numbered["content"]] == ["paragraph"] * 2
    deep = numbered["content"][0]["content"][1]
    assert deep["type"] == "bulletList"
    assert deep["content"][0]["content"][1]["type"] == "bulletList"
    code = bullets["content"][0]["content"][1]
    assert (code["type"], code["content"][0]["text"]) == ("codeBlock", "make")


def test_what_may_not_stand_in_an_item_stands_there_as_text() -> None:
    (item,) = first("- # Head\n  - [ ] task\n  | a | b |\n  ---")["content"]
    assert [node["type"] for node in item["content"]] == ["paragraph"] * 4
    assert markdown({"type": "doc", "content": item["content"]}) == "Head\n\ntask\n\na b"


def test_an_item_that_begins_with_a_list_begins_with_an_empty_line() -> None:
    (item,) = first("- - a")["content"]
    assert [node["type"] for node in item["content"]] == ["paragraph", "bulletList"]


def test_lists_go_only_so_deep() -> None:
    text = "\n".join("  " * depth + "- x" for depth in range(9))
    kinds = [node["type"] for node in nodes(document(text))]
    assert kinds.count("bulletList") == 5
    assert markdown(document("> " * 9 + "x")).endswith("x")


def test_quotes_and_tables_keep_their_form() -> None:
    assert markdown(document("> a\n> - b\n\n>")) == "> a\n> \n> - b"
    table = first("| a | **b** |\n|---|:-:|\n| 1 | |")
    assert [[cell["type"] for cell in row["content"]] for row in table["content"]] == [
        ["tableHeader"] * 2,
        ["tableCell"] * 2,
    ]
    assert first("| a |\n| b |")["content"][1]["content"][0]["type"] == "tableCell"


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("```text\nReviewed: <sha>\n\n**a**\n```\nafter", "text", "Reviewed: <sha>\n\n**a**"),
        ("~~~~\n```\n~~~\n~~~~", "", "```\n~~~"),
        ("```\nnever ends", "", "never ends"),
    ],
)
def test_code_stays_as_it_is(text: str, language: str, code: str) -> None:
    node = first(text)
    assert node["attrs"] == ({"language": language} if language else {})
    assert [part["text"] for part in node["content"]] == [code]
    assert first("```\n```")["content"] == []


def test_comments_are_left_out() -> None:
    text = 'a\n<!-- change-gate:follow-up:v1 {"id":"x"}\n -->'
    assert document(text) == document("a")


def test_the_mark_is_the_last_line_in_plain_sight() -> None:
    made: Any = document("a", "overdue:1")
    (_, last) = made["content"]
    assert last["content"] == [{"type": "text", "text": "overdue:1", "marks": [{"type": "code"}]}]


def test_what_is_too_long_ends_with_a_sentence_that_says_so() -> None:
    made = blocks("\n\n".join(["x" * 999] * 40))
    assert made[-1]["content"][0]["text"] == CUT
    assert sum(len(node["content"][0]["text"]) for node in made) <= LONGEST + len(CUT)
