"""Keep the evidence of a sweep: signed as the policy demands, in the folder of the run, and archived when it says much.

What fails here comes after the sweep's work, and takes nothing of it back: it is told, and makes the exit code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gate.app import wiring
from gate.app.archive_evidence import Archived
from gate.app.context import Host
from gate.app.follow_up import Swept, is_worth_archiving
from gate.app.keep_evidence import keep_evidence, told
from gate.app.not_kept import so_what
from gate.app.pipeline import Pipeline
from gate.app.request import Request
from gate.app.sign_evidence import Signing, sign_evidence
from gate.errors import EvidenceNotWritten
from gate.evidence.bundle import Bundle
from gate.evidence.record import RECORD, Kind
from gate.render.escape import log

FOLDER = Path("change-gate-follow-up")
"""Where evidence lies that must be kept although nobody named a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepKept:
    """What became of it."""

    directory: Path | None = None
    """None when nobody wants it."""
    archived: Archived | None = None
    """None as well when it is not kept as it should be; then `failure` says why."""
    failure: EvidenceNotWritten | None = None

    @property
    def folder(self) -> Path | None:
        """The folder, when there is a bundle in it."""
        return self.directory if self.directory and (self.directory / RECORD).is_file() else None

    def lines(self) -> Iterator[str]:
        """For the log, each with its line break."""
        if self.archived is not None:
            yield f"Evidence: {log(str(self.directory))}\nDigest:   {self.archived.bundle.digest}\n"
            yield told(self.archived)


def keep_sweep(
    host: Host,
    request: Request,
    pipeline: Pipeline,
    swept: Swept,
    bundle: Bundle,
    signing: Signing,
) -> SweepKept:
    """Sign it, archive it where the policy says and it is worth that, and write it to its folder, whatever fails."""
    policy = swept.asked.policy
    archives = policy.evidence.archive if is_worth_archiving(swept) else ()
    directory = request.evidence or (FOLDER / pipeline.folder() if archives else None)
    if directory is None:
        return SweepKept()
    try:
        archived = keep_evidence(
            host,
            bundle,
            replace(policy.evidence, archive=archives),
            pipeline.servers,
            sign=lambda made: sign_evidence(made, policy, signing, pipeline.warn),
            write=partial(_write, directory),
        )
    except EvidenceNotWritten as error:
        return SweepKept(directory=directory, failure=error)
    return SweepKept(directory=directory, archived=archived)


def _write(directory: Path, made: Bundle) -> None:
    wiring.create_evidence(directory, made.files, so_what=so_what(Kind.SWEEP))
