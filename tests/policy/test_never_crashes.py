from hypothesis import given, settings
from hypothesis import strategies as st

from gate.policy.explain import explain
from gate.policy.load import Parsed, parse
from gate.policy.problem import PolicyProblems, Severity
from tests.policy.policies import EXAMPLE

TOKENS = [b"[", b"}", b": ", b"- ", b"&a ", b"*a", b"!x ", b"|\n", b"'", b"#", b"\n", b"  ", b"\t"]
TOKENS += [
    b"~",
    b"null",
    b"true",
    b"7",
    b"22:00",
    b"\xff",
    b"\xe2\x80\xae",
    b"<<: ",
    b"? ",
    b"---\n",
]
TOKENS += [b"%YAML 1.1\n", b"0001-01-01T00:00", b"2199-12-31", b"2199-12-31T23:59", b"99999d"]

EDIT = st.tuples(
    st.integers(0, len(EXAMPLE)), st.integers(0, 9), st.sampled_from(TOKENS) | st.binary(max_size=4)
)


def outcome(content: bytes) -> Parsed | PolicyProblems:
    try:
        return parse(content, name="p.yml")
    except PolicyProblems as error:
        return error


@settings(deadline=None, max_examples=300)
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused_with_reasons(
    edits: list[tuple[int, int, bytes]],
) -> None:
    content = EXAMPLE
    for start, removed, added in edits:
        content = content[:start] + added + content[start + removed :]
    found = outcome(content)
    if isinstance(found, Parsed):
        assert all(warning.severity is Severity.WARNING for warning in found.warnings)
        assert explain(found.policy)
    else:
        assert any(problem.severity is Severity.ERROR for problem in found.problems)
        assert all(line.isprintable() for line in found.message.splitlines())
        assert all(problem.line >= 1 and problem.text for problem in found.problems)


@settings(deadline=None)
@given(content=st.binary(max_size=200))
def test_nobody_types_a_policy_by_chance(content: bytes) -> None:
    assert isinstance(outcome(content), PolicyProblems)
