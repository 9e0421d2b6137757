import builtins
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gate.adapters.archives import object_store as module
from gate.adapters.archives.object_store import ObjectStoreArchive
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import AzureAddress, GcsAddress, S3Address
from gate.domain.evidence_ports import KeyTaken
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.archives.object_servers import careless, proxy
from tests.adapters.archives.wire import WHOLE, wire
from tests.adapters.loopback import Asked, Reply, serve

pytestmark = pytest.mark.usefixtures("s3_account")


def opened(url: str, bucket: str = "evidence", **changes: Any) -> ObjectStoreArchive:
    address = S3Address(bucket=bucket, prefix="prod", endpoint=url, region="us-east-1")
    options: dict[str, Any] = {
        "environ": os.environ,
        "deadline": Deadline(60),
        "sleep": lambda seconds: None,
        **changes,
    }
    return ObjectStoreArchive(address, shown=f"s3://{bucket}/prod", **options)


@pytest.fixture
def bucket(s3: Any, bucket_name: str) -> str:
    s3.create_bucket(Bucket=bucket_name)
    return bucket_name


def test_it_holds_what_was_created(s3_server: str, bucket: str, s3: Any) -> None:
    archive = opened(s3_server, bucket)
    refuse_unless_create_only(archive)
    contract.holds_what_was_created(archive)
    (first, _) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert first["Key"] == "prod/v1/probe"
    assert (archive.locked, archive.queryable) == (False, True)


