"""The secrets that may be in the environment of the job, and the last mask before something is said about a failure."""

from __future__ import annotations

from gate.adapters.redaction import Redactor
from gate.app.context import Host
from gate.app.request import SIGNING_KEY

ALL_SECRETS = (
    SIGNING_KEY,
    "CHANGE_GATE_ARCHIVE_TOKEN",
    "CHANGE_GATE_GITLAB_TOKEN",
    "CHANGE_GATE_JIRA_TOKEN",
    "CHANGE_GATE_PAGER_TOKEN",
    "CHANGE_GATE_TEAM_TOKEN",
    "CHANGE_GATE_TRACKER_TOKEN",
    "CHANGE_GATE_WEBHOOK_URL",
    "CHANGE_GATE_WRITE_TOKEN",
    "GITHUB_TOKEN",
    "CI_JOB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "SIGSTORE_ID_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_ACCOUNT_KEY",
)
"""Variables that hold one, whichever systems are asked: what they hold is never stored, and never said."""


def last_mask(host: Host, text: str) -> str:
    """A text about a failure without credentials: nobody knows what the message of an error holds."""
    return Redactor(host.environ.get(name, "") for name in ALL_SECRETS).text(text)
