"""Why something that a forge still lists can be had no more, in words for people."""

from __future__ import annotations

from datetime import datetime

from gate.adapters.part import Part
from gate.adapters.sources.offering import LARGEST

_ELSEWHERE = "only a copy or an archive still holds it"
_TOO_LARGE = f"it is larger than {LARGEST} bytes, which no evidence of the gate is"


def of_artifact(artifact: Part) -> str:
    """Of an artifact on GitHub; empty when it can be had."""
    if artifact.flag("expired"):
        ended = artifact.moment_or_none("expires_at")
        when = f" on {ended:%Y-%m-%d}" if ended else ""
        return f"its retention ended{when}, and GitHub deleted it: {_ELSEWHERE}"
    if artifact.number("size_in_bytes") > LARGEST:
        return _TOO_LARGE
    return ""


def archive_of(job: Part) -> Part | None:
    """The archive among the files that GitLab still has of a job. The log is one of those."""
    found = (one for one in job.items("artifacts") if one.name("file_type") == "archive")
    return next(found, None)


def of_job(job: Part, now: datetime) -> str:
    """Of the archive of a job on GitLab; empty when it can be had.

    That is so when GitLab lists it, even past its end: the newest artifacts of a branch are kept. `now` is aware.
    """
    archive = archive_of(job)
    if archive is not None:
        if archive.number("size") > LARGEST:
            return _TOO_LARGE
        return ""
    if erased := job.moment_or_none("erased_at"):
        return f"somebody erased the job and its files on {erased:%Y-%m-%d}: {_ELSEWHERE}"
    ended = job.moment_or_none("artifacts_expire_at")
    if ended is None:
        return "GitLab has no files of this job: it left none, or somebody deleted them"
    if ended > now:
        return f"somebody deleted its files, which GitLab was to keep until {ended:%Y-%m-%d}"
    return f"its retention ended on {ended:%Y-%m-%d}, and GitLab deleted it: {_ELSEWHERE}"
