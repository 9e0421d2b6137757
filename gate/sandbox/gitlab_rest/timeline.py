"""What happened to a merge request, as GitLab's own notes tell it, and which approvals stand in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.push_notes import pushed
from gate.sandbox.gitlab_rest.pushes import Version, versions
from gate.sandbox.world.git import number
from gate.sandbox.world.reviews import PullRequest, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note. Those of the system tell what was done; others hold what somebody wrote."""

    id: int
    at: datetime
    by: str
    body: str
    system: bool = True
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval that stands."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The notes, oldest first, and the approvals that stand now."""

    notes: tuple[Note, ...]
    approvals: tuple[Approval, ...]


def story(gitlab: GitLab, request: PullRequest) -> Story:
    """Tell it from the beginning."""
    teller = _Teller(gitlab, request)
    for _, deed in sorted(_deeds(gitlab, request), key=lambda pair: pair[0]):
        match deed:
            case Version():
                teller.push(deed)
            case Review():
                teller.review(deed)
            case _Withdrawn():
                teller.withdraw(deed.by, deed.at)
            case _Train():
                teller.note(deed.at, deed.by, "started a merge train")
            case _:
                assert_never(deed)
    standing = (Approval(by=name, at=at) for name, at in teller.approved.items())
    return Story(notes=tuple(teller.notes), approvals=tuple(standing))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Withdrawn:
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Train:
    by: str
    at: datetime


def _deeds(
    gitlab: GitLab, request: PullRequest
) -> Iterator[tuple[datetime, Version | Review | _Withdrawn | _Train]]:
    for version in versions(gitlab, request)[1:]:
        yield version.at, version
    for review in request.reviews.values():
        if review.state != "pending":
            yield review.at, review
        if review.state == "dismissed":
            # Nobody can take back another's approval: who dismissed it on GitHub is not told here.
            at = review.dismissed.at if review.dismissed else review.at
            yield at, _Withdrawn(by=review.by, at=at)
    if queue := request.merge_queue:
        yield queue.at, _Train(by=queue.by, at=queue.at)


class _Teller:
    def __init__(self, gitlab: GitLab, request: PullRequest) -> None:
        self._gitlab = gitlab
        self._request = request
        self.notes: list[Note] = []
        self.approved: dict[str, datetime] = {}

    def push(self, version: Version) -> None:
        """A push, which may take all approvals away."""
        if body := pushed(self._gitlab, self._request, version):
            self.note(version.at, version.by, body)
        site = self._gitlab.site
        if self.approved and site.is_paid and site.reset_approvals_on_push:
            accounts = map(self._gitlab.account, self.approved)
            names = " and ".join(f"@{self._gitlab.username(who)}" for who in accounts if who)
            body = f"reset approvals from {names} by pushing to the branch"
            self.note(version.at, version.by, body)
            self.approved.clear()

    def review(self, review: Review) -> None:
        """An approval, a refusal, or mere words."""
        if review.body:
            self.note(review.at, review.by, review.body, system=False)
        if review.state == "changes_requested":
            # That takes the own approval away as well, and no note says so.
            self.note(review.at, review.by, "requested changes")
            self.approved.pop(review.by, None)
        # Somebody without the role Developer has no button to approve with.
        elif review.state != "commented" and review.may_write and review.by not in self.approved:
            self.note(review.at, review.by, "approved this merge request")
            self.approved[review.by] = review.at

    def withdraw(self, by: str, at: datetime) -> None:
        """Somebody takes the own approval back."""
        if self.approved.pop(by, None):
            self.note(at, by, "unapproved this merge request")

    def note(self, at: datetime, by: str, body: str, *, system: bool = True) -> None:
        """Write it down."""
        id_ = number("note", str(self._request.number)) + len(self.notes)
        self.notes.append(Note(id=id_, at=at, by=by, body=body, system=system))
