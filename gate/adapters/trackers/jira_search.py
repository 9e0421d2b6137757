"""Find follow-ups in Jira, and read all that people wrote in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gate.adapters.http import Http
from gate.adapters.part import Part
from gate.adapters.trackers.jira_follow_up import COMMENTS, FIELDS, KEPT, PROPERTY, Held
from gate.domain.phrases import safe

PAGE = 100
_BROWSE = "BROWSE_PROJECTS"


class Search:
    """Questions to one Jira site. Safe to use from several threads."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def labelled(
        self, *labels: str, with_comments: bool = False, known: Collection[int] = ()
    ) -> tuple[Held, ...]:
        """Every ticket that bears all these labels, in whatever project it lies now, the oldest first.

        The search lags behind what was written, but for the ids in `known`.
        """
        jql = " AND ".join(f"labels = {_quoted(label)}" for label in labels)
        params: dict[str, str | int] = {
            "jql": f"{jql} ORDER BY created ASC",
            "fields": ",".join((*FIELDS, COMMENTS) if with_comments else FIELDS),
            "properties": PROPERTY,
            "maxResults": PAGE,
            # Otherwise a field that fails to load is left out, and the label or the comments with it.
            "failFast": "true",
        }
        if known:
            params["reconcileIssues"] = ",".join(map(str, sorted(known)))
        what = f"tickets labelled {safe(', '.join(labels))}"
        found = {held.id: held for held in self._pages(params, what) if held.has(labels)}
        return tuple(found[id_] for id_ in sorted(found))

    def _pages(self, params: dict[str, str | int], what: str) -> Iterator[Held]:
        tokens: set[str] = set()
        while True:
            answer = self._http.get("/search/jql", what, params=params, keep=KEPT)
            part = Part(answer.value(), answer.asked)
            yield from map(Held.of, part.items("issues"))
            token = part.text_or_empty("nextPageToken")
            if not token:
                if part.has("isLast") and not part.flag("isLast"):
                    raise part.wrong("there, although another page is promised", "nextPageToken")
                return
            if token in tokens:
                raise part.wrong("the token of another page", "nextPageToken")
            tokens.add(token)
            params = {**params, "nextPageToken": token}

    def issue(self, key: str, *fields: str) -> Part:
        """Fields of one ticket, as they are now."""
        params = {"fields": ",".join(fields), "updateHistory": "false", "failFast": "true"}
        answer = self._http.get(f"/issue/{key}", f"ticket {key}", params=params, keep=KEPT)
        return Part(answer.value(), answer.asked).member("fields")

    def comments(self, key: str) -> tuple[Part, ...]:
        """All comments of a ticket, as they are now."""
        found: dict[str, Part] = {}
        while True:
            params: dict[str, str | int] = {
                "startAt": len(found),
                "maxResults": PAGE,
                "orderBy": "created",
            }
            answer = self._http.get(
                f"/issue/{key}/comment", f"comments of ticket {key}", params=params, keep=KEPT
            )
            part = Part(answer.value(), answer.asked)
            before, total = len(found), part.number("total")
            found |= {comment.name("id"): comment for comment in part.items("comments")}
            if len(found) >= total:
                return tuple(found.values())
            if len(found) == before:
                raise part.wrong("the comments that it counts", "comments")

    def check_project(self, project: str) -> None:
        """FactMissing when the account may not browse the project: its tickets would look like none."""
        answer = self._http.get(
            "/mypermissions",
            f"project {safe(project)}",
            params={"projectKey": project, "permissions": _BROWSE},
            keep=KEPT,
        )
        part = Part(answer.value(), answer.asked).member("permissions").member(_BROWSE)
        if not part.flag("havePermission"):
            raise answer.asked.missing(
                "not-permitted",
                f"the account of the token may not browse project {safe(project)}, so its tickets look like none",
                "whoever administers Jira gives the account the permission Browse Projects there",
            )

    def transitions(self, key: str) -> Sequence[Part]:
        """What the account may do to the ticket's status now, with the fields that it has to fill in."""
        answer = self._http.get(
            f"/issue/{key}/transitions",
            f"transitions of ticket {key}",
            params={"expand": "transitions.fields"},
            keep=KEPT,
        )
        return Part(answer.value(), answer.asked).items("transitions")


def _quoted(text: str) -> str:
    """A text in JQL, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
