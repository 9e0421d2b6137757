"""An HTTP answer, and what it means when it is not the one that was hoped for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gate.adapters import strict_json
from gate.adapters.come_back import is_limit
from gate.adapters.token_forms import without_credentials
from gate.domain.missing import Missing
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to one system, in words for people."""

    system: str
    what: str
    """As in "ticket CHG-7"."""
    host: str = ""
    """Who answers, where one system has many addresses."""

    @property
    def source(self) -> str:
        """The system and the question, as a Missing names them."""
        return f"{self.system}: {self.what}"

    def missing(self, reason_code: str, detail: str, remedy: str = "") -> FactMissing:
        """The exception for a question that stays open. `remedy` has a default for most reasons.

        `detail` may repeat what the system said: credentials are taken out of it, since it ends in logs as well.
        """
        return FactMissing(
            Missing(
                source=without_credentials(self.source),
                reason_code=reason_code,
                detail=without_credentials(detail),
                remedy=remedy
                or _REMEDIES[reason_code].format(system=self.system, host=self.host or self.system),
                retriable=reason_code in _RETRIABLE,
            )
        )


_AGAIN = "start the deploy again"
_REMEDIES: Mapping[str, str] = {
    "not-permitted": "whoever administers {system} lets the account of the token read this",
    "not-found": "whoever deploys checks the name; whoever administers {system} checks that the account of the token "
    "may see it",
    "not-authenticated": "whoever owns the workflow passes a token of {system} that is valid, then the deploy is "
    "started again",
    "rate-limited": f"{_AGAIN} once the limit is over",
    "unavailable": f"{_AGAIN}; if it stays, whoever runs the runner checks that it can reach {{host}}",
    "unreadable": f"{_AGAIN}; if it stays, whoever runs the runner looks for a proxy or a sign-in page in front of "
    "{host}, and the gate may need a newer version",
    "wrong-object": f"{_AGAIN}; if it stays, whoever administers {{system}} looks at what it answers",
    "too-large": "whoever owns it makes it smaller, or divides it",
    "not-configured": "whoever owns the workflow corrects it",
    "refused": "whoever administers {system} looks at what it says; fields and rules of its own may stand in the way",
}
_RETRIABLE = frozenset({"rate-limited", "unavailable", "unreadable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, whatever its status. `headers` ignore case."""

    asked: Asked
    status: int
    headers: Mapping[str, str]
    content: bytes
    json: object = None
    flaw: str = ""
    """Why `content` is no JSON; empty when it is, and `json` then holds it."""

    @classmethod
    def of(cls, asked: Asked, status: int, headers: Mapping[str, str], content: bytes) -> Self:
        """Parse the content if it claims to be JSON."""
        value, flaw = None, "it does not claim to be"
        if _kind(headers).endswith(("/json", "+json")):
            try:
                value, flaw = strict_json.parse(content), ""
            except ValueError as error:
                flaw = safe(str(error))
        return cls(
            asked=asked, status=status, headers=headers, content=content, json=value, flaw=flaw
        )

    @property
    def kind(self) -> str:
        """The media type, such as `application/json`."""
        return _kind(self.headers)

    def value(self) -> object:
        """The JSON of a successful answer; FactMissing for every other one."""
        if not 200 <= self.status < 300:
            raise refusal(self)
        if self.flaw:
            raise self.no_json()
        return self.json

    def no_json(self) -> FactMissing:
        """What came in the place of JSON."""
        host, status = self.asked.host, self.status
        if self.kind == "text/html" or self.content.lstrip()[:1] == b"<":
            return self.asked.missing(
                "unreadable",
                f"an HTML page came from {host} instead of data (HTTP {status}): a proxy, a sign-in page or another "
                f"site answered, not the API of {self.asked.system}",
            )
        return self.asked.missing(
            "unreadable",
            f"what came from {host} cannot be read as JSON (HTTP {status}, "
            f"{safe(without_credentials(self.kind)) or 'no content type'}): {self.flaw}",
        )

    @property
    def said(self) -> str:
        """The system's own message, for people; empty when it gave none."""
        body = self.json if isinstance(self.json, dict) else {}
        found = [body.get("message"), body.get("errorMessage"), body.get("error_description")]
        listed = body.get("errorMessages")
        found += listed if isinstance(listed, list) else []
        # Of a write, Jira says field by field what is wrong with it.
        fields = body.get("errors")
        found += fields.values() if isinstance(fields, dict) else []
        # Pagers keep it one step deeper: `error`, or a list of `errors`.
        inner = [body.get("error"), *(fields if isinstance(fields, list) else [])]
        found += [item.get("message") for item in inner if isinstance(item, dict)]
        # Before it is cut: half of a credential may not look like one any more.
        said = (without_credentials(text) for text in found if isinstance(text, str) and text)
        return next(map(safe, said), "")


def refusal(answer: Answer) -> FactMissing:
    """What a status other than 2xx means."""
    asked, status = answer.asked, answer.status
    system = asked.system
    said = f"HTTP {status}" + (f": {answer.said}" if answer.said else "")
    if is_limit(status, answer.headers):
        return asked.missing("rate-limited", f"{system} asks to come back later ({said})")
    match status:
        case 401:
            return asked.missing(
                "not-authenticated",
                f"{system} refused the token ({said}): it is expired, revoked, or meant for another address",
            )
        case _ if status >= 500:
            return asked.missing("unavailable", f"{system} failed ({said})")
        case 413:
            return asked.missing("too-large", f"{system} does not give {asked.what} whole ({said})")
        case _ if status < 400:
            return asked.missing(
                "unreadable",
                f"{asked.host} sends us elsewhere (HTTP {status}), and a token is not carried to another address: the "
                f"address of {system} is not its final one, or a sign-in page stands before it",
            )
        case _:
            return _denied(answer, said)


def _denied(answer: Answer, said: str) -> FactMissing:
    asked, status = answer.asked, answer.status
    if answer.flaw:
        # A proxy that forbids, or a host that is another one, says nothing about what was asked for.
        return answer.no_json()
    if status == 403:
        return asked.missing("not-permitted", f"the token may not read {asked.what} ({said})")
    if status in {404, 410}:
        return asked.missing(
            "not-found", f"{asked.system} says that there is no {asked.what}, or hides it ({said})"
        )
    return asked.missing("unreadable", f"{asked.system} refused the question itself ({said})")


def _kind(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
