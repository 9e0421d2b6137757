"""`gate evidence`: for those who hold bundles and trust nobody."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from gate.app import wiring
from gate.app.context import Host
from gate.app.show_evidence import show_evidence
from gate.app.sign_evidence import attach_attestation
from gate.app.verify_evidence import Verification, verify_evidence
from gate.cli.evidence_archive import command as archive
from gate.cli.evidence_pull import command as pull
from gate.cli.evidence_retention import command as retention
from gate.cli.shared_options import FILE
from gate.cli.trust_options import Believed, trust_options

_PATH = click.Path(path_type=Path)


@click.group("evidence")
def command() -> None:
    """Verify and read evidence, offline; bring it here; archive what a run could not."""


command.add_command(archive)
command.add_command(pull)
command.add_command(retention)


@command.command("verify")
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@trust_options()
@click.option("--replay/--no-replay", default=True, help="Decide again from the recorded facts.")
@click.option("--quiet", is_flag=True, help="Tell only what is broken, and the total.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line; the last is the total."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes that work side by side. Absent: one for each processor.",
)
@click.pass_obj
def verify(
    host: Host,
    paths: tuple[Path, ...],
    believed: Believed,
    replay: bool,
    quiet: bool,
    as_json: bool,
    jobs: int | None,
) -> int:
    """Verify bundles: folders, zips, or folders with thousands of both.

    Says what is whole, missing, altered, unsigned, signed by whom, whether each decision follows from its facts, and
    whether the chains have gaps. Works offline. Exit codes: 0 everything holds, 6 something does not.
    """
    wanted = Verification(
        paths=paths,
        asked=believed.asked(replay=replay),
        checkpoints=believed.checkpoints,
        jobs=jobs or os.cpu_count() or 1,
        quiet=quiet,
        as_json=as_json,
    )
    return verify_evidence(host, wanted)


@command.command("show")
@click.argument("path", type=_PATH)
@click.option("--html", is_flag=True, help="Open the report in a browser.")
@click.pass_obj
def show(host: Host, path: Path, html: bool) -> int:
    """Read one bundle aloud, once it proved to be whole. Exit codes: 0 it is, 6 it is not."""
    found = show_evidence(path)
    if not html:
        host.out.write(found.text)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="change-gate-"))
    page = folder / "report.html"
    page.write_text(found.page, encoding="utf-8")
    host.out.write(f"{page.resolve().as_uri()}\n")
    click.launch(str(page))
    return 0


@command.command("attach")
@click.argument("bundle", type=_PATH)
@click.argument("attestation", type=FILE)
@click.pass_obj
def attach(host: Host, bundle: Path, attestation: Path) -> int:
    """Put the attestation that GitHub made of BUNDLE's record beside it; the Action does this.

    Exit codes: 0 done, 6 it is not about this record, 5 it cannot be written.
    """
    attach_attestation(bundle, wiring.read_file(attestation))
    host.out.write("The attestation is about this record, and is kept with it.\n")
    return 0
