"""The same world some time later: what its run left behind, and the run that comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gate.sandbox.github.forge import ACTIONS
from gate.sandbox.world import World
from gate.sandbox.world.forge import Deployment, DeploymentStatus, PriorEvidence, Run


def with_evidence(world: World, decision: bytes, *, break_glass: bool = False) -> World:
    """The world in which this world's run kept its evidence as an artifact: the `decision.json` that the gate wrote.

    `break_glass` says that it was asked for, which the artifact's name tells.
    """
    run = world.run
    kept = PriorEvidence(
        run=run.id,
        verdict=_verdict(decision),
        commit=run.commit,
        environment=world.environment,
        attempt=run.attempt,
        event=run.event,
        at=run.started_at,
        break_glass=break_glass,
        decision=decision.decode(),
    )
    return replace(world, prior_evidence={**world.prior_evidence, _name(world): kept})


def with_deployment(world: World, *, after: timedelta = timedelta()) -> World:
    """The world in which this world's run deployed, so long after its now."""
    run, at = world.run, world.now + after
    made = Deployment(
        name=_name(world),
        commit=run.commit,
        environment=world.environment,
        at=at,
        by=_deployer(world),
        run=run.id,
        statuses=(DeploymentStatus(state="success", at=at),),
    )
    return replace(world, deployments={**world.deployments, made.name: made})


def later(world: World, after: timedelta, run: Run, **changed: Any) -> World:
    """The world so long after, in which another run is under way. `changed` are further sections of it."""
    return replace(world, now=world.now + after, run=run, **changed)


def _deployer(world: World) -> str:
    """The forge's own account, which deploys for whoever started the run, where the world has it."""
    found = (name for name, one in world.accounts.items() if one.github == ACTIONS.github)
    return next(found, world.run.started_by)


def _name(world: World) -> str:
    return f"run-{world.run.id}-{world.run.attempt}"


def _verdict(decision: bytes) -> str:
    verdict: str = json.loads(decision)["verdict"]
    return verdict
