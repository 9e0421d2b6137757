import builtins
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gate.adapters.archives import locked_s3 as module
from gate.adapters.archives.locked_s3 import LockedS3Archive
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import S3Address
from gate.domain.ports import FactMissing, KeyTaken
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.archives.object_servers import careless, proxy
from tests.adapters.loopback import Asked, Reply, serve

pytestmark = pytest.mark.usefixtures("s3_account")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def opened(url: str, bucket: str = "evidence", **changes: Any) -> LockedS3Archive:
    address = S3Address(
        bucket=bucket, prefix="prod", endpoint=url, region="us-east-1", object_lock=True
    )
    options: dict[str, Any] = {
        "environ": os.environ,
        "deadline": Deadline(60),
        "keep_until": LONG_AGO,
        **changes,
    }
    return LockedS3Archive(address, shown=f"s3://{bucket}/prod?object_lock=compliance", **options)


def locked(
    s3: Any, name: str, mode: str = "COMPLIANCE", length: dict[str, int] | None = None
) -> str:
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": mode, **(length or {"Days": 800})}}
    s3.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    return name


@pytest.fixture
def bucket(s3: Any, bucket_name: str) -> str:
    return locked(s3, bucket_name)


def test_it_holds_what_was_created(s3_server: str, bucket: str) -> None:
    archive = opened(s3_server, bucket)
    refuse_unless_create_only(archive)
    contract.holds_what_was_created(archive)
    assert (archive.locked, archive.queryable) == (True, True)


def test_it_lists_in_order(s3_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    contract.lists_in_order(opened(s3_server, bucket), 20)


def test_what_is_no_key_is_refused(s3_server: str) -> None:
    contract.refuses_what_is_no_key(opened(s3_server))


def test_one_of_many_writers_wins(s3_server: str, bucket: str) -> None:
    contract.lets_one_of_many_win(lambda: opened(s3_server, bucket), 6)


def test_what_is_archived_can_be_deleted_by_nobody(s3_server: str, bucket: str, s3: Any) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def test_what_is_hidden_or_covered_is_still_read_and_listed(
    s3_server: str, bucket: str, s3: Any
) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    s3.delete_object(Bucket=bucket, Key=f"prod/{KEY}")
    assert archive.read(KEY) == b"one"
    assert archive.list(PREFIX).keys == (KEY,)
    # With a deletion mark on top, the condition of S3 lets a second version in.
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"two")
    assert archive.read(KEY) == b"one"


def test_many_versions_on_top_do_not_hide_the_first(
    s3_server: str, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"prod/{KEY}", Body=b"%d" % number)
        s3.put_object(Bucket=bucket, Key=f"prod/{KEY}0", Body=b"another key")
    monkeypatch.setattr(module, "PAGE", 2)
    assert archive.read(KEY) == b"one"
    assert contract.everything(archive, PREFIX) == [KEY, f"{KEY}0"]


# --- the lock -----------------------------------------------------------------------------------


def test_a_lock_that_ends_too_soon_is_refused(s3_server: str, bucket: str) -> None:
    later = datetime.now(UTC) + timedelta(days=801)
    with pytest.raises(FactMissing, match=r"is locked until \d{4}-\d\d-\d\d only") as error:
        opened(s3_server, bucket, keep_until=later).create(KEY, b"one")
    assert error.value.missing.reason_code == "refused"
    assert "default retention" in error.value.missing.remedy
    opened(s3_server, bucket, keep_until=later - timedelta(days=2)).create(KEY, b"one")


def test_a_lock_that_somebody_can_lift_is_none(s3_server: str, bucket_name: str, s3: Any) -> None:
    archive = opened(s3_server, locked(s3, bucket_name, "GOVERNANCE"))
    with pytest.raises(FactMissing, match="in no way that nobody can lift"):
        archive.create(KEY, b"one")
    with pytest.raises(FactMissing, match="no default retention in compliance mode"):
        archive.keeps_until(b.NOW)


