"""Deployments in the order and with the numbers that both interfaces show."""

from __future__ import annotations

from gate.sandbox.github.forge import GitHub
from gate.sandbox.world.forge import Deployment, DeploymentStatus
from gate.sandbox.world.git import number


def deployments_of(github: GitHub) -> list[Deployment]:
    """All deployments, newest first."""
    everything = github.world.deployments.values()
    return sorted(everything, key=lambda item: (item.at, deployment_id(item)), reverse=True)


def statuses_of(item: Deployment) -> list[tuple[int, DeploymentStatus]]:
    """Its statuses, numbered in the order in which they were set, newest first."""
    return list(enumerate(item.statuses, start=1))[::-1]


def deployment_id(item: Deployment) -> int:
    """Its number."""
    return item.id or number("deployment", item.name)


def status_id(item: Deployment, index: int) -> int:
    """The number of one of its statuses."""
    return deployment_id(item) * 100 + index


def log_url(github: GitHub, item: Deployment) -> str:
    """Where the log of the run is that deployed; empty when nothing says which run."""
    return github.repo_web(f"/actions/runs/{item.run}/job/{item.run}1") if item.run else ""
