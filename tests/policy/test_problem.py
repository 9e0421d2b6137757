import pytest

from gate.errors import PolicyInvalid
from gate.policy.problem import (
    PolicyProblems,
    Problem,
    Severity,
    listed,
    nearest,
    path_of,
    quoted,
)


def problem(line: int, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(path=f"a[{line}]", line=line, column=1, text="is wrong", severity=severity)


def test_a_problem_says_what_is_wrong_what_is_allowed_and_what_to_do() -> None:
    found = Problem(
        path="a.b", line=3, column=1, text="is wrong", allowed="this, that", hint="do this"
    )
    assert found.at("p.yml") == "p.yml:3: a.b: is wrong; allowed: this, that; do this"
    assert found.section == "a"


def test_a_problem_of_the_whole_file_has_no_path() -> None:
    found = Problem(path="", line=1, column=1, text="is empty")
    assert found.at("p.yml") == "p.yml:1: is empty"
    assert found.section == ""


def test_a_warning_says_that_it_is_one() -> None:
    assert problem(2, Severity.WARNING).at("p.yml") == "p.yml:2: warning: a[2]: is wrong"


def test_all_problems_are_in_the_message_in_the_order_of_the_file() -> None:
    failure = PolicyProblems(
        [problem(9), problem(2), problem(4, Severity.WARNING)], name=".github/p.yml"
    )
    assert isinstance(failure, PolicyInvalid)
    assert failure.exit_code == 3
    assert failure.message.splitlines() == [
        ".github/p.yml cannot be used: 2 errors.",
        ".github/p.yml:2: a[2]: is wrong",
        ".github/p.yml:4: warning: a[4]: is wrong",
        ".github/p.yml:9: a[9]: is wrong",
    ]
    assert "gate policy lint" in failure.hint


def test_the_message_is_cut_off_and_says_so() -> None:
    lines = PolicyProblems([problem(n) for n in range(130)], name="p").message.splitlines()
    assert len(lines) == 102
    assert lines[-1] == "and 30 more"


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), ""),
        (("a", "b-c_d", 0, "e"), "a.b-c_d[0].e"),
        (("a", "Change risk"), 'a."Change risk"'),
        (("x\ny",), '"x\\ny"'),
    ],
)
def test_paths_are_written_as_people_write_them(steps: tuple[str | int, ...], path: str) -> None:
    assert path_of(steps) == path


def test_what_the_file_says_is_shown_on_one_line_without_hidden_characters() -> None:
    assert quoted("a\n##[error]\u202e\x1b[1m") == "`a\\n##[error]\\u202e\\x1b[1m`"
    assert quoted("x" * 100) == f"`{'x' * 60}…`"


def test_long_lists_are_cut_off() -> None:
    assert listed("abc") == "a, b, c"
    assert listed([str(n) for n in range(5)], most=3) == "0, 1, 2 and 2 more"


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("tikcet", "did you mean `ticket`?"),
        ("TICKET", "did you mean `ticket`?"),
        ("saturday", "did you mean `sat`?"),
        ("zebra", ""),
    ],
)
def test_the_nearest_known_word_is_suggested(word: str, answer: str) -> None:
    assert nearest(word, ("ticket", "sat")) == answer
