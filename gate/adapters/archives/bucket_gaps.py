"""What keeps evidence out of a bucket, said once for all kinds of buckets. What a service sent is not repeated."""

from __future__ import annotations

from datetime import datetime

from gate.adapters.archives.gaps import gap
from gate.domain.ports import FactMissing


def unavailable(address: str, said: str) -> FactMissing:
    """Nobody knows whether it was done. `said` is a code of the service, or the name of what failed."""
    return gap(
        address,
        "unavailable",
        f"it did not do what was asked ({said})",
        "whoever runs the runner checks that it can reach the service, with credentials that are valid",
    )


def no_account(address: str) -> FactMissing:
    """Nobody said whose rights it is to be asked with."""
    return gap(
        address,
        "not-configured",
        "this process has no credentials for it",
        "whoever owns the workflow passes those of an account that may create, read and list there (from a cloud's own "
        "login step, or as variables) to this step",
    )


def no_bucket(address: str) -> FactMissing:
    """There is none, as far as this account can see."""
    return gap(
        address,
        "not-found",
        "there is no such bucket, or the account may not see it",
        "whoever administers it makes the bucket, or whoever owns the policy corrects `evidence.archive`",
    )


def refused_account(address: str, said: str) -> FactMissing:
    """The account of the job may not create, read or list."""
    return gap(
        address,
        "not-permitted",
        f"it refused the account ({said})",
        "whoever administers it lets the account of the job create, read and list objects there, and whoever "
        "owns the workflow passes its credentials to the step",
    )


def refused_account_of_locked(address: str, said: str) -> FactMissing:
    """The same where versions and locks are looked at."""
    return gap(
        address,
        "not-permitted",
        f"it refused the account ({said})",
        "whoever administers the bucket allows s3:PutObject, s3:GetObject, s3:GetObjectVersion, "
        "s3:GetObjectRetention and s3:ListBucketVersions to the account of the job",
    )


def written_by_another(address: str) -> FactMissing:
    """S3 refuses a write while somebody else is still writing there, who may never be done."""
    return gap(
        address,
        "unavailable",
        "somebody else writes there at this very moment, and nothing came of it yet",
        "run `gate evidence archive` with the folder of the evidence once the other deploys are through",
    )


def not_locked(address: str) -> FactMissing:
    """The bucket would lock nothing by itself."""
    return gap(
        address,
        "not-configured",
        "the bucket has no default retention in compliance mode",
        "whoever administers it switches Object Lock on with a default retention in compliance mode",
    )


def locked_too_briefly(address: str, until: datetime | None, wanted: datetime) -> FactMissing:
    """What was written can be deleted too soon (UTC); at any time when `until` is None."""
    set_to = f"until {until:%Y-%m-%d} only" if until else "in no way that nobody can lift"
    return gap(
        address,
        "refused",
        f"what was archived is locked {set_to}, and the policy keeps evidence until {wanted:%Y-%m-%d}",
        "whoever administers the bucket sets its default retention to compliance mode and to as long as "
        "`evidence.retain` says, and allows s3:GetObjectRetention to the account of the job, which does not see "
        "the lock otherwise; or whoever owns the policy corrects one of the two",
    )
