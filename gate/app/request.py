"""What the command line says about one check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SIGNING_KEY = "CHANGE_GATE_SIGNING_KEY"
"""The variable with the private key that signs the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options of `gate check`. Empty text means that an option was not given."""

    environment: str = ""
    services: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    revision: str = ""
    evidence: Path | None = None
    policy: Path | None = None
    jira_url: str = ""
    jira_email: str = ""
    forge: str = ""
    """`github` or `gitlab`; otherwise the environment tells."""
    gitlab_url: str = ""
    outputs: Path | None = None
    """Where GitLab's dotenv report goes."""
    junit: Path | None = None
    annotations: Path | None = None
    break_glass: bool = False
    reason: str = ""
    incident: str = ""
    pager_email: str = ""
    """The account of the pager's token: for JSM, and for notes in PagerDuty."""
    note: bool | None = None
    """Whether to tell the merge requests; None: on GitLab when there is a token that may, on GitHub not."""
    gate_jobs: tuple[str, ...] = ()
    """GitLab: names of the gate's jobs, whose evidence is followed up."""
    timeout: int = 120
    """Seconds that gathering may take."""
    sign: str = ""
    """`none`, `key` or `sigstore`; otherwise with a key when there is one."""
    public_log: bool = False
    """Whether the name of a private repository may stand in a public log."""
    attested_next: bool = False
    """The step after this one attests the evidence."""
