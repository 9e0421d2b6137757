"""A bucket of S3 whose objects are locked in compliance mode, so that nobody can shorten that, the owner included.

The lock protects versions: a later version, or a mark that says "deleted", can still be put on top. So this archive
looks at versions, the oldest counts, and it reads back until when each one is locked. The bucket's own default sets
the lock, which is why the account needs no right to lock or to delete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gate.adapters.archives.gaps import absent, altered, gap
from gate.adapters.archives.object_store import check_endpoint
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import S3Address
from gate.domain.ports import ArchivePage, FactMissing, KeyTaken
from gate.evidence.layout import is_key

PAGE = 1_000
COMPLIANCE = "COMPLIANCE"

_LONGEST = 30
_TRIES = 4


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
    ) -> None:
        self.address = shown
        self._deadline = deadline
        self._keep_until = keep_until
        self._bucket = address.bucket
        self._prefix = f"{address.prefix}/" if address.prefix else ""
        check_endpoint(address, shown, environ)
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise gap(
                shown,
                "not-installed",
                "reading back an object lock needs the library boto3, which is not installed",
                "whoever owns the workflow installs the gate with its extra `object-lock`; docs/archive.md says how",
            ) from None
        self._refused: type[Exception] = ClientError
        self._failures: tuple[type[Exception], ...] = (BotoCoreError, OSError, ValueError)
        try:
            self._s3: Any = boto3.client(
                "s3",
                endpoint_url=address.endpoint or None,
                region_name=address.region or None,
                config=Config(
                    connect_timeout=5,
                    read_timeout=_LONGEST,
                    retries={"mode": "standard", "total_max_attempts": _TRIES},
                ),
            )
        except self._failures as error:
            raise self._unavailable(type(error).__name__) from error

    def create(self, key: str, content: bytes) -> None:
        """Write on the condition that nothing stands there; read it back, and until when it is locked."""
        try:
            self._ask("put_object", Key=self._key(key), Body=content, IfNoneMatch="*")
        except _Code as refused:
            if refused.code not in {"PreconditionFailed", "ConditionalRequestConflict"}:
                raise self._because(refused) from None
        version = self._first_version(key)
        if version.content != content:
            raise KeyTaken(key)
        self._check_lock(version)

    def read(self, key: str) -> bytes:
        """The oldest version of what stands there, even when something lies on top of it."""
        return self._first_version(key).content

    def keeps_until(self, now: datetime) -> datetime | None:
        """What the bucket's default retention means for an object that is written now."""
        try:
            answer = self._ask("get_object_lock_configuration")
        except _Code as refused:
            if refused.code == "ObjectLockConfigurationNotFoundError":
                raise self._not_locked() from None
            raise self._because(refused) from None
        rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
        if rule.get("Mode") != COMPLIANCE:
            raise self._not_locked()
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
            answer = self._ask("get_object", Key=self._key(key), VersionId=version)
        except _Code as refused:
            raise self._because(refused) from None
        try:
            content = bytes(answer["Body"].read())
        except self._failures as error:
            raise self._unavailable(type(error).__name__) from error
        until = answer.get("ObjectLockRetainUntilDate")
        is_locked = answer.get("ObjectLockMode") == COMPLIANCE and isinstance(until, datetime)
        return _Version(content, until if is_locked else None)

    def _check_lock(self, version: _Version) -> None:
        until = version.locked_until
        if until is not None and until >= self._keep_until:
            return
        set_to = f"until {until:%Y-%m-%d} only" if until else "in no way that nobody can lift"
        raise gap(
            self.address,
            "refused",
            f"what was archived is locked {set_to}, and the policy keeps evidence until {self._keep_until:%Y-%m-%d}",
            "whoever administers the bucket sets its default retention to compliance mode and to as long as "
            "`evidence.retain` says, and allows s3:GetObjectRetention to the account of the job, which does not see "
            "the lock otherwise; or whoever owns the policy corrects one of the two",
        )

    def _not_locked(self) -> FactMissing:
        return gap(
            self.address,
            "not-configured",
            "the bucket has no default retention in compliance mode",
            "whoever administers it switches Object Lock on with a default retention in compliance mode",
        )

    def _oldest(self, key: str) -> str:
        """Id of the first version that was ever written."""
        oldest = ""
        marker: dict[str, str] = {}
        while True:
            versions, marker = self._versions(self._key(key), marker)
            # Versions come the newest first. Other keys may begin with this one.
            for version in versions:
                if version["Key"] == self._key(key):
                    oldest = str(version["VersionId"])
            if marker.get("KeyMarker") != self._key(key):
                break
        if not oldest:
            raise absent(self.address, key)
        return oldest

    def _versions(self, start: str, marker: dict[str, str]) -> tuple[Sequence[Any], dict[str, str]]:
        """Some versions of keys that begin with `start`, and what asks for those that follow; empty after the last."""
        try:
            answer = self._ask("list_object_versions", Prefix=start, MaxKeys=PAGE, **marker)
        except _Code as refused:
            raise self._because(refused) from None
        following = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
        more = {name: answer[said] for name, said in following.items() if answer.get(said)}
        return answer.get("Versions", []), more if answer.get("IsTruncated") else {}

    def _ask(self, what: str, **arguments: Any) -> Any:
        self._deadline.timeout(_LONGEST, self.address)
        try:
            return getattr(self._s3, what)(Bucket=self._bucket, **arguments)
        except self._refused as error:
            answer = getattr(error, "response", {})
            raise _Code(str(answer.get("Error", {}).get("Code", "")), what) from error
        except self._failures as error:
            raise self._unavailable(type(error).__name__) from error

    def _key(self, key: str) -> str:
        if not is_key(key):
            raise altered(self.address, key, "is no key of an archive")
        return self._prefix + key

    def _because(self, refused: _Code) -> FactMissing:
        if refused.code in {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"}:
            return gap(
                self.address,
                "not-permitted",
                f"it refused the account ({refused.what}: {refused.code})",
                "whoever administers the bucket allows s3:PutObject, s3:GetObject, s3:GetObjectVersion, "
                "s3:GetObjectRetention and s3:ListBucketVersions to the account of the job",
            )
        if refused.code == "NoSuchBucket":
            return gap(
                self.address,
                "not-found",
                "there is no such bucket, or the account may not see it",
                "whoever administers it makes the bucket, or whoever owns the policy corrects `evidence.archive`",
            )
        return self._unavailable(f"{refused.what}: {refused.code}")

    def _unavailable(self, said: str) -> FactMissing:
        return gap(
            self.address,
            "unavailable",
            f"it did not do what was asked ({said})",
            "whoever runs the runner checks that it can reach the service, with credentials that are valid",
        )


@dataclass(frozen=True, slots=True)
class _Version:
    content: bytes
    locked_until: datetime | None
    """Until when (UTC) nobody can delete it; None when somebody can."""


class _Code(Exception):
    """The service refused, and says so with a code of its own."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
