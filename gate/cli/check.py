"""`gate check`: the step in front of the deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.app.context import Host
from gate.app.gate_deploy import gate_deploy
from gate.app.request import Request

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("check")
@click.option(
    "--environment",
    envvar="CHANGE_GATE_ENVIRONMENT",
    default="",
    help="Environment to deploy to, as in `scope.environments`.",
)
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
@click.option(
    "--revision",
    envvar="CHANGE_GATE_REVISION",
    default="",
    help="Full SHA to deploy. Absent: the run's own.",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CHANGE_GATE_EVIDENCE",
    help="New or empty folder for the evidence.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Policy file for the desk. Inside CI it must equal the one on the protected branch.",
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
@click.option(
    "--pager-email",
    envvar="CHANGE_GATE_PAGER_EMAIL",
    default="",
    help="The account of the pager's token: for JSM, and for notes in PagerDuty.",
)
@click.option(
    "--timeout",
    type=click.IntRange(5, 900),
    default=120,
    show_default=True,
    help="Seconds that gathering may take.",
)
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    default=None,
    help="Where this runs. Absent: the environment tells.",
)
@click.option(
    "--sign",
    type=click.Choice(["none", "key", "sigstore"]),
    default=None,
    envvar="CHANGE_GATE_SIGN",
    help="How to sign the evidence. Absent: with the key in CHANGE_GATE_SIGNING_KEY, if there is one.",
)
@click.option(
    "--public-log",
    is_flag=True,
    envvar="CHANGE_GATE_PUBLIC_LOG",
    help="With --sign sigstore: the name of a private repository may stand in a public log, for ever.",
)
@click.option(
    "--attested-next",
    is_flag=True,
    envvar="CHANGE_GATE_ATTEST",
    help="The next step attests the evidence (the Action does), so it need not be signed yet.",
)
@click.option("--gitlab-url", default="", help="Address of GitLab, which no variable can overrule.")
@click.option("--outputs", type=_FILE, help="GitLab: where the dotenv report goes.")
@click.option("--junit", type=_FILE, help="GitLab: where the JUnit report goes.")
@click.option("--annotations", type=_FILE, help="GitLab: where the job annotations go.")
@click.pass_obj
def command(host: Host, /, forge: str | None, sign: str | None, **options: Any) -> int:
    """Gate a deploy: gather the facts, judge them, keep the evidence, say the verdict.

    Tokens come from the environment only: CHANGE_GATE_JIRA_TOKEN, CHANGE_GATE_PAGER_TOKEN, CHANGE_GATE_SIGNING_KEY; on
    GitHub GITHUB_TOKEN, CHANGE_GATE_TRACKER_TOKEN, CHANGE_GATE_TEAM_TOKEN; on GitLab CI_JOB_TOKEN,
    CHANGE_GATE_GITLAB_TOKEN, CHANGE_GATE_WRITE_TOKEN.
    Exit codes: 0 allowed, 10 blocked, 4 undecided, 3 policy invalid, 5 evidence not written, 2 usage, 1 crash.
    """
    return gate_deploy(host, Request(forge=forge or "", sign=sign or "", **options))
