"""Generic packages of a GitLab project as an archive. Each folder of keys is a package, version 1.

The group has to refuse duplicates (Settings, Packages and registries); that is tried at every start. GitLab looks for
a duplicate first and writes then (`Packages::Generic::CreatePackageFileService`), so that two may pass at once:
`shelves` says which one counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from gate.adapters.address import check_address
from gate.adapters.archives.downloads import Downloads
from gate.adapters.archives.gaps import gap
from gate.adapters.archives.shelves import Asset, flat, unflat
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.question import SYSTEM
from gate.adapters.forges.gitlab.tokens import header
from gate.adapters.http import Http, Place
from gate.adapters.part import Part
from gate.adapters.writing import Refused
from gate.domain.evidence_ports import KeyTaken
from gate.domain.ports import FactMissing

VERSION = "1"
PAGE = 100
MOST_PAGES = 500

_KEPT = frozenset({"id", "name", "version", "package_type", "file_name", "file_sha256", "message"})


class GitLabPackages:
    """The packages of one project. Safe to use from several threads. FactMissing when the token cannot be one."""

    def __init__(
        self,
        project: str,
        *,
        shown: str,
        api_url: str,
        token: str,
        is_job_token: bool,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._shown = shown
        self._home = f"/projects/{quote(project, safe='')}/packages"
        place = Place(
            system=SYSTEM,
            base_url=check_address(api_url, SYSTEM),
            auth=header(token, is_job_token=is_job_token),
            accept=("application/json", "*/*;q=0.5"),
        )
        self._http = Http(place, recorder=recorder, deadline=deadline, sleep=sleep)
        self._files = Downloads(place, recorder=recorder, deadline=deadline, sleep=sleep)
        self._packages: dict[str, int] = {}

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self._files.close()

    def folders(self, prefix: str) -> Sequence[str]:
        """Packages whose name says that they are ours."""
        # GitLab finds the name anywhere in a package's name; which of them begin with it is seen here.
        found = [
            folder
            for package in self._pages(
                "", {"package_type": "generic", "package_name": flat(prefix)}
            )
            if package.text("version") == VERSION and (folder := unflat(package.text("name")))
        ]
        return [folder for folder in found if folder.startswith(prefix)]

    def assets(self, folder: str) -> Sequence[Asset]:
        """The files of a package."""
        package = self._package(folder)
        if package is None:
            return ()
        return [
            Asset(
                id=file.number("id"),
                name=file.text("file_name"),
                sha256=file.text_or_empty("file_sha256"),
            )
            for file in self._pages(f"/{package}/package_files", {})
        ]

    def upload(self, folder: str, name: str, content: bytes) -> None:
        """Publish a file; the package comes into being with its first."""
        path = f"{self._home}/generic/{flat(folder)}/{VERSION}/{name}"
        try:
            self._http.write("PUT", path, f"the file {name}", content, keep=_KEPT)
        except Refused as refused:
            if "duplicate package" in refused.answer.said.lower():
                raise KeyTaken(f"{folder}/{name}") from None
            raise
        except FactMissing as missed:
            if missed.missing.reason_code in {"not-permitted", "not-found"}:
                raise self._who_can(missed) from None
            raise

    def download(self, folder: str, asset: Asset) -> bytes:
        """A file by its number: by its name GitLab gives the newest."""
        package = self._package(folder)
        path = f"{self._home}/{package}/package_files/{asset.id}/download"
        return self._files.content(path, f"the file {asset.name}")

    def _package(self, folder: str) -> int | None:
        """The number of a package; packages are never renamed."""
        name = flat(folder)
        if name not in self._packages:
            asked = {"package_type": "generic", "package_name": name, "package_version": VERSION}
            for package in self._pages("", asked):
                if package.text("name") == name and package.text("version") == VERSION:
                    self._packages[name] = package.number("id")
        return self._packages.get(name)

    def _pages(self, path: str, parameters: dict[str, str]) -> Iterator[Part]:
        for number in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {**parameters, "per_page": PAGE, "page": number}
            answer = self._http.get(
                self._home + path, "the packages of the project", params=asked, keep=_KEPT
            )
            items = Part(answer.value(), answer.asked).items()
            yield from items
            if len(items) < PAGE:
                return
        raise gap(
            self._shown,
            "too-large",
            f"there are more than {MOST_PAGES * PAGE} packages or files",
            "whoever owns the policy names a project that holds nothing but evidence",
        )

    def _who_can(self, missed: FactMissing) -> FactMissing:
        return gap(
            self._shown,
            missed.missing.reason_code,
            missed.missing.detail,
            "whoever owns the project lets the job token of this project publish packages there (Settings, CI/CD, Job "
            "token permissions), or passes a token with the scope `api` in CHANGE_GATE_ARCHIVE_TOKEN",
        )
