"""Keep the evidence of a decision or a sweep where the policy says, or archive it later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gate.app.archive_evidence import Archived, Archives, Sign, again, keep
from gate.app.archives import Servers, opened
from gate.app.context import Host
from gate.app.not_kept import not_archived
from gate.domain.evidence_ports import Archive
from gate.domain.policy.document import EvidenceRules
from gate.domain.ports import FactMissing
from gate.errors import EvidenceNotWritten, UsageInvalid
from gate.evidence.bundle import Bundle
from gate.evidence.checkpoint import checkpoint_json
from gate.evidence.record import Kind
from gate.render.escape import log


def keep_evidence(
    host: Host,
    bundle: Bundle,
    rules: EvidenceRules,
    servers: Servers,
    *,
    sign: Sign,
    write: Callable[[Bundle], None],
) -> Archived:
    """Sign new evidence, give it its place in the chain, archive it, and `write` it to the folder of the run.

    From here on the bundle that counts is the one that is returned: its record is another one than that of `bundle`
    when there is an archive. EvidenceNotWritten when an archive does not take it; the folder is written all the same.
    """
    try:
        with _opened(host, rules, servers, bundle.kind) as found:
            return keep(bundle, Archives(all=found, sign=sign), write)
    except _NotOpened as error:
        write(bundle)
        raise error.told from error


def archive_later(
    host: Host, bundle: Bundle, rules: EvidenceRules, servers: Servers, *, sign: Sign
) -> Archived:
    """Archive what lies in a folder; what is archived already is only completed. Errors as for `keep_evidence`."""
    if not rules.archive:
        raise UsageInvalid(
            "The policy names no archive, so there is nowhere to put the evidence.",
            hint="Whoever owns the policy adds `evidence.archive`; or give another policy with --policy.",
        )
    try:
        with _opened(host, rules, servers, bundle.kind) as found:
            return again(bundle, Archives(all=found, sign=sign))
    except _NotOpened as error:
        raise error.told from error


def told(found: Archived) -> str:
    """For the log: every place, and the checkpoint as the JSON that `gate evidence verify --checkpoint` reads."""
    lines = [f"Archived: {log(place)}" for place in found.places]
    if found.checkpoint:
        lines.append(f"Checkpoint: {checkpoint_json(found.checkpoint).decode()}")
    return "".join(f"{line}\n" for line in lines)


class _NotOpened(Exception):
    def __init__(self, told: EvidenceNotWritten) -> None:
        super().__init__(told.message)
        self.told = told


@contextmanager
def _opened(
    host: Host, rules: EvidenceRules, servers: Servers, kind: Kind
) -> Iterator[tuple[Archive, ...]]:
    """The archives, open; while they work they tell their own failures as evidence that is not written."""
    try:
        with opened(host, rules, servers) as found:
            yield found
    except FactMissing as gap:
        raise _NotOpened(not_archived(gap.missing.source, gap.missing, kind)) from gap
