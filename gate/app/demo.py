"""Three deployments on this machine, gated by the real gate: allowed, blocked, undecided."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gate.app.context import Host
from gate.app.gate_deploy import gate_deploy
from gate.app.request import Request
from gate.render.escape import log
from gate.sandbox import runner
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World

DEPLOYMENTS = ("allowed", "blocked", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One deployment that was gated."""

    name: str
    exit_code: int
    report: Path


def demo(host: Host, folder: Path, program: str = "gate") -> tuple[Played, ...]:
    """Play every deployment into a folder of its own below `folder`, and end by saying where the reports are.

    `program` is how this program is called at this desk.
    """
    played = tuple(play(host, name, folder / name) for name in DEPLOYMENTS)
    host.out.write("\nThree deployments, three verdicts. Open the reports:\n\n")
    for item in played:
        host.out.write(
            f"  {item.name:<10} exit {item.exit_code:<3} {item.report.resolve().as_uri()}\n"
        )
    host.out.write(
        f"\nDecide one again from its evidence:  {program} replay {played[1].report.parent}\n"
    )
    return played


def play(host: Host, name: str, folder: Path) -> Played:
    """Play one of the deployments, with a sandbox of its own."""
    place = resources.files("gate.sandbox") / "worlds" / name
    with resources.as_file(place) as path:
        world = World.load(path)
    folder.mkdir(parents=True, exist_ok=True)
    host.out.write(f"\n──── {name}: {log(world.about)}\n")
    with Sandbox(world) as box:
        environ = runner.environ(world, box.url, folder)
        environ.pop("GITHUB_ACTIONS")  # a demo inside a pipeline must not annotate that pipeline
        inside = Host(environ=environ, clock=box.clock, out=host.out)
        request = Request(
            environment=world.environment,
            evidence=folder / "evidence",
            jira_url=environ["CHANGE_GATE_JIRA_URL"],
            jira_email=environ["CHANGE_GATE_JIRA_EMAIL"],
        )
        code = gate_deploy(inside, request)
    return Played(name=name, exit_code=code, report=folder / "evidence" / "report.html")
