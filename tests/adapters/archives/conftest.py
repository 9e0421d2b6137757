from collections.abc import Iterator
from itertools import count

import boto3
import pytest

from tests.adapters.archives.object_servers import moto

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    with moto() as url:
        yield url


@pytest.fixture
def s3_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job gets from its cloud; nothing else of the machine is looked at."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3-secret-canary")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def s3(s3_server: str, s3_account: None) -> object:
    """A client of whoever administers the bucket."""
    return boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")


@pytest.fixture
def bucket_name() -> str:
    return f"evidence-{next(_NUMBERS)}"
