"""The run that is about to deploy: when, which, under whose rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gate.domain.facts.base import Fact
from gate.domain.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Fact):
    """The one moment that the whole decision calls now.

    It is the runner's time, checked against the `Date` of the answers: with more than a minute
    between them this fact is Missing (`clock-skew`), since a wrong clock could open a window.
    """

    now: datetime
    skew_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Fact):
    """The pipeline run in which the deploy is about to happen, as the forge (not the environment)
    tells it.
    """

    forge: str
    """`github` or `gitlab`: also the system of the identities below."""
    host: str
    """Where the forge lives, without `https://`; with its path, where it lives below one: `acme.example/gitlab`."""
    repository: str
    repository_id: str
    environment: str
    services: tuple[str, ...] = ()
    """What `--service` named; empty means everything."""
    revision: str
    """The full commit SHA that is about to be deployed."""
    ref: str
    event: str
    id: str
    attempt: int
    url: str
    workflow: str
    """What runs the gate: on GitHub the workflow file, on GitLab the name of the job."""
    started_by: Identity
    """Who started the run. On GitHub its privileges also apply to re-runs."""
    rerun_by: Identity | None = None
    """Who started this attempt, when it is not the first."""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams(Fact):
    """Members of the teams that the policy's roles name, by the team's name (`acme/security`)."""

    members: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySource(Fact):
    """Where the policy in use came from."""

    origin: str
    """`protected-branch` or `file`."""
    path: str
    branch: str
    revision: str
    digest: str
    """sha256 of the file's bytes, as `sha256:<hex>`."""
