"""`gate replay`: decide again from stored evidence."""

from __future__ import annotations

from pathlib import Path

import click

from gate.app.context import Host
from gate.app.replay import replay
from gate.app.wiring import read_evidence
from gate.render.escape import log


@click.command("replay")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.pass_obj
def command(host: Host, bundle: Path) -> int:
    """Decide again from the facts and the policy in BUNDLE; the decision must come out the same, byte for byte.

    Works offline. Exit codes: 0 it does, 6 the bundle is not whole or leads to another decision.
    """
    found = replay(read_evidence(bundle))
    host.out.write(
        f"The bundle is whole, and the same facts and policy give the same decision again: "
        f"{found.decision.verdict.value}.\n"
        f"Written by gate {log(found.gate_version)}. Digest of the evidence: {found.digest}\n"
    )
    return 0
