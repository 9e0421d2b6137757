"""What a runner tells a job in a world: the variables of a GitHub Actions step, or of a GitLab job."""

from __future__ import annotations

from pathlib import Path

from gate.sandbox.gitlab_rest.access import WRITE_TOKEN
from gate.sandbox.gitlab_rest.jobs import gate_job_id
from gate.sandbox.world import World, sha


def environ(world: World, url: str, folder: Path) -> dict[str, str]:
    """The environment of the gate's step, with a sandbox at `url`; outputs and summary are files in `folder`."""
    run = world.run
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": f"{url}/github",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": world.repository.name,
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_RUN_ATTEMPT": str(run.attempt),
        "GITHUB_EVENT_NAME": run.event,
        "GITHUB_REF": run.ref,
        "GITHUB_SHA": sha(run.commit),
        "GITHUB_TOKEN": "sandbox-workflow-token",
        "GITHUB_OUTPUT": str(folder / "output.txt"),
        "GITHUB_STEP_SUMMARY": str(folder / "step-summary.md"),
        **_settings(world, url),
    }


def gitlab_environ(world: World, url: str) -> dict[str, str]:
    """The environment of the gate's job, with a sandbox at `url`."""
    run = world.run
    reader = {"CHANGE_GATE_GITLAB_TOKEN": "sandbox-read-token"} if world.gitlab.read_token else {}
    writer = {"CHANGE_GATE_WRITE_TOKEN": WRITE_TOKEN} if world.gitlab.write_token else {}
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": f"{url}/gitlab/api/v4",
        "CI_SERVER_URL": f"{url}/gitlab",
        "CI_PROJECT_ID": str(world.repository.id),
        "CI_PROJECT_PATH": world.repository.name,
        "CI_DEFAULT_BRANCH": world.repository.default_branch,
        "CI_PIPELINE_ID": str(run.id),
        "CI_JOB_ID": str(gate_job_id(run.id, run.attempt)),
        "CI_COMMIT_SHA": sha(run.commit),
        "CI_JOB_TOKEN": "sandbox-job-token",
        **reader,
        **writer,
        **_settings(world, url),
    }


def _settings(world: World, url: str) -> dict[str, str]:
    return {
        "CHANGE_GATE_ENVIRONMENT": world.environment,
        "CHANGE_GATE_JIRA_URL": f"{url}/jira",
        "CHANGE_GATE_JIRA_EMAIL": "gate@acme.example",
        "CHANGE_GATE_JIRA_TOKEN": "sandbox-jira-token",
        "CHANGE_GATE_PAGER_TOKEN": "sandbox-pager-token",
        **world.cli.env,
    }
