from __future__ import annotations

import pytest

from gate.adapters.forges.gitlab.reading import keys, segment, sha_or_empty, texts, web_path
from tests.adapters.forges.gitlab.canned import M0
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.parts import part


def test_a_sha_may_be_null_but_not_absent() -> None:
    assert sha_or_empty(part({"sha": None}), "sha") == ""
    assert sha_or_empty(part({"sha": M0}), "sha") == M0
    assert code_of(lambda: sha_or_empty(part({}), "sha")) == "unreadable"
    assert code_of(lambda: sha_or_empty(part({"sha": "main"}), "sha")) == "unreadable"


def test_a_list_of_texts_holds_nothing_else() -> None:
    assert texts(part({"labels": ["a", "b"]}), "labels") == ("a", "b")
    assert code_of(lambda: texts(part({"labels": ["a", 1]}), "labels")) == "unreadable"
    assert code_of(lambda: texts(part({"labels": None}), "labels")) == "unreadable"


def test_the_path_of_an_address() -> None:
    assert web_path(part({"url": "https://x/a/b?c#d"}), "url") == "/a/b"
    assert code_of(lambda: web_path(part({"url": "https://[x/a"}), "url")) == "unreadable"


@pytest.mark.parametrize("hostile", ["../../users", "a/b", "a?b#c", "%2e", "ä"])
def test_a_segment_stays_one(hostile: str) -> None:
    assert not set("/?#") & set(segment(hostile))


def test_words_are_keys() -> None:
    assert keys("a  b\n c") == {"a", "b", "c"}
