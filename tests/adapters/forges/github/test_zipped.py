from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from gate.adapters.forges.github import zipped
from gate.adapters.forges.github.question import Question
from tests.adapters.forges.github.gaps import code_of

ASK = Question(what="an artifact", permission="actions: read")
NAME = "decision.json"


def archive(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in members:
            made.writestr(name, content)
    return buffer.getvalue()


def test_the_one_member_of_that_name_is_read() -> None:
    assert zipped.member(ASK, archive(("other", b"x"), (NAME, b"{}")), NAME) == b"{}"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no archive", "unreadable"),
        (archive(), "unreadable"),
        (archive(("../decision.json", b"{}")), "unreadable"),
        (archive(("folder/decision.json", b"{}")), "unreadable"),
        (archive((NAME, b"{}"), (NAME, b"[]")), "unreadable"),
        (archive((NAME, b"\0" * 1_000_000)), "too-large"),
        (archive((NAME, b"{}"))[:-30], "unreadable"),
    ],
    ids=["no archive", "empty", "outside", "in a folder", "twice", "huge", "cut short"],
)
def test_whatever_is_odd_about_it_is_refused(content: bytes, code: str) -> None:
    assert code_of(lambda: zipped.member(ASK, content, NAME)) == code


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MOST_MEMBERS", 1)
    assert (
        code_of(lambda: zipped.member(ASK, archive(("a", b""), (NAME, b"{}")), NAME))
        == "unreadable"
    )


def test_altered_bytes_are_noticed() -> None:
    content = bytearray(archive((NAME, b"0123456789" * 20)))
    content[45] ^= 0xFF
    assert code_of(lambda: zipped.member(ASK, bytes(content), NAME)) == "unreadable"


def test_a_member_that_claims_to_be_small_is_not_read_beyond_its_claim() -> None:
    content = archive((NAME, b"ab" * 200_000))
    lying = content.replace((400_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert code_of(lambda: zipped.member(ASK, lying, NAME)) == "unreadable"
