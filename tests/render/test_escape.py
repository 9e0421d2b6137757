import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.render.escape import (
    address,
    command_data,
    command_property,
    element,
    log,
    markdown,
    visible,
)

HOSTILE = [
    "x ##[add-mask]allow",
    "##[error]failed",
    "::error::pwned",
    " ::add-mask::secret",
    "a\n::set-output name=verdict::allow",
    "a\r##[group]b",
    "%0A::error::x",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "| a | b |\n|---|---|",
    "![x](https://evil.example/x.png)",
    "[x](https://evil.example)",
    "`code` **bold** _it_ ~~no~~",
    "@everyone #12 GH-3 https://evil.example www.evil.example",
    "=cmd|' /C calc'!A0",
    "admin\u202etxt.exe",
    "a\u200bb\u2028c\u2029d\x1b[31mred\x00",
    "</title></style></main>",
]
ANY = st.one_of(st.sampled_from(HOSTILE), st.text())


@given(ANY)
def test_a_visible_line_is_one_line_in_which_nothing_hides(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069]", shown)


def test_long_text_is_cut_and_says_so() -> None:
    assert visible("a" * 30, longest=10) == "aaaaaaaaaa … (20 characters more)"


@given(ANY)
def test_no_log_text_holds_a_runner_command(text: str) -> None:
    shown = log(text)
    assert "##[" not in shown
    assert "::" not in shown


@given(ANY)
def test_a_command_keeps_its_message_on_one_line(text: str) -> None:
    assert not set("\r\n") & set(command_data(text))
    assert not set(":,\r\n") & set(command_property(text))


@given(ANY)
def test_markdown_keeps_no_character_that_could_mean_something(text: str) -> None:
    rest = re.sub(r"&#\d+;", "", markdown(text))
    assert not set(rest) & set('<>&|`*_~[]()!\\#@"$=+-{}./:')


def test_markdown_reads_as_the_text_itself() -> None:
    assert html.unescape(markdown("a *b* <c> #1")).replace("\u200b", "") == "a *b* <c> #1"


def test_markdown_breaks_mentions_references_and_addresses_up() -> None:
    assert markdown("@x") == "&#64;&#8203;x"
    assert "\u200b" in html.unescape(markdown("#12"))
    assert ":\u200b" in html.unescape(markdown("https://x"))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(ANY)
def test_html_text_stays_text_in_an_element_and_in_an_attribute(text: str) -> None:
    tags = Tags()
    tags.feed(f'<p title="{element(text)}">{element(text)}</p>')
    tags.close()
    assert tags.tags == [("p", [("title", visible(text))])]
    assert tags.text == visible(text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        'https://x/"onclick=',
        "//evil.example",
        "https://user@evil.example/",
        "",
        "https://x/" + "a" * 3000,
        "https://x/\u202e",
    ],
)
def test_only_web_pages_are_linked(url: str) -> None:
    assert '"' not in address(url)
    assert address(url) == "" or url == 'https://x/"onclick='


def test_a_web_page_is_linked() -> None:
    assert address("https://github.com/acme/app/pull/1?a=1&b=2") == (
        "https://github.com/acme/app/pull/1?a=1&amp;b=2"
    )
