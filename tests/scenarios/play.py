"""Play a world through the command line, over HTTP, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from gate.adapters.archives import directory
from gate.adapters.bundles.folder import read
from gate.app.context import Host
from gate.cli.main import run
from gate.sandbox import runner
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from tests.scenarios.left import Forge, Left, left_in

SCENARIOS = Path(__file__).parent
THIS_SANDBOX = "http://127.0.0.1:0/"
"""How a policy names the sandbox, whose port nobody knows beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it."""

    exit_code: int
    out: str
    err: str
    outputs: dict[str, str]
    summary: str
    evidence: dict[str, bytes]
    requests: int
    rounds: int
    left: Left = field(default_factory=Left)

    @property
    def said(self) -> str:
        """Everything that stands in the log of the job."""
        return self.out + self.err


def names() -> list[str]:
    """Every scenario folder."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/expect.yml"))


def expectation(name: str) -> dict[str, Any]:
    """What the scenario says must come of it."""
    found: dict[str, Any] = yaml.safe_load((SCENARIOS / name / "expect.yml").read_text())
    return found


def load(name: str) -> World:
    """Read the world of a scenario."""
    return World.load(SCENARIOS / name)


def play(
    world: World,
    folder: Path,
    *,
    arguments: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    forge: Forge = "github",
    port: int = 0,
) -> Played:
    """Run `gate check` in that world, with a sandbox of its own and the world's clock.

    On GitLab `folder` is the working copy, where `clone` may have put one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out, err = io.StringIO(), io.StringIO()
    world, port = _with_address(world, port)
    with Sandbox(world, port=port) as box:
        inside = {**_environ(world, box.url, folder, forge), **(environ or {})}
        host = Host(environ=inside, clock=box.clock, out=out)
        evidence = folder / "evidence"
        chosen = [
            "check",
            "--evidence",
            str(evidence),
            *_options(inside),
            *(_gitlab_options(box.url, folder) if forge == "gitlab" else ()),
            *world.cli.args,
            *arguments,
        ]
        with contextlib.redirect_stderr(err), _working_copy(folder, forge):
            code = run(chosen, host)
        requests, rounds, left = len(box.requests), box.rounds(), left_in(box, forge)
    return Played(
        exit_code=code,
        out=out.getvalue(),
        err=err.getvalue(),
        outputs=_outputs(folder / "output.txt") or _dotenv(folder / "outputs.env"),
        summary=_text(folder / "step-summary.md"),
        evidence=read(evidence) if evidence.is_dir() else {},
        requests=requests,
        rounds=rounds,
        left=left,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What is about to be deployed when `gate recheck` is asked, where it is not what was decided on."""

    after: timedelta = timedelta()
    """How long after the check."""
    commit: str = ""
    """Another commit of the world."""
    run: int | None = None
    """Another run."""


def play_recheck(
    world: World,
    checked: Played,
    folder: Path,
    later: Later,
    *,
    forge: Forge = "github",
    port: int = 0,
) -> Played:
    """Run `gate recheck` on the evidence of a check, in the same world some time later."""
    evidence = folder / "evidence"
    directory.create(evidence, checked.evidence)
    run_ = replace(world.run, id=later.run or world.run.id)
    world, port = _with_address(replace(world, now=world.now + later.after, run=run_), port)
    out, err = io.StringIO(), io.StringIO()
    with Sandbox(world, port=port) as box:
        inside = _environ(world, box.url, folder, forge)
        chosen = ["recheck", "--evidence", str(evidence), "--environment", world.environment]
        chosen += ["--digest", checked.outputs["evidence-digest"]]
        chosen += ["--revision", sha(later.commit)] if later.commit else []
        chosen += ["--gitlab-url", f"{box.url}/gitlab"] if forge == "gitlab" else []
        with contextlib.redirect_stderr(err), _working_copy(folder, forge):
            code = run(chosen, Host(environ=inside, clock=box.clock, out=out))
    return Played(
        exit_code=code,
        out=out.getvalue(),
        err=err.getvalue(),
        outputs={},
        summary="",
        evidence={},
        requests=0,
        rounds=0,
    )


def free_port() -> int:
    """A port on this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _with_address(world: World, port: int) -> tuple[World, int]:
    """The world and the port to play it at: a free one of its own where its policy names the sandbox."""
    if THIS_SANDBOX not in (world.policy or ""):
        return world, port
    port = port or free_port()
    address = THIS_SANDBOX.replace(":0/", f":{port}/")
    return replace(world, policy=(world.policy or "").replace(THIS_SANDBOX, address)), port


def _environ(world: World, url: str, folder: Path, forge: Forge) -> dict[str, str]:
    if forge == "gitlab":
        return runner.gitlab_environ(world, url)
    return runner.environ(world, url, folder)


def _gitlab_options(url: str, folder: Path) -> list[str]:
    """The options that the component gives."""
    files = {
        "--outputs": "outputs.env",
        "--junit": "junit.xml",
        "--annotations": "annotations.json",
    }
    named = [part for option, name in files.items() for part in (option, str(folder / name))]
    return ["--gitlab-url", f"{url}/gitlab", *named]


def _working_copy(folder: Path, forge: Forge) -> contextlib.AbstractContextManager[None]:
    return contextlib.chdir(folder) if forge == "gitlab" else contextlib.nullcontext()


def _options(environ: Mapping[str, str]) -> list[str]:
    """The options that the runner would give as variables; in this process the real environment stays empty."""
    pairs = {
        "--environment": "CHANGE_GATE_ENVIRONMENT",
        "--jira-url": "CHANGE_GATE_JIRA_URL",
        "--jira-email": "CHANGE_GATE_JIRA_EMAIL",
    }
    return [part for option, name in pairs.items() for part in (option, environ[name])]


def _outputs(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = iter(_text(path).splitlines())
    for line in lines:
        name, delimiter = line.split("<<")
        values = []
        for value in lines:
            if value == delimiter:
                break
            values.append(value)
        found[name] = "\n".join(values)
    return found


def _dotenv(path: Path) -> dict[str, str]:
    """A dotenv report under the names that the outputs have on GitHub."""
    lines = (line.partition("=") for line in _text(path).splitlines())
    found = {
        key.removeprefix("GATE_").lower().replace("_", "-"): unquote(value)
        for key, _, value in lines
    }
    codes = [code for code in found.get("reason-codes", "").split(",") if code]
    return {**found, "reason-codes": json.dumps(codes)} if found else {}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
