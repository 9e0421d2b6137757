from gate.domain.phrases import counted, listed, moment, run_word, safe, short
from tests.domain.who import NOON


def test_lists_read_as_people_write_them() -> None:
    assert listed([]) == "nobody"
    assert listed(["a"]) == "a"
    assert listed(["a", "b"], "or") == "a or b"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_counts_agree_with_their_noun() -> None:
    assert counted(1, "approval") == "1 approval"
    assert counted(0, "approval") == "0 approvals"


def test_what_deploys_is_called_as_the_forge_calls_it() -> None:
    assert (run_word("github"), run_word("gitlab")) == ("run", "pipeline")


def test_commits_are_short_and_moments_say_their_zone() -> None:
    assert short("a" * 40) == "a" * 12
    assert moment(NOON) == "2026-11-25 12:00 UTC"


def test_invisible_characters_become_visible_and_long_text_is_cut() -> None:
    assert safe("a b") == "a b"
    assert safe("a\u200bb\u2028") == "a\\u200bb\\u2028"
    assert safe("x" * 81) == "x" * 79 + "…"
