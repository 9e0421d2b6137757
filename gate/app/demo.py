"""Three deployments on this machine, gated by the real gate: allowed, blocked, undecided."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal, assert_never

from gate.app.context import Host
from gate.app.gate_deploy import gate_deploy
from gate.app.request import Request
from gate.errors import UsageInvalid
from gate.render.escape import log
from gate.sandbox import runner
from gate.sandbox.gitlab_rest import translate
from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World

DEPLOYMENTS = ("allowed", "blocked", "undecided")
Forge = Literal["github", "gitlab"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One deployment that was gated."""

    name: str
    exit_code: int
    report: Path


def demo(
    host: Host, folder: Path, program: str = "gate", forge: Forge = "github"
) -> tuple[Played, ...]:
    """Play every deployment into a folder of its own below `folder`, and end by saying where the reports are.

    `program` is how this program is called at this desk. UsageInvalid when the forge needs git, and there is none.
    """
    played = tuple(play(host, name, folder / name, forge) for name in DEPLOYMENTS)
    host.out.write("\nThree deployments, three verdicts. Open the reports:\n\n")
    for item in played:
        host.out.write(
            f"  {item.name:<10} exit {item.exit_code:<3} {item.report.resolve().as_uri()}\n"
        )
    host.out.write(
        f"\nDecide one again from its evidence:  {program} replay {played[1].report.parent}\n"
    )
    return played


def play(host: Host, name: str, folder: Path, forge: Forge = "github") -> Played:
    """Play one of the deployments, with a sandbox of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    place = resources.files("gate.sandbox") / "worlds" / name
    with resources.as_file(place) as path:
        match forge:
            case "github":
                code = _on_github(host, name, path, folder)
            case "gitlab":
                code = _on_gitlab(host, name, path, folder)
            case _:
                assert_never(forge)
    return Played(name=name, exit_code=code, report=folder / "evidence" / "report.html")


def _on_github(host: Host, name: str, path: Path, folder: Path) -> int:
    with Sandbox(World.load(path)) as box:
        _announce(host, name, box)
        environ = runner.environ(box.world, box.url, folder)
        environ.pop("GITHUB_ACTIONS")  # a demo inside a pipeline must not annotate that pipeline
        request = Request(
            environment=box.world.environment,
            evidence=folder / "evidence",
            jira_url=environ["CHANGE_GATE_JIRA_URL"],
            jira_email=environ["CHANGE_GATE_JIRA_EMAIL"],
        )
        return gate_deploy(Host(environ=environ, clock=box.clock, out=host.out), request)


def _on_gitlab(host: Host, name: str, path: Path, folder: Path) -> int:
    """In a clone, as a job of GitLab has one, and with the reports that the component asks for."""
    if shutil.which("git") is None:
        raise UsageInvalid(
            "There is no git on this machine, and a job of GitLab works in a clone.",
            hint="Install git, or play the demo on GitHub.",
        )
    files, project = folder.resolve(), folder.resolve() / "project"
    project.mkdir(exist_ok=True)
    with Sandbox(lambda url: clone(translate.load(path, url), project, url)) as box:
        _announce(host, name, box)
        environ = runner.gitlab_environ(box.world, box.url)
        request = Request(
            environment=box.world.environment,
            evidence=files / "evidence",
            jira_url=environ["CHANGE_GATE_JIRA_URL"],
            jira_email=environ["CHANGE_GATE_JIRA_EMAIL"],
            gitlab_url=environ["CI_SERVER_URL"],
            outputs=files / "outputs.env",
            junit=files / "junit.xml",
            annotations=files / "annotations.json",
        )
        with contextlib.chdir(project):
            return gate_deploy(Host(environ=environ, clock=box.clock, out=host.out), request)


def _announce(host: Host, name: str, box: Sandbox) -> None:
    host.out.write(f"\n──── {name}: {log(box.world.about)}\n")
