"""A bucket of S3 whose objects are locked in compliance mode, so that nobody can shorten that, the owner included.

The lock protects versions: a later version, or a mark that says "deleted", can still be put on top. So this archive
looks at versions, the oldest counts, and it reads back until when each one is locked. The bucket's own default sets
the lock, which is why the account needs no right to lock or to delete.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gate.adapters.archives.bucket_gaps import (
    locked_too_briefly,
    no_bucket,
    not_locked,
    refused_account_of_locked,
    unavailable,
)
from gate.adapters.archives.gaps import absent, altered
from gate.adapters.archives.s3_service import TRIES, WRONG_ACCOUNT, S3Refusal, S3Service
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import S3Address
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.domain.ports import FactMissing
from gate.evidence.layout import is_key

PAGE = 1_000
COMPLIANCE = "COMPLIANCE"

_TAKEN = "PreconditionFailed"
_MEANWHILE = "ConditionalRequestConflict"
"""Somebody else writes there at this very moment, and S3 does not know yet whether he will be done."""


class LockedS3Archive:
    """One bucket. `keep_until` (UTC) is until when every object has to be locked at least."""

    locked = True
    queryable = True

    def __init__(
        self,
        address: S3Address,
        *,
        shown: str,
        environ: Mapping[str, str],
        deadline: Deadline,
        keep_until: datetime,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = shown
        self._keep_until = keep_until
        self._sleep = sleep
        self._prefix = f"{address.prefix}/" if address.prefix else ""
        self._s3 = S3Service(address, shown=shown, environ=environ, deadline=deadline)

    def create(self, key: str, content: bytes) -> None:
        """Write on the condition that nothing stands there; read it back, and until when it is locked."""
        tried = 0
        while (refused := self._put(key, content)) is not None:
            if refused.code == _TAKEN:
                break
            tried += 1
            if refused.code != _MEANWHILE or tried == TRIES:
                raise self._because(refused)
            self._sleep(0.125 * 2**tried)
        version = self._first_version(key)
        if version.content != content:
            raise KeyTaken(key)
        self._check_lock(version)

    def _put(self, key: str, content: bytes) -> S3Refusal | None:
        try:
            self._s3.ask("put_object", Key=self._key(key), Body=content, IfNoneMatch="*")
        except S3Refusal as refused:
            return refused
        return None

    def read(self, key: str) -> bytes:
        """The oldest version of what stands there, even when something lies on top of it."""
        return self._first_version(key).content

    def keeps_until(self, now: datetime) -> datetime | None:
        """What the bucket's default retention means for an object that is written now."""
        try:
            answer = self._s3.ask("get_object_lock_configuration")
        except S3Refusal as refused:
            if refused.code == "ObjectLockConfigurationNotFoundError":
                raise not_locked(self.address) from None
            raise self._because(refused) from None
        rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
        if rule.get("Mode") != COMPLIANCE:
            raise not_locked(self.address)
        return now + timedelta(days=rule.get("Days") or 365 * rule.get("Years", 0))

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """Keys that ever were there: one that somebody marked as deleted is among them."""
        start = f"{self._key(prefix.rstrip('/'))}/"
        marker = {"KeyMarker": self._key(after)} if after else {}
        while True:
            versions, marker = self._versions(start, marker)
            names = (version["Key"].removeprefix(self._prefix) for version in versions)
            # A key with many versions may go on from the page before.
            keys = tuple(dict.fromkeys(name for name in names if name > after))
            if keys or not marker:
                return ArchivePage(keys=keys, after=keys[-1] if marker else "")

    def _first_version(self, key: str) -> _Version:
        version = self._oldest(key)
        try:
            answer = self._s3.ask("get_object", Key=self._key(key), VersionId=version)
        except S3Refusal as refused:
            raise self._because(refused) from None
        try:
            content = bytes(answer["Body"].read())
        except self._s3.failures as error:
            raise unavailable(self.address, type(error).__name__) from error
        until = answer.get("ObjectLockRetainUntilDate")
        is_locked = answer.get("ObjectLockMode") == COMPLIANCE and isinstance(until, datetime)
        return _Version(content, until if is_locked else None)

    def _check_lock(self, version: _Version) -> None:
        until = version.locked_until
        if until is None or until < self._keep_until:
            raise locked_too_briefly(self.address, until, self._keep_until)

    def _oldest(self, key: str) -> str:
        """Id of the first version that was ever written."""
        oldest, name = "", self._key(key)
        marker: dict[str, str] = {}
        while True:
            versions, marker = self._versions(name, marker)
            # Versions come the newest first. Keys that begin with this one come behind all of its versions.
            mine = [version for version in versions if version["Key"] == name]
            if mine:
                oldest = str(mine[-1]["VersionId"])
            # What the marker says is the service's own affair: MinIO adds something to the key.
            if not marker or len(mine) < len(versions):
                break
        if not oldest:
            raise absent(self.address, key)
        return oldest

    def _versions(self, start: str, marker: dict[str, str]) -> tuple[Sequence[Any], dict[str, str]]:
        """Some versions of keys that begin with `start`, and what asks for those that follow; empty after the last."""
        try:
            answer = self._s3.ask("list_object_versions", Prefix=start, MaxKeys=PAGE, **marker)
        except S3Refusal as refused:
            raise self._because(refused) from None
        following = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
        more = {name: answer[said] for name, said in following.items() if answer.get(said)}
        return answer.get("Versions", []), more if answer.get("IsTruncated") else {}

    def _key(self, key: str) -> str:
        if not is_key(key):
            raise altered(self.address, key, "is no key of an archive")
        return self._prefix + key

    def _because(self, refused: S3Refusal) -> FactMissing:
        said = f"{refused.what}: {refused.code}"
        if refused.code in WRONG_ACCOUNT:
            return refused_account_of_locked(self.address, said)
        if refused.code == "NoSuchBucket":
            return no_bucket(self.address)
        return unavailable(self.address, said)


@dataclass(frozen=True, slots=True)
class _Version:
    content: bytes
    locked_until: datetime | None
    """Until when (UTC) nobody can delete it; None when somebody can."""
