"""`gate evidence archive`: put evidence where it is kept, when that failed in the run, and what signs it later."""

from __future__ import annotations

from pathlib import Path

import click

from gate.app import wiring
from gate.app.archives import Servers
from gate.app.context import Host
from gate.app.keep_evidence import archive_later, told
from gate.app.replay import policy_of
from gate.app.request import Request
from gate.app.sign_evidence import Signing, sign_evidence
from gate.cli import shared_options as shared
from gate.domain.policy.document import Policy
from gate.errors import UsageInvalid
from gate.evidence.bundle import Bundle, verify
from gate.policy.load import parse
from gate.render.escape import log


@click.command("archive")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--policy",
    type=shared.FILE,
    help="Policy that names the archive. Absent: the one in the bundle.",
)
@shared.sign(
    "How a bundle without a place in the chain is signed. Absent: with CHANGE_GATE_SIGNING_KEY, when it is set.",
    envvar=None,
)
@shared.public_log(envvar=None)
@click.option(
    "--if-chained",
    is_flag=True,
    help="Do nothing where the bundle has no place in a chain, since its run archived nothing; the Action says this.",
)
@click.option(
    "--github-api-url",
    default="https://api.github.com",
    show_default=True,
    help="For releases on GitHub.",
)
@click.option(
    "--gitlab-api-url",
    default="",
    help="For packages on GitLab, such as https://gitlab.com/api/v4.",
)
@click.pass_obj
def command(
    host: Host,
    path: Path,
    policy: Path | None,
    sign: str | None,
    public_log: bool,
    if_chained: bool,
    github_api_url: str,
    gitlab_api_url: str,
) -> int:
    """Archive the bundle at PATH, which the run could not, or the signatures that it got since.

    It may be run again: what is archived already is found, and only what is missing is added. Exit codes: 0 it is
    archived, 5 an archive does not take it, 6 the bundle is not whole.
    """
    bundle = verify(wiring.read_evidence(path))
    if if_chained and bundle.record.link is None:
        host.out.write(
            "Nothing to do: this evidence is in no archive, and has no place in a chain.\n"
        )
        return 0
    rules = _policy(bundle, policy)
    signing = Signing(signer=wiring.signer(host, Request(sign=sign or "", public_log=public_log)))

    def warn(text: str) -> None:
        host.out.write(f"warning: {log(text)}\n")

    found = archive_later(
        host,
        bundle,
        rules.evidence,
        Servers(github_api=github_api_url, gitlab_api=gitlab_api_url),
        sign=lambda made: sign_evidence(made, rules, signing, warn),
    )
    host.out.write(f"{told(found)}Digest:   {found.bundle.digest}\n")
    return 0


def _policy(bundle: Bundle, path: Path | None) -> Policy:
    if path is not None:
        return parse(wiring.read_policy(path), name=str(path)).policy
    own = policy_of(bundle)
    if own is None:
        raise UsageInvalid(
            "The bundle holds no policy, since none could be read in that run, so nothing says where it is archived.",
            hint="Name the policy with --policy.",
        )
    return own
