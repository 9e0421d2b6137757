"""Values of Jira's fields, in all the shapes that they come in, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from gate.adapters.part import Part
from gate.adapters.trackers import adf
from gate.adapters.trackers.adf_nodes import TooComplex
from gate.adapters.trackers.moments import day, moment
from gate.domain.phrases import safe

CUSTOM = "customfield_"
_NAMED_BY = ("value", "displayName", "name", "title", "key")
_DEEPEST = 5
_NEEDED = frozenset({"description", "labels", "reporter", "resolution"})
"""Fields that a site may hide, but which an answer that names them has to hold."""


class Fields:
    """The fields of one issue, by shown name.

    Names of fields differ from site to site and their ids are known to nobody in advance, so the answer has to carry
    the names: a field without one could be the very field that was meant. `spelled` has the policy's own names, by
    their folded form.
    """

    def __init__(
        self, fields: Part, names: Part, spelled: Mapping[str, str], *, complete: bool
    ) -> None:
        """With `complete` the names are of this issue alone, so each of them must have its field."""
        self._parts = fields.members()
        self._fields = fields
        self._spelled = spelled
        self._shown = {id_: names.name(id_).strip() for id_ in names.members()}
        if complete:
            self._check_present(names)
        for id_, part in self._parts.items():
            if id_.startswith(CUSTOM) and part.value is not None and id_ not in self._shown:
                raise names.wrong("there", id_)

    def texts(self) -> dict[str, str]:
        """Custom fields and those that the policy names, as text; those that say nothing are left out.

        People are left out unless the policy names the field: who they are says nothing about the change.
        """
        found: dict[str, list[str]] = {}
        for id_, part in self._parts.items():
            name = self._name(id_)
            wanted = name.casefold() in self._spelled
            if not name or not (wanted or (id_.startswith(CUSTOM) and not _is_person(part.value))):
                continue
            if text := text_of(part):
                found.setdefault(name, []).append(text)
        return {name: "\n\n".join(dict.fromkeys(texts)) for name, texts in sorted(found.items())}

    def choice(self, name: str) -> str:
        """The one value of a field such as the risk; empty when it has none. Two values are no answer."""
        said = list(dict.fromkeys(_choices(self._values(name))))
        if len(said) > 1:
            raise self._fields.wrong(f"one value for `{safe(name)}`")
        return said[0] if said else ""

    def moment(self, name: str, *, end: bool) -> datetime | None:
        """A planned time in UTC; a date alone is the whole day in UTC. None when the field is empty."""
        found: set[datetime] = set()
        for part in self._values(name):
            told = moment(part.value) or day(part.value, end=end)
            if told is None:
                raise part.wrong(f"a time with its zone, or a date (`{safe(name)}`)")
            found.add(told)
        if len(found) > 1:
            raise self._fields.wrong(f"one time for `{safe(name)}`")
        return next(iter(found), None)

    def _values(self, name: str) -> Iterator[Part]:
        for id_, part in self._parts.items():
            if self._name(id_).casefold() == name.casefold() and part.value not in (None, ""):
                yield part

    def _name(self, id_: str) -> str:
        shown = self._shown.get(id_, "")
        return self._spelled.get(shown.casefold(), shown)

    def _check_present(self, names: Part) -> None:
        for id_, shown in self._shown.items():
            if id_ not in self._parts and (shown.casefold() in self._spelled or id_ in _NEEDED):
                raise names.wrong(f"matched by a field, although `{safe(shown)}` is named", id_)


def text_of(part: Part) -> str:
    """A value as text: documents, choices, lists, people, numbers. Empty for null and for what says nothing."""
    return _text(part, _DEEPEST)


def document(part: Part) -> str:
    """A text or an Atlassian document as Markdown."""
    if isinstance(part.value, str):
        return part.value
    if part.members().get("type") is None or part.text("type") != "doc":
        raise part.wrong("an Atlassian document")
    try:
        return adf.markdown(part.value)
    except TooComplex as error:
        raise part.asked.missing(
            "too-large", f"a text of the ticket cannot be read: {error}"
        ) from None


def addresses(part: Part) -> tuple[str, ...]:
    """Where the links of an Atlassian document point to."""
    return adf.addresses(part.value) if isinstance(part.value, dict) else ()


def _text(part: Part, depth: int) -> str:
    match part.value:
        case bool(flag):
            return "yes" if flag else "no"
        case str(text):
            return text.strip()
        case int(number):
            return str(number)
        case float(number):
            return f"{number:g}" if abs(number) < 1e6 else str(number)
        case dict(value) if value.get("type") == "doc":
            return document(part)
        case dict():
            return _named(part, depth)
        case list() if depth:
            return ", ".join(filter(None, (_text(item, depth - 1) for item in part.items())))
        case _:
            return ""


def _named(part: Part, depth: int) -> str:
    """An object by what it is called; a choice within a choice (a cascading list) as `first - second`."""
    members = part.members()
    said = next((members[name].value for name in _NAMED_BY if part.has(name)), None)
    if not isinstance(said, str):
        return ""
    child = _text(members["child"], depth - 1) if part.has("child") and depth else ""
    return f"{said.strip()} - {child}" if child else said.strip()


def _choices(parts: Iterator[Part]) -> Iterator[str]:
    for part in parts:
        each = part.items() if isinstance(part.value, list) else (part,)
        for item in each:
            said = "" if isinstance(item.value, bool) else text_of(item)
            if not said:
                raise item.wrong("a value that can be read")
            yield said


def _is_person(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and ("accountId" in first or "emailAddress" in first)
