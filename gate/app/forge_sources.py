"""Evidence that lies on the forges, connected: artifacts of a GitHub repository, and of jobs of a GitLab project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from gate.adapters.address import is_same
from gate.app.context import Host
from gate.domain.evidence_ports import EvidenceSource
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.errors import UsageInvalid

GITHUB_TOKEN, READ_TOKEN, JOB_TOKEN = "GITHUB_TOKEN", "CHANGE_GATE_GITLAB_TOKEN", "CI_JOB_TOKEN"
JOB_API = "CI_API_V4_URL"


@contextmanager
def github_artifacts(
    host: Host, repository: str, *, api_url: str, names: Sequence[str] = ()
) -> Iterator[EvidenceSource]:
    """Artifacts of a repository (`owner/name`) whose names match one of the globs; without any, those of the Actions.

    It asks with GITHUB_TOKEN, which needs `actions: read`. UsageInvalid for a glob that cannot match anything;
    FactMissing (`not-configured`) when the address or the token is no good.
    """
    from gate.adapters.sources.github_artifacts import GitHubArtifacts

    token = _variable(host, GITHUB_TOKEN)
    try:
        source = GitHubArtifacts(
            repository, api_url=api_url, token=token, names=names, clock=host.clock, secrets=[token]
        )
    except ValueError as error:
        raise UsageInvalid(f"A name of artifacts cannot be read: {error}.") from None
    with closing(source):
        yield source


@contextmanager
def gitlab_jobs(
    host: Host, project: str, *, api_url: str, names: Sequence[str] = ()
) -> Iterator[EvidenceSource]:
    """Artifacts of the jobs with these names, in a project (its path, or its number); without any, the component's.

    It asks with CHANGE_GATE_GITLAB_TOKEN, else, in a job on that very GitLab, with the job's own token. FactMissing
    (`not-configured`) when the address or the token is no good.
    """
    from gate.adapters.sources.gitlab_jobs import GitLabJobs, Key

    if not api_url.strip():
        raise _nobody_says(project)
    read, job = _variable(host, READ_TOKEN), _variable(host, JOB_TOKEN)
    # A job's token is for the GitLab that the job runs on, and for no other.
    usable = job if _is_own(_variable(host, JOB_API), api_url) else ""
    key = Key(token=read or usable, is_job_token=not read and bool(usable))
    source = GitLabJobs(
        project, api_url=api_url, key=key, names=names, clock=host.clock, secrets=[read, job]
    )
    with closing(source):
        yield source


def _nobody_says(project: str) -> FactMissing:
    return FactMissing(
        Missing(
            source=f"GitLab: jobs of {project}",
            reason_code="not-configured",
            detail="nobody says on which GitLab that project is",
            remedy="give its address with --gitlab-api-url, such as https://gitlab.com/api/v4",
        )
    )


def _is_own(own: str, api_url: str) -> bool:
    try:
        return is_same(*(url.rstrip("/").removesuffix("/api/v4") for url in (own, api_url)))
    except ValueError:
        return False


def _variable(host: Host, name: str) -> str:
    return host.environ.get(name, "").strip()
