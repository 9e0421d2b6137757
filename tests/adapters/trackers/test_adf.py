from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.trackers.adf import addresses, markdown
from gate.adapters.trackers.adf_nodes import DEEPEST, MOST_NODES, TooComplex
from gate.domain.rollback_plan import plans_in

WANTED = ("trigger", "owner", "steps", "verification")


def t(text: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}


def n(kind: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def p(*content: Any) -> dict[str, Any]:
    return n("paragraph", *(t(part) if isinstance(part, str) else part for part in content))


def li(*content: Any) -> dict[str, Any]:
    return n("listItem", *(p(part) if isinstance(part, str) else part for part in content))


def cell(*content: Any, kind: str = "tableCell") -> dict[str, Any]:
    return n(kind, *(p(part) if isinstance(part, str) else part for part in content))


def text(*blocks: Any) -> str:
    return markdown(n("doc", *(p(block) if isinstance(block, str) else block for block in blocks)))


BREAK = {"type": "hardBreak"}


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["one", "two"], "one\n\ntwo"),
        ([n("heading", t("Rollback plan"), level=2)], "## Rollback plan"),
        ([n("heading", t("A"), BREAK, t("B"), level=9)], "###### A B"),
        ([n("heading", t("A"), level="two"), n("heading", t("B"), level=0)], "# A\n\n# B"),
        ([n("heading", t(" "), level=2)], ""),
        ([p(t("Rollback plan", "strong"), BREAK, t("revert"))], "**Rollback plan**\nrevert"),
        ([p(t("Roll", "strong"), t("back", "strong", "em"), t(" "), t("plan:", "strong"), t(" x"))],
         "**Rollback plan:** x"),
        ([p(t("Owner: ", "strong"), t("Bob"))], "**Owner:** Bob"),
        ([p(t(" ", "strong"), t("x"), t(" "))], "x"),
        ([p(t("old", "strike"), t(" and "), t("both", "strong", "strike"))], "~~old~~ and **~~both~~**"),
        (["a\nb\r\nc\u2028d"], "a b c d"),
        ([n("bulletList", li("a"), li("b", n("bulletList", li("c"))))], "- a\n- b\n\n  - c"),
        ([n("orderedList", li("a"), li("b"), order=9)], "9. a\n10. b"),
        ([n("orderedList", li(p("a", BREAK, "b")), order=-4)], "1. a\n   b"),
        ([n("bulletList", li(), li("x"), "junk")], "- x"),
        (
            [n("taskList", n("taskItem", t("do"), state="DONE"), n("taskList", n("taskItem", t("sub"), state="TODO")))],
            "- [x] do\n  - [ ] sub",
        ),
        ([n("decisionList", n("decisionItem", t("go"), state="DECIDED"))], "- go"),
        ([n("bulletList", t("loose"))], "- loose"),
        ([n("codeBlock", t("a\nb"), language="sh")], "```\na\nb\n```"),
        ([n("codeBlock", t("```"), BREAK, t("x"))], "````\n```\nx\n````"),
        ([n("blockquote", p("a"), p("b"))], "> a\n> \n> b"),
        ([n("panel", p("note"), panelType="info")], "note"),
        ([p("a"), n("rule"), p("b")], "a\n\n---\n\nb"),
        ([n("mediaSingle", n("media", id="1"), n("caption", t("the graph")))], "the graph"),
        ([n("layoutSection", n("layoutColumn", p("l")), n("layoutColumn", p("r")))], "l\n\nr"),
        ([n("somethingNew", p("seen"), t("loose"))], "seen\n\nloose"),
        ([n("bodiedExtension", p("inside"))], "inside"),
        ([t("loose"), BREAK, t("text")], "loose\ntext"),
        ([t("loose"), p("block")], "loose\n\nblock"),
    ],
)  # fmt: skip
def test_each_block_keeps_what_it_means(blocks: list[Any], expected: str) -> None:
    assert text(*blocks) == expected


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"type": "mention", "attrs": {"id": "1", "text": "@Alice"}}, "@Alice"),
        ({"type": "emoji", "attrs": {"shortName": ":ok:", "text": ""}}, ":ok:"),
        ({"type": "status", "attrs": {"text": "DONE", "color": "green"}}, "DONE"),
        ({"type": "date", "attrs": {"timestamp": "1795618800000"}}, "2026-11-25"),
        ({"type": "date", "attrs": {"timestamp": 1795618800000}}, "2026-11-25"),
        ({"type": "date", "attrs": {"timestamp": "soon"}}, "soon"),
        ({"type": "date", "attrs": {"timestamp": 10**30}}, ""),
        ({"type": "date", "attrs": None}, ""),
        ({"type": "inlineCard", "attrs": {"url": "https://x.example/1"}}, "https://x.example/1"),
        (
            {"type": "inlineCard", "attrs": {"data": {"url": "https://x.example/2"}}},
            "https://x.example/2",
        ),
        ({"type": "inlineCard", "attrs": {"url": "javascript:alert(1)"}}, ""),
        ({"type": "placeholder", "attrs": {"text": "Describe the rollback"}}, ""),
        ({"type": "inlineExtension", "attrs": {"text": "macro"}}, ""),
        ({"type": "text", "text": 3, "marks": "strong"}, ""),
        ({"type": "mention", "attrs": {"text": 3}}, ""),
    ],
)
def test_each_inline_node_says_what_people_see(node: dict[str, Any], said: str) -> None:
    assert text(p("[", node, "]")) == f"[{said}]"


