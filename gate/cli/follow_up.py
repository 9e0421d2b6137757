"""`gate follow-up`: what emergencies owe is opened, closed and escalated, on a schedule."""

from __future__ import annotations

from typing import Any

import click

from gate.app.context import Host
from gate.app.request import Request
from gate.app.run_follow_up import run_follow_up
from gate.cli import shared_options as shared


@click.command("follow-up")
@shared.environment("Environment whose emergencies are meant, as in `scope.environments`.")
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    envvar="CHANGE_GATE_DAYS",
    default=30,
    show_default=True,
    help="How far back evidence is looked for. Tickets are read whatever their age.",
)
@shared.evidence(
    "New or empty folder for what was seen and done: who reviewed what, and the tickets that say so. Absent: none, "
    "unless the policy names an archive and there is something to put there."
)
@click.option("--json", "as_json", is_flag=True, help="Print the table for machines.")
@click.option(
    "--gate-job",
    "gate_jobs",
    multiple=True,
    help="GitLab: name of a job of the gate, whose evidence is read; repeat for several.",
)
@shared.jira_url
@shared.jira_email
@shared.pager_email
@shared.timeout(300)
@shared.forge
@shared.sign()
@shared.public_log()
@shared.attested_next
@shared.gitlab_url
@shared.outputs
@click.pass_obj
def command(
    host: Host, /, days: int, as_json: bool, forge: str | None, sign: str | None, **options: Any
) -> int:
    """Open the follow-ups that are missing, close those that were reviewed, escalate the overdue, print a table.

    What was seen and done is signed, and archived where the policy says. Tokens come from the environment only, as for
    `gate check`; they may write where follow-ups are kept. CHANGE_GATE_WEBHOOK_URL is told what is overdue. Exit
    codes, the first that holds: 7 a review is overdue, 5 evidence not written, 4 not everything could be seen or done,
    0 nothing overdue; and 3 policy invalid, 2 usage, 1 crash.
    """
    request = Request(forge=forge or "", sign=sign or "", **options)
    return run_follow_up(host, request, days=days, as_json=as_json)
