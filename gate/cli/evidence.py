"""`gate evidence`: for those who hold bundles and trust nobody."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from gate.app import wiring
from gate.app.context import Host
from gate.app.examine import Asked
from gate.app.show_evidence import show_evidence
from gate.app.sign_evidence import attach_attestation
from gate.app.verify_evidence import Verification, checkpoints, verify_evidence
from gate.cli.evidence_archive import command as archive
from gate.domain.globs import Glob
from gate.domain.policy.signing import SigningIdentity, SigningLevel
from gate.errors import UsageInvalid
from gate.evidence.signed import Trust
from gate.policy.load import parse

_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)
GITHUB = SigningIdentity.__dataclass_fields__["issuer"].default


@click.group("evidence")
def command() -> None:
    """Verify and read evidence, offline; archive what a run could not."""


command.add_command(archive)


@command.command("verify")
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option("--key", "keys", multiple=True, type=_FILE, help="Public key (PEM) that is believed.")
@click.option(
    "--identity",
    "identities",
    multiple=True,
    help="Workflow that is believed, such as https://github.com/acme/app/.github/workflows/**@refs/heads/main.",
)
@click.option("--issuer", default=GITHUB, show_default=True, help="Who vouches for --identity.")
@click.option(
    "--trusted-root",
    type=_FILE,
    help="Sigstore's roots of the year in which it was signed. Absent: those that its library brings.",
)
@click.option(
    "--policy",
    type=_FILE,
    help="Policy that you hold: its keys and identities are believed, and its minimum is demanded.",
)
@click.option(
    "--require",
    type=click.Choice([level.value for level in SigningLevel]),
    default="unsigned",
    show_default=True,
    help="Least that every bundle must be. What the bundle's own policy demands counts as well.",
)
@click.option(
    "--checkpoint",
    "given",
    multiple=True,
    type=_FILE,
    help="How far a chain must have come: a checkpoint that was kept elsewhere.",
)
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
def verify(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    host: Host,
    paths: tuple[Path, ...],
    keys: tuple[Path, ...],
    identities: tuple[str, ...],
    issuer: str,
    trusted_root: Path | None,
    policy: Path | None,
    require: str,
    given: tuple[Path, ...],
    replay: bool,
    quiet: bool,
    as_json: bool,
    jobs: int | None,
) -> int:
    """Verify bundles: folders, zips, or folders with thousands of both.

    Says what is whole, missing, altered, unsigned, signed by whom, whether each decision follows from its facts, and
    whether the chains have gaps. Works offline. Exit codes: 0 everything holds, 6 something does not.
    """
    known = tuple(SigningIdentity(identity=Glob(item), issuer=issuer) for item in identities)
    least = SigningLevel(require)
    trust: Trust | None = None
    if keys or known:
        trust = wiring.trust_given(keys, known, trusted_root)
    elif policy is not None:
        rules = parse(wiring.read_policy(policy), name=str(policy)).policy.evidence.signing
        trust = wiring.trust_by_policy(rules, trusted_root)
        least = max(least, rules.minimum, key=lambda level: level.rank)
    elif least is not SigningLevel.UNSIGNED:
        raise UsageInvalid(
            "A signature is demanded, and nobody was named whose signature is believed.",
            hint="Give --key, --identity or --policy. The keys that a bundle names itself could be a forger's.",
        )
    wanted = Verification(
        paths=paths,
        asked=Asked(trust=trust, minimum=least, replay=replay),
        checkpoints=checkpoints(given),
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
@click.argument("attestation", type=_FILE)
@click.pass_obj
def attach(host: Host, bundle: Path, attestation: Path) -> int:
    """Put the attestation that GitHub made of BUNDLE's record beside it; the Action does this.

    Exit codes: 0 done, 6 it is not about this record, 5 it cannot be written.
    """
    attach_attestation(bundle, wiring.read_file(attestation))
    host.out.write("The attestation is about this record, and is kept with it.\n")
    return 0
