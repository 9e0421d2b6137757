"""What a runner tells a job in a world: the variables of a GitHub Actions step."""

from __future__ import annotations

from pathlib import Path

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
        "CHANGE_GATE_ENVIRONMENT": world.environment,
        "CHANGE_GATE_JIRA_URL": f"{url}/jira",
        "CHANGE_GATE_JIRA_EMAIL": "gate@acme.example",
        "CHANGE_GATE_JIRA_TOKEN": "sandbox-jira-token",
        **world.cli.env,
    }
