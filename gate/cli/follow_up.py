"""`gate follow-up`: what emergencies owe is opened, closed and escalated, on a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.app.context import Host
from gate.app.request import Request
from gate.app.run_follow_up import run_follow_up


@click.command("follow-up")
@click.option(
    "--environment",
    envvar="CHANGE_GATE_ENVIRONMENT",
    default="",
    help="Environment whose emergencies are meant, as in `scope.environments`.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    envvar="CHANGE_GATE_DAYS",
    default=30,
    show_default=True,
    help="How far back evidence is looked for. Tickets are read whatever their age.",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CHANGE_GATE_EVIDENCE",
    help="New or empty folder for what was seen and done: who reviewed what, and the tickets that say so.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the table for machines.")
@click.option(
    "--gate-job",
    "gate_jobs",
    multiple=True,
    help="GitLab: name of a job of the gate, whose evidence is read; repeat for several.",
)
@click.option(
    "--jira-url",
    envvar="CHANGE_GATE_JIRA_URL",
    default="",
    help="Address of Jira, unless the policy gives it.",
)
@click.option(
    "--jira-email", envvar="CHANGE_GATE_JIRA_EMAIL", default="", help="Account of the Jira token."
)
@click.option(
    "--pager-email",
    envvar="CHANGE_GATE_PAGER_EMAIL",
    default="",
    help="The account of the pager's token: for JSM, and for notes in PagerDuty.",
)
@click.option(
    "--timeout",
    type=click.IntRange(5, 900),
    default=300,
    show_default=True,
    help="Seconds that gathering may take.",
)
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    default=None,
    help="Where this runs. Absent: the environment tells.",
)
@click.option("--gitlab-url", default="", help="Address of GitLab, which no variable can overrule.")
@click.option(
    "--outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    help="GitLab: where the dotenv report goes.",
)
@click.pass_obj
def command(host: Host, /, days: int, as_json: bool, forge: str | None, **options: Any) -> int:
    """Open the follow-ups that are missing, close those that were reviewed, escalate the overdue, print a table.

    Tokens come from the environment only, as for `gate check`; they may write where follow-ups are kept.
    CHANGE_GATE_WEBHOOK_URL is told what is overdue. Exit codes: 0 nothing overdue, 7 a review is overdue, 4 not
    everything could be seen or done, 3 policy invalid, 2 usage, 1 crash.
    """
    return run_follow_up(host, Request(forge=forge or "", **options), days=days, as_json=as_json)
