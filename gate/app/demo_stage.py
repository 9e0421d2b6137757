"""A world of the demo on one forge, and the gate as it is run in it: before the deploy, and after it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Literal, assert_never

from gate.app.context import Host
from gate.app.gate_deploy import gate_deploy
from gate.app.request import Request
from gate.app.run_follow_up import run_follow_up
from gate.errors import GateError, UsageInvalid
from gate.sandbox import runner
from gate.sandbox.gitlab_rest import translate
from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.here import here
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.written import Written

Forge = Literal["github", "gitlab"]
DAYS = 30
"""How far back the sweep looks, as it does by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A sandbox that answers, and how the gate is called in it."""

    host: Host
    box: Sandbox
    evidence: Path
    """Where the check leaves it."""
    environ: Callable[[World], Mapping[str, str]]
    request: Request
    written: Callable[[], Written]
    """Issues and comments of the forge, as they are now."""

    def check(self) -> int:
        """Gate the deploy; its exit code."""
        told = self.environ(self.box.world)
        asked = replace(
            self.request,
            evidence=self.evidence,
            break_glass=bool(told.get("CHANGE_GATE_BREAK_GLASS")),
            reason=told.get("CHANGE_GATE_REASON", ""),
            incident=told.get("CHANGE_GATE_INCIDENT", ""),
        )
        return gate_deploy(self._host(told), asked)

    def follow_up(self) -> int:
        """Follow up what the deploy owes; the exit code."""
        told = self.environ(self.box.world)
        asked = replace(self.request, gate_jobs=(self.box.world.run.job,))
        try:
            return run_follow_up(self._host(told), asked, days=DAYS, as_json=False)
        except GateError as error:
            return error.exit_code

    def _host(self, told: Mapping[str, str]) -> Host:
        return Host(environ=told, clock=self.box.clock, out=self.host.out)


@contextlib.contextmanager
def stage(host: Host, name: str, folder: Path, forge: Forge) -> Iterator[Stage]:
    """The world of that name; the gate leaves its files in `folder`. UsageInvalid when git is needed, and not there."""
    folder.mkdir(parents=True, exist_ok=True)
    place = resources.files("gate.sandbox") / "worlds" / name
    with resources.as_file(place) as path:
        match forge:
            case "github":
                ready = _on_github(host, path, folder)
            case "gitlab":
                ready = _on_gitlab(host, path, folder.resolve())
            case _:
                assert_never(forge)
        with ready as made:
            yield made


@contextlib.contextmanager
def _on_github(host: Host, path: Path, folder: Path) -> Iterator[Stage]:
    with Sandbox(lambda url: here(World.load(path), url)) as box:

        def environ(world: World) -> dict[str, str]:
            told = runner.environ(world, box.url, folder)
            del told["GITHUB_ACTIONS"]  # a demo inside a pipeline must not annotate that pipeline
            return told

        yield Stage(
            host=host,
            box=box,
            evidence=folder / "evidence",
            environ=environ,
            request=_request(box.world, environ(box.world)),
            written=lambda: box.site.github.written,
        )


@contextlib.contextmanager
def _on_gitlab(host: Host, path: Path, folder: Path) -> Iterator[Stage]:
    """In a clone, as a job of GitLab has one, and with the reports that the component asks for."""
    if shutil.which("git") is None:
        raise UsageInvalid(
            "There is no git on this machine, and a job of GitLab works in a clone.",
            hint="Install git, or play the demo on GitHub.",
        )
    project = folder / "project"
    project.mkdir(exist_ok=True)
    with Sandbox(lambda url: clone(here(translate.load(path, url), url), project, url)) as box:
        told = runner.gitlab_environ(box.world, box.url)
        request = replace(
            _request(box.world, told),
            gitlab_url=told["CI_SERVER_URL"],
            outputs=folder / "outputs.env",
            junit=folder / "junit.xml",
            annotations=folder / "annotations.json",
        )
        with contextlib.chdir(project):
            yield Stage(
                host=host,
                box=box,
                evidence=folder / "evidence",
                environ=lambda world: runner.gitlab_environ(world, box.url),
                request=request,
                written=lambda: box.site.gitlab.written,
            )


def _request(world: World, told: Mapping[str, str]) -> Request:
    return Request(
        environment=world.environment,
        jira_url=told["CHANGE_GATE_JIRA_URL"],
        jira_email=told["CHANGE_GATE_JIRA_EMAIL"],
        pager_email=told.get("CHANGE_GATE_PAGER_EMAIL", ""),
    )
