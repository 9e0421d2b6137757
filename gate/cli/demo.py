"""`gate demo`: the gate on a machine without any account."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from gate.app.context import Host
from gate.app.demo import DEPLOYMENTS, demo
from gate.app.demo_stage import Forge
from gate.errors import UsageInvalid


@click.command("demo")
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    default="github",
    show_default=True,
    help="Where they are deployed from. On GitLab this needs git.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("change-gate-demo"),
    show_default=True,
    help="Where to leave the evidence. An earlier demo there is replaced.",
)
@click.pass_obj
def command(host: Host, forge: Forge, folder: Path) -> int:
    """Play four deployments against a sandbox on this machine: allowed, blocked, undecided, and by break-glass.

    After the last one, `gate follow-up` shows what the emergency owes, and that its review was done.
    Everything is real but the world: the same client, controls and evidence as in a pipeline.
    """
    _clear(folder)
    demo(host, folder, _program(), forge)
    return 0


def _program() -> str:
    """How to call this program again: by name where it is on the PATH, else by its place."""
    return (
        "gate" if shutil.which("gate") else os.path.relpath(Path(sys.executable).with_name("gate"))
    )


def _clear(folder: Path) -> None:
    """Take an earlier demo away, and nothing that is not one."""
    if not folder.exists():
        return
    if odd := sorted({path.name for path in folder.iterdir()} - set(DEPLOYMENTS)):
        raise UsageInvalid(
            f"{folder} holds something that is no demo: {', '.join(odd)}. Nothing was deleted.",
            hint="Name another folder with --folder.",
        )
    for name in DEPLOYMENTS:
        shutil.rmtree(folder / name, ignore_errors=True)
