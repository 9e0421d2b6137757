"""Follow-ups in Jira Cloud: opened once, found again, commented and closed.

Jira has no key that makes a repeated create harmless, and its search lags behind by seconds or minutes. So every ticket
has a label of its own and the marker in an entity property, nothing is created before it was looked for, and after a
create of which nobody knows the gate looks again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

from gate.adapters.answer import Answer
from gate.adapters.deadline import Deadline
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, side_by_side
from gate.adapters.trackers.jira_connection import JiraConnection
from gate.adapters.trackers.jira_draft import OPTIONAL, issue_of
from gate.adapters.trackers.jira_follow_up import KEPT, Held, comments, number_of
from gate.adapters.trackers.jira_opening import Patience, open_once
from gate.adapters.trackers.jira_people import account
from gate.adapters.trackers.jira_remarks import Remarks
from gate.adapters.trackers.jira_search import Search
from gate.adapters.writing import Refused, WriteUnknown
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import LABEL, Draft
from gate.domain.follow_up_marker import id_label, read_marker
from gate.domain.identity import Identity
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing


class JiraDesk:
    """Follow-ups in one project of Jira. Safe to use from several threads."""

    def __init__(
        self,
        connection: JiraConnection,
        *,
        project: str,
        kind: str,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """New tickets lie in `project` and are of this kind; found are those in other projects as well, since a
        ticket can be moved.
        """
        self._site = connection
        self._http = connection.http
        self._project = project
        self._kind = kind
        self._search = Search(self._http)
        self._account: Identity | None = None
        self._patience = Patience(deadline, sleep)
        self._remarks = Remarks(self._http, self._search, self._me, self._patience)
        self._created: dict[str, list[int]] = {}
        """Numbers of the tickets that were created here, by the id of their release."""

    @property
    def system(self) -> str:
        """`jira`."""
        return "jira"

    def close_connections(self) -> None:
        """Close all connections."""
        self._http.close()

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        """Every ticket with the gate's label, open and closed, with its comments.

        One request for each hundred of them, one for the project, and one for each with 20 comments or more.
        """
        found, _ = both(
            self._with_our_label,
            lambda: self._search.check_project(self._project),
        )
        return tuple(side_by_side([partial(self._with_comments, held) for held in found]))

    def _with_our_label(self) -> tuple[Held, ...]:
        try:
            return self._search.labelled(LABEL, with_comments=True)
        except FactMissing as gap:
            if gap.missing.reason_code != "too-large":
                raise
            # Whoever writes long comments must not be able to hide all tickets: each is then asked for its own.
            return self._search.labelled(LABEL)

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        """Those of one release, by its label `gate-<id>`: the oldest first. Without comments."""
        found = self._search.labelled(
            LABEL, id_label(release), known=self._created.get(release, ())
        )
        return tuple(held.ticket(self._site.address_of(held.key)) for held in found)

    def _with_comments(self, held: Held) -> FollowUpTicket:
        along = held.comments_along()
        said = self._comments(held.key, along)
        return held.ticket(self._site.address_of(held.key), said)

    def _comments(
        self, key: str, along: Sequence[Part] | None = None
    ) -> tuple[FollowUpComment, ...]:
        page = self._site.address_of(key)
        return comments(
            self._search.comments(key) if along is None else along,
            lambda id_: f"{page}?focusedCommentId={id_}" if page else "",
        )

    def open(self, draft: Draft) -> FollowUpTicket:
        """The one ticket of the draft's id: the oldest that is already there, else a new one.

        WriteUnknown when there may be a new one that Jira's search does not show yet.
        """
        return open_once(self, draft, self._patience)

    def ours(self, draft: Draft) -> tuple[FollowUpTicket, ...]:
        """The tickets of the draft's id that this very account opened: labels and properties can be anybody's."""
        me = self._me()
        return tuple(
            ticket
            for ticket in self.find(draft.marker.id)
            if ticket.opened_by.is_same(me) and _fits(ticket, draft)
        )

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new ticket. WriteUnknown when nobody can tell whether there is one now."""
        answer = self._created_by(draft, frozenset())
        try:
            part = Part(answer.value(), answer.asked)
            key, id_ = part.name("key"), number_of(part)
        except FactMissing as gap:
            raise WriteUnknown.of(gap.missing) from gap
        self._created.setdefault(draft.marker.id, []).append(id_)
        return FollowUpTicket(
            system="jira",
            key=key,
            url=self._site.address_of(key),
            title=draft.title,
            opened_at=_date_of(answer) or draft.marker.issued_at,
            opened_by=self._me(),
            is_open=True,
            labels=draft.labels,
            marker=draft.fields,
        )

    def _created_by(self, draft: Draft, without: frozenset[str]) -> Answer:
        body = issue_of(draft, project=self._project, kind=self._kind, without=without)
        what = f"a ticket in project {safe(self._project)}"
        try:
            return self._http.write("POST", "/issue", what, body, keep=KEPT)
        except Refused as refused:
            wrong = _fields_refused(refused.answer) & set(OPTIONAL) - without
            if not wrong:
                raise
            return self._created_by(draft, without | wrong)

    def comment(self, key: str, text: str, marker: str) -> None:
        """Say something in a ticket, unless this account already said it there."""
        self._remarks.comment(key, text, marker)

    def close(self, key: str, text: str, marker: str) -> None:
        """Comment, then close. Nothing happens to a ticket that is closed already.

        FactMissing (`not-permitted`) when the workflow does not let this account close it.
        """
        self._remarks.close(key, text, marker)

    def reopen(self, key: str, text: str, marker: str) -> None:
        """Comment, then open again. Nothing happens to a ticket that is open."""
        self._remarks.reopen(key, text, marker)

    def label(self, key: str, label: str) -> None:
        """Put a label on, beside those that are there."""
        self._remarks.label(key, label)

    def _me(self) -> Identity:
        if self._account is None:
            self._account = self._myself()
        return self._account

    def _myself(self) -> Identity:
        """Who we are. A dead token fails here, before anything is written."""
        answer = self._http.get("/myself", "the account of the token", keep=KEPT)
        part = Part({"me": answer.value()}, answer.asked)
        found = account(part, "me")
        if found is None or not found.id:
            raise part.wrong("an account", "me")
        return found


def _fits(ticket: FollowUpTicket, draft: Draft) -> bool:
    """Whether its marker is about the same release. One without a marker may be: nothing is opened twice."""
    marker = read_marker(ticket.marker)
    return not ticket.marker or (marker is not None and marker.id == draft.marker.id)


def _fields_refused(answer: Answer) -> frozenset[str]:
    """The fields with which Jira finds something wrong."""
    errors = answer.json.get("errors") if isinstance(answer.json, dict) else None
    return frozenset(errors) if isinstance(errors, dict) else frozenset()


def _date_of(answer: Answer) -> datetime | None:
    """Jira's own time."""
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
