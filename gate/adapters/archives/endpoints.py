"""Which service a bucket is asked of: the policy says it, and no variable of the job."""

from __future__ import annotations

from collections.abc import Mapping

from gate.adapters.archives.gaps import gap
from gate.domain.archive_address import S3Address

ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


def check_endpoint(address: S3Address, shown: str, environ: Mapping[str, str]) -> None:
    """The policy has the last word: whoever edits the workflow must not choose where evidence goes."""
    named = [name for name in ENDPOINT_VARIABLES if environ.get(name)]
    if named and not address.endpoint:
        raise gap(
            shown,
            "not-configured",
            f"the variable {named[0]} names another service than the policy does",
            "whoever owns the workflow removes it, or whoever owns the policy adds `?endpoint=https://…` to the "
            "address under `evidence.archive`",
        )