def test_cards_of_their_own_are_addresses() -> None:
    card = {"type": "blockCard", "attrs": {"url": "https://x.example/1"}}
    assert (
        text(card, {"type": "embedCard", "attrs": {"url": "https://x.example/2"}})
        == "https://x.example/1\n\nhttps://x.example/2"
    )


def test_a_table_of_single_lines_is_rows() -> None:
    table = n(
        "table",
        n("tableRow", cell("Trigger", kind="tableHeader"), cell("errors")),
        n("tableRow", cell(), cell()),
        "x",
    )
    assert text(table) == "| Trigger | errors |"


def test_a_table_whose_cells_hold_more_is_labels() -> None:
    table = n(
        "table",
        n(
            "tableRow",
            cell(p(t("Rollback plan", "strong"))),
            cell("Trigger: errors", n("bulletList", li("undo"))),
            cell("x"),
        ),
        n("tableRow", cell(), cell("only")),
        n("tableRow"),
    )
    assert text(table) == "**Rollback plan**\n\nTrigger: errors\n\n- undo\n\nx\n\nonly"


def test_a_collapsed_part_is_a_heading_above_its_own_headings() -> None:
    part = n("expand", n("heading", t("Steps"), level=1), p("undo"), title=" Rollback\n plan ")
    assert text(n("heading", t("Plan"), level=2), part, n("heading", t("Test"), level=2)) == (
        "## Plan\n\n### Rollback plan\n\n#### Steps\n\nundo\n\n## Test"
    )


def test_a_collapsed_part_without_a_title_is_its_content() -> None:
    assert text(n("expand", p("a"), title=3)) == "a"
    assert text(n("expand", title="Empty")) == "# Empty"


def test_headings_never_go_deeper_than_markdown_has() -> None:
    deep = n("nestedExpand", n("heading", t("C"), level=6), title="B")
    assert text(n("heading", t("A"), level=6), deep) == "###### A\n\n##### B\n\n###### C"


def test_addresses_are_those_of_links_and_cards_in_their_order() -> None:
    link = {
        **t("see"),
        "marks": [{"type": "link", "attrs": {"href": "https://x.example/2\n"}}, {"type": "link"}],
    }
    card = {"type": "inlineCard", "attrs": {"url": "HTTPS://x.example/1"}}
    bad = {**t("x"), "marks": [{"type": "link", "attrs": {"href": "mailto:a@b"}}]}
    assert addresses(n("doc", p(card, link, bad, link))) == (
        "HTTPS://x.example/1",
        "https://x.example/2",
    )


