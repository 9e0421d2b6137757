"""What the adapter was asked about: one run of one repository, into one environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The run as the runner tells it. Whatever GitHub knows better is asked of GitHub and compared."""

    repository: str
    """`owner/name`."""
    environment: str
    services: tuple[str, ...] = ()
    revision: str
    """The full SHA of the commit that is about to be deployed."""
    run_id: str
    attempt: int
    ref: str
    event: str
    server_url: str = "https://github.com"
    """Without a slash at the end."""
    revision_given: bool = False
    """The revision was named by an input, so it may differ from the commit that the run was started for."""

    @property
    def short(self) -> str:
        """The revision as people read it."""
        return self.revision[:12]

    def web(self, path: str) -> str:
        """An address for people to look at."""
        return f"{self.server_url}/{self.repository}/{path}"
