from datetime import date

import pytest

from gate.domain.globs import Glob
from gate.domain.policy.document import Enforcement
from gate.policy.formats import FORMATS
from gate.policy.kinds import Choice, Number, Scalar, Text, Truth, Written
from gate.policy.scalars import UnfitError, read_scalar
from gate.policy.tree import ScalarNode, Spot


def read(text: str, kind: Scalar, *, plain: bool = True) -> object:
    return read_scalar(ScalarNode(text=text, plain=plain, spot=Spot(line=1, column=1)), kind)


def refusal(text: str, kind: Scalar, *, plain: bool = True) -> str:
    with pytest.raises(UnfitError) as caught:
        read(text, kind, plain=plain)
    return f"{caught.value.text}; {caught.value.hint}"


@pytest.mark.parametrize("text", ["no", "on", "22:00", "2026-12-01", "1_000", "SOC-011", "1.2.3"])
def test_text_is_what_it_says(text: str) -> None:
    assert read(text, Text()) == text


@pytest.mark.parametrize("text", ["12", "-1", "1.10", "1e5", "0x1F", ".5", ".inf", "true", "False"])
def test_numbers_and_truths_are_text_only_in_quotes(text: str) -> None:
    assert refusal(text, Text()) == f'`{text}` is not text to YAML; write it in quotes: "{text}"'
    assert read(text, Text(), plain=False) == text


@pytest.mark.parametrize("text", ["", "~", "null"])
@pytest.mark.parametrize("kind", [Text(), Number(), Truth(), Choice(Enforcement)])
def test_no_value_is_no_value_for_anything(text: str, kind: Scalar) -> None:
    assert refusal(text, kind).startswith("no value; write ")


def test_text_is_never_blank_and_loses_the_space_around_it() -> None:
    assert read(" why\n", Text(), plain=False) == "why"
    assert refusal(" \n", Text(), plain=False).startswith("blank text; ")


def test_text_has_a_length() -> None:
    assert read("abc", Text(minimum=3)) == "abc"
    assert refusal("ab", Text(minimum=3)) == "`ab` is too short; "


@pytest.mark.parametrize("text", ["a\x07b", "a\u202eb", "a\x1b[2Jb"])
def test_text_hides_nothing(text: str) -> None:
    assert "holds a hidden character" in refusal(text, Text(), plain=False)
    assert "holds a hidden character" in refusal(text, Text(refers="people"), plain=False)


@pytest.mark.parametrize("text", ["alice", "on-call", "a.b_c", "7of9"])
def test_names(text: str) -> None:
    assert read(text, Text(name=True)) == text


@pytest.mark.parametrize("text", ["bot:x", "a b", "-a", "älice", "a/b", "a" * 65, "a\n"])
def test_no_names(text: str) -> None:
    assert "is no name" in refusal(text, Text(name=True), plain=False)


def test_a_reference_is_kept_as_it_is() -> None:
    assert read("alice ", Text(refers="people"), plain=False) == "alice "


def test_numbers_are_plain_and_inside_their_bounds() -> None:
    assert read("0", Number()) == 0
    assert read("-1", Number(minimum=-1, maximum=5)) == -1
    assert refusal("-2", Number(minimum=-1)) == "-2 is too small; "
    assert refusal("6", Number(maximum=5)) == "6 is too large; "


@pytest.mark.parametrize(
    "text", ["1.0", "010", "0x10", "1_000", "+1", "one", "9" * 16, "-0", "true"]
)
def test_no_whole_numbers(text: str) -> None:
    assert refusal(text, Number()) == f"`{text}` is no whole number; "


def test_a_number_in_quotes_is_text() -> None:
    assert refusal("2", Number(), plain=False) == "`2` is no whole number; remove the quotes"


def test_true_and_false_are_the_only_truths() -> None:
    assert read("true", Truth()) is True
    assert read("FALSE", Truth()) is False
    assert "neither true nor false" in refusal("true", Truth(), plain=False)
    assert refusal("maybe", Truth()) == "`maybe` is neither true nor false; "


@pytest.mark.parametrize("text", ["yes", "No", "on", "OFF", "y"])
def test_truths_about_which_tools_disagree_are_refused(text: str) -> None:
    assert refusal(text, Truth()).endswith("write true or false")


def test_a_choice_is_one_of_its_words() -> None:
    assert read("off", Choice(Enforcement)) is Enforcement.OFF
    assert refusal("of", Choice(Enforcement)) == "`of` is not known here; did you mean `off`?"


def test_written_values() -> None:
    assert read("2026-12-01", Written(FORMATS[date])) == date(2026, 12, 1)
    assert read("a*", Written(FORMATS[Glob])) == Glob("a*")
    assert refusal("1.12.2026", Written(FORMATS[date])) == (
        "`1.12.2026` cannot be read; write year, month and day; the year is from 2000 to 2199"
    )
    assert "day is out of range" in refusal("2026-02-30", Written(FORMATS[date]))
    assert "is not text to YAML" in refusal("12", Written(FORMATS[Glob]))
    assert "not closed" in refusal("a[", Written(FORMATS[Glob]))
