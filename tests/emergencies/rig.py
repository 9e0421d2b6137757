"""One sandbox that lives through a whole emergency: checks, sweeps, and people who review, one after the other."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from gate.adapters.bundles.folder import read
from gate.app.context import Host
from gate.cli.main import run
from gate.domain.follow_up_marker import ID_LABEL
from gate.sandbox import runner
from gate.sandbox.gitlab_rest.translate import translated
from gate.sandbox.here import here
from gate.sandbox.later import later, with_deployment, with_evidence
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.forge import Run
from gate.sandbox.world.merging import merged, read_file, with_policy_changes
from gate.sandbox.world.tickets import JiraComment
from gate.sandbox.written import acted

Forge = Literal["github", "gitlab"]
EMERGENCY = Path(__file__).parents[1] / "scenarios" / "emergency-granted"
"""The world in which every story begins: Dave deploys Bob's fix at night, and Erin took the incident."""
TOKENS = (
    "sandbox-workflow-token", "sandbox-jira-token", "sandbox-pager-token", "sandbox-job-token",
    "sandbox-read-token", "sandbox-write-token", "sandbox-team-token", "sandbox-tracker-token",
)  # fmt: skip


def world_of(forge: Forge, changes: Mapping[str, Any], url: str, place: Path = EMERGENCY) -> World:
    """The world at `place` with changes laid over it, as that forge has it, in a sandbox at `url`."""
    raw = with_policy_changes(merged(_read(place), changes), name=str(place))
    return here(World.of(translated(raw, url) if forge == "gitlab" else raw), url)