def test_it_lists_in_order(s3_server: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    contract.lists_in_order(opened(s3_server, bucket), 20)


def test_what_is_no_key_is_refused(s3_server: str) -> None:
    contract.refuses_what_is_no_key(opened(s3_server))


def test_one_of_many_writers_wins(s3_server: str, bucket: str) -> None:
    contract.lets_one_of_many_win(lambda: opened(s3_server, bucket))


def test_two_writers_make_one_line(s3_server: str, bucket: str) -> None:
    contract.makes_one_line_of_two_writers(lambda: opened(s3_server, bucket))


def test_a_store_that_ignores_the_condition_is_refused() -> None:
    with careless() as url, pytest.raises(FactMissing, match="second of two writers win"):
        refuse_unless_create_only(opened(url))


def test_an_upload_that_is_cut_in_the_middle_is_done_again(s3_server: str, bucket: str) -> None:
    content = os.urandom(300_000)
    with proxy(s3_server) as between:
        between.cuts = ["upload"]
        opened(between.url, bucket).create(KEY, content)
        assert between.uploads == 2
        for headers in between.headers:
            assert {name.lower(): value for name, value in headers.items()}["if-none-match"] == "*"
    assert opened(s3_server, bucket).read(KEY) == content


def test_an_upload_whose_answer_is_lost_is_ours(s3_server: str, bucket: str) -> None:
    with proxy(s3_server) as between:
        between.cuts = ["answer"]
        opened(between.url, bucket).create(KEY, b"one")
        assert between.uploads == 2
        between.cuts = ["answer"]
        with pytest.raises(KeyTaken):
            opened(between.url, bucket).create(KEY, b"two")
    assert opened(s3_server, bucket).read(KEY) == b"one"


@pytest.mark.parametrize("after", [0, 100, 150_000, 299_000, WHOLE])
def test_a_connection_that_breaks_leaves_one_object(
    s3_server: str, bucket: str, s3: Any, after: int
) -> None:
    content = os.urandom(300_000)
    with wire(s3_server) as between:
        between.breaks_after, between.breaks = after, 1
        opened(between.url, bucket).create(KEY, content)
        assert between.broke == 1
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert (version["Key"], version["Size"]) == (f"prod/{KEY}", len(content))
    assert opened(s3_server, bucket).read(KEY) == content


def test_what_was_written_while_no_answer_ever_came_is_found_by_the_next_try(
    s3_server: str, bucket: str, s3: Any
) -> None:
    with wire(s3_server) as between:
        between.breaks = 1_000
        with pytest.raises(FactMissing) as error:
            opened(between.url, bucket).create(KEY, b"one")
    assert error.value.missing.retriable
    again = opened(s3_server, bucket)
    with pytest.raises(KeyTaken):
        again.create(KEY, b"two")
    again.create(KEY, b"one")
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1


def test_an_upload_that_is_cut_every_time_leaves_nothing_and_is_said(
    s3_server: str, bucket: str
) -> None:
    sleeps: list[float] = []
    with proxy(s3_server) as between:
        between.cuts = ["upload"] * 20
        with pytest.raises(FactMissing) as error:
            opened(between.url, bucket, sleep=sleeps.append).create(KEY, b"one" * 1_000)
    assert sleeps == [0.5, 1, 2]
    assert error.value.missing.reason_code == "unavailable"
    assert error.value.missing.retriable
    assert opened(s3_server, bucket).list(PREFIX).keys == ()


def conflicting(times: int) -> Callable[[Asked, int], Reply]:
    """S3 while somebody else writes to the key, so many times: it refuses before it knows whether he will be done."""
    held: dict[str, bytes] = {}
    conflicts = iter(range(times))
    headers = {"ETag": '"1"', "Last-Modified": "Wed, 25 Nov 2026 15:00:00 GMT"}

    def answer(asked: Asked, before: int) -> Reply:
        if asked.method == "PUT":
            if next(conflicts, None) is not None:
                return _refusal(409, "ConditionalRequestConflict")
            held[asked.path] = asked.body
            return Reply(body=b"", headers=headers)
        if asked.path not in held:
            return _refusal(404, "NoSuchKey")
        return Reply(body=held[asked.path], headers=headers)

    return answer


def _refusal(status: int, code: str) -> Reply:
    body = f"<Error><Code>{code}</Code></Error>".encode()
    return Reply(status=status, body=body, kind="application/xml")


def test_whoever_meets_another_writer_tries_again() -> None:
    sleeps: list[float] = []
    with serve(conflicting(2)) as server:
        opened(server.url, sleep=sleeps.append).create(KEY, b"one")
    assert sleeps == [0.5, 1]


def test_whoever_meets_another_writer_every_time_gives_up() -> None:
    with serve(conflicting(99)) as server, pytest.raises(FactMissing) as error:
        opened(server.url).create(KEY, b"one")
    assert error.value.missing.reason_code == "unavailable"
    assert "at this very moment" in error.value.missing.detail


def test_an_account_that_may_not_read_what_is_there_is_said() -> None:
    def answer(asked: Asked, before: int) -> Reply:
        if asked.method == "PUT":
            return _refusal(412, "PreconditionFailed")
        return _refusal(403, "AccessDenied")

    with serve(answer) as server, pytest.raises(FactMissing) as error:
        opened(server.url).create(KEY, b"one")
    assert error.value.missing.reason_code == "not-permitted"


def test_a_bucket_that_is_not_there_is_said(s3_server: str) -> None:
    with pytest.raises(FactMissing, match="no such bucket"):
        opened(s3_server, "nobody-made-it").create(KEY, b"one")


def test_a_refused_account_is_said_without_what_the_server_sent() -> None:
    body = b"<Error><Code>AccessDenied</Code><Message>secret-canary</Message></Error>"

    def refuses(asked: Asked, before: int) -> Reply:
        return Reply(status=403, body=body, kind="application/xml")

    with serve(refuses) as server:
        archive = opened(server.url)
        for ask in (
            lambda: archive.create(KEY, b"one"),
            lambda: archive.read(KEY),
            lambda: archive.list(PREFIX),
        ):
            with pytest.raises(FactMissing) as error:
                ask()
            assert error.value.missing.reason_code == "not-permitted"
            assert error.value.missing.detail == "it refused the account (403, AccessDenied)"


def test_what_reads_back_differently_is_noticed() -> None:
    def alters(asked: Asked, before: int) -> Reply:
        headers = {"ETag": '"1"', "Last-Modified": "Wed, 25 Nov 2026 15:00:00 GMT"}
        return Reply(body=b"" if asked.method == "PUT" else b"else", headers=headers)

    with serve(alters) as server, pytest.raises(FactMissing, match="reads back differently"):
        opened(server.url).create(KEY, b"one")


def test_after_the_deadline_nothing_is_asked(s3_server: str) -> None:
    with pytest.raises(FactMissing) as error:
        opened(s3_server, deadline=Deadline(-1)).read(KEY)
    assert error.value.missing.reason_code == "timed-out"


def test_the_environment_does_not_choose_the_service() -> None:
    environ = {"AWS_ENDPOINT_URL": "https://elsewhere.example"}
    address = S3Address(bucket="evidence")
    with pytest.raises(FactMissing, match="AWS_ENDPOINT_URL names another service") as error:
        ObjectStoreArchive(address, shown="s3://evidence", environ=environ, deadline=Deadline(9))
    assert error.value.missing.reason_code == "not-configured"
    assert "s3://evidence" in error.value.missing.source


def test_a_bucket_of_s3_keeps_what_its_rules_do_not_delete(
    s3: Any, s3_server: str, bucket: str
) -> None:
    archive = opened(s3_server, bucket)
    assert archive.keeps_until(b.NOW) is None
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert archive.keeps_until(b.NOW) == b.NOW + timedelta(days=90)


def test_a_bucket_of_another_cloud_does_not_tell_when_it_deletes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    archive = ObjectStoreArchive(
        AzureAddress(account="acmestore", container="evidence"),
        shown="az://acmestore/evidence",
        environ=os.environ,
        deadline=Deadline(9),
    )
    with pytest.raises(FactMissing, match="may delete what is old"):
        archive.keeps_until(b.NOW)


@pytest.mark.parametrize(
    "address",
    [
        S3Address(bucket="evidence"),
        GcsAddress(bucket="evidence", prefix="prod"),
        AzureAddress(account="acmestore", container="evidence", prefix="prod"),
    ],
)
def test_every_cloud_is_known(
    address: S3Address | GcsAddress | AzureAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    made = ObjectStoreArchive(address, shown="x", environ={}, deadline=Deadline(9))
    assert made.address == "x"


def test_settings_that_the_library_refuses_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "not base64 at all")
    address = AzureAddress(account="acmestore", container="evidence")
    with pytest.raises(FactMissing) as error:
        ObjectStoreArchive(address, shown="x", environ={}, deadline=Deadline(9))
    assert "not base64" not in error.value.missing.detail


def test_without_the_library_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "obstore":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(FactMissing, match="needs the library obstore") as error:
        opened("http://127.0.0.1:1")
    assert error.value.missing.reason_code == "not-installed"
