"""Write the generated parts of the documentation; with --check, fail when they are out of date."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from gate.app.context import Host
from gate.app.demo import play
from gate.app.recheck import REASONS as RECHECK
from gate.cli.main import cli
from gate.controls import CONTROLS
from gate.domain.missing import REASONS as MISSING
from gate.policy.reference import reference
from gate.policy.schema import schema

ROOT = Path(__file__).resolve().parent.parent


def controls_table() -> str:
    """The controls, in the order in which they are evaluated."""
    rows = [f"| [`{c.ID}`](docs/controls/{c.ID}.md) | {c.TITLE} | {c.GUIDE} |" for c in CONTROLS]
    return "\n".join(["| control | what is true when it passes | guide |", "|---|---|---|", *rows])


def reason_codes() -> str:
    """Every code that a decision can carry."""
    parts = [
        "# Reason codes",
        "",
        "Stable: a code is never renamed and never means something else.",
        "",
    ]
    for control in CONTROLS:
        parts += [
            f"## [`{control.ID}`](controls/{control.ID}.md)",
            "",
            "| code | meaning |",
            "|---|---|",
        ]
        parts += [f"| `{control.ID}.{code}` | {text} |" for code, text in control.REASONS.items()]
        parts.append("")
    parts += [
        "## Facts that are missing",
        "",
        "Any control can carry these, as `<control>.<code>`: what it needs could not be had, so it is undecided.",
        "",
        "| code | meaning |",
        "|---|---|",
        *(f"| `{code}` | {text} |" for code, text in MISSING.items()),
        "",
        "## Right before the deploy",
        "",
        "`gate recheck` says these when a decision does not hold for the deploy any more.",
        "",
        "| code | meaning |",
        "|---|---|",
        *(f"| `recheck.{code}` | {text} |" for code, text in RECHECK.items()),
        "",
        "## The gate itself",
        "",
        "| code | meaning |",
        "|---|---|",
        "| `gate.nothing-passed` | no control said yes, and silence is not consent |",
        "| `gate.clock-unknown` | every control said yes, but what time it is cannot be trusted |",
        "| `gate.run-unknown` | every control said yes, but the run that it is for is not known |",
        "| `gate.policy-<code>` | no policy could be read; the code is one of the table above |",
        "| `gate.policy-invalid` | the policy is absent, broken, or may not be used here |",
        "| `gate.usage-invalid` | the gate was called wrongly |",
        "| `gate.facts-unavailable` | the gate could not tell which run it is in |",
        "| `gate.evidence-not-written` | the evidence could not be written, so the decision does not count |",
        "| `gate.review-overdue` | `gate follow-up`: a release still owes a review, and its deadline has passed |",
        "",
    ]
    return "\n".join(parts)


def commands() -> str:
    """The help of every command, as the program prints it."""
    parts = ["# Commands", ""]
    for path, command in _commands(("gate",), cli):
        context = click.Context(command, info_name=" ".join(path), terminal_width=100)
        parts += [f"## `{' '.join(path)}`", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(parts)


def _commands(
    path: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _commands((*path, name), found)


def blocked() -> str:
    """What a blocked engineer sees: the second deployment of the demo."""
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: datetime.now(UTC), out=out)
    with tempfile.TemporaryDirectory() as folder:
        play(host, "blocked", Path(folder))
    shown = re.sub(r"http://127\.0\.0\.1:\d+/jira", "https://acme.atlassian.net", out.getvalue())
    screen = shown[shown.index("== ") : shown.index("\nEvidence:")]
    return f"```text\n{screen.rstrip()}\n```"


def starter() -> str:
    """The shortest useful policy."""
    return (
        f"```yaml\n{(ROOT / 'gate/policy/starter.yml').read_text(encoding='utf-8').rstrip()}\n```"
    )


FILES: dict[str, Callable[[], str]] = {
    "docs/reason-codes.md": reason_codes,
    "docs/commands.md": commands,
    "docs/change-policy.schema.json": lambda: (
        json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    ),
}
BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"blocked": blocked, "controls": controls_table, "starter": starter},
    "docs/policy.md": {"settings": reference},
}


def wanted() -> dict[Path, str]:
    """Every generated file, and every file with generated blocks, as it should be."""
    found = {ROOT / name: make() for name, make in FILES.items()}
    for name, blocks in BLOCKS.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        for block, make in blocks.items():
            text = _replace(text, name, block, make())
        found[ROOT / name] = text
    return found


def _replace(text: str, name: str, block: str, content: str) -> str:
    pattern = rf"(<!-- generated: {block} -->\n).*?(<!-- end of {block} -->)"
    replaced, count = re.subn(pattern, lambda m: f"{m[1]}{content}\n{m[2]}", text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{name} must hold the block {block!r} exactly once, found {count}.")
    return replaced


def main() -> None:
    """Write, or compare."""
    stale = [
        path
        for path, text in wanted().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"Out of date: {names}. Run `make docs`." if stale else 0)
    for path in stale:
        path.write_text(wanted()[path], encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