@cache
def _read(place: Path) -> dict[str, Any]:
    return read_file(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run of the gate said and left."""

    exit_code: int
    out: str
    outputs: str = ""
    evidence: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def decision(self) -> dict[str, Any]:
        """The decision.json of a check."""
        found: dict[str, Any] = json.loads(self.evidence["decision.json"])
        return found

    @property
    def reasons(self) -> list[str]:
        """Its reason codes."""
        found: list[str] = self.decision["reason_codes"]
        return found

    @property
    def table(self) -> dict[str, Any]:
        """What a sweep printed for machines."""
        found: dict[str, Any] = json.loads(self.out[: self.out.rindex("\n}\n") + 3])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A follow-up as it really stands in a tracker, with everything that was said in it."""

    system: str
    key: str
    is_open: bool
    labels: tuple[str, ...]
    text: str
    said: tuple[str, ...]


class Story:
    """A sandbox, and the gate that is run in it again and again."""

    def __init__(
        self,
        folder: Path,
        forge: Forge = "github",
        changes: Mapping[str, Any] | None = None,
        place: Path = EMERGENCY,
    ) -> None:
        self.folder, self.forge = folder, forge
        self.box = Sandbox(lambda url: world_of(forge, changes or {}, url, place))
        self._count = 0

    def __enter__(self) -> Story:
        self.box.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.box.__exit__(*error)

    @property
    def world(self) -> World:
        """As it is now."""
        return self.box.world

    def check(
        self,
        *more: str,
        args: Sequence[str] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """`gate check` in the run of the world, with the arguments of the world unless others are given."""
        arguments = [*(self.world.cli.args if args is None else args), *more]
        folder = self._next()
        evidence = folder / "evidence"
        files = [] if self.forge == "github" else ["--outputs", str(folder / "outputs.env")]
        chosen = ["check", "--evidence", str(evidence), *files, *arguments]
        return self._run(folder, chosen, evidence, env)

    def sweep(self, *arguments: str, env: Mapping[str, str] | None = None) -> Outcome:
        """`gate follow-up` in the run of the world; its table is printed for machines."""
        folder = self._next()
        evidence = folder / "evidence"
        gate_job = [] if self.forge == "github" else ["--gate-job", self.world.run.job]
        sender = ["--pager-email", "gate@acme.example"]
        chosen = ["follow-up", "--json", "--evidence", str(evidence), *sender, *gate_job]
        return self._run(folder, [*chosen, *arguments], evidence, env)

    def kept(self) -> tuple[Kept, ...]:
        """Every ticket that is about a release, wherever it is: looked up in the sandbox, past every interface."""
        return tuple(
            one for one in self._tickets() if any(name.startswith(ID_LABEL) for name in one.labels)
        )

    def go_on(self, after: timedelta, run: Run, **changed: Any) -> None:
        """Let time pass; another run is under way then."""
        self.box.go_on(later(self.world, after, run, **changed))

    def leave(self, checked: Outcome, *, deployed: bool) -> None:
        """The run of the world ends: its evidence is an artifact now, and perhaps it deployed."""
        decision = checked.evidence["decision.json"]
        asked = json.loads(decision)["emergency"] is not None
        world = with_evidence(self.world, decision, break_glass=asked)
        world = with_deployment(world, after=timedelta(minutes=1)) if deployed else world
        self.box.go_on(world)

    def say(self, key: str, by: str, text: str) -> None:
        """Somebody writes a comment in a ticket."""
        site, now = self.box.site, self.box.clock()
        if "#" in key:
            written = (site.github if self.forge == "github" else site.gitlab).written
            written.say(key, by, text, now)
            return
        issue = site.jira.find(key)
        assert issue is not None
        comment = JiraComment(at=now, by=by, body=text)
        site.jira.shelf.change(
            issue, now, lambda one: replace(one, comments=(*one.comments, comment))
        )

    def close(self, key: str) -> None:
        """Somebody closes a ticket."""
        site, now = self.box.site, self.box.clock()
        if "#" in key:
            written = (site.github if self.forge == "github" else site.gitlab).written
            written.change(key, lambda one: acted(one, "bob", now, "closed"))
            return
        issue = site.jira.find(key)
        assert issue is not None
        site.jira.shelf.change(
            issue, now, lambda one: replace(one, status="Done", status_category="done")
        )

    def _run(
        self,
        folder: Path,
        chosen: Sequence[str],
        evidence: Path,
        env: Mapping[str, str] | None,
    ) -> Outcome:
        out = io.StringIO()
        inside = self._environ(folder)
        names = {
            "--environment": "CHANGE_GATE_ENVIRONMENT",
            "--jira-url": "CHANGE_GATE_JIRA_URL",
            "--jira-email": "CHANGE_GATE_JIRA_EMAIL",
        }
        options = [part for option, name in names.items() for part in (option, inside[name])]
        if self.forge == "gitlab":
            options += ["--gitlab-url", f"{self.box.url}/gitlab"]
        host = Host(environ={**inside, **(env or {})}, clock=self.box.clock, out=out)
        code = run([chosen[0], *options, *chosen[1:]], host)
        outputs = [path.read_text() for path in folder.glob("*.*") if path.is_file()]
        return Outcome(
            exit_code=code,
            out=out.getvalue(),
            outputs="\n".join(outputs),
            evidence=read(evidence) if evidence.is_dir() else {},
        )

    def _environ(self, folder: Path) -> dict[str, str]:
        if self.forge == "gitlab":
            return runner.gitlab_environ(self.world, self.box.url)
        return runner.environ(self.world, self.box.url, folder)

    def _next(self) -> Path:
        self._count += 1
        made = self.folder / str(self._count)
        made.mkdir(parents=True)
        return made

    def _tickets(self) -> Iterator[Kept]:
        site = self.box.site
        for issue in site.jira.shelf.all():
            yield Kept(
                system="jira",
                key=issue.answered,
                is_open=issue.status_category != "done",
                labels=issue.labels,
                text=json.dumps([issue.summary, issue.adf, issue.properties]),
                said=tuple(one.body or json.dumps(one.adf) for one in issue.comments),
            )
        written = (site.github if self.forge == "github" else site.gitlab).written
        for name, found in written.issues.items():
            yield Kept(
                system=self.forge,
                key=name,
                is_open=found.state == "open",
                labels=found.labels,
                text=f"{found.title}\n{found.body}",
                said=tuple(one.body for one in written.comments(name)),
            )


def everything(*outcomes: Outcome) -> str:
    """All that was said and kept, as one text."""
    texts = [text for one in outcomes for text in (one.out, one.outputs)]
    files = [
        content.decode(errors="replace") for one in outcomes for content in one.evidence.values()
    ]
    return "\n".join([*texts, *files])


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Catch what commands write to the process's own stderr, whichever thread they run in."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        yield said
