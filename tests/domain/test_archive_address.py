import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.archive_address import (
    ArchiveAddress,
    AzureAddress,
    FolderAddress,
    GcsAddress,
    GitAddress,
    GitHubReleaseAddress,
    GitLabPackagesAddress,
    NoAddress,
    S3Address,
    parse_address,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://evidence", S3Address(bucket="evidence")),
        (
            "s3://acme-change-evidence/prod?object_lock=compliance",
            S3Address(bucket="acme-change-evidence", prefix="prod", object_lock=True),
        ),
        (
            "s3://evidence/a/b/?endpoint=https://minio.acme.example:9000&region=eu-central-1",
            S3Address(
                bucket="evidence",
                prefix="a/b",
                endpoint="https://minio.acme.example:9000",
                region="eu-central-1",
            ),
        ),
        ("gs://evidence/prod", GcsAddress(bucket="evidence", prefix="prod")),
        (
            "az://acmestore/evidence/prod",
            AzureAddress(account="acmestore", container="evidence", prefix="prod"),
        ),
        ("file:///mnt/evidence", FolderAddress(path="/mnt/evidence")),
        ("file:///mnt/our%20evidence", FolderAddress(path="/mnt/our evidence")),
        (
            "git+https://github.com/acme/evidence#main",
            GitAddress(url="https://github.com/acme/evidence", branch="main"),
        ),
        (
            "git+file:///srv/evidence.git#evidence/prod",
            GitAddress(url="file:///srv/evidence.git", branch="evidence/prod"),
        ),
        ("gitlab-packages:acme/evidence", GitLabPackagesAddress(project="acme/evidence")),
        (
            "gitlab-packages:42?server=https://git.acme.example/gitlab",
            GitLabPackagesAddress(project="42", server="https://git.acme.example/gitlab"),
        ),
        ("github-release:acme/evidence", GitHubReleaseAddress(repository="acme/evidence")),
    ],
)
def test_each_form_is_read(text: str, expected: ArchiveAddress) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "none of the forms"),
        ("evidence", "none of the forms"),
        ("https://acme.example", "none of the forms"),
        ("git+http://acme.example/x#main", "none of the forms"),
        ("s3://evidence/prod uction", "characters that no address has"),
        ("s3://evidénce", "characters that no address has"),
        ("s3://evidence\n", "characters that no address has"),
        ("s3://[", "cannot be read"),
        ("s3://evidence:port", "cannot be read"),
        ("s3://key:secret@evidence", "a user or a password"),
        ("git+https://token@github.com/acme/x#main", "a user or a password"),
        ("s3://", "names no bucket"),
        ("s3:evidence", "names no bucket"),
        ("s3://Evidence", "names no bucket"),
        ("s3://evidence/../x", "names a prefix"),
        ("s3://evidence/a//b", "names a prefix"),
        ("s3://evidence?object_lock=governance", "which somebody can lift"),
        ("s3://evidence?object_lock=", "which somebody can lift"),
        ("s3://evidence?lock=compliance", "`lock`, which means nothing"),
        ("s3://evidence?region=a&region=b", "says one thing twice"),
        ("s3://evidence?region=EU", "names no region"),
        ("s3://evidence?endpoint=http://minio", "names an endpoint"),
        ("s3://evidence?endpoint=https://user@minio", "names an endpoint"),
        ("s3://evidence#x", "holds a #"),
        ("gs://evidence?x=1", "`x`, which means nothing"),
        ("az://ACME/evidence", "names no storage account"),
        ("az://acmestore", "names no container"),
        ("file:///", "names no folder"),
        ("file://host/mnt", "names no folder"),
        ("file:///mnt/../etc", "names no folder"),
        ("file:mnt", "names no folder"),
        ("git+https://github.com/acme/x", "names no branch"),
        ("git+https://github.com/acme/x#a..b", "names no branch"),
        ("git+https://github.com/acme/x#a.lock", "names no branch"),
        ("git+https://github.com/acme/x#--force", "names no branch"),
        ("git+https://github.com/#main", "names no repository"),
        ("git+https:///x#main", "names no repository"),
        ("git+file://host/x#main", "names no repository"),
        ("gitlab-packages:evidence", "names no project"),
        ("gitlab-packages://acme/evidence", "names no project"),
        ("gitlab-packages:a/b?server=http://x", "names a server"),
        ("github-release:acme", "names no repository"),
        ("github-release:acme/x/y", "names no repository"),
        ("github-release://acme/x", "names no repository"),
    ],
)
def test_what_names_no_archive_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NoAddress, match=why):
        parse_address(text)


@given(st.text())
def test_no_text_crashes(text: str) -> None:
    with contextlib.suppress(NoAddress):
        parse_address(text)
