"""The options that several commands have: each is described once, and means the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

C = TypeVar("C", bound=Callable[..., Any])

_SIGN = (
    "How to sign the evidence. Absent: with the key in CHANGE_GATE_SIGNING_KEY, if there is one."
)

revision = click.option(
    "--revision",
    envvar="CHANGE_GATE_REVISION",
    default="",
    help="Full SHA to deploy. Absent: the run's own.",
)
jira_url = click.option(
    "--jira-url",
    envvar="CHANGE_GATE_JIRA_URL",
    default="",
    help="Address of Jira, unless the policy gives it.",
)
jira_email = click.option(
    "--jira-email", envvar="CHANGE_GATE_JIRA_EMAIL", default="", help="Account of the Jira token."
)
pager_email = click.option(
    "--pager-email",
    envvar="CHANGE_GATE_PAGER_EMAIL",
    default="",
    help="The account of the pager's token: for JSM, and for notes in PagerDuty.",
)
forge = click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    default=None,
    help="Where this runs. Absent: the environment tells.",
)
attested_next = click.option(
    "--attested-next",
    is_flag=True,
    envvar="CHANGE_GATE_ATTEST",
    help="The next step attests the evidence (the Action does), so it need not be signed yet.",
)
gitlab_url = click.option(
    "--gitlab-url", default="", help="Address of GitLab, which no variable can overrule."
)
outputs = click.option("--outputs", type=FILE, help="GitLab: where the dotenv report goes.")


def environment(text: str) -> Callable[[C], C]:
    """--environment. `text` is its help."""
    return click.option("--environment", envvar="CHANGE_GATE_ENVIRONMENT", default="", help=text)


def evidence(text: str, *, required: bool = False) -> Callable[[C], C]:
    """--evidence, a folder. `text` is its help."""
    return click.option(
        "--evidence", type=FOLDER, envvar="CHANGE_GATE_EVIDENCE", required=required, help=text
    )


def timeout(seconds: int) -> Callable[[C], C]:
    """--timeout. `seconds` are taken when nobody says anything."""
    return click.option(
        "--timeout",
        type=click.IntRange(5, 900),
        default=seconds,
        show_default=True,
        help="Seconds that gathering may take.",
    )


def sign(text: str = _SIGN, *, envvar: str | None = "CHANGE_GATE_SIGN") -> Callable[[C], C]:
    """--sign. `text` is its help, `envvar` the variable that says it as well."""
    return click.option(
        "--sign",
        type=click.Choice(["none", "key", "sigstore"]),
        default=None,
        envvar=envvar,
        help=text,
    )


def public_log(*, envvar: str | None = "CHANGE_GATE_PUBLIC_LOG") -> Callable[[C], C]:
    """--public-log. `envvar` is the variable that says it as well."""
    return click.option(
        "--public-log",
        is_flag=True,
        envvar=envvar,
        help="With --sign sigstore: the name of a private repository may stand in a public log, for ever.",
    )
