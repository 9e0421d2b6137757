"""`gate evidence pull`: bring the evidence of a period to this machine, from wherever it is kept."""

from __future__ import annotations

from typing import Any

import click

from gate.app.context import Host
from gate.app.pull.evidence import pull_evidence
from gate.cli.evidence_pull_options import PullOptions
from gate.cli.shared_options import FOLDER
from gate.cli.trust_options import Believed, trust_options


@click.command("pull")
@click.option("--from", "since", default="", help="First day (UTC) that is wanted, or a moment.")
@click.option(
    "--to", "until", default="", help="Last day (UTC) that is wanted, or a moment. Absent: now."
)
@click.option(
    "--into",
    type=FOLDER,
    help="Folder for it. The same one again goes on where an earlier pull stopped.",
)
@click.option(
    "--environment", "environments", multiple=True, help="Only this environment; repeat for more."
)
@click.option(
    "--archive",
    "archives",
    multiple=True,
    help="Address of an archive, as `evidence.archive` names it; repeat for more.",
)
@click.option(
    "--github", multiple=True, help="OWNER/REPO whose artifacts are pulled; repeat for more."
)
@click.option(
    "--gitlab", multiple=True, help="GROUP/PROJECT whose job artifacts are pulled; repeat for more."
)
@click.option(
    "--artifact",
    "artifacts",
    multiple=True,
    help="GitHub: name of artifacts, or a glob. Absent: those of the gate, change-gate-*.",
)
@click.option(
    "--gate-job",
    "gate_jobs",
    multiple=True,
    help="GitLab: name of a job of the gate. Absent: those of the component.",
)
@click.option(
    "--github-api-url",
    default="",
    help="For another GitHub than the job's, or than https://api.github.com.",
)
@click.option(
    "--gitlab-api-url",
    default="",
    help="For another GitLab than the job's, such as https://gitlab.com/api/v4.",
)
@trust_options(
    "Policy that you hold: its archives are pulled; its keys and identities are believed, and its minimum is demanded."
)
@click.option(
    "--replay", is_flag=True, help="Decide again from the facts of each; ten times slower."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Downloads side by side.",
)
@click.option("--quiet", is_flag=True, help="Tell no progress.")
@click.pass_obj
def command(host: Host, /, believed: Believed, replay: bool, **options: Any) -> int:
    """Pull the evidence of a period into a folder, and verify each bundle as it arrives.

    It comes from archives, from artifacts of GitHub and from job artifacts of GitLab. What is there already is not
    fetched again, but verified again. pulled.json says where everything came from, and what is not there.

    Tokens come from the environment only: GITHUB_TOKEN, CHANGE_GATE_GITLAB_TOKEN, CHANGE_GATE_ARCHIVE_TOKEN. They need
    to read, and nothing else. Exit codes: 0 all is there and whole, 6 something is broken or a chain has a gap, 4 it
    is not all there is, 5 the folder cannot be written, 2 usage.
    """
    asked = PullOptions(host=host, believed=believed, **options)
    return pull_evidence(host, asked.read(replay=replay))
