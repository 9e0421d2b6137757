"""Against a server that does what GitHub documents: tags, releases, and assets whose names are taken once."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gate.adapters.archives import github_releases as module
from gate.adapters.archives.github_releases import TAG, GitHubReleases, uploads_of
from gate.adapters.archives.shelves import ShelfArchive
from gate.adapters.deadline import Deadline
from gate.domain.ports import FactMissing
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve

TOKEN = "ghs_abcdefghijklmnopqrst1234"
HOME = "/repos/acme/evidence"
TAKEN = {"message": "Validation Failed", "errors": [{"code": "already_exists", "field": "name"}]}


class Repository:
    def __init__(self) -> None:
        self.releases: dict[str, int] = {}
        self.tags = ["v1.0.0", f"{TAG}v1__streams__elsewhere_x"]
        self.assets: list[dict[str, Any]] = []
        self.contents: dict[int, bytes] = {}
        self.elsewhere = ""
        self.answers: Callable[[Asked], Reply | None] = lambda asked: None

    def __call__(self, asked: Asked, before: int) -> Reply:
        if (odd := self.answers(asked)) is not None:
            return odd
        assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
        parts = urlsplit(asked.path.removeprefix(HOME))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path.split("/")[1:], asked.method:
            case ["git", "matching-refs", "tags", start], "GET":
                tags = sorted(tag for tag in [*self.tags, *self.releases] if tag.startswith(start))
                return self._page([{"ref": f"refs/tags/{tag}"} for tag in tags], query)
            case ["releases", "tags", tag], "GET" if tag in self.releases:
                return as_json({"id": self.releases[tag], "tag_name": tag})
            case ["releases"], "POST":
                return self._make(asked.json)
            case ["releases", "assets", number], "GET":
                return self._download(int(number), asked)
            case ["releases", release, "assets"], "GET":
                found = [one for one in self.assets if str(one["release"]) == release]
                return self._page(found, query)
            case ["releases", release, "assets"], "POST":
                return self.upload(int(release), query["name"], asked.body)
        return as_json({"message": "Not Found"}, 404)

    def _page(self, found: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        size, page = int(query["per_page"]), int(query["page"])
        return as_json(found[size * (page - 1) : size * page])

    def _make(self, body: dict[str, Any]) -> Reply:
        assert body["prerelease"] is True
        if body["tag_name"] in self.releases:
            return as_json(TAKEN, 422)
        self.releases[body["tag_name"]] = len(self.releases) + 1
        return as_json({"id": len(self.releases), "tag_name": body["tag_name"]}, 201)

    def upload(self, release: int, name: str, content: bytes) -> Reply:
        if any(one["release"] == release and one["name"] == name for one in self.assets):
            return as_json(TAKEN, 422)
        number = len(self.assets) + 1
        asset = {
            "id": number,
            "release": release,
            "name": name,
            "state": "uploaded",
            "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        self.assets.append(asset)
        self.contents[number] = content
        return as_json(asset, 201)

    def _download(self, number: int, asked: Asked) -> Reply:
        assert asked.headers["Accept"] == "application/octet-stream"
        if self.elsewhere:
            return Reply(status=302, headers={"Location": f"{self.elsewhere}/{number}?sig=secret"})
        return Reply(body=self.contents[number], kind="application/octet-stream")


@contextmanager
def opened(repository: Repository) -> Iterator[tuple[ShelfArchive, Loopback]]:
    with serve(repository) as server:
        releases = GitHubReleases(
            "acme/evidence",
            shown="github-release:acme/evidence",
            api_url=server.url,
            uploads_url=server.url,
            token=TOKEN,
            recorder=recorder(),
            deadline=Deadline(60),
            sleep=lambda seconds: None,
        )
        yield ShelfArchive("github-release:acme/evidence", releases), server
        releases.close()


def test_it_holds_what_was_created() -> None:
    with opened(Repository()) as (archive, _):
        archive.refuse_unless_create_only()
        contract.holds_what_was_created(archive)


def test_it_lists_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    with opened(Repository()) as (archive, _):
        contract.lists_in_order(archive, 15)


def test_a_folder_is_one_release() -> None:
    repository = Repository()
    with opened(repository) as (archive, _):
        archive.create(KEY, b"one")
        archive.create(f"{KEY.rpartition('/')[0]}/second", b"two")
    assert list(repository.releases) == [f"{TAG}v1__streams__github.com__42__production__99999999"]


def test_a_tag_without_a_release_holds_nothing() -> None:
    repository = Repository()
    repository.tags.append(f"{TAG}v1__streams__github.com__42__production__99999999")
    with opened(repository) as (archive, _):
        assert archive.list(PREFIX).keys == ()


def test_a_release_that_somebody_else_made_in_this_moment_is_used() -> None:
    repository = Repository()

    def another(asked: Asked) -> Reply | None:
        if asked.method == "POST":
            repository.answers = lambda asked: None
            repository._make(asked.json)
        return None

    repository.answers = another
    with opened(repository) as (archive, _):
        archive.create(KEY, b"one")
    assert len(repository.releases) == 1


def test_a_release_that_cannot_be_made_is_said() -> None:
    repository = Repository()
    repository.answers = lambda asked: (
        as_json({"message": "Validation Failed"}, 422) if asked.method == "POST" else None
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing, match="does not accept"):
        archive.create(KEY, b"one")


def test_a_release_that_is_not_seen_yet_is_said() -> None:
    repository = Repository()
    repository.answers = lambda asked: (
        as_json({"message": "Not Found"}, 404) if "/tags/" in asked.path else None
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing, match="seen yet"):
        archive.create(KEY, b"one")


def test_an_asset_that_github_does_not_take_is_said() -> None:
    repository = Repository()
    repository.answers = lambda asked: (
        as_json({"message": "Validation Failed", "errors": ["size"]}, 422)
        if "?name=" in asked.path
        else None
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing, match="does not accept"):
        archive.create(KEY, b"one")


def test_an_asset_that_gets_another_name_is_noticed() -> None:
    repository = Repository()
    repository.answers = lambda asked: (
        as_json({"id": 1, "name": "other"}, 201) if "?name=" in asked.path else None
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing, match="another name"):
        archive.create(KEY, b"one")


def test_an_unfinished_upload_is_waited_for() -> None:
    repository = Repository()
    with opened(repository) as (archive, _):
        archive.create(KEY, b"one")
        repository.assets[0]["state"] = "starter"
        with pytest.raises(FactMissing, match="cut off"):
            archive.create(KEY, b"one")


def test_a_server_that_keeps_no_digest_is_read_all_the_same() -> None:
    repository = Repository()
    with opened(repository) as (archive, _):
        archive.create(KEY, b"one")
        repository.assets[0]["digest"] = None
        assert archive.read(KEY) == b"one"
        repository.assets[0]["digest"] = f"sha256:{'0' * 64}"
        with pytest.raises(FactMissing, match="digest"):
            archive.read(KEY)


def test_an_asset_is_fetched_where_it_lies_without_the_token() -> None:
    repository = Repository()

    def store(asked: Asked, before: int) -> Reply:
        assert "Authorization" not in asked.headers
        return Reply(body=repository.contents[1], kind="application/octet-stream")

    with serve(store) as elsewhere, opened(repository) as (archive, _):
        repository.elsewhere = elsewhere.url
        archive.create(KEY, b"one")
        assert len(elsewhere.asked) == 1


@pytest.mark.parametrize(("status", "code"), [(403, "not-permitted"), (404, "not-found")])
def test_a_token_that_may_not_write_is_said(status: int, code: str) -> None:
    repository = Repository()
    repository.answers = lambda asked: (
        as_json({"message": "no"}, status) if asked.method == "POST" else None
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == code
    assert "contents: write" in error.value.missing.remedy


def test_a_limit_in_words_alone_is_a_limit() -> None:
    repository = Repository()
    repository.answers = lambda asked: as_json(
        {"message": "You have exceeded a secondary rate limit"}, 403
    )
    with opened(repository) as (archive, _), pytest.raises(FactMissing) as error:
        archive.create(KEY, b"one")
    assert error.value.missing.reason_code == "rate-limited"


def test_more_than_can_be_listed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    monkeypatch.setattr(module, "MOST_PAGES", 1)
    with opened(Repository()) as (archive, _), pytest.raises(FactMissing, match="more than 1 tags"):
        archive.list("v1/")


@pytest.mark.parametrize(
    ("api", "uploads"),
    [
        ("https://api.github.com", "https://uploads.github.com"),
        ("https://api.github.com/", "https://uploads.github.com"),
        ("https://api.acme.ghe.com", "https://uploads.acme.ghe.com"),
        ("https://git.acme.example/api/v3", "https://git.acme.example/api/uploads"),
    ],
)
def test_assets_are_sent_to_the_address_beside_the_api(api: str, uploads: str) -> None:
    assert uploads_of(api) == uploads
