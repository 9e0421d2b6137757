"""One `gate evidence pull`: bring evidence of a period here, verify it as it arrives, and say where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import TextIO

from gate import __version__
from gate.app import wiring
from gate.app.context import Host
from gate.app.examine import Asked
from gate.app.pull.arrival import Origin
from gate.app.pull.keep import Keeper
from gate.app.pull.manifest import MANIFEST, Account, Entry, Manifest, read_manifest
from gate.app.pull.period import Period
from gate.app.pull.progress import Progress
from gate.app.pull.receive import Receiver
from gate.app.pull.run import Run
from gate.app.pull.sources import Named
from gate.app.pull.text import absent_line, aside_lines, broken_line, end_lines, remedy
from gate.app.wiring import Destination
from gate.domain.evidence_ports import Offer
from gate.domain.ports import FactMissing
from gate.errors import EvidenceInvalid, GateError
from gate.evidence.canonical import digest
from gate.evidence.chain import Chains
from gate.evidence.checkpoint import Checkpoint
from gate.render.escape import log

BROKEN, NOT_ALL, INTERRUPTED = 6, 4, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """What is pulled, and where to."""

    period: Period
    into: Path
    sources: Sequence[Named]
    environments: Sequence[str] = ()
    asked: Asked = field(default_factory=lambda: Asked(replay=False))
    checkpoints: tuple[Checkpoint, ...] = ()
    jobs: int = 8
    command: str = ""
    """What does the same again, for the account of it."""
    progress: TextIO | None = None


def pull_evidence(host: Host, wanted: Pull) -> int:
    """Return 0 when all is here and whole, 6 when something is broken, 4 when it is not all there is.

    UsageInvalid when another pull is at work in the folder; EvidenceNotWritten when the folder takes nothing.
    """
    with wiring.open_destination(wanted.into) as folder:
        return _Pulling.of(host, wanted, folder).run()


@dataclass(slots=True, kw_only=True)
class _Pulling:
    host: Host
    wanted: Pull
    folder: Destination
    manifest: Manifest
    keeper: Keeper
    run_: Run
    progress: Progress
    started_at: datetime

    @classmethod
    def of(cls, host: Host, wanted: Pull, folder: Destination) -> _Pulling:
        """Read what earlier pulls said, and make ready."""
        progress = Progress(wanted.progress, host.clock)
        keeper = Keeper(
            destination=folder,
            period=wanted.period,
            chains=Chains(wanted.checkpoints),
            clock=host.clock,
            environments=wanted.environments,
        )
        line = Semaphore(wanted.jobs)
        run = Run(
            receiver=Receiver(destination=folder, asked=wanted.asked, line=line),
            keeper=keeper,
            jobs=wanted.jobs,
            told=partial(_tell_entry, host, progress),
            step=lambda source: progress.tell(source, keeper.counts),
        )
        return cls(
            host=host,
            wanted=wanted,
            folder=folder,
            manifest=_earlier(host, folder),
            keeper=keeper,
            run_=run,
            progress=progress,
            started_at=host.clock(),
        )

    def run(self) -> int:
        """All sources, then what lies between, then the account."""
        try:
            with ExitStack() as stack:
                for named in self.wanted.sources:
                    if origin := self._connected(stack, named):
                        self.run_.pull(origin)
                self.run_.fill_gaps()
                self.keeper.doubt()
        except KeyboardInterrupt:
            self._end(finished=False)
            return INTERRUPTED
        except GateError:
            # What came before is there all the same; whether the account of it can be written is another question.
            with suppress(GateError):
                self._end(finished=False)
            raise
        return self._code(self._end(finished=True))

    def _connected(self, stack: ExitStack, named: Named) -> Origin | None:
        try:
            return stack.enter_context(named.open())
        except FactMissing as gap:
            why, do = gap.missing.detail, remedy(gap.missing)
            self.keeper.lacks(Offer(name="", ref=""), named.address, "not-listed", why, do)
            return None

    def _end(self, *, finished: bool) -> Account:
        chains = self.keeper.chains
        account = Account(
            command=self.wanted.command,
            version=__version__,
            started_at=self.started_at,
            ended_at=self.host.clock(),
            period=self.wanted.period,
            environments=self.wanted.environments,
            sources=[named.address for named in self.wanted.sources],
            counts={**self.keeper.counts, "copies": chains.copies},
            absent=self.keeper.absent,
            chains=chains.seen,
            chain_flaws=[flaw.text for flaw in chains.gaps()] if finished else [],
            finished=finished,
        )
        self.manifest.add(account, self.keeper.entries)
        content = self.manifest.dumps()
        self.folder.replace(MANIFEST, content)
        self._tell(account, f"{self.folder.path(MANIFEST)} ({digest(content)})")
        return account

    def _tell(self, account: Account, manifest: str) -> None:
        self.progress.clear()
        lines = [*map(absent_line, account.absent), *end_lines(account, manifest)]
        self.host.out.writelines(f"{line}\n" for line in lines)

    def _code(self, account: Account) -> int:
        if account.counts.get("broken") or account.chain_flaws:
            return BROKEN
        return NOT_ALL if account.absent else 0


def _tell_entry(host: Host, progress: Progress, entry: Entry) -> None:
    lines = [*aside_lines(entry), *([broken_line(entry)] if entry.flaws else [])]
    if lines:
        progress.clear()
        host.out.writelines(f"{line}\n" for line in lines)


def _earlier(host: Host, folder: Destination) -> Manifest:
    """What earlier pulls said. What somebody altered is set aside, and not lost."""
    try:
        content = folder.read(MANIFEST)
        return read_manifest(content) if content is not None else Manifest()
    except EvidenceInvalid as error:
        aside = folder.set_aside(MANIFEST)
        host.out.write(
            f"DAMAGED {MANIFEST}: {log(error.message)} It is {aside} now, and a new one is begun.\n"
        )
        return Manifest()