def test_a_bucket_without_a_lock_is_refused(s3_server: str, bucket_name: str, s3: Any) -> None:
    s3.create_bucket(Bucket=bucket_name)
    s3.put_bucket_versioning(Bucket=bucket_name, VersioningConfiguration={"Status": "Enabled"})
    archive = opened(s3_server, bucket_name)
    with pytest.raises(FactMissing):
        archive.create(KEY, b"one")
    with pytest.raises(FactMissing) as error:
        archive.keeps_until(b.NOW)
    assert error.value.missing.reason_code == "not-configured"


@pytest.mark.parametrize(("length", "days"), [({"Days": 800}, 800), ({"Years": 3}, 1095)])
def test_what_is_written_now_is_kept_as_long_as_the_bucket_says(
    s3_server: str, bucket_name: str, s3: Any, length: dict[str, int], days: int
) -> None:
    archive = opened(s3_server, locked(s3, bucket_name, length=length))
    assert archive.keeps_until(b.NOW) == b.NOW + timedelta(days=days)


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_store_that_ignores_the_condition_is_refused() -> None:
    with careless() as url, pytest.raises(FactMissing):
        refuse_unless_create_only(opened(url))


@pytest.mark.parametrize("cut", ["upload", "answer"])
def test_an_upload_that_is_cut_is_done_once(s3_server: str, bucket: str, s3: Any, cut: str) -> None:
    with proxy(s3_server) as between:
        between.cuts = [cut]
        opened(between.url, bucket).create(KEY, os.urandom(300_000))
        assert between.uploads == 2
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1


def answering(status: int, code: str) -> Callable[[Asked, int], Reply]:
    body = f"<Error><Code>{code}</Code><Message>canary</Message></Error>".encode()
    return lambda asked, before: Reply(status=status, body=body, kind="application/xml")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "AccessDenied", "not-permitted"),
        (404, "NoSuchBucket", "not-found"),
        (400, "InvalidRequest", "unavailable"),
    ],
)
def test_a_refusal_is_said_without_what_the_server_sent(
    status: int, code: str, expected: str
) -> None:
    with serve(answering(status, code)) as server:
        archive = opened(server.url)
        for ask in (
            lambda: archive.create(KEY, b"one"),
            lambda: archive.read(KEY),
            lambda: archive.list(PREFIX),
            lambda: archive.keeps_until(b.NOW),
        ):
            with pytest.raises(FactMissing) as error:
                ask()
            assert error.value.missing.reason_code == expected
            assert "canary" not in error.value.missing.detail


def with_get_object(archive: LockedS3Archive, get_object: Callable[..., Any]) -> None:
    known = archive._s3

    class Client:
        def __getattr__(self, name: str) -> Any:
            return get_object if name == "get_object" else getattr(known, name)

    archive._s3 = Client()


def test_a_refusal_to_give_the_content_is_said(s3_server: str, bucket: str) -> None:
    def refuses(**arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    with_get_object(archive, refuses)
    with pytest.raises(FactMissing, match="get_object: AccessDenied") as error:
        archive.read(KEY)
    assert error.value.missing.reason_code == "not-permitted"


def test_an_answer_that_breaks_off_is_said(s3_server: str, bucket: str) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")

    class Broken:
        def read(self) -> bytes:
            raise OSError("cut")

    with_get_object(archive, lambda **arguments: {"Body": Broken()})
    with pytest.raises(FactMissing, match="did not do what was asked") as error:
        archive.read(KEY)
    assert error.value.missing.reason_code == "unavailable"


def test_a_service_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TRIES", 1)
    with pytest.raises(FactMissing) as error:
        opened("http://127.0.0.1:1").create(KEY, b"one")
    assert error.value.missing.reason_code == "unavailable"


def test_after_the_deadline_nothing_is_asked(s3_server: str) -> None:
    with pytest.raises(FactMissing) as error:
        opened(s3_server, deadline=Deadline(-1)).read(KEY)
    assert error.value.missing.reason_code == "timed-out"


def test_the_environment_does_not_choose_the_service() -> None:
    with pytest.raises(FactMissing, match="names another service"):
        opened("", environ={"AWS_ENDPOINT_URL_S3": "https://elsewhere.example"})


def test_a_profile_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(FactMissing, match="ProfileNotFound"):
        opened("http://127.0.0.1:1")


def test_without_the_library_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "boto3":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(FactMissing, match="needs the library boto3, which is not installed"):
        opened("http://127.0.0.1:1")