@pytest.mark.parametrize(
    "document",
    [None, "", "text", 3, [], {}, {"content": 3}, {"type": "doc", "content": [None, "x", 3]}],
)
def test_what_is_no_document_is_empty(document: Any) -> None:
    assert markdown(document) == ""
    assert addresses(document) == ()


def nested(depth: int) -> dict[str, Any]:
    node = p("x")
    for _ in range(depth):
        node = n("panel", node)
    return node


def test_a_deep_document_is_read_and_a_deeper_one_refused() -> None:
    assert text(nested(DEEPEST - 4)) == "x"
    with pytest.raises(TooComplex, match="nested"):
        text(nested(DEEPEST))


def test_a_document_that_is_a_list_within_a_list_within_a_list_is_read() -> None:
    node = li("x")
    for _ in range(60):
        node = li(n("bulletList", node))
    assert text(n("bulletList", node)).endswith("x")


def test_a_document_with_too_many_parts_is_refused() -> None:
    with pytest.raises(TooComplex, match=str(MOST_NODES)):
        addresses(n("doc", *({"type": "text"} for _ in range(MOST_NODES))))


PLAN = (
    "Trigger: errors",
    "Owner: Dave Kim",
    "Steps: deploy m0 with make",
    "Verification: dashboard green",
)


@pytest.mark.parametrize(
    "blocks",
    [
        [n("heading", t("Rollback plan"), level=3), n("bulletList", *map(li, PLAN))],
        [p(t("Rollback plan", "strong")), *map(p, PLAN)],
        [n("expand", *map(p, PLAN), title="Rollback plan")],
        [n("panel", n("heading", t("Back-out plan"), level=3), *map(p, PLAN))],
        [n("table", n("tableRow", cell("Rollback plan", kind="tableHeader"), cell(*PLAN)))],
        [n("heading", t("Rollback plan"), level=2),
         n("table", *(n("tableRow", *(cell(part.strip()) for part in line.split(":"))) for line in PLAN))],
    ],
    ids=["heading", "bold", "expand", "panel", "cell", "rows"],
)  # fmt: skip
def test_a_rollback_plan_is_found_however_it_is_laid_out(blocks: list[Any]) -> None:
    (plan,) = plans_in(text(*blocks), WANTED)
    assert plan.is_complete(WANTED)


@pytest.mark.parametrize(
    "blocks",
    [
        [p("We discussed the rollback plan")],
        [
            n("heading", t("Rollback plan"), level=2),
            p({"type": "placeholder", "attrs": {"text": "who, when, how"}}),
        ],
        [n("heading", t("Rollback plan"), level=2)],
        [n("heading", t("Rollback plan"), level=2), p("TBD")],
    ],
)
def test_no_rollback_plan_is_read_where_nobody_wrote_one(blocks: list[Any]) -> None:
    assert not any(plan.is_complete(WANTED) for plan in plans_in(text(*blocks), WANTED))


KINDS = st.sampled_from(
    [
        "doc", "paragraph", "heading", "bulletList", "orderedList", "listItem", "taskItem", "table",
        "tableRow", "tableCell", "expand", "codeBlock", "blockquote", "rule", "text", "hardBreak",
        "date", "inlineCard", "blockCard", "new", "", None, 3,
    ]
)  # fmt: skip
JUNK = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.none(), max_size=2)
NODES = st.recursive(
    JUNK,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": KINDS, "text": JUNK, "content": st.lists(inner, max_size=4) | JUNK,
            "attrs": st.dictionaries(st.sampled_from(["level", "order", "title", "timestamp", "url"]), JUNK) | JUNK,
            "marks": st.lists(st.dictionaries(st.sampled_from(["type", "attrs"]), JUNK), max_size=2) | JUNK,
        },
    ),
)  # fmt: skip


@given(NODES)
def test_no_document_makes_it_crash(document: Any) -> None:
    assert isinstance(markdown(document), str)
    assert isinstance(addresses(document), tuple)
