"""When the rules of a bucket of S3 delete what is written there now: its lifecycle configuration, read.

A rule can name objects by prefix, tags and size. What the gate writes has no tags, so rules with tags never mean it;
of all others the soonest counts, also where one means only a part of the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gate.adapters.archives.gaps import gap
from gate.adapters.archives.s3_service import S3Refusal, S3Service

_NO_RULES = "NoSuchLifecycleConfiguration"
_UNSEEN = (
    "whoever administers the bucket allows s3:GetLifecycleConfiguration to the account of the job, or whoever owns the "
    "policy asks for a lock (`?object_lock=compliance`), or names a second place under `evidence.archive` that keeps "
    "evidence by itself"
)


def kept_until(service: S3Service, *, address: str, prefix: str, now: datetime) -> datetime | None:
    """Until when (UTC) the rules keep what is written below the prefix now; None when none of them deletes it.

    FactMissing when the account may not see them, or the service has none of its kind.
    """
    try:
        answer = service.ask("get_bucket_lifecycle_configuration")
    except S3Refusal as refused:
        if refused.code == _NO_RULES:
            return None
        raise gap(
            address,
            "not-permitted",
            f"a rule of the bucket may delete what is old, and the account of the job cannot see them ({refused.code})",
            _UNSEEN,
        ) from None
    ends = list(_ends(answer.get("Rules", []), prefix, now))
    return max(now, min(ends)) if ends else None


def _ends(rules: list[Mapping[str, Any]], prefix: str, now: datetime) -> Iterator[datetime]:
    for rule in rules:
        expiration = rule.get("Expiration", {})
        if rule.get("Status") != "Enabled" or not _means(rule, prefix):
            continue
        if days := expiration.get("Days"):
            # S3 waits for the next midnight after that, so it is never sooner.
            yield now + timedelta(days=days)
        elif isinstance(date := expiration.get("Date"), datetime):
            yield date.astimezone(UTC)


def _means(rule: Mapping[str, Any], prefix: str) -> bool:
    """Whether the rule means anything below the prefix."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", {})
    if "Tag" in chosen or both.get("Tags"):
        return False
    named = str(rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or "")
    return named.startswith(prefix) or prefix.startswith(named)
