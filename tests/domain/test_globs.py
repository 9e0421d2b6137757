import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.globs import Glob

MATCHES = [
    ("infra/**", "infra/main.tf"),
    ("infra/**", "infra/network/deep/main.tf"),
    ("**/migrations/**", "migrations/1.sql"),
    ("**/migrations/**", "a/b/migrations/c/1.sql"),
    ("**/x", "x"),
    ("**/x", "a/x"),
    ("a/**/b", "a/b"),
    ("a/**/b", "a/x/y/b"),
    ("*.md", "README.md"),
    ("docs/*", "docs/.hidden"),
    ("docs/?.md", "docs/a.md"),
    ("v[0-9].txt", "v7.txt"),
    ("v[!0-9].txt", "vx.txt"),
    ("v[a-].txt", "v-.txt"),
    ("v[^a].txt", "v^.txt"),
    ("v[\\].txt", "v\\.txt"),
    ("e2e / *", "e2e / chrome"),
    ("**", ""),
    ("**", "a/b\nc"),
    ("ops**sql", "ops/adhoc/x.sql"),
    ("a+b(c).py", "a+b(c).py"),
    ("[a", "[a"),
    ("[!]", "[!]"),
    ("[]", "[]"),
    ("***", "a/b"),
]

DOES_NOT_MATCH = [
    ("infra/**", "infra"),
    ("infra/**", "services/infra/main.tf"),
    ("infra/**", "INFRA/main.tf"),
    ("**/x", "ax"),
    ("a/**/b", "ab"),
    ("a/**/b", "a/xb"),
    ("*.md", "docs/README.md"),
    ("docs/?.md", "docs//.md"),
    ("v[!0-9].txt", "v7.txt"),
    ("v[!a]x", "v/x"),
    ("v[+-9]x", "v/x"),
    ("e2e / *", "e2e / chrome / headless"),
    ("unit", "unit "),
    ("unit", "unit\n"),
    ("a.c", "abc"),
    ("[!]", "x"),
]


@pytest.mark.parametrize(("pattern", "text"), MATCHES)
def test_matches(pattern: str, text: str) -> None:
    assert Glob(pattern).matches(text)


@pytest.mark.parametrize(("pattern", "text"), DOES_NOT_MATCH)
def test_does_not_match(pattern: str, text: str) -> None:
    assert not Glob(pattern).matches(text)


def test_a_set_that_nothing_can_be_in_is_refused_because_it_would_protect_nothing() -> None:
    with pytest.raises(ValueError, match=r"z-a in \[z-a\] is no range"):
        Glob("config/[z-a].yml")


def test_is_shown_as_it_was_written() -> None:
    assert str(Glob("infra/**")) == "infra/**"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("**/x/**/y/**/z", "x/y/" * 1000),
        ("**/*a*b*c*/z", "a" * 1300 + "b" * 1300 + "c" * 1300 + "z/"),
    ],
)
def test_a_path_made_to_be_slow_is_not(pattern: str, text: str) -> None:
    assert not Glob(pattern).matches(text)  # a backtracking matcher takes minutes to say so


PIECES = ["**/", "**", "*", "?", "[ab]", "[!a]", "a", "b", "/"]
AS_REGEX = {
    "**/": "(?:[^/]+/)*",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
    "[ab]": "[ab]",
    "[!a]": "[^a/]",
}


@given(
    st.lists(st.sampled_from(PIECES), max_size=6),
    st.text(alphabet="ab/", max_size=10),
)
def test_agrees_with_a_regular_expression_on_everything_small(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[ab\]|\[!a\]|.", pattern)
    regex = "".join(AS_REGEX.get(token, token) for token in tokens)
    assert Glob(pattern).matches(text) == (re.fullmatch(regex, text, re.DOTALL) is not None)
