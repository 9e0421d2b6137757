"""What moto lets through or does not know: locks that cannot be shortened, and accounts that may only do so much."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gate.adapters.archives.locked_s3 import LockedS3Archive
from gate.adapters.archives.object_store import ObjectStoreArchive
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.domain.evidence_ports import Archive
from gate.domain.ports import FactMissing
from gate.evidence.layout import bundle_key
from tests import builders as b
from tests.adapters.archives import contract, test_locked_s3, test_object_store
from tests.adapters.archives.conftest import client, sign_in
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.archives.object_servers import ACCOUNT
from tests.adapters.archives.test_locked_s3 import default, locked, the_version

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("s3_account")]

PAGE = (Path(__file__).parents[3] / "docs/archive.md").read_text(encoding="utf-8")
OPEN_RIGHTS = ("s3:PutObject", "s3:GetObject", "s3:ListBucket")
"""Create, read and list, as the page says."""


@pytest.fixture
def s3(minio_server: str, s3_account: None) -> Any:
    return client(minio_server)


@pytest.fixture
def bucket(s3: Any, bucket_name: str) -> str:
    return locked(s3, bucket_name)


@pytest.fixture
def archive(minio_server: str, bucket: str) -> LockedS3Archive:
    return test_locked_s3.opened(minio_server, bucket)


def test_nobody_shortens_or_lifts_the_lock_of_a_version(
    archive: LockedS3Archive, bucket: str, s3: Any
) -> None:
    archive.create(KEY, b"one")
    version = the_version(s3, bucket)
    soon = datetime.now(UTC) + timedelta(days=1)
    for weaker in (
        {"Mode": "COMPLIANCE", "RetainUntilDate": soon},
        {"Mode": "GOVERNANCE", "RetainUntilDate": soon + timedelta(days=3_000)},
    ):
        with pytest.raises(ClientError, match="WORM protected"):
            s3.put_object_retention(**version, Retention=weaker, BypassGovernanceRetention=True)
    with pytest.raises(ClientError, match="InvalidBucketState"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert the_version(s3, bucket) == version


def test_a_default_that_somebody_shortens_shows_with_the_next_write(
    minio_server: str, bucket: str, s3: Any
) -> None:
    later = datetime.now(UTC) + timedelta(days=799)
    archive = test_locked_s3.opened(minio_server, bucket, keep_until=later)
    archive.create(KEY, b"one")
    default(s3, bucket, "COMPLIANCE", {"Days": 30})
    archive.create(KEY, b"one")  # it is there already, under the lock of its time
    with pytest.raises(FactMissing, match="only, and the policy keeps evidence until"):
        archive.create(bundle_key(contract.STREAM, 2), b"two")


# --- what the account of the job may do ---------------------------------------------------------


def become(url: str, monkeypatch: pytest.MonkeyPatch, bucket: str, rights: tuple[str, ...]) -> None:
    """From here on the environment holds an account that has these rights on this bucket, and no other."""
    places = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    allowed = {"Effect": "Allow", "Action": rights, "Resource": places}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    given = client(url, "sts").assume_role(
        RoleArn="arn:aws:iam::1:role/job", RoleSessionName="job", Policy=policy
    )["Credentials"]
    account, secret, token = (
        given[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    )
    sign_in(monkeypatch, account, secret, token)


def locked_rights() -> tuple[str, ...]:
    """Those that the page names for a locked bucket."""
    found = re.search(r"### S3 with Object Lock\n(.*?)\n### ", PAGE, re.DOTALL)
    assert found
    return tuple(re.findall(r"`(s3:\w+)`", found[1]))


def works(archive: Archive) -> None:
    refuse_unless_create_only(archive)
    contract.holds_what_was_created(archive)


def works_with_locks(archive: LockedS3Archive) -> None:
    works(archive)
    assert archive.keeps_until(b.NOW) == b.NOW + timedelta(days=800)


def test_the_rights_that_the_page_names_suffice(
    minio_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(minio_server, monkeypatch, bucket, locked_rights())
    works_with_locks(test_locked_s3.opened(minio_server, bucket))
    account = client(minio_server)
    for forbidden in (
        lambda: account.delete_object(Bucket=bucket, Key=f"prod/{KEY}"),
        lambda: default(account, bucket, "COMPLIANCE", {"Days": 1}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            forbidden()


READ = "s3:GetObject|s3:GetObjectVersion"
"""MinIO takes either of the two; AWS demands the second where a version is named."""


@pytest.mark.parametrize("right", [*sorted(set(locked_rights()) - set(READ.split("|"))), READ])
def test_each_of_them_is_needed_and_its_absence_is_said(
    minio_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    rights = tuple(name for name in locked_rights() if name not in right.split("|"))
    become(minio_server, monkeypatch, bucket, rights)
    archive = test_locked_s3.opened(minio_server, bucket)
    with pytest.raises(FactMissing) as error:
        works_with_locks(archive)
    assert error.value.missing.reason_code in {"not-permitted", "refused"}


def test_to_create_read_and_list_suffices_without_a_lock(
    minio_server: str, s3: Any, bucket_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.create_bucket(Bucket=bucket_name)
    become(minio_server, monkeypatch, bucket_name, OPEN_RIGHTS)
    works(test_object_store.opened(minio_server, bucket_name))


@pytest.mark.parametrize("right", OPEN_RIGHTS)
def test_less_than_that_is_said(
    minio_server: str, s3: Any, bucket_name: str, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    s3.create_bucket(Bucket=bucket_name)
    rights = tuple(name for name in OPEN_RIGHTS if name != right)
    become(minio_server, monkeypatch, bucket_name, rights)
    archive: ObjectStoreArchive = test_object_store.opened(minio_server, bucket_name)
    with pytest.raises(FactMissing) as error:
        works(archive)
    assert error.value.missing.reason_code == "not-permitted"


def test_an_account_of_somebody_else_is_said(
    minio_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, ACCOUNT, "not-the-secret-at-all")
    for archive in (
        test_locked_s3.opened(minio_server, bucket),
        test_object_store.opened(minio_server, bucket),
    ):
        with pytest.raises(FactMissing) as error:
            archive.list(PREFIX)
        assert error.value.missing.reason_code == "not-permitted"
