"""Where evidence is archived, as the policy writes it: `evidence.archive`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

FORMS = (
    "s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://ACCOUNT/CONTAINER/PREFIX, file:///FOLDER, "
    "git+https://HOST/REPOSITORY#BRANCH, gitlab-packages:GROUP/PROJECT, github-release:OWNER/REPOSITORY"
)
"""What an address looks like, for people."""


class NoAddress(ValueError):
    """A text names no archive; says why as the end of a sentence that begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Address:
    """A bucket of S3, or of a service that speaks its protocol."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    """Address of the service; empty means Amazon's own."""
    region: str = ""
    object_lock: bool = False
    """Whether each object must be locked in compliance mode, for as long as evidence is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcsAddress:
    """A bucket of Google Cloud Storage."""

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureAddress:
    """A container of Azure Blob Storage."""

    account: str
    container: str
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderAddress:
    """A folder, such as a mounted share."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitAddress:
    """A branch of a repository that holds nothing but evidence."""

    url: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLabPackagesAddress:
    """Generic packages of a GitLab project."""

    project: str
    server: str = ""
    """Address of GitLab; empty means the one that the job runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubReleaseAddress:
    """Assets of releases of a GitHub repository."""

    repository: str


ArchiveAddress = (
    S3Address
    | GcsAddress
    | AzureAddress
    | FolderAddress
    | GitAddress
    | GitLabPackagesAddress
    | GitHubReleaseAddress
)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_PREFIX = re.compile(r"([A-Za-z0-9][A-Za-z0-9._=-]*(/[A-Za-z0-9][A-Za-z0-9._=-]*)*)?")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_PROJECT = re.compile(r"[0-9]+|[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


def parse_address(text: str) -> ArchiveAddress:
    """Read an address. NoAddress says what is wrong with it."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise NoAddress("holds characters that no address has")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise NoAddress("cannot be read") from None
    if parts.username is not None or parts.password is not None:
        raise NoAddress("holds a user or a password, which belong into the variables of the job")
    parser = _PARSERS.get(parts.scheme)
    if parser is None:
        raise NoAddress("is none of the forms that the gate knows")
    return parser(parts)


def _s3(parts: SplitResult) -> S3Address:
    asked = _query(parts, {"endpoint", "region", "object_lock"})
    endpoint, region = asked.get("endpoint", ""), asked.get("region", "")
    if asked.get("object_lock", "compliance") != "compliance":
        raise NoAddress("asks for an object lock other than `compliance`, which somebody can lift")
    if endpoint and not re.fullmatch(
        r"https://[A-Za-z0-9.-]+(:\d+)?|http://127\.0\.0\.1:\d+", endpoint
    ):
        raise NoAddress("names an endpoint that is not https://host")
    if not re.fullmatch(r"[a-z0-9-]*", region):
        raise NoAddress("names no region of the form eu-central-1")
    return S3Address(
        bucket=_bucket(parts.netloc),
        prefix=_prefix(parts.path),
        endpoint=endpoint,
        region=region,
        object_lock="object_lock" in asked,
    )


def _gcs(parts: SplitResult) -> GcsAddress:
    _query(parts, set())
    return GcsAddress(bucket=_bucket(parts.netloc), prefix=_prefix(parts.path))


def _azure(parts: SplitResult) -> AzureAddress:
    _query(parts, set())
    container, _, prefix = parts.path.removeprefix("/").partition("/")
    if not re.fullmatch(r"[a-z0-9]{3,24}", parts.netloc):
        raise NoAddress("names no storage account")
    if not re.fullmatch(r"[a-z0-9](-?[a-z0-9]){2,62}", container):
        raise NoAddress("names no container")
    return AzureAddress(account=parts.netloc, container=container, prefix=_prefix(prefix))


def _folder(parts: SplitResult) -> FolderAddress:
    _query(parts, set())
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/") or path == "/" or ".." in path.split("/"):
        raise NoAddress("names no folder: it begins with file:/// and goes on with the whole path")
    return FolderAddress(path=path)


def _git(parts: SplitResult) -> GitAddress:
    scheme = parts.scheme.removeprefix("git+")
    _query(parts, set(), fragment=True)
    if (
        not _BRANCH.fullmatch(parts.fragment)
        or ".." in parts.fragment
        or parts.fragment.endswith(".lock")
    ):
        raise NoAddress(
            "names no branch: it ends with # and the branch that holds nothing but evidence"
        )
    if not parts.path.strip("/") or (scheme == "https") is not bool(parts.hostname):
        raise NoAddress("names no repository")
    return GitAddress(url=f"{scheme}://{parts.netloc}{parts.path}", branch=parts.fragment)


def _gitlab(parts: SplitResult) -> GitLabPackagesAddress:
    asked = _query(parts, {"server"})
    server = asked.get("server", "").rstrip("/")
    if parts.netloc or not _PROJECT.fullmatch(parts.path):
        raise NoAddress("names no project, which looks like group/project or is its number")
    if server and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._-]+)*", server):
        raise NoAddress("names a server that is not https://host")
    return GitLabPackagesAddress(project=parts.path, server=server)


def _github(parts: SplitResult) -> GitHubReleaseAddress:
    _query(parts, set())
    if parts.netloc or not _REPOSITORY.fullmatch(parts.path):
        raise NoAddress("names no repository, which looks like owner/name")
    return GitHubReleaseAddress(repository=parts.path)


def _query(parts: SplitResult, known: set[str], *, fragment: bool = False) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    asked = dict(pairs)
    if odd := sorted(asked.keys() - known):
        raise NoAddress(f"holds `{odd[0]}`, which means nothing there")
    if len(asked) != len(pairs):
        raise NoAddress("says one thing twice")
    if parts.fragment and not fragment:
        raise NoAddress("holds a #, which means nothing there")
    return asked


def _bucket(name: str) -> str:
    if not _BUCKET.fullmatch(name):
        raise NoAddress("names no bucket")
    return name


def _prefix(path: str) -> str:
    prefix = path.strip("/")
    if not _PREFIX.fullmatch(prefix):
        raise NoAddress("names a prefix with characters other than letters, digits and . _ - =")
    return prefix


_PARSERS: Mapping[str, Callable[[SplitResult], ArchiveAddress]] = {
    "s3": _s3,
    "gs": _gcs,
    "az": _azure,
    "file": _folder,
    "git+https": _git,
    "git+file": _git,
    "gitlab-packages": _gitlab,
    "github-release": _github,
}
