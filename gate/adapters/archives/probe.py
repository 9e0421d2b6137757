"""Refuse an archive in which the second writer wins: some stores ignore the condition that they are sent."""

from __future__ import annotations

from gate.adapters.archives.gaps import gap
from gate.domain.evidence_ports import Archive, KeyTaken
from gate.evidence.layout import PROBE


def refuse_unless_create_only(archive: Archive) -> None:
    """Write the probe, then try to write something else over it. FactMissing when that is not refused.

    Both writes are the same on every start, so all that it leaves behind in a sound archive is the one key.
    """
    archive.create(PROBE, b"first\n")
    try:
        archive.create(PROBE, b"second\n")
    except KeyTaken:
        return
    raise gap(
        archive.address,
        "refused",
        "it lets the second of two writers win, so what is archived there could be altered without a trace",
        "whoever administers it switches conditional writes on, or whoever owns the policy names another place under "
        "`evidence.archive`; docs/archive.md lists what each place needs",
    )
