"""Object storage as an archive: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.

Credentials come from the environment, in the way that each cloud's own tools read them; docs/archive.md names the
variables. They need to create, read and list objects, and nothing else.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, assert_never

from gate.adapters.archives.bucket_gaps import (
    no_bucket,
    refused_account,
    unavailable,
    written_by_another,
)
from gate.adapters.archives.endpoints import check_endpoint
from gate.adapters.archives.gaps import absent, altered, gap
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import AzureAddress, GcsAddress, S3Address
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.domain.ports import FactMissing
from gate.evidence.layout import STREAMS, is_key

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PAGE = 1_000
ATTEMPTS = 4

_LONGEST = 30
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")


class ObjectStoreArchive:
    """One bucket or container. FactMissing when it, or the library for it, is not there."""

    locked = False
    queryable = True

    def __init__(
        self,
        address: S3Address | GcsAddress | AzureAddress,
        *,
        shown: str,
        environ: Mapping[str, str],
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = shown
        self._place = address
        self._environ = environ
        self._deadline = deadline
        self._sleep = sleep
        try:
            import obstore
            from obstore import exceptions
        except ImportError:
            raise _not_installed(shown) from None
        self._obstore: Any = obstore
        self._failures = (exceptions.BaseError, OSError, ValueError, NotImplementedError)
        self._taken = exceptions.AlreadyExistsError
        try:
            self._store = _store(address, shown, environ)
        except self._failures as error:
            raise self._failed(error) from error

    def create(self, key: str, content: bytes) -> None:
        """Write on the condition that nothing stands there, then read it back."""
        self._check(key)
        tried = 0
        while True:
            try:
                self._put(key, content)
                break
            except FactMissing as missed:
                tried += 1
                # The library sends nothing twice that may have arrived. On its condition, it does no harm.
                if not missed.missing.retriable or tried == ATTEMPTS:
                    raise
                self._sleep(0.25 * 2**tried)
        if self.read(key) != content:
            raise altered(self.address, key)

    def _put(self, key: str, content: bytes) -> None:
        self._check(key)
        try:
            self._obstore.put(self._store, key, content, mode="create")
        except self._taken:
            # Perhaps it was us, and only the answer got lost on the way.
            if self._read_taken(key) != content:
                raise KeyTaken(key) from None
        except FileNotFoundError:
            raise no_bucket(self.address) from None
        except self._failures as error:
            raise self._failed(error) from error

    def _read_taken(self, key: str) -> bytes:
        try:
            return self.read(key)
        except FactMissing as missed:
            if missed.missing.reason_code != "not-found":
                raise
            raise written_by_another(self.address) from None

    def read(self, key: str) -> bytes:
        """What stands there."""
        self._check(key)
        try:
            return bytes(self._obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            raise absent(self.address, key) from None
        except self._failures as error:
            raise self._failed(error) from error

    def keeps_until(self, now: datetime) -> datetime | None:
        """When the rules of a bucket of S3 delete it; of the other clouds, this account cannot see such rules."""
        if isinstance(self._place, S3Address):
            from gate.adapters.archives.bucket_rules import kept_until
            from gate.adapters.archives.s3_service import S3Service

            service = S3Service(
                self._place, shown=self.address, environ=self._environ, deadline=self._deadline
            )
            prefix = f"{self._place.prefix}/" if self._place.prefix else ""
            return kept_until(service, address=self.address, prefix=f"{prefix}{STREAMS}", now=now)
        raise gap(
            self.address,
            "not-permitted",
            "a rule of the bucket may delete what is old, and the account of the job does not see such rules",
            "whoever owns the policy names a second place under `evidence.archive` that keeps evidence by itself",
        )

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """Up to 1,000 keys. All three clouds list in order."""
        self._check(prefix.rstrip("/"))
        try:
            chunks = self._obstore.list(self._store, prefix, offset=after or None, chunk_size=PAGE)
            found = [str(item["path"]) for item in islice(chain.from_iterable(chunks), PAGE + 1)]
        except self._failures as error:
            raise self._failed(error) from error
        keys = tuple(found[:PAGE])
        return ArchivePage(keys=keys, after=keys[-1] if len(found) > PAGE else "")

    def _check(self, key: str) -> None:
        self._deadline.timeout(_LONGEST, self.address)
        if not is_key(key):
            raise altered(self.address, key, "is no key of an archive")

    def _failed(self, error: BaseException) -> FactMissing:
        """Its text may hold whole answers, so only the status and the code of the service are told."""
        text = str(error)
        told = [found[1] for pattern in (_STATUS, _CODE) if (found := pattern.search(text))]
        said = ", ".join(told) or type(error).__name__
        if told and told[0] in {"401", "403"}:
            return refused_account(self.address, said)
        return unavailable(self.address, said)


def _store(
    address: S3Address | GcsAddress | AzureAddress, shown: str, environ: Mapping[str, str]
) -> ObjectStore:
    from obstore.store import AzureStore, GCSStore, S3Store

    retry = {"max_retries": 4, "retry_timeout": timedelta(seconds=_LONGEST)}
    options: dict[str, Any] = {
        "timeout": timedelta(seconds=_LONGEST),
        "connect_timeout": timedelta(seconds=5),
    }
    given: dict[str, Any] = {"retry_config": retry, "client_options": options}
    prefix = address.prefix or None
    match address:
        case S3Address():
            check_endpoint(address, shown, environ)
            options |= {"allow_http": address.endpoint.startswith("http://")}
            return S3Store(address.bucket, prefix=prefix, **given, **_of_s3(address))
        case GcsAddress():
            return GCSStore(address.bucket, prefix=prefix, **given)
        case AzureAddress():
            return AzureStore(
                address.container, prefix=prefix, account_name=address.account, **given
            )
        case _:
            assert_never(address)


def _of_s3(address: S3Address) -> dict[str, Any]:
    # A bucket with a default retention takes nothing without a checksum.
    given: dict[str, Any] = {"checksum_algorithm": "SHA256"}
    if address.endpoint:
        given["endpoint"] = address.endpoint
    if address.region:
        given["region"] = address.region
    return given


def _not_installed(shown: str) -> FactMissing:
    return gap(
        shown,
        "not-installed",
        "archiving in object storage needs the library obstore, which is not installed",
        "whoever owns the workflow installs the gate with its extra `archive`; docs/archive.md says how",
    )
