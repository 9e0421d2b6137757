from __future__ import annotations

import pytest

from gate.adapters.forges.gitlab.raw_commit import read, tree
from tests.adapters.forges.gitlab.gaps import code_of

SHA = "a" * 40
HEAD = b"tree " + b"b" * 40 + b"\nauthor Bob <bob@x> 1 +0000\ncommitter Eve <> 2 -0130\n"


def test_names_in_other_encodings_stay_distinct() -> None:
    one = read(SHA, HEAD.replace(b"Bob", b"\xfc") + b"\nx")
    other = read(SHA, HEAD.replace(b"Bob", b"\xfd") + b"\nx")
    assert one.author != other.author


def test_a_signature_does_not_hide_or_add_headers() -> None:
    content = (
        HEAD
        + b"gpgsig -----BEGIN\n parent "
        + b"c" * 40
        + b"\n author Mallory <m@x> 1 +0000\n\nparent no\nauthor no"
    )
    found = read(SHA, content)
    assert (found.parents, found.author.name, found.message) == ((), "Bob", "parent no\nauthor no")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", HEAD.replace(b"author", b"autor"), HEAD.replace(b"<bob@x>", b"bob")]
)
def test_what_is_no_commit_is_a_gap(content: bytes) -> None:
    assert code_of(lambda: read(SHA, content)) == "unreadable"


def test_a_commit_names_its_tree() -> None:
    assert tree(SHA, HEAD + b"\ntree " + b"c" * 40) == "b" * 40
    assert code_of(lambda: tree(SHA, b"author x")) == "unreadable"
