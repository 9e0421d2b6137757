import pytest

from gate.policy.decode import decode
from gate.policy.problem import PolicyProblems


def refusal(content: bytes) -> list[str]:
    with pytest.raises(PolicyProblems) as caught:
        decode(content, name="p.yml")
    return [problem.at("p.yml") for problem in caught.value.problems]


def test_a_byte_order_mark_is_left_out() -> None:
    assert decode(b"\xef\xbb\xbfa: \xc3\xa9", name="p.yml") == "a: é"


def test_a_huge_file_is_refused() -> None:
    assert decode(b"#" * 1_000_000, name="p.yml")
    assert refusal(b"#" * 1_000_001) == [
        "p.yml:1: the file has 1000001 bytes; allowed: at most 1000000"
    ]


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert refusal(b"a: 1\nb: \xff\n") == [
        "p.yml:2: not UTF-8 from here on; save the file as UTF-8"
    ]
    assert refusal("a: 1".encode("utf-16"))[0].startswith("p.yml:1: not UTF-8")


def test_every_line_that_is_indented_with_a_tab_is_named() -> None:
    said = refusal(b"a:\n\tb: 1\n  \tc: 1\nd: x\ty\n")
    assert [line.split(": ")[0] for line in said] == ["p.yml:2", "p.yml:3"]
    assert said[0].endswith("which YAML does not allow; indent with spaces")


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066"])
def test_characters_that_hide_or_reorder_text_are_refused(char: str) -> None:
    (said,) = refusal(f"a: 1 # {char}".encode())
    assert said.startswith(f"p.yml:1: a hidden character (U+{ord(char):04X})")


def test_names_in_any_script_are_kept() -> None:
    text = "name: Zoë 李 Ахмед نور 👩\u200d💻"
    assert decode(text.encode(), name="p.yml") == text


def test_a_file_full_of_tabs_is_reported_in_short() -> None:
    assert len(refusal(b"\ta\n" * 300_000)) == 20
