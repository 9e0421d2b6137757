"""Against a server that does what GitLab's source does: look for the name, then write, and tell the digest."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from gate.adapters.archives import gitlab_packages as module
from gate.adapters.archives.gitlab_packages import GitLabPackages
from gate.adapters.archives.shelves import ShelfArchive, flat
from gate.adapters.deadline import Deadline
from gate.domain.ports import FactMissing
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve

TOKEN = "glpat-abcdefghijklmnop1234"
HOME = "/projects/acme%2Fevidence/packages"


class Project:
    def __init__(self) -> None:
        self.packages: dict[str, int] = {}
        self.files: list[dict[str, Any]] = []
        self.contents: dict[int, bytes] = {}
        self.allows_duplicates = False
        self.elsewhere = ""
        self.answers: Callable[[Asked], Reply | None] = lambda asked: None
        self.others = [
            {"id": 900, "name": "tools", "version": "1", "package_type": "generic"},
            {"id": 901, "name": "v1__streams_x", "version": "1", "package_type": "generic"},
            {
                "id": 902,
                "name": f"old.{flat(KEY.rpartition('/')[0])}",
                "version": "1",
                "package_type": "generic",
            },
        ]

    def __call__(self, asked: Asked, before: int) -> Reply:
        if (odd := self.answers(asked)) is not None:
            return odd
        if asked.headers.get("PRIVATE-TOKEN") != TOKEN:
            return as_json({"message": "401 Unauthorized"}, 401)
        parts = urlsplit(asked.path.removeprefix(HOME))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match [unquote(piece) for piece in parts.path.split("/")[1:]], asked.method:
            case [[], "GET"]:
                return self._page(self._known(query), query)
            case [["generic", name, "1", file], "PUT"]:
                return self._publish(name, file, asked)
            case [[package, "package_files"], "GET"]:
                found = [file for file in self.files if str(file["package_id"]) == package]
                return self._page(found, query)
            case [[_, "package_files", number, "download"], "GET"]:
                return self._download(int(number))
        return as_json({"message": "404 Not Found"}, 404)

    def _known(self, query: dict[str, str]) -> list[dict[str, Any]]:
        own = [
            {"id": number, "name": name, "version": "1", "package_type": "generic"}
            for name, number in self.packages.items()
        ]
        # GitLab looks for the text anywhere in the name.
        return [one for one in [*self.others, *own] if query["package_name"] in str(one["name"])]

    def _page(self, found: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        size, page = int(query["per_page"]), int(query["page"])
        return as_json(found[size * (page - 1) : size * page])

    def _publish(self, name: str, file: str, asked: Asked) -> Reply:
        assert re.fullmatch(r"[A-Za-z0-9._+-]+", name)
        assert asked.headers["Content-Type"] == "application/octet-stream"
        package = self.packages.setdefault(name, len(self.packages) + 1)
        taken = any(one["package_id"] == package and one["file_name"] == file for one in self.files)
        if taken and not self.allows_duplicates:
            return as_json({"message": "400 Bad request - Duplicate package is not allowed"}, 400)
        number = len(self.files) + 1
        digest = hashlib.sha256(asked.body).hexdigest()
        self.files.append(
            {"id": number, "package_id": package, "file_name": file, "file_sha256": digest}
        )
        self.contents[number] = asked.body
        return as_json({"message": "201 Created"}, 201)

    def _download(self, number: int) -> Reply:
        if self.elsewhere:
            return Reply(status=302, headers={"Location": f"{self.elsewhere}/{number}?sig=secret"})
        return Reply(body=self.contents[number], kind="application/octet-stream")


@contextmanager
def opened(project: Project, token: str = TOKEN) -> Iterator[tuple[ShelfArchive, Loopback]]:
    with serve(project) as server:
        packages = GitLabPackages(
            "acme/evidence",
            shown="gitlab-packages:acme/evidence",
            api_url=server.url,
            token=token,
            is_job_token=False,
            recorder=recorder(),
            deadline=Deadline(60),
            sleep=lambda seconds: None,
        )
        yield ShelfArchive("gitlab-packages:acme/evidence", packages), server
        packages.close()


def test_it_holds_what_was_created() -> None:
    with opened(Project()) as (archive, _):
        archive.refuse_unless_create_only()
        contract.holds_what_was_created(archive)


def test_it_lists_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    with opened(Project()) as (archive, _):
        contract.lists_in_order(archive, 15)


def test_a_group_that_allows_duplicates_is_refused() -> None:
    project = Project()
    project.allows_duplicates = True
    with opened(project) as (archive, _), pytest.raises(FactMissing, match="a second file"):
        archive.refuse_unless_create_only()


def test_of_two_with_one_name_the_first_is_read() -> None:
    project = Project()
    with opened(project) as (archive, _):
        archive.create(KEY, b"one")
        project.allows_duplicates = True
        project._publish(
            next(iter(project.packages)),
            KEY.rpartition("/")[2],
            Asked(
                method="PUT",
                path="",
                headers={"Content-Type": "application/octet-stream"},
                body=b"two",
            ),
        )
        assert archive.read(KEY) == b"one"


def test_a_file_that_is_kept_elsewhere_is_fetched_without_the_token() -> None:
    project = Project()

    def store(asked: Asked, before: int) -> Reply:
        assert "PRIVATE-TOKEN" not in asked.headers
        assert "Authorization" not in asked.headers
        assert asked.path == "/1?sig=secret"
        return Reply(body=project.contents[1], kind="application/octet-stream")

    with serve(store) as elsewhere, opened(project) as (archive, _):
        project.elsewhere = elsewhere.url
        archive.create(KEY, b"one")
        assert len(elsewhere.asked) == 1


def test_an_address_that_is_not_encrypted_is_not_followed() -> None:
    project = Project()
    project.elsewhere = "http://storage.example"
    with opened(project) as (archive, _), pytest.raises(FactMissing, match="not https"):
        archive.create(KEY, b"one")


@pytest.mark.parametrize("reply", [
    Reply(status=302),
    as_json({"message": "404 Not found"}, 404),
    as_json({"message": "500"}, 500),
])  # fmt: skip
def test_a_file_that_does_not_come_is_said(reply: Reply) -> None:
    project = Project()
    project.answers = lambda asked: reply if asked.path.endswith("/download") else None
    with opened(project) as (archive, _), pytest.raises(FactMissing):
        archive.create(KEY, b"one")


@pytest.mark.parametrize(("status", "code"), [(403, "not-permitted"), (404, "not-found")])
def test_a_token_that_may_not_publish_is_said(status: int, code: str) -> None:
    project = Project()
    project.answers = lambda asked: (
        as_json({"message": "no"}, status) if asked.method == "PUT" else None
    )
    with opened(project) as (archive, _), pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == code
    assert "Job token permissions" in error.value.missing.remedy


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [(400, "400 Bad request - File is too large", "refused"), (401, "401", "not-authenticated")],
)
def test_what_gitlab_does_not_take_is_said(status: int, message: str, code: str) -> None:
    project = Project()
    project.answers = lambda asked: (
        as_json({"message": message}, status) if asked.method == "PUT" else None
    )
    with opened(project) as (archive, _), pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == code


def test_a_connection_that_breaks_after_the_upload_is_looked_up() -> None:
    project = Project()

    def breaks(asked: Asked) -> Reply | None:
        if asked.method != "PUT":
            return None
        project.answers = lambda asked: None
        project(asked, 0)
        return Reply(resets=True)

    project.answers = breaks
    with opened(project) as (archive, _):
        archive.create(KEY, b"one")
        assert archive.read(KEY) == b"one"
    assert len(project.files) == 1


def test_more_than_can_be_listed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    monkeypatch.setattr(module, "MOST_PAGES", 1)
    with (
        opened(Project()) as (archive, _),
        pytest.raises(FactMissing, match="more than 1 packages"),
    ):
        archive.list("v1/")


def test_a_package_of_another_version_is_none_of_ours() -> None:
    project = Project()
    project.others = [
        {"id": 9, "name": "v1__streams__x", "version": "2", "package_type": "generic"}
    ]
    with opened(project) as (archive, _):
        assert archive.list("v1/streams/").keys == ()
