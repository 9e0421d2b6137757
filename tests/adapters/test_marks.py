import pytest

from gate.adapters.marks import is_signed, signed


@pytest.mark.parametrize("marker", ["overdue", "duplicate:acme/app#3", "a--b -->", "ü\n/close", ""])
def test_what_was_signed_is_known_again_by_that_mark_alone(marker: str) -> None:
    text = signed("Hello\n", marker)
    assert is_signed(text, marker)
    assert is_signed(f"{text}\r\n ", marker)
    assert not is_signed(text, f"{marker}x")
    assert not is_signed("Hello", marker)
    assert text.splitlines()[-1].count("--") == 2
    assert text.splitlines()[-1].count(">") == 1


def test_a_mark_above_the_last_line_is_a_quotation() -> None:
    assert not is_signed(f"{signed('Hello', 'overdue')}\nThat is what it said.", "overdue")
