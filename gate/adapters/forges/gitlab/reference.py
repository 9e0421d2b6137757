"""What the adapter was asked about: one pipeline of one project, into one environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The run as the runner tells it. Whatever GitLab knows better is asked of GitLab and compared."""

    repository: str
    """The path of the project, `group/subgroup/name`."""
    project_id: str
    environment: str
    services: tuple[str, ...] = ()
    revision: str
    """The full SHA of the commit that is about to be deployed."""
    pipeline_id: str
    job_id: str
    default_branch: str
    """As the runner names it. GitLab is asked whether that is true."""
    server_url: str = "https://gitlab.com"
    """Without a slash at the end."""
    revision_given: bool = False
    """The revision was named by an input, so it may differ from the commit that the pipeline was started for."""

    gate_jobs: tuple[str, ...] = ()
    """Names of the gate's jobs whose evidence is looked for; none: jobs that are called like the own one."""

    @property
    def short(self) -> str:
        """The revision as people read it."""
        return self.revision[:12]

    def web(self, path: str) -> str:
        """An address for people to look at."""
        return f"{self.server_url}/{self.repository}/-/{path}"
