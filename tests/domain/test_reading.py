import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.reading import comparable, is_turning, visible, without_invisible


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("a <!-- hidden\nlines --> b", "a  b"),
        ("a <!-- never closed", "a "),
        ("<details><summary>More</summary>text</details>", "Moretext"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("Owner: <who decides>", "Owner: "),
        (
            "<https://acme.example> <alice@acme.example>",
            "<https://acme.example> <alice@acme.example>",
        ),
        ("latency < 5 and > 3", "latency < 5 and > 3"),
        ('[//]: # "a note"\nseen', "\nseen"),
        ("[a link](https://x)", "[a link](https://x)"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("T\u200bBD", "TBD"),
    ],
)
def test_only_what_a_page_shows_is_read(markdown: str, shown: str) -> None:
    assert visible(markdown) == shown


def test_characters_that_turn_the_direction_are_kept_for_others_to_judge() -> None:
    assert without_invisible("a\u00ad\u200d\ufeff\u202eb\u200f") == "a\u202eb\u200f"


@pytest.mark.parametrize(
    "text", ["\uff34\uff22\uff24", "\u0422\u0412D", "T\u0336B\u0336D", "\u03a4BD", " tbd "]
)
def test_look_alikes_compare_as_what_they_look_like(text: str) -> None:
    assert comparable(text) == "tbd"


def test_arabic_and_hebrew_letters_and_controls_turn_the_direction() -> None:
    assert [is_turning(c) for c in "a1\u05d0\u0627\u0661\u202e\u200e"] == [False] * 2 + [True] * 5


@given(st.text())
def test_nothing_is_shown_that_was_not_written(text: str) -> None:
    assert set(visible(text)) <= {*text, "\n"}


@pytest.mark.parametrize(
    "unit", ["<!--", "<a", "<a ", "[a", "[a]: ", "<br", "<!-- -->", "[", "`", "*"]
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    assert len(visible(unit * 60_000)) <= len(unit) * 60_000
