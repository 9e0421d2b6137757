from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.sections import Line, LineKind, lines_of, section_after


def kinds(markdown: str) -> list[str]:
    return [line.kind.value for line in lines_of(markdown)]


def texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines if line.kind is not LineKind.BLANK]


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("## Rollback plan ##", "heading", "Rollback plan"),
        ("# **Bold** heading", "heading", "Bold heading"),
        ("# C#", "heading", "C#"),
        ("#", "heading", ""),
        ("#hashtag", "text", "#hashtag"),
        ("**Rollback plan**", "label", "Rollback plan"),
        ("__Owner__: alice", "label", "Owner: alice"),
        ("**Owner:** alice", "label", "Owner: alice"),
        ("**Owner** – alice", "label", "Owner – alice"),
        ("**Owner** alice", "text", "Owner alice"),
        ("*Owner*", "label", "Owner"),
        ("Owner: alice", "label", "Owner: alice"),
        ("Owner：", "label", "Owner："),
        ("https://acme.example", "text", "https://acme.example"),
        ("At 12:30 we go", "text", "At 12:30 we go"),
        ("That is all. Owner: alice", "text", "That is all. Owner: alice"),
        ("- [x] Owner: alice", "item", "Owner: alice"),
        ("* **Owner:** alice", "item", "Owner: alice"),
        ("  1. run it", "item", "run it"),
        ("| Owner: | alice | bob |", "row", "Owner: alice bob"),
        ("| **Owner** | alice |", "row", "Owner: alice"),
        ("| alone |", "row", "alone:"),
        ("|---|:-:|", "blank", ""),
        ("* * *", "blank", ""),
        ("> > **Owner:** alice", "label", "Owner: alice"),
        ("   ", "blank", ""),
    ],
)
def test_a_line_knows_what_it_is(line: str, kind: str, text: str) -> None:
    (found,) = lines_of(line)
    assert (found.kind.value, found.text) == (kind, text)


def test_code_is_not_read_as_anything_else() -> None:
    assert kinds("```sh\n# not a heading\nOwner: x\n```inside\n```\nOwner: x") == ["code"] * 3 + [
        "label"
    ]


def test_code_that_never_ends_goes_on_to_the_end() -> None:
    assert kinds("~~~~\n~~~\n# a") == ["code", "code"]


def test_a_code_span_opens_no_code_block() -> None:
    assert kinds("```x``` is code\n# a") == ["text", "heading"]


def test_underlined_text_is_a_heading() -> None:
    first, second, third = lines_of("Plan\n====\n**Owner**\n---\n===")
    assert (first.kind, first.level) == (LineKind.HEADING, 1)
    assert (second.kind, second.level) == (LineKind.HEADING, 2)
    assert third.kind is LineKind.TEXT


def never(_: Line) -> bool:
    return False


@pytest.mark.parametrize(
    ("markdown", "held"),
    [
        ("## Plan\na\n### Part\nb\n**Label**\nc\n## Next\nd", ["a", "Part", "b", "Label", "c"]),
        ("# Plan\na\n\n# Next", ["a"]),
        ("**Plan**\na\n- Item: x\n```\nCode: x\n```\n**Next**\nb", ["a", "Item: x", "Code: x"]),
        ("Plan:\na\nNext: b\nc", ["a"]),
        ("Plan:\na\n# Next", ["a"]),
        ("- Plan: x\n  - a\n\n  b\n- Next", ["a", "b"]),
        ("- Plan: x\n  a\n# Next", ["a"]),
        ("| Plan | x\na\n| Next | b |", ["a"]),
        ("| Plan | x\na\n\nb", ["a"]),
        ("| Plan | x\na\n# Next", ["a"]),
    ],
)
def test_a_section_ends_where_a_reader_would_end_it(markdown: str, held: list[str]) -> None:
    assert texts(section_after(lines_of(markdown), 0, never)) == held


def test_a_label_that_belongs_does_not_end_the_section() -> None:
    lines = lines_of("Plan:\nOwner: a\nNext: b")
    assert texts(section_after(lines, 0, lambda line: line.text.startswith("Owner"))) == [
        "Owner: a"
    ]


@given(st.text())
def test_every_text_has_lines(text: str) -> None:
    assert all("\n" not in line.text for line in lines_of(text))


@pytest.mark.parametrize(
    "hostile",
    ["# " + " " * 60_000 + "x", "|" + " " * 60_000 + "x", "- " * 30_000 + "x", "*" * 60_000 + "x",
     "`" * 60_000 + "x`", "> " * 30_000, "**a" * 20_000, "#" * 60_000, "a:" * 30_000],
)  # fmt: skip
def test_hostile_lines_are_read_in_linear_time(hostile: str) -> None:
    assert len(lines_of(hostile)) == 1
