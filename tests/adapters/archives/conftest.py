from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest

from tests.adapters.archives.object_servers import ACCOUNT, SECRET, find_minio, minio, moto

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def minio_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """For what moto lets through; whoever asks for it bears the mark `storage`."""
    program = find_minio()
    if program is None:
        pytest.skip("MinIO is not here; .ci/run installs it")
    with minio(program, tmp_path_factory.mktemp("minio")) as url:
        yield url


@pytest.fixture(scope="session", params=["moto", pytest.param("minio", marks=pytest.mark.storage)])
def s3_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test of S3 runs against both."""
    if request.param == "minio":
        yield request.getfixturevalue("minio_server")
        return
    with moto() as url:
        yield url


@pytest.fixture
def s3_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job gets from its cloud; nothing else of the machine is looked at."""
    sign_in(monkeypatch, ACCOUNT, SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def sign_in(monkeypatch: pytest.MonkeyPatch, account: str, secret: str, token: str = "") -> None:
    """Put an account into the environment. boto3 asks there once in a process, unless it is made to forget."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)


@pytest.fixture
def s3(s3_server: str, s3_account: None) -> Any:
    """A client of whoever administers the bucket."""
    return client(s3_server)


def client(url: str, service: str = "s3") -> Any:
    """A client with the account of the environment."""
    return boto3.client(service, endpoint_url=url, region_name="us-east-1")


@pytest.fixture
def bucket_name() -> str:
    return f"evidence-{next(_NUMBERS)}"
