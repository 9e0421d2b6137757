import builtins
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gate.adapters.archives import locked_s3 as module
from gate.adapters.archives import s3_service
from gate.adapters.archives.locked_s3 import LockedS3Archive
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import S3Address
from gate.domain.evidence_ports import KeyTaken
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.archives.object_servers import careless
from tests.adapters.archives.wire import WHOLE, wire
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
    default(s3, name, mode, length or {"Days": 800})
    return name


def default(s3: Any, name: str, mode: str, length: dict[str, int]) -> None:
    rule = {"DefaultRetention": {"Mode": mode, **length}}
    s3.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )


def tries(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """How often the library itself, and the archive, try."""
    monkeypatch.setattr(s3_service, "TRIES", number)
    monkeypatch.setattr(module, "TRIES", number)


@pytest.fixture
def bucket(s3: Any, bucket_name: str) -> str:
    return locked(s3, bucket_name)


def test_it_holds_what_was_created(s3_server: str, bucket: str) -> None:
    archive = opened(s3_server, bucket)
    refuse_unless_create_only(archive)
    contract.holds_what_was_created(archive)
    assert (archive.locked, archive.queryable) == (True, True)


def test_whoever_has_no_credentials_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(FactMissing) as error:
        opened("http://127.0.0.1:9", "evidence").read(KEY)
    missing = error.value.missing
    assert (missing.reason_code, missing.retriable) == ("not-configured", False)
    assert "no credentials" in missing.detail


def test_it_lists_in_order(s3_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    contract.lists_in_order(opened(s3_server, bucket), 20)


def test_what_is_no_key_is_refused(s3_server: str) -> None:
    contract.refuses_what_is_no_key(opened(s3_server))


def test_one_of_many_writers_wins(s3_server: str, bucket: str) -> None:
    contract.lets_one_of_many_win(lambda: opened(s3_server, bucket), 6)


def test_two_writers_make_one_line(s3_server: str, bucket: str) -> None:
    contract.makes_one_line_of_two_writers(lambda: opened(s3_server, bucket))


def test_what_is_archived_can_be_deleted_by_nobody(s3_server: str, bucket: str, s3: Any) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    for bypass in (False, True):
        with pytest.raises(ClientError, match=r"AccessDenied|WORM protected"):
            s3.delete_object(**the_version(s3, bucket), BypassGovernanceRetention=bypass)
    assert archive.read(KEY) == b"one"


def the_version(s3: Any, bucket: str) -> dict[str, str]:
    """How the only version in the bucket is called, whose lock is read back here by somebody else than the gate."""
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    named = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
    lock = s3.head_object(**named)
    assert lock["ObjectLockMode"] == "COMPLIANCE"
    left = lock["ObjectLockRetainUntilDate"] - datetime.now(UTC)
    assert abs(left - timedelta(days=800)) < timedelta(days=1)
    return named


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


def test_many_deletion_marks_on_top_do_not_hide_it_either(
    s3_server: str, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    for _ in range(5):
        s3.delete_object(Bucket=bucket, Key=f"prod/{KEY}")
    monkeypatch.setattr(module, "PAGE", 2)
    assert archive.read(KEY) == b"one"
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"two")
    assert contract.everything(archive, PREFIX) == [KEY]


def test_the_marks_between_pages_are_the_services_own_affair(
    s3_server: str, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MinIO adds something to the key, and whoever takes that for another key stops too early."""
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"prod/{KEY}", Body=b"%d" % number)
    monkeypatch.setattr(module, "PAGE", 2)
    known, added = archive._s3.client.list_object_versions, "[minio_cache:v2,id:1]"

    def adds(**arguments: Any) -> Any:
        if "KeyMarker" in arguments:
            arguments["KeyMarker"] = arguments["KeyMarker"].removesuffix(added)
        answer = known(**arguments)
        if answer.get("NextKeyMarker"):
            answer["NextKeyMarker"] += added
        return answer

    with_its_own(archive, list_object_versions=adds)
    assert archive.read(KEY) == b"one"


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


@pytest.mark.parametrize("after", [0, 100, 150_000, 299_000, WHOLE])
def test_a_connection_that_breaks_leaves_one_locked_version(
    s3_server: str, bucket: str, s3: Any, after: int
) -> None:
    content = os.urandom(300_000)
    with wire(s3_server) as between:
        between.breaks_after, between.breaks = after, 1
        opened(between.url, bucket).create(KEY, content)
        assert between.broke == 1
    assert the_version(s3, bucket)["Key"] == f"prod/{KEY}"
    assert opened(s3_server, bucket).read(KEY) == content


def test_an_upload_that_is_cut_every_time_leaves_nothing_and_is_said(
    s3_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries(monkeypatch, 2)
    with wire(s3_server) as between:
        between.breaks_after, between.breaks = 150_000, 1_000
        with pytest.raises(FactMissing) as error:
            opened(between.url, bucket).create(KEY, os.urandom(300_000))
        assert between.broke == 2
    assert error.value.missing.reason_code == "unavailable"
    assert opened(s3_server, bucket).list(PREFIX).keys == ()


def test_what_was_written_while_no_answer_ever_came_is_found_by_the_next_try(
    s3_server: str, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries(monkeypatch, 2)
    with wire(s3_server) as between:
        between.breaks = 1_000
        with pytest.raises(FactMissing, match="did not do what was asked"):
            opened(between.url, bucket).create(KEY, b"one")
    again = opened(s3_server, bucket)
    with pytest.raises(KeyTaken):
        again.create(KEY, b"two")
    again.create(KEY, b"one")
    the_version(s3, bucket)


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


def with_its_own(archive: LockedS3Archive, **own: Callable[..., Any]) -> None:
    """Some of the client's calls are others."""
    known = archive._s3.client

    class Client:
        def __getattr__(self, name: str) -> Any:
            return own.get(name) or getattr(known, name)

    archive._s3.client = Client()


def test_a_refusal_to_give_the_content_is_said(s3_server: str, bucket: str) -> None:
    def refuses(**arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")
    with_its_own(archive, get_object=refuses)
    with pytest.raises(FactMissing, match="get_object: AccessDenied") as error:
        archive.read(KEY)
    assert error.value.missing.reason_code == "not-permitted"


def test_an_answer_that_breaks_off_is_said(s3_server: str, bucket: str) -> None:
    archive = opened(s3_server, bucket)
    archive.create(KEY, b"one")

    class Broken:
        def read(self) -> bytes:
            raise OSError("cut")

    with_its_own(archive, get_object=lambda **arguments: {"Body": Broken()})
    with pytest.raises(FactMissing, match="did not do what was asked") as error:
        archive.read(KEY)
    assert error.value.missing.reason_code == "unavailable"


class Conflicts:
    """A bucket that somebody else writes to at this very moment, so many times; S3 says so before it knows who wins."""

    def __init__(self, archive: LockedS3Archive, times: int) -> None:
        self.asked = 0
        known = archive._s3.client.put_object

        def put_object(**arguments: Any) -> Any:
            self.asked += 1
            if self.asked <= times:
                raise ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")
            return known(**arguments)

        with_its_own(archive, put_object=put_object)


def test_whoever_meets_another_writer_tries_again(s3_server: str, bucket: str) -> None:
    sleeps: list[float] = []
    archive = opened(s3_server, bucket, sleep=sleeps.append)
    conflicts = Conflicts(archive, 2)
    archive.create(KEY, b"one")
    assert archive.read(KEY) == b"one"
    assert conflicts.asked == 3
    assert sleeps == [0.25, 0.5]


def test_whoever_met_another_writer_and_lost_is_told(s3_server: str, bucket: str) -> None:
    opened(s3_server, bucket).create(KEY, b"one")
    archive = opened(s3_server, bucket, sleep=lambda seconds: None)
    Conflicts(archive, 1)
    with pytest.raises(KeyTaken):
        archive.create(KEY, b"two")


def test_whoever_meets_another_writer_every_time_gives_up(s3_server: str, bucket: str) -> None:
    archive = opened(s3_server, bucket, sleep=lambda seconds: None)
    Conflicts(archive, 99)
    with pytest.raises(FactMissing, match="put_object: ConditionalRequestConflict") as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == "unavailable"


def test_a_service_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    tries(monkeypatch, 1)
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
    with pytest.raises(FactMissing, match="with the library boto3, which is not installed"):
        opened("http://127.0.0.1:1")
