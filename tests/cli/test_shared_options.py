"""An option that several commands have is one option: the same words, variable and values everywhere."""

from collections import defaultdict
from collections.abc import Iterator

import click
import pytest

from gate.cli import check, evidence_archive, evidence_retention, follow_up, recheck

COMMANDS = {
    "check": check.command,
    "recheck": recheck.command,
    "follow-up": follow_up.command,
    "archive": evidence_archive.command,
    "retention": evidence_retention.command,
}
OWN_WORDS = {"--environment", "--evidence", "--policy", "--sign"}
"""Each command says in its own words what these are for."""
NO_VARIABLE = {("archive", "--sign"), ("archive", "--public-log")}
"""Whoever archives later says so at the prompt."""


def options() -> Iterator[tuple[str, str, click.Option]]:
    for name, command in COMMANDS.items():
        for found in command.params:
            if isinstance(found, click.Option):
                yield name, found.opts[0], found


def test_an_option_that_several_commands_have_is_described_once() -> None:
    helps: defaultdict[str, list[str | None]] = defaultdict(list)
    for _, option, found in options():
        helps[option].append(found.help)
    shared = {option for option, said in helps.items() if len(said) > 1}
    assert {"--forge", "--gitlab-url", "--revision", "--timeout", "--jira-url"} < shared
    assert {option for option in shared if len(set(helps[option])) > 1} == OWN_WORDS


def test_an_option_that_several_commands_have_listens_to_one_variable() -> None:
    variables: defaultdict[str, set[object]] = defaultdict(set)
    for name, option, found in options():
        if (name, option) in NO_VARIABLE:
            assert found.envvar is None
        else:
            variables[option].add(found.envvar)
    assert {option: said for option, said in variables.items() if len(said) > 1} == {}
    assert variables["--sign"] == {"CHANGE_GATE_SIGN"}


@pytest.mark.parametrize(("name", "seconds"), [("check", 120), ("follow-up", 300)])
def test_gathering_has_a_time_of_its_own_in_each_command(name: str, seconds: int) -> None:
    (found,) = (one for of, option, one in options() if (of, option) == (name, "--timeout"))
    assert (found.default, found.show_default) == (seconds, True)


@pytest.mark.parametrize(("name", "required"), [("check", False), ("recheck", True)])
def test_only_a_recheck_cannot_do_without_evidence(name: str, required: bool) -> None:
    (found,) = (one for of, option, one in options() if (of, option) == (name, "--evidence"))
    assert found.required is required
