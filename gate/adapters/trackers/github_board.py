"""The issues of one repository on GitHub, as a board that holds follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.comments import own_comments, say
from gate.adapters.forges.github.issue_api import IssueApi
from gate.adapters.part import Part
from gate.adapters.trackers.issue_desk import Standing, has_labels
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.follow_up_marker import fields_in
from gate.domain.ports import FactMissing

SYSTEM = "github"
LONGEST_TITLE = 256


class GitHubBoard:
    """A `Board`. The token of its `IssueApi` needs `issues: write`."""

    def __init__(self, api: IssueApi) -> None:
        self._api = api

    def labelled(self, label: str) -> tuple[FollowUpTicket, ...]:
        """By the list of issues: the search of GitHub learns of a new one some time later."""
        asked = {"labels": label, "state": "all", "sort": "created", "direction": "asc"}
        found = self._api.pages(f"follow-ups with the label {label}", asked)
        tickets = [self._ticket(one) for one in found if not one.has("pull_request")]
        return tuple(one for one in tickets if has_labels(one.labels, [label]))

    def create(self, draft: Draft) -> FollowUpTicket:
        """Who cannot be assigned must not keep the debt from being written."""
        body = {
            "title": draft.title[:LONGEST_TITLE],
            "body": draft.body,
            "labels": list(draft.labels),
        }
        if draft.assignee:
            try:
                return self._created(draft, {**body, "assignees": [draft.assignee]})
            except FactMissing as gap:
                if gap.missing.reason_code != "refused":
                    raise
        return self._created(draft, body)

    def standing(self, number: int) -> Standing:
        """One of them."""
        issue = self._api.read(f"/{number}", f"ticket {self._api.repository}#{number}")
        if issue.number("number") != number:
            raise issue.wrong(f"about #{number}", "number")
        found = self._ticket(issue)
        return Standing(is_open=found.is_open, labels=found.labels)

    def own_comments(self, number: int) -> tuple[str, ...]:
        """What the account of the token wrote below it."""
        return tuple(one.body for one in own_comments(self._api, "issue", number))

    def say(self, number: int, text: str) -> None:
        """Comment."""
        say(self._api, number, text)

    def shut(self, number: int, *, done: bool) -> None:
        """Close."""
        reason = "completed" if done else "not_planned"
        what = f"the state of {self._api.repository}#{number}"
        self._api.write("PATCH", f"/{number}", what, {"state": "closed", "state_reason": reason})

    def unshut(self, number: int) -> None:
        """Open again."""
        what = f"the state of {self._api.repository}#{number}"
        self._api.write("PATCH", f"/{number}", what, {"state": "open"})

    def put_label(self, number: int, label: str) -> None:
        """Put a label on."""
        self._put(number, [label])

    def _put(self, number: int, labels: Sequence[str]) -> None:
        what = f"a label on {self._api.repository}#{number}"
        self._api.write("POST", f"/{number}/labels", what, {"labels": list(labels)})

    def _created(self, draft: Draft, body: Mapping[str, object]) -> FollowUpTicket:
        what = f"a follow-up in {self._api.repository}"
        answer = self._api.write("POST", "", what, body)
        try:
            made = self._ticket(answer)
        except FactMissing as gap:
            raise WriteUnknown.of(gap.missing) from gap
        if not has_labels(made.labels, draft.labels):
            self._label_or_end(made, draft.labels)
        return made

    def _label_or_end(self, made: FollowUpTicket, labels: Sequence[str]) -> None:
        """Without its labels nobody would find it again. GitHub drops them silently when the token may not set any."""
        number = int(made.key.rpartition("#")[2])
        try:
            self._put(number, labels)
        except FactMissing:
            self.shut(number, done=False)
            raise

    def _ticket(self, issue: Part) -> FollowUpTicket:
        state = issue.name("state")
        if state not in {"open", "closed"}:
            raise issue.wrong("open or closed", "state")
        return FollowUpTicket(
            system=SYSTEM,
            key=f"{self._api.repository}#{issue.number('number')}",
            url=issue.name("html_url"),
            title=issue.text("title"),
            opened_at=issue.moment("created_at"),
            opened_by=accounts.user(issue.maybe("user")),
            is_open=state == "open",
            labels=tuple(label.name("name") for label in issue.items("labels")),
            marker=fields_in(issue.text_or_null("body")),
        )
