"""`gate recheck`: the step right before the irreversible one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.app.context import Host
from gate.app.recheck_deploy import recheck_deploy
from gate.app.request import Request


@click.command("recheck")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CHANGE_GATE_EVIDENCE",
    required=True,
    help="Folder of the check's evidence.",
)
@click.option(
    "--digest",
    envvar="CHANGE_GATE_EVIDENCE_DIGEST",
    default="",
    help="The check's output evidence-digest.",
)
@click.option(
    "--environment",
    envvar="CHANGE_GATE_ENVIRONMENT",
    required=True,
    help="Environment to deploy to.",
)
@click.option(
    "--revision",
    envvar="CHANGE_GATE_REVISION",
    default="",
    help="Full SHA to deploy. Absent: the run's own.",
)
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    default=None,
    help="Where this runs. Absent: the environment tells.",
)
@click.option("--gitlab-url", default="", help="Address of GitLab, which no variable can overrule.")
@click.pass_obj
def command(host: Host, /, evidence: Path, digest: str, forge: str | None, **options: Any) -> int:
    """Compare the recorded decision with what is about to happen.

    On GitHub it asks no system. On GitLab it asks which job it runs in, and who runs that: a deploy that somebody else
    plays or retries does not go on.
    """
    request = Request(forge=forge or "", **options)
    return recheck_deploy(host, request, evidence, digest=digest)
