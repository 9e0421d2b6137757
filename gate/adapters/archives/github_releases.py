"""Assets of GitHub releases as an archive. Each folder of keys is a pre-release, with a tag that names it.

GitHub refuses a second asset of the same name (422). Its administrators can delete assets, unless releases are made
immutable, and then nothing can be added to them either: this archive shows a deletion by its chain, and does not
prevent it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from gate.adapters.address import check_address
from gate.adapters.answer import Answer
from gate.adapters.archives.downloads import Downloads
from gate.adapters.archives.gaps import gap
from gate.adapters.archives.shelves import Asset, flat, unflat
from gate.adapters.credentials import bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.question import SYSTEM, is_rate_limit
from gate.adapters.http import Http, Place
from gate.adapters.part import Part
from gate.adapters.writing import Refused
from gate.domain.evidence_ports import KeyTaken
from gate.domain.ports import FactMissing

TAG = "change-gate."
PAGE = 100
MOST_PAGES = 100

_JSON = "application/vnd.github+json"
_KEPT = frozenset(
    {"id", "name", "tag_name", "ref", "state", "digest", "size", "message", "errors", "code"}
)


class GitHubReleases:
    """The releases of one repository. Safe to use from several threads. FactMissing when the token cannot be one.

    `api_url` is https://api.github.com, or that of a server of one's own; `uploads_url` where assets are sent to.
    """

    def __init__(
        self,
        repository: str,
        *,
        shown: str,
        api_url: str,
        token: str,
        recorder: Recorder,
        deadline: Deadline,
        uploads_url: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._shown = shown
        self._home = f"/repos/{repository}"

        def place(url: str, accept: str) -> Place:
            return Place(
                system=SYSTEM,
                base_url=check_address(url, SYSTEM),
                auth=bearer(token, SYSTEM),
                accept=(accept,),
                watch=_limits,
            )

        def connect(url: str) -> Http:
            return Http(place(url, _JSON), recorder=recorder, deadline=deadline, sleep=sleep)

        self._api = connect(api_url)
        self._uploads = connect(uploads_url or uploads_of(api_url))
        self._files = Downloads(
            place(api_url, "application/octet-stream"),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._releases: dict[str, int] = {}

    def close(self) -> None:
        """Close all connections."""
        self._api.close()
        self._uploads.close()
        self._files.close()

    def folders(self, prefix: str) -> Sequence[str]:
        """Folders of the tags that begin with what the prefix becomes."""
        start = "refs/tags/"
        path = f"{self._home}/git/matching-refs/tags/{TAG}{flat(prefix)}"
        names = [part.text("ref").removeprefix(start) for part in self._pages(path, "its tags")]
        found = [unflat(name.removeprefix(TAG)) for name in names if name.startswith(TAG)]
        return [folder for folder in found if folder]

    def assets(self, folder: str) -> Sequence[Asset]:
        """The assets of a release."""
        release = self._release(folder)
        if release is None:
            return ()
        return [
            Asset(
                id=part.number("id"),
                name=part.text("name"),
                sha256=_sha256(part.text_or_empty("digest")),
                whole=part.text("state") == "uploaded",
            )
            for part in self._pages(f"{self._home}/releases/{release}/assets", "a release")
        ]

    def upload(self, folder: str, name: str, content: bytes) -> None:
        """Add an asset to a release, which is made when there is none."""
        release = self._release(folder)
        if release is None:
            release = self._make(folder)
        path = f"{self._home}/releases/{release}/assets?name={name}"
        try:
            answer = self._write(self._uploads, path, f"the asset {name}", content)
        except Refused as refused:
            if _is_taken(refused.answer):
                raise KeyTaken(f"{folder}/{name}") from None
            raise
        stored = Part(answer.json, answer.asked).text("name")
        if stored != name:
            raise gap(
                self._shown,
                "unreadable",
                f"GitHub stored {name} under another name",
                "the gate may need a newer version",
            )

    def download(self, folder: str, asset: Asset) -> bytes:
        """An asset by its number."""
        return self._files.content(
            f"{self._home}/releases/assets/{asset.id}", f"the asset {asset.name}"
        )

    def _release(self, folder: str) -> int | None:
        tag = TAG + flat(folder)
        if tag not in self._releases:
            answer = self._api.get(f"{self._home}/releases/tags/{tag}", "a release", keep=_KEPT)
            if answer.status == 404 and not answer.flaw:
                return None
            self._releases[tag] = Part(answer.value(), answer.asked).number("id")
        return self._releases[tag]

    def _make(self, folder: str) -> int:
        body = {
            "tag_name": TAG + flat(folder),
            "name": f"Evidence: {folder}",
            "body": "Kept by Change Gate. Nothing here is ever altered; `gate evidence verify` checks it.",
            "prerelease": True,
            "make_latest": "false",
        }
        try:
            self._write(self._api, f"{self._home}/releases", "a release for evidence", body)
        except Refused as refused:
            if not _is_taken(refused.answer):  # otherwise somebody else made it in this moment
                raise
        release = self._release(folder)
        if release is None:
            raise gap(
                self._shown,
                "unavailable",
                "the release for evidence was made and cannot be seen yet",
                "run `gate evidence archive` with the folder of the evidence in a minute",
            )
        return release

    def _write(self, http: Http, path: str, what: str, body: object) -> Answer:
        try:
            return http.write("POST", path, what, body, keep=_KEPT)
        except FactMissing as missed:
            if missed.missing.reason_code not in {"not-permitted", "not-found"}:
                raise
            raise gap(
                self._shown,
                missed.missing.reason_code,
                missed.missing.detail,
                "whoever owns the workflow passes a token that may write contents of that repository, in "
                "CHANGE_GATE_ARCHIVE_TOKEN (in the workflow's own repository: `permissions: contents: write`)",
            ) from None

    def _pages(self, path: str, what: str) -> Iterator[Part]:
        for number in range(1, MOST_PAGES + 1):
            answer = self._api.get(
                path, what, params={"per_page": PAGE, "page": number}, keep=_KEPT
            )
            items = Part(answer.value(), answer.asked).items()
            yield from items
            if len(items) < PAGE:
                return
        raise gap(
            self._shown,
            "too-large",
            f"there are more than {MOST_PAGES * PAGE} tags or assets",
            "whoever owns the policy names a repository that holds nothing but evidence",
        )


def uploads_of(api_url: str) -> str:
    """Where assets are sent to, for an address of the API."""
    api = api_url.rstrip("/")
    if api.endswith("/api/v3"):
        return f"{api.removesuffix('/v3')}/uploads"
    return api.replace("://api.", "://uploads.", 1)


def _sha256(digest: str) -> str:
    return digest.removeprefix("sha256:") if digest.startswith("sha256:") else ""


def _is_taken(answer: Answer) -> bool:
    """Whether GitHub refuses because of the name: it says so in the list of errors."""
    match answer.json:
        case {"errors": [*errors]}:
            return any(
                isinstance(one, dict) and one.get("code") == "already_exists" for one in errors
            )
        case _:
            return False


def _limits(answer: Answer) -> None:
    """GitHub says some limits in words alone, with the status of a lacking permission."""
    if answer.status == 403 and is_rate_limit(403, answer.said, answer.headers):
        raise answer.asked.missing(
            "rate-limited", f"GitHub asks to come back later (HTTP 403: {answer.said})"
        )
