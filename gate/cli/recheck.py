"""`gate recheck`: the step right before the irreversible one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.app.context import Host
from gate.app.recheck_deploy import recheck_deploy
from gate.app.request import Request
from gate.cli import shared_options as shared


@click.command("recheck")
@shared.evidence("Folder of the check's evidence.", required=True)
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
@shared.revision
@shared.forge
@shared.gitlab_url
@click.pass_obj
def command(host: Host, /, evidence: Path, digest: str, forge: str | None, **options: Any) -> int:
    """Compare the recorded decision with what is about to happen.

    On GitHub it asks no system. On GitLab it asks which job it runs in, and who runs that: a deploy that somebody else
    plays or retries does not go on. It also says until when GitLab keeps the evidence.
    """
    request = Request(forge=forge or "", **options)
    return recheck_deploy(host, request, evidence, digest=digest)
