"""Write to one project of GitLab, with the one token that may."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from gate.adapters.address import check_address
from gate.adapters.answer import Answer
from gate.adapters.come_back import is_limit
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import PAGE, has_more
from gate.adapters.forges.gitlab.question import SYSTEM, Question, missing
from gate.adapters.forges.gitlab.reading import keys, segment
from gate.adapters.forges.gitlab.transport import API, LARGEST_ANSWER
from gate.adapters.http import Http, Place
from gate.adapters.marks import is_signed
from gate.adapters.part import Part
from gate.adapters.side_by_side import Once
from gate.adapters.writing import WriteUnknown
from gate.domain.identity import Identity
from gate.domain.ports import FactMissing

WRITE_VARIABLE = "CHANGE_GATE_WRITE_TOKEN"
WRITE_REMEDY = (
    "whoever owns the project makes a project or group access token with the scope `api` and the role Reporter (on "
    f"GitLab.com Free: a personal token of a machine account with that role) and sets it as the CI/CD variable "
    f"{WRITE_VARIABLE}, masked and protected"
)
MOST_PAGES = 50

_KEPT = keys(
    "id iid project_id title description state created_at updated_at labels author user username name bot web_url "
    "references full body system noteable_iid due_date message error error_description"
)
_PROJECT = re.compile(r"[0-9]{1,19}|[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+")
_COMMAND = re.compile(r"^/", re.MULTILINE)


class _Header(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["PRIVATE-TOKEN"] = self._token
        return request


class Writer:
    """One project, one token with the scope `api` (to read, `read_api` will do). Safe to use from several threads.

    `api_url` is what the runner calls CI_API_V4_URL; `project` a number or a path. FactMissing (`not-configured`) when
    one of them cannot be used.
    """

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        project: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        server = check_address(api_url.rstrip("/").removesuffix(API), SYSTEM)
        self._host = urlsplit(server).netloc
        if not _PROJECT.fullmatch(project):
            raise self.missing(
                "its issues",
                "not-configured",
                "the project that was named is none, which looks like group/name",
                "whoever owns the policy corrects `emergency.follow_up.project`",
            )
        self.project = project
        self.home = f"/projects/{segment(project)}"
        self._http = Http(
            Place(
                system=SYSTEM,
                base_url=server + API,
                auth=_Header(self._checked(token)),
                largest=LARGEST_ANSWER,
            ),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._me = Once(self._ask_who)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def me(self) -> Identity:
        """Whose token this is. It is asked for once."""
        return self._me()

    def read(self, path: str, what: str, parameters: Mapping[str, str | int] | None = None) -> Part:
        """One answer. `path` goes on from the address of the API."""
        return self._part(self._http.get(path, what, params=parameters, keep=_KEPT))

    def pages(self, path: str, what: str, parameters: Mapping[str, str | int]) -> tuple[Part, ...]:
        """The elements of all pages."""
        found: list[Part] = []
        for number in range(1, MOST_PAGES + 1):
            asked = {**parameters, "per_page": PAGE, "page": number}
            answer = self._http.get(path, what, params=asked, keep=_KEPT)
            items = self._part(answer).items()
            found += items
            if not has_more(Question(what=what, host=self._host), answer, items):
                return tuple(found)
        raise self.missing(what, "too-large", f"there are more than {len(found)} of them")

    def write(self, method: str, path: str, what: str, body: Mapping[str, object]) -> Part:
        """Change something. WriteUnknown when it may have been done."""
        try:
            answer = self._http.write(method, path, what, body, keep=_KEPT)
        except WriteUnknown:
            raise
        except FactMissing as gap:
            if gap.missing.reason_code in {"not-permitted", "not-found", "not-authenticated"}:
                raise FactMissing(replace(gap.missing, remedy=WRITE_REMEDY)) from None
            raise
        return Part(answer.json, answer.asked)

    def own_notes(self, path: str, what: str) -> tuple[Part, ...]:
        """The notes at `path` that our own token wrote, oldest first."""
        mine = self.me()
        return tuple(
            note
            for note in self.pages(path, what, {"sort": "asc"})
            if not note.flag("system") and accounts.user(note.maybe("author")).is_same(mine)
        )

    def missing(self, what: str, code: str, detail: str, remedy: str = "") -> FactMissing:
        """The exception for a question that stays open."""
        return missing(Question(what=what, host=self._host), code, detail, remedy)

    def _ask_who(self) -> Identity:
        return accounts.user(self.read("/user", f"the account of {WRITE_VARIABLE}"))

    def _part(self, answer: Answer) -> Part:
        if 200 <= answer.status < 300 or answer.flaw or is_limit(answer.status, answer.headers):
            return Part(answer.value(), answer.asked)
        code = {401: "not-authenticated", 403: "not-permitted", 404: "not-found"}.get(answer.status)
        if code is None:
            return Part(answer.value(), answer.asked)
        said = f": {answer.said}" if answer.said else ""
        raise self.missing(
            answer.asked.what,
            code,
            f"GitLab does not show {answer.asked.what} to the token (HTTP {answer.status}{said})",
            WRITE_REMEDY,
        )

    def _checked(self, token: str) -> str:
        plain = token.strip()
        if plain and plain.isascii() and plain.isprintable() and " " not in plain:
            return plain
        said = "holds characters that no token has" if plain else "is empty"
        raise self.missing(
            "its token",
            "not-configured",
            f"{WRITE_VARIABLE} {said}, so nothing can be written",
            WRITE_REMEDY,
        )


def plain(text: str) -> str:
    """Text that GitLab obeys in no line: one that begins with `/close` or the like is a command to it, in notes and
    descriptions alike, and is done with the rights of our token.
    """
    return _COMMAND.sub("&#47;", text.replace("\r", ""))


def with_mark(notes: tuple[Part, ...], marker: str) -> tuple[Part, ...]:
    """Those of them that end with our mark."""
    return tuple(note for note in notes if is_signed(note.text("body"), marker))
