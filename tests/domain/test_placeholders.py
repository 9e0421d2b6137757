import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.placeholders import is_placeholder

PLACEHOLDERS = [
    "", " ", "-", "—", "...", "?", "TBD", "tbd.", "**TBD**", "`TBD`", "(TBD)", "T.B.D", "~~TBD~~",
    "TBD by Friday", "tba", "TBC", "TODO", "todo: write this", "To do", "to do: later", "FIXME", "WIP",
    "to be defined", "Will be added later", "to be decided", "N/A", "n/a for this change", "N.A.",
    "not applicable", "Not applicable, stateless", "None", "nil", "no", "nothing", "unknown", "pending",
    "same as above", "Same", "see above", "See above.", "see below", "ditto", "as discussed",
    "<describe the trigger>", "[describe the trigger]", "{owner}", "{{ owner }}", "[alice]/[bob]", "[ ]",
    "- [ ]", "- [x]", "<!-- Alice -->", "x", "xxx", "1.", "...!", "___", "Lorem ipsum dolor", "fill me in",
    "restore from backup", "Restore the database from the latest backup.", "revert the PR", "git revert",
    "Revert this commit and redeploy", "redeploy the previous version", "Roll back", "undo the change",
    "1. Revert the PR\n2. Redeploy the last good version", "if needed", "if something goes wrong", "the team",
    "\uff34\uff22\uff24", "\u0422\u0412D", "T\u200bB\u200bD", "N\u2215A", "Н/А", "\u202eTBD",
    "T\u0336B\u0336D\u0336", "🤷", "\u3164", "TBD\nN/A", "> TBD", "| - |", "| TBD |", "* none",
]  # fmt: skip

REAL = [
    "alice", "Alice Ng", "Al", "王", "errors > 5 % for 5 minutes", "make rollback ENV=prod",
    "kubectl rollout undo deploy/api", "git revert 3f2a91c", "Redeploy v1.4.2 with the deploy workflow",
    "Restore snapshot rds-2026-11-24 (15 minutes)",
    "[runbook](https://acme.example/runbook)", "https://acme.example/runbook", "<https://acme.example/runbook>",
    "1. make rollback\n2. redeploy", "None of the pods restart within 5 minutes", "To do this, run `make undo`",
    "todo-app restarts", "the deployer", "on-call engineer", "/health is green", "- [x] p99 below 300 ms", "5xx",
    "Откатить релиз", "See the runbook in the wiki", "curl -f https://acme.example/health", "Notify ops",
]  # fmt: skip


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_text_that_says_nothing_about_this_change_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", REAL)
def test_text_that_names_something_is_none(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("promise", ["TBD", "2. TODO", "- to be confirmed"])
def test_one_line_that_is_yet_to_come_leaves_the_whole_unfinished(promise: str) -> None:
    assert is_placeholder(f"1. make rollback\n{promise}\n3. check")


@given(st.lists(st.sampled_from(PLACEHOLDERS)))
def test_many_placeholders_say_no_more_than_one(parts: list[str]) -> None:
    assert is_placeholder("\n".join(parts))


@given(st.lists(st.sampled_from(REAL), min_size=1))
def test_many_real_lines_are_real(parts: list[str]) -> None:
    assert not is_placeholder("\n".join(parts))


@pytest.mark.parametrize("unit", ["[", "{[", "*", "-", "( ", "_", "a", "n/a ", "1."])
def test_hostile_text_is_judged_in_linear_time(unit: str) -> None:
    assert is_placeholder(unit * 60_000) in {True, False}
