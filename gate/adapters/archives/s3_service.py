"""One bucket of S3, asked by the service's own library: for what lies beyond a key and its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.adapters.archives.bucket_gaps import no_account, unavailable
from gate.adapters.archives.endpoints import check_endpoint
from gate.adapters.archives.gaps import gap
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import S3Address

TRIES = 4
WRONG_ACCOUNT = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"})
_LONGEST = 30


class S3Service:
    """A client for one bucket. FactMissing when boto3 is not there, or the address may not be used."""

    def __init__(
        self, address: S3Address, *, shown: str, environ: Mapping[str, str], deadline: Deadline
    ) -> None:
        self._address = shown
        self._deadline = deadline
        self._bucket = address.bucket
        check_endpoint(address, shown, environ)
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
        except ImportError:
            raise gap(
                shown,
                "not-installed",
                "locks and rules of a bucket are read with the library boto3, which is not installed",
                "whoever owns the workflow adds `archive` to the input `extras`, or installs the gate with its extra "
                "`object-lock`; docs/archive.md says how",
            ) from None
        self._refused: type[Exception] = ClientError
        self._nobody: type[Exception] = NoCredentialsError
        self.failures: tuple[type[Exception], ...] = (BotoCoreError, OSError, ValueError)
        """What the library raises when no answer comes, or none to its end."""
        try:
            self.client: Any = boto3.client(
                "s3",
                endpoint_url=address.endpoint or None,
                region_name=address.region or None,
                config=Config(
                    connect_timeout=5,
                    read_timeout=_LONGEST,
                    retries={"mode": "standard", "total_max_attempts": TRIES},
                ),
            )
        except self.failures as error:
            raise unavailable(shown, type(error).__name__) from error

    def ask(self, what: str, **arguments: Any) -> Any:
        """An operation on the bucket, by its name in boto3.

        S3Refusal when the service says no, with a code of its own; FactMissing when no answer comes.
        """
        self._deadline.timeout(_LONGEST, self._address)
        try:
            return getattr(self.client, what)(Bucket=self._bucket, **arguments)
        except self._refused as error:
            answer = getattr(error, "response", {})
            raise S3Refusal(str(answer.get("Error", {}).get("Code", "")), what) from error
        except self._nobody as error:
            raise no_account(self._address) from error
        except self.failures as error:
            raise unavailable(self._address, type(error).__name__) from error


class S3Refusal(Exception):
    """The service refused, and says so with a code of its own."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
