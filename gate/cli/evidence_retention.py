"""`gate evidence retention`: until when the pipeline keeps the evidence, once it has it."""

from __future__ import annotations

from pathlib import Path

import click

from gate.app import wiring
from gate.app.context import Host
from gate.app.request import Request
from gate.app.tell_kept import tell_kept
from gate.cli import shared_options as shared


@click.command("retention")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--artifact-id", default="", help="GitHub: number of the artifact, as the upload says it."
)
@click.option("--artifact-name", default="", help="GitHub: name of the artifact.")
@click.option(
    "--artifact-digest",
    default="",
    help="GitHub: SHA-256 of the artifact, as the upload says it. Absent: it is not compared.",
)
@shared.forge
@shared.gitlab_url
@click.pass_obj
def command(
    host: Host,
    path: Path,
    artifact_id: str,
    artifact_name: str,
    artifact_digest: str,
    forge: str | None,
    gitlab_url: str,
) -> int:
    """Ask until when the artifact with the evidence at PATH is kept, and hold the decision against that.

    The Action does this after the upload. On GitLab a later job of the same pipeline can. Exit codes: 0 the decision
    holds, 5 it rests on a day that is not so, or that nobody tells; 6 the bundle is not whole.
    """
    pipeline = wiring.pipeline(host, Request(forge=forge or "", gitlab_url=gitlab_url))
    tell_kept(
        host,
        pipeline,
        wiring.read_evidence(path),
        name=artifact_name,
        number=artifact_id,
        sha256=artifact_digest,
    )
    return 0
