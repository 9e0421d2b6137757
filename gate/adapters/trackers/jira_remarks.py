"""What the gate does to a ticket that is there: each comment, label and change of status once, or seen to be done."""

from __future__ import annotations

import re
from collections.abc import Callable

from gate.adapters.answer import Asked
from gate.adapters.http import Http
from gate.adapters.trackers.jira_draft import comment_of, label_of, shown
from gate.adapters.trackers.jira_follow_up import KEPT, comments, is_done, labels
from gate.adapters.trackers.jira_opening import Patience
from gate.adapters.trackers.jira_search import Search
from gate.adapters.trackers.jira_workflow import way_to
from gate.adapters.writing import WriteUnknown
from gate.domain.identity import Identity
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,99}-[1-9][0-9]{0,9}")


class Remarks:
    """Writes in tickets as one account. `me` tells who that is."""

    def __init__(
        self,
        http: Http,
        search: Search,
        me: Callable[[], Identity],
        patience: Patience,
    ) -> None:
        self._http = http
        self._search = search
        self._me = me
        self._patience = patience

    def comment(self, key: str, text: str, marker: str) -> None:
        """Say something in a ticket, unless this account already said it there: anybody can write a marker."""
        _check(key)
        if self._has_said(key, marker):
            return
        what, body = f"a comment on ticket {key}", comment_of(text, marker)
        try:
            self._http.write("POST", f"/issue/{key}/comment", what, body, keep=KEPT)
        except WriteUnknown as unknown:
            self._patience.look_again(lambda: self._has_said(key, marker), unknown)

    def close(self, key: str, text: str, marker: str) -> None:
        """Comment, then close. Nothing happens to a ticket that is closed already."""
        self._move(key, text, marker, done=True)

    def reopen(self, key: str, text: str, marker: str) -> None:
        """Comment, then open again. Nothing happens to a ticket that is open."""
        self._move(key, text, marker, done=False)

    def _move(self, key: str, text: str, marker: str, *, done: bool) -> None:
        _check(key)
        if self._is_closed(key) is done:
            return
        self.comment(key, text, marker)
        way = way_to(self._search.transitions(key), done=done)
        if way is None:
            raise self._no_way(key, done=done)
        what = f"the {'end' if done else 'return'} of ticket {key}"
        try:
            self._http.write("POST", f"/issue/{key}/transitions", what, way.body)
        except WriteUnknown as unknown:
            self._patience.look_again(lambda: self._is_closed(key) is done, unknown)

    def label(self, key: str, label: str) -> None:
        """Put a label on, beside those that are there."""
        _check(key)
        wanted = label_of(label)
        body = {"update": {"labels": [{"add": wanted}]}}
        try:
            self._http.write("PUT", f"/issue/{key}", f"a label on ticket {key}", body)
        except WriteUnknown as unknown:
            self._patience.look_again(
                lambda: wanted in labels(self._search.issue(key, "labels")), unknown
            )

    def _has_said(self, key: str, marker: str) -> bool:
        me, mark = self._me(), shown(marker)
        said = comments(self._search.comments(key), lambda _: "")
        return any(one.by.is_same(me) and mark in one.body.splitlines() for one in said)

    def _is_closed(self, key: str) -> bool:
        return is_done(self._search.issue(key, "status").member("status"))

    def _no_way(self, key: str, *, done: bool) -> FactMissing:
        who = f"the account of the token ({safe(str(self._me()))})"
        kind, does_it = ("means done", "closes it") if done else ("means open", "opens it again")
        return Asked(system="Jira", what=f"ticket {key}").missing(
            "not-permitted",
            f"Jira offers {who} no way from the status of {key} to one that {kind}",
            f"whoever works on {key} {does_it} by hand, or whoever administers Jira gives {who} the permission "
            "Transition Issues and such a way in the workflow",
        )


def _check(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise Asked(system="Jira", what=f"ticket {safe(key)}").missing(
            "not-found", f"{safe(key)} is no key of a Jira issue, which looks like OPS-123"
        )
