"""Play a scenario in a sandbox whose every answer is tainted, and keep all that the gate left."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gate.app.context import Host
from gate.cli.main import run
from gate.sandbox.world.merging import merged
from tests.emergencies.rig import Forge, Outcome, Story, quiet
from tests.redaction.archives import TOKENS, archives
from tests.redaction.own import ARCHIVE_TOKEN, SIGNING_KEY, WEBHOOK, all_signs, own_secrets
from tests.redaction.planter import Planted, Planter
from tests.redaction.searching import planted_in, signs_in
from tests.scenarios.forges import DIFFERENCES
from tests.scenarios.play import SCENARIOS

OF_THE_JOB = (SIGNING_KEY, WEBHOOK, ARCHIVE_TOKEN)
"""Secrets that the job has in every scenario; the others only where the scenario has them."""
NOBODY = "http://127.0.0.1:9/hooks/own-webhook-0123456789"
"""A webhook where nobody listens."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A credential where none may be."""

    where: str
    what: str
    planted: Planted | None = None

    def __str__(self) -> str:
        return f"{self.what} is in {self.where}"


class TaintedStory(Story):
    """A story in which the gate holds secrets of its own, and every answer repeats them, and more."""

    def __init__(
        self,
        folder: Path,
        forge: Forge,
        scenario: str,
        changes: Mapping[str, Any] | None = None,
        webhook: str = NOBODY,
        archive: str = "",
    ) -> None:
        over = DIFFERENCES.get(scenario, {}).get("world", {}) if forge == "gitlab" else {}
        super().__init__(folder, forge, merged(over, changes or {}), SCENARIOS / scenario)
        given = self._environ(folder)
        known = own_secrets(webhook) | {ARCHIVE_TOKEN: TOKENS.get(archive, "own/archive+token")}
        self.own = {name: known[name] for name in known if name in given or name in OF_THE_JOB}
        self.planter = Planter(self.own, elsewhere=archives(archive))
        self.box.last_touch = self.planter
        self.left: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def recheck(self) -> int:
        """`gate recheck` on the evidence of the check that was just run; its exit code."""
        evidence = self.folder / str(self._count) / "evidence"
        chosen = ["recheck", "--evidence", str(evidence), "--environment", self.world.environment]
        if self.forge == "gitlab":
            chosen += ["--gitlab-url", f"{self.box.url}/gitlab"]
        out = io.StringIO()
        environ = {**self._environ(self._next()), **self.own}
        with quiet() as said:
            code = run(chosen, Host(environ=environ, clock=self.box.clock, out=out))
        self._note("recheck", out.getvalue(), said.getvalue())
        return code

    def everything(self) -> list[tuple[str, bytes]]:
        """All that the gate left, each with its name: files, logs, and what it wrote into systems."""
        written = enumerate(self.planter.written)
        return [
            *self.left,
            *((f"what the gate wrote into a system ({number})", body) for number, body in written),
            *_files(self.folder),
        ]

    def leaks(self) -> list[Leak]:
        """Every planted credential in all that the gate left, and every own one."""
        signs, found = all_signs(self.own), []
        for where, content in self.everything():
            found += [
                Leak(where, self.planter.told(number), self.planter.registry.get(number))
                for number in planted_in(content)
            ]
            found += [Leak(where, f"our own {name}") for name in signs_in(content, signs)]
        return found

    def _run(
        self,
        folder: Path,
        chosen: Sequence[str],
        evidence: Path,
        env: Mapping[str, str] | None,
    ) -> Outcome:
        reports: list[str] = []
        if self.forge == "gitlab" and chosen[0] == "check":
            reports = [
                "--junit",
                str(folder / "junit.xml"),
                "--annotations",
                str(folder / "annotations.json"),
            ]
        with quiet() as said:
            outcome = super()._run(
                folder, [*chosen, *reports], evidence, {**self.own, **(env or {})}
            )
        self._note(chosen[0], outcome.out, said.getvalue())
        return outcome

    def _note(self, command: str, *said: str) -> None:
        self.left.append((f"the log of gate {command}", "\n".join(said).encode()))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
