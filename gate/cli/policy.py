"""`gate policy`: check, explain, describe and start the policy file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import click

from gate.app.context import Host
from gate.domain.phrases import counted
from gate.errors import PolicyInvalid, UsageInvalid
from gate.policy.explain import explain
from gate.policy.load import parse
from gate.policy.places import PLACES
from gate.policy.problem import PolicyProblems, Problem, Severity
from gate.policy.schema import schema
from gate.render.escape import command_data, command_property, log

FILE = click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
_STARTERS = {
    "github": ("starter.yml", PLACES[0]),
    "gitlab": ("starter-gitlab.yml", PLACES[1]),
}
"""A policy to start with on each forge, and where it goes."""


@click.group("policy")
def policy() -> None:
    """Check, explain and describe the policy file.

    Without FILE the policy is looked for where the gate looks for it: .github/change-policy.yml,
    .gitlab/change-policy.yml, change-policy.yml.
    """


@policy.command("lint")
@FILE
@click.option("--strict", is_flag=True, help="Fail on warnings as well.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub workflow run.",
)
@click.pass_obj
def _lint(host: Host, file: Path | None, strict: bool, form: str) -> int:
    """Say everything that is wrong with the policy, each with its line.

    Exit codes: 0 it can be used, 3 it cannot (with --strict: or it has warnings).
    """
    path = _find(file)
    problems = _problems(path)
    for line in _FORMS[form](path.as_posix(), problems):
        host.out.write(f"{line}\n")
    fails = any(strict or problem.severity is Severity.ERROR for problem in problems)
    return PolicyInvalid.exit_code if fails else 0


@policy.command("explain")
@FILE
@click.pass_obj
def _explain(host: Host, file: Path | None) -> int:
    """Say what the policy means, in plain sentences, section by section of the guide."""
    path = _find(file)
    for line in explain(parse(_read(path), name=path.as_posix()).policy).splitlines():
        host.out.write(f"{log(line)}\n")
    return 0


@policy.command("schema")
@click.pass_obj
def _schema(host: Host) -> int:
    """Print the JSON Schema of the policy file, for editors."""
    host.out.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
    return 0


@policy.command("init")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--forge",
    type=click.Choice(list(_STARTERS)),
    default="github",
    show_default=True,
    help="Where the repository is.",
)
@click.pass_obj
def _init(host: Host, file: Path | None, forge: str) -> int:
    """Write the shortest useful policy to FILE, as a start.

    Without FILE it goes where the gate looks for it: .github/change-policy.yml or .gitlab/change-policy.yml.
    """
    starter, place = _STARTERS[forge]
    file = file or Path(place)
    content = resources.files("gate.policy").joinpath(starter).read_bytes()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as new:
            new.write(content)
    except OSError as error:
        raise UsageInvalid(
            f"{file.as_posix()} could not be written: {error.strerror}. An existing file is never "
            "overwritten.",
            hint="Name another file, or remove this one.",
        ) from error
    host.out.write(
        f"{log(file.as_posix())} is written. Put your people, tickets and checks in, then run: "
        "gate policy lint\n"
    )
    return 0


command = policy
"""What the program looks for."""


def _find(file: Path | None) -> Path:
    if file is not None:
        return file
    found = [path for path in map(Path, PLACES) if path.is_file()]
    if not found:
        raise PolicyInvalid(
            f"There is no policy here; looked for {', '.join(PLACES)}.",
            hint="Run this at the root of the repository, name the file, or start with "
            "`gate policy init`.",
        )
    if len(found) > 1:
        raise PolicyInvalid(
            f"There is more than one policy here: {', '.join(map(str, found))}. Nobody could say "
            "which one holds.",
            hint="Remove all but one.",
        )
    return found[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageInvalid(f"{path.as_posix()} could not be read: {error.strerror}.") from error


def _problems(path: Path) -> tuple[Problem, ...]:
    try:
        return parse(_read(path), name=path.as_posix()).warnings
    except PolicyProblems as error:
        return error.problems


def _text(name: str, problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems:
        yield log(problem.at(name))
    errors, warnings = _counts(problems)
    verdict = "cannot be used" if errors else "can be used"
    counts = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    yield log(f"{name} {verdict}: {counts}.")


def _json(name: str, problems: Sequence[Problem]) -> Iterator[str]:
    errors, warnings = _counts(problems)
    found = {
        "file": name,
        "errors": errors,
        "warnings": warnings,
        "problems": [
            {
                "severity": problem.severity.value,
                "path": problem.path,
                "line": problem.line,
                "column": problem.column,
                "text": problem.text,
                "allowed": problem.allowed,
                "hint": problem.hint,
            }
            for problem in problems
        ],
    }
    # The same JSON, but no line of it is a command to a workflow runner.
    yield json.dumps(found, indent=2).replace("##[", "#\\u0023[")


def _github(name: str, problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems:
        place = (
            f"file={command_property(name)},line={problem.line},col={problem.column},"
            f"title={command_property(problem.path or 'change policy')}"
        )
        yield f"::{problem.severity.value} {place}::{command_data(str(problem))}"


def _counts(problems: Sequence[Problem]) -> tuple[int, int]:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return errors, len(problems) - errors


_FORMS: dict[str, Callable[[str, Sequence[Problem]], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
