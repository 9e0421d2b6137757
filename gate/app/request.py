"""What the command line says about one check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    timeout: int = 120
    """Seconds that gathering may take."""
