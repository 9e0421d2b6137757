"""The issues of one project on GitLab, as a board that holds follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.reading import texts
from gate.adapters.forges.gitlab.writer import Writer, plain
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.adapters.trackers.issue_desk import Standing, has_labels
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.follow_up_marker import fields_in
from gate.domain.ports import FactMissing

SYSTEM = "gitlab"
LONGEST_TITLE = 255

_AT_ONCE = timedelta(seconds=1)


class GitLabBoard:
    """A `Board`. The token of its `Writer` needs the scope `api` and the role Reporter."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._issues = f"{writer.home}/issues"

    def labelled(self, label: str) -> tuple[FollowUpTicket, ...]:
        """Open and closed ones with that label, without comments."""
        return tuple(self._ticket(one) for one in self._with(label))

    def with_comments(self, label: str) -> tuple[FollowUpTicket, ...]:
        """The same with what people wrote below them."""
        return tuple(side_by_side([partial(self._whole, one) for one in self._with(label)]))

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new issue. Whoever is unknown to GitLab is not assigned."""
        body: dict[str, object] = {
            "title": draft.title[:LONGEST_TITLE],
            "description": plain(draft.body),
            "labels": ",".join(draft.labels),
            "due_date": draft.due.isoformat(),
        }
        if ids := self._assignees(draft.assignee):
            body["assignee_ids"] = ids
        what = f"a follow-up in {self._writer.project}"
        try:
            answer = self._writer.write("POST", self._issues, what, body)
        except WriteUnknown:
            raise
        except FactMissing as gap:
            raise self._switched_off(gap) from None
        return self._verified(answer, draft.labels)

    def standing(self, number: int) -> Standing:
        """One of them."""
        issue = self._writer.read(f"{self._issues}/{number}", self._name(number))
        if issue.number("iid") != number:
            raise issue.wrong(f"about #{number}", "iid")
        found = self._ticket(issue)
        return Standing(is_open=found.is_open, labels=found.labels)

    def own_comments(self, number: int) -> tuple[str, ...]:
        """What the account of the token wrote below it."""
        path, what = f"{self._issues}/{number}/notes", f"notes on {self._name(number)}"
        return tuple(note.text("body") for note in self._writer.own_notes(path, what))

    def say(self, number: int, text: str) -> None:
        """Comment."""
        path, what = f"{self._issues}/{number}/notes", f"a note on {self._name(number)}"
        self._writer.write("POST", path, what, {"body": plain(text)})

    def shut(self, number: int, *, done: bool) -> None:
        """Close. GitLab knows one way to."""
        self._change(number, {"state_event": "close"})

    def unshut(self, number: int) -> None:
        """Open again."""
        self._change(number, {"state_event": "reopen"})

    def put_label(self, number: int, label: str) -> None:
        """Put a label on. A token that may not is answered as if nothing had been asked."""
        labels = texts(self._change(number, {"add_labels": label}), "labels")
        if not has_labels(labels, [label]):
            raise self._no_labels(number)

    def _change(self, number: int, body: dict[str, object]) -> Part:
        what = f"a change of {self._name(number)}"
        return self._writer.write("PUT", f"{self._issues}/{number}", what, body)

    def _verified(self, answer: Part, labels: Sequence[str]) -> FollowUpTicket:
        """Without its labels nobody would find it again; GitLab drops those that the token may not make."""
        try:
            made = self._ticket(answer)
            number = answer.number("iid")
        except FactMissing as gap:
            raise WriteUnknown.of(gap.missing) from gap
        if not has_labels(made.labels, labels):
            self.shut(number, done=False)
            raise self._no_labels(number)
        return made

    def _assignees(self, name: str) -> list[int]:
        """The number of an account; none where it is unknown or cannot be asked for."""
        if not name:
            return []
        try:
            found = self._writer.read("/users", f"the account {name}", {"username": name}).items()
            named = [one for one in found if one.name("username").casefold() == name.casefold()]
            return [one.number("id") for one in named][:1]
        except FactMissing:
            return []

    def _with(self, label: str) -> list[Part]:
        what = f"follow-ups with the label {label}"
        asked = {"labels": label, "state": "all", "scope": "all", "sort": "asc"}
        found = self._writer.pages(self._issues, what, asked)
        return [one for one in found if has_labels(texts(one, "labels"), [label])]

    def _whole(self, issue: Part) -> FollowUpTicket:
        number = issue.number("iid")
        path, what = f"{self._issues}/{number}/notes", f"notes on {self._name(number)}"
        notes = self._writer.pages(path, what, {"sort": "asc"})
        page = issue.name("web_url")
        comments = (_comment(note, page) for note in notes if not note.flag("system"))
        return self._ticket(issue, tuple(comments))

    def _ticket(self, issue: Part, comments: tuple[FollowUpComment, ...] = ()) -> FollowUpTicket:
        state = issue.name("state")
        if state not in {"opened", "closed"}:
            raise issue.wrong("opened or closed", "state")
        return FollowUpTicket(
            system=SYSTEM,
            key=f"{self._writer.project}#{issue.number('iid')}",
            url=issue.name("web_url"),
            title=issue.text("title"),
            opened_at=issue.moment("created_at"),
            opened_by=accounts.user(issue.maybe("author")),
            is_open=state == "opened",
            labels=texts(issue, "labels"),
            marker=fields_in(issue.text_or_null("description")),
            comments=comments,
        )

    def _name(self, number: int) -> str:
        return f"ticket {self._writer.project}#{number}"

    def _switched_off(self, gap: FactMissing) -> FactMissing:
        """GitLab says that issues are off in the same words in which it hides a project from a token."""
        found = gap.missing
        if found.reason_code not in {"not-permitted", "not-found"}:
            return gap
        return self._writer.missing(
            f"a follow-up in {self._writer.project}",
            found.reason_code,
            f"{found.detail}; issues may be switched off in that project",
            f"{found.remedy}; if issues are off, whoever maintains the project switches them on (Settings, General, "
            "Visibility), or whoever owns the policy names another project under `emergency.follow_up`",
        )

    def _no_labels(self, number: int) -> FactMissing:
        return self._writer.missing(
            f"labels of {self._name(number)}",
            "not-permitted",
            "GitLab took the issue and left the gate's labels out, so nobody would find it again: the account of the "
            "token may not make labels",
            "whoever owns the project gives the account of CHANGE_GATE_WRITE_TOKEN the role Reporter",
        )


def _comment(note: Part, page: str) -> FollowUpComment:
    at, number = note.moment("created_at"), note.number("id")
    return FollowUpComment(
        id=str(number),
        by=accounts.user(note.maybe("author")),
        at=at,
        body=note.text("body"),
        # Maintainers may change what others wrote, and no answer says who did: what was touched at all proves nothing.
        altered=note.moment("updated_at") - at > _AT_ONCE,
        url=f"{page}#note_{number}",
    )
