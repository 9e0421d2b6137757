"""What is done to an answer: where credentials are put, and what is left alone, since the gate relies on it.

It must decide as it would without them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gate.sandbox.messages import Response
from tests.redaction.kinds import KINDS
from tests.redaction.own import forms

PROSE = frozenset({
    "title", "body", "bodyText", "description", "message", "messageHeadline", "messageBody", "headline", "comment",
    "note", "content_text", "text", "summary", "details", "reason", "error", "error_description", "errorMessage",
    "display_title", "displayName", "fromString", "toString", "previousTitle", "currentTitle", "html",
    "default_html", "alias", "channel_summary", "postmortem",
})  # fmt: skip
"""What people write, or a system says in words: every kind of credential may stand in it."""
ADDRESSES = frozenset({
    "url", "html_url", "web_url", "self", "permalink", "htmlUrl", "detailsUrl", "details_url", "target_url",
    "targetUrl", "avatar_url", "avatarUrl", "webUrl", "resourcePath", "external_url", "documentation_url",
})  # fmt: skip
STATED = ("Reviewed:", "Outcome:")
"""Lines of a review that a machine reads."""
OURS = "<!-- change-gate"
"""What the gate wrote itself comes back as it was."""
LONG = frozenset({"body", "description", "text", "note", "message"})
"""Where all kinds fit in at once."""
FEW = 3
PEOPLE = frozenset({"login", "username", "accountId", "emailAddress", "email"})
"""An object with one of these is an account, whose `name` people choose."""
EXTRA = "x_debug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taint:
    """Taints the answers of one endpoint, always with the same credentials at the same place."""

    secret: Callable[[str, str], str]
    """A credential for a place, of a kind."""
    own: Mapping[str, str]
    """Secrets of the process."""
    endpoint: str
    """With its system."""

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers, and such as nobody asked for."""
        made = {
            "Set-Cookie": self.secret("Set-Cookie", "cookie").removeprefix("Set-Cookie: "),
            "X-Auth-Token": self.secret("X-Auth-Token", "github server"),
            "Authorization": self.secret("Authorization", "bearer").removeprefix("Authorization: "),
            "WWW-Authenticate": f'Bearer token="{self.secret("WWW-Authenticate", "gitlab personal")}"',
            "X-Debug": " ".join(self.own.values()).replace("\n", " "),
        }
        for name, value in headers.items():
            if name.lower() == "link":
                made[name] = value.replace(
                    ">", f"&private_token={self.secret('Link', 'gitlab personal')}>"
                )
            elif name.lower() == "location":
                mark = "&" if "?" in value else "?"
                made[name] = f"{value}{mark}X-Amz-Signature={self.secret('Location', 'jwt')}"
            else:
                made[name] = value
        return made

    def content(self, response: Response) -> bytes:
        """The content, if it is JSON or a calendar."""
        kind = response.headers.get("Content-Type", "")
        if "json" in kind and response.body:
            value = self._value(json.loads(response.body), ())
            return json.dumps(value, ensure_ascii=False).encode()
        if kind.startswith("text/calendar"):
            return self._calendar(response.body.decode()).encode()
        return response.body

    def _value(self, value: Any, path: tuple[str, ...]) -> Any:
        match value:
            case (
                {"type": "heading"} | {"type": "text", "marks": [*_]} | {"system": True, "body": _}
            ):
                return value  # a heading and a label say what follows; what a forge notes itself is compared
            case dict():
                return self._object(value, path)
            case list():
                return [self._value(item, path) for item in value]
            case str() if path:
                return self._text(value, path)
            case _:
                return value

    def _object(self, value: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        made = {key: self._value(item, (*path, key)) for key, item in value.items()}
        if value.get("field") == "status":  # the name of a status is compared, and no prose
            made |= {key: value[key] for key in ("fromString", "toString")}
        if "name" in value and isinstance(value["name"], str) and PEOPLE & value.keys():
            made["name"] = self._prose(value["name"], (*path, "name"), FEW)
        if path[-1:] == ("names",) or "properties" in path:
            # All members count there: each is the name of a field, or a part of the marker of a debt.
            return made if path[-1:] == ("names",) else value
        if path[-2:] == ("transitions", "fields"):
            return made
        if (
            "/artifacts/" in self.endpoint
        ):  # evidence of an earlier run: whoever may alter it may not add to it
            return made
        return {**made, EXTRA: self._extra((*path, EXTRA))}

    def _extra(self, path: tuple[str, ...]) -> dict[str, Any]:
        """A member that nobody knows, with members that everybody knows."""
        place = ".".join(path)
        names = ("id", "name", "title", "message", "url", "token", "body", "login", "state")
        kinds = itertools.cycle(KINDS)
        return {
            **{
                name: self.secret(f"{place}.{name}", kind)
                for name, kind in zip(names, kinds, strict=False)
            },
            "own": [form for secret in self.own.values() for form in forms(secret)],
        }

    def _text(self, text: str, path: tuple[str, ...]) -> str:
        name = path[-1]
        if name in ADDRESSES and "://" in text:
            return self._address(text, path)
        if text.startswith(STATED) or OURS in text or not text:
            return text
        said = {"errors", "errorMessages"} & set(path) and name not in {
            "code",
            "field",
            "resource",
            "type",
            "path",
        }
        if name in PROSE or said:
            return self._prose(text, path, len(KINDS) if name in LONG else FEW)
        return text

    def _prose(self, text: str, path: tuple[str, ...], count: int) -> str:
        """What somebody wrote, with credentials pasted at its end, and our own among them."""
        place = ".".join(path)
        first = sum(map(ord, f"{self.endpoint}{place}")) % len(KINDS)
        kinds = list(KINDS)
        chosen = [kinds[(first + step) % len(kinds)] for step in range(count)]
        pasted = [self.secret(place, kind) for kind in chosen]
        own = [form for secret in self.own.values() for form in forms(secret)]
        mine = own if count > FEW else own[first % len(own) :][:FEW]
        return " ".join([text, *pasted, *mine])

    def _address(self, text: str, path: tuple[str, ...]) -> str:
        place = ".".join(path)
        token = self.secret(place, "api key")
        return f"{text}{'&' if '?' in text else '?'}{token}"

    def _calendar(self, text: str) -> str:
        return "\r\n".join(self._lines(text.split("\r\n")))

    def _lines(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            name = line.partition(":")[0]
            yield self._folded(line) if name in {"SUMMARY", "DESCRIPTION", "LOCATION"} else line
            if line == "BEGIN:VEVENT":
                yield f"X-DEBUG:{self.secret('X-DEBUG', 'github classic')}"
                yield f"URL:{self.secret('URL', 'password in an address')}"

    def _folded(self, line: str) -> str:
        name = line.partition(":")[0]
        pasted = [
            self.secret(name, kind) for kind in ("github classic", "named", "jwt", "slack bot")
        ]
        return f"{line} {' '.join(pasted)}"
