"""`gate check`: the step in front of the deploy."""

from __future__ import annotations

from typing import Any

import click

from gate.app.context import Host
from gate.app.gate_deploy import gate_deploy
from gate.app.request import Request
from gate.cli import shared_options as shared


@click.command("check")
@shared.environment("Environment to deploy to, as in `scope.environments`.")
@click.option(
    "--service",
    "services",
    multiple=True,
    envvar="CHANGE_GATE_SERVICE",
    help="Service to deploy; repeat for several. Absent: everything.",
)
@click.option(
    "--ticket",
    "tickets",
    multiple=True,
    envvar="CHANGE_GATE_TICKET",
    help="Ticket for this very deploy, where no merge request names one (a rollback).",
)
@shared.revision
@shared.evidence("New or empty folder for the evidence.")
@click.option(
    "--policy",
    type=shared.FILE,
    help="Policy file for the desk. Inside CI it must equal the one on the protected branch.",
)
@shared.jira_url
@shared.jira_email
@click.option(
    "--break-glass",
    is_flag=True,
    envvar="CHANGE_GATE_BREAK_GLASS",
    help="This is an emergency: waive what the policy lets an emergency waive, under its conditions.",
)
@click.option(
    "--reason",
    envvar="CHANGE_GATE_REASON",
    default="",
    help="With --break-glass: why this cannot wait, in your own words.",
)
@click.option(
    "--incident",
    envvar="CHANGE_GATE_INCIDENT",
    default="",
    help="With --break-glass: id, number or address of the incident in the pager.",
)
@click.option(
    "--note/--no-note",
    default=None,
    envvar="CHANGE_GATE_NOTE",
    help="Write the verdict on the merge requests of the change. Absent: on GitLab when CHANGE_GATE_WRITE_TOKEN is "
    "there, on GitHub not.",
)
@shared.pager_email
@shared.timeout(120)
@shared.forge
@shared.sign()
@shared.public_log()
@shared.attested_next
@shared.gitlab_url
@shared.outputs
@click.option("--junit", type=shared.FILE, help="GitLab: where the JUnit report goes.")
@click.option("--annotations", type=shared.FILE, help="GitLab: where the job annotations go.")
@click.pass_obj
def command(host: Host, /, forge: str | None, sign: str | None, **options: Any) -> int:
    """Gate a deploy: gather the facts, judge them, keep the evidence, say the verdict.

    Tokens come from the environment only: CHANGE_GATE_JIRA_TOKEN, CHANGE_GATE_PAGER_TOKEN, CHANGE_GATE_SIGNING_KEY; on
    GitHub GITHUB_TOKEN, CHANGE_GATE_TRACKER_TOKEN, CHANGE_GATE_TEAM_TOKEN; on GitLab CI_JOB_TOKEN,
    CHANGE_GATE_GITLAB_TOKEN, CHANGE_GATE_WRITE_TOKEN.
    Exit codes: 0 allowed, 10 blocked, 4 undecided, 3 policy invalid, 5 evidence not written, 2 usage, 1 crash.
    """
    return gate_deploy(host, Request(forge=forge or "", sign=sign or "", **options))
