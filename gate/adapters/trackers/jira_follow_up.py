"""A follow-up ticket as Jira tells it: its labels, its marker, and what people wrote in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from gate.adapters.part import Part
from gate.adapters.trackers.jira_fields import document
from gate.adapters.trackers.jira_found import KEPT as OF_TICKETS
from gate.adapters.trackers.jira_people import account
from gate.adapters.trackers.moments import moment_of
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import Marker
from gate.domain.identity import Identity, Kind
from gate.domain.ports import FactMissing

PROPERTY = "change-gate"
"""Name of the entity property that holds the marker: nobody sees it in the ticket, and no search index delays it."""
FIELDS = ("summary", "status", "creator", "labels", "created")
COMMENTS = "comment"
MOST_ALONG = 20
"""Comments that come along with an issue that was searched for; of more, the others are left out."""

KEPT = (
    OF_TICKETS
    | {"body", "comment", "comments", "creator", "properties", "updateAuthor", "updated", PROPERTY}
    | {"havePermission", "permissions", "transitions", "BROWSE_PROJECTS"}
    | {field.name for field in fields(Marker)}
)
"""What the evidence keeps of an answer."""

_NOBODY = Identity(system="jira", login="", kind=Kind.UNKNOWN)
_DONE = "done"
_UNREADABLE = "(This comment is too complex to be read.)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A ticket in Jira's hands."""

    issue: Part
    id: int
    """Its number, which no move changes, and which is smaller for what was opened earlier."""
    key: str

    @classmethod
    def of(cls, issue: Part) -> Held:
        """From an issue of an answer; FactMissing when it does not say which it is."""
        return cls(issue=issue, id=number_of(issue), key=issue.name("key"))

    def ticket(self, url: str, comments: tuple[FollowUpComment, ...] = ()) -> FollowUpTicket:
        """The ticket that it is. `url` is where people look at it."""
        values = self.issue.member("fields")
        return FollowUpTicket(
            system="jira",
            key=self.key,
            url=url,
            title=values.text("summary"),
            opened_at=moment_of(values, "created"),
            # The reporter can be anybody, and be changed; the creator is whoever did it.
            opened_by=account(values, "creator") or _NOBODY,
            is_open=not is_done(values.member("status")),
            labels=labels(values),
            marker=_marker(self.issue),
            comments=comments,
        )

    def has(self, wanted: Iterable[str]) -> bool:
        """Whether it bears all these labels: what an index found may have lost one since."""
        return set(wanted) <= set(labels(self.issue.member("fields")))

    def comments_along(self) -> tuple[Part, ...] | None:
        """The comments that came with it; None when there may be more of them."""
        values = self.issue.member("fields")
        if not values.has(COMMENTS):
            return None
        part = values.member(COMMENTS)
        found = part.items("comments")
        whole = len(found) == part.number("total") < MOST_ALONG
        return found if whole else None


def number_of(part: Part) -> int:
    """The numeric id of an issue."""
    id_ = part.name("id")
    if not (id_.isascii() and id_.isdigit()):
        raise part.wrong("a number", "id")
    return int(id_)


def is_done(status: Part) -> bool:
    """Whether a status is one of the category Done, whatever it is called."""
    return status.member("statusCategory").name("key") == _DONE


def labels(values: Part) -> tuple[str, ...]:
    """The labels among the fields of an issue."""
    found = [(part, part.value) for part in values.items("labels")]
    for part, value in found:
        if not isinstance(value, str):
            raise part.wrong("a text")
    return tuple(str(value) for _, value in found)


def comments(parts: Sequence[Part], address: Callable[[str], str]) -> tuple[FollowUpComment, ...]:
    """Comments in the order of their times. `address` makes an address of a comment's id."""
    found = [_comment(part, address) for part in parts]
    return tuple(sorted(found, key=lambda comment: comment.at))


def _comment(part: Part, address: Callable[[str], str]) -> FollowUpComment:
    created, updated = moment_of(part, "created"), moment_of(part, "updated")
    author = account(part, "author") or _NOBODY
    editor = account(part, "updateAuthor")
    is_own = editor is not None and bool(author.id) and editor.id == author.id
    is_others = editor is not None and editor.id != author.id
    id_ = part.name("id")
    return FollowUpComment(
        id=id_,
        by=author,
        # A text that was changed says what it says only since then.
        at=max(created, updated),
        body=_body(part.member("body")),
        altered=not is_own and (is_others or updated > created),
        url=address(id_),
    )


def _body(part: Part) -> str:
    try:
        return document(part)
    except FactMissing as gap:
        if gap.missing.reason_code != "too-large":
            raise
        # Whoever writes such a comment must not be able to hide all the others.
        return _UNREADABLE


def _marker(issue: Part) -> dict[str, str]:
    """The marker as it stands there; empty when it is none of ours."""
    held = issue.member("properties") if issue.has("properties") else None
    value = held.member(PROPERTY).value if held is not None and held.has(PROPERTY) else None
    if not isinstance(value, dict):
        return {}
    texts = {name: text for name, text in value.items() if isinstance(text, str)}
    return texts if len(texts) == len(value) else {}
