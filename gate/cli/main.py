"""Entry point: commands, failures and their exit codes (docs/exit-codes.md)."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from gate import __version__
from gate.app.context import Host
from gate.cli.lazy import LazyGroup
from gate.errors import GateError
from gate.render.escape import log

CRASHED = 1
USAGE = 2
INTERRUPTED = 130

COMMANDS = {
    "check": ("gate.cli.check", "Gate a deploy: allow it, block it, and leave evidence."),
    "recheck": ("gate.cli.recheck", "Right before the deploy: is this still that decision?"),
    "follow-up": (
        "gate.cli.follow_up",
        "What emergencies owe: open, close, escalate, and fail while a review is overdue.",
    ),
    "replay": ("gate.cli.replay", "Decide again from stored evidence; it must come out the same."),
    "evidence": ("gate.cli.evidence", "Verify and read evidence, offline."),
    "policy": ("gate.cli.policy", "Check, explain and describe the policy file."),
    "demo": ("gate.cli.demo", "Gate four deployments on this machine, without any account."),
}


@click.group(
    cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="gate", message="%(prog)s %(version)s")
def cli() -> None:
    """Put the Change Approval Workflow Guide in front of every production deploy."""


def main() -> None:
    """Run as the program `gate`."""
    host = Host(environ=os.environ, clock=lambda: datetime.now(UTC), out=sys.stdout)
    sys.exit(run(sys.argv[1:], host))


def run(arguments: Sequence[str], host: Host) -> int:
    """Run a command and return its exit code. Never raises."""
    try:
        result = cli.main(args=list(arguments), prog_name="gate", standalone_mode=False, obj=host)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except GateError as error:
        click.echo(_masked(host, _failure(error)), err=True)
        return error.exit_code
    except Exception as error:
        click.echo(_masked(host, _crash(error)), err=True)
        return CRASHED
    return result if isinstance(result, int) else 0


def _masked(host: Host, text: str) -> str:
    from gate.app.secrets_here import last_mask  # not needed where nothing fails

    return last_mask(host, text)


def _failure(error: GateError) -> str:
    lines = [log(line) for line in error.message.splitlines()]
    if error.hint:
        lines += ["", f"What to do: {log(error.hint)}"]
    return "\n".join(["", "gate: " + lines[0], *lines[1:]])


def _crash(error: Exception) -> str:
    """A report that can be pasted as it is. It fails closed like everything else: nothing was allowed."""
    trace = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(
        [
            "",
            "gate: crashed. Nothing was allowed. This is a fault of the gate, please report it with these lines:",
            "",
            f"    gate {__version__}, Python {platform.python_version()}, {platform.system()}",
            *(f"    {log(line)}" for line in trace),
        ]
    )
