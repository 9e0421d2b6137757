"""Which commit was the head of a merge request at which time: no API tells what an approval was given for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import (
    READ_REMEDY,
    Needs,
    Question,
    missing,
)
from gate.adapters.forges.gitlab.reading import keys, sha_or_empty
from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.part import Part

_KEEP = keys(
    "id head_commit_sha base_commit_sha start_commit_sha created_at merge_request_id state patch_id_sha"
)
SETTLES = timedelta(seconds=60)
"""Notes are written some time after what they tell. Within this of a push an approval may have been given before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The merge request from one push to the next."""

    head: str
    at: datetime
    """When GitLab noted the push."""
    shown: datetime
    """From this moment on whoever approves has certainly seen it."""
    start: str = ""
    """The tip of the target branch at that time."""
    patch: str = ""
    """GitLab's digest of the whole difference: the same one means that a push changed nothing of it."""


def read(client: Client, number: int, head: str) -> tuple[Version, ...]:
    """All versions, oldest first; the last one has to be what was merged."""
    question = Question(what=f"versions of !{number}", needs=Needs.READ)
    path = f"{client.home}/merge_requests/{number}/versions"
    found = sorted(client.pages(question, path, _KEEP), key=lambda one: one.number("id"))
    versions = tuple(
        Version(
            head=one.sha("head_commit_sha"),
            at=one.moment("created_at"),
            shown=one.moment("created_at"),
            start=one.sha("start_commit_sha"),
            patch=sha_or_empty(one, "patch_id_sha") if "patch_id_sha" in one.members() else "",
        )
        for one in found
    )
    if not versions or versions[-1].head != head:
        raise missing(
            question,
            "wrong-object",
            "the last version is not what was merged, so nobody can say what was approved",
        )
    return versions


def from_notes(
    request: Part, number: int, head: str, events: Sequence[Event]
) -> tuple[Version, ...]:
    """The same from the notes about pushes, when they leave nothing open.

    GitLab writes none about a push that only takes commits away. Such a push breaks the chain from each note to the
    next; without any note there is no chain, and nobody can say what an approval was given for.
    """
    pushes = [event for event in events if event.deed is Deed.PUSHED]
    befores = [push.before for push in pushes]
    afters = [*befores, head][1:]
    linked = all(
        push.before and push.heads and after.startswith(push.heads[-1])
        for push, after in zip(pushes, afters, strict=True)
    )
    if not pushes or not linked or any(event.deed is Deed.RESTORED for event in events):
        question = Question(what=f"versions of !{number}", needs=Needs.READ)
        raise missing(
            question,
            "not-permitted",
            f"the notes of !{number} do not tell what its approvals were given for, and the job token may not read its "
            "versions",
            READ_REMEDY,
        )
    start = request.member("diff_refs").sha("start_sha")
    opened = request.moment("created_at")
    later = (
        Version(head=tip, at=push.at, shown=push.at + SETTLES, start=start)
        for tip, push in zip(afters, pushes, strict=True)
    )
    return (Version(head=befores[0], at=opened, shown=opened, start=start), *later)


def is_same(one: Version, other: Version) -> bool:
    """Whether GitLab says that both bring the very same difference. Where it gives no digest, nothing says so."""
    return bool(one.patch) and one.patch == other.patch


def shown_at(versions: Sequence[Version], moment: datetime) -> int:
    """The place of the version that was shown at that moment; the first, when it was before all of them."""
    return max((place for place, one in enumerate(versions) if one.shown <= moment), default=0)


def retargeted(events: Sequence[Event]) -> Iterator[datetime]:
    """When the merge request was pointed at another branch, which changes what it brings without any push."""
    return (event.at for event in events if event.deed is Deed.RETARGETED)
