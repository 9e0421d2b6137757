"""The parts of a rollback plan: how people call them, and which lines belong to which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gate.domain.sections import Line, LineKind

_PARTS: Mapping[str, str] = {
    "trigger": r"(?:triggers?|criteria)(?: criteria| conditions?)?|triggered by"
    r"|when(?: to (?:roll\s?back|revert))?|(?:roll\s?back|revert) (?:if|when)",
    "owner": r"(?:decision |plan )?owners?|decision maker|who(?: decides)?|responsible(?: person)?"
    r"|(?:decided|owned) by",
    "steps": r"steps?|procedure|instructions|commands?|how(?: to (?:roll\s?back|revert))?",
    "verification": r"(?:verification|validation)(?: (?:after|of) (?:the )?roll\s?back)?|verify"
    r"|(?:verified|validated) by|how to (?:check|verify)|checks",
    "executor": r"executor|executed by",
    "duration": r"(?:estimated |expected )?(?:duration|time|minutes|downtime)",
    "target version": r"target(?: version| revision)?|known good(?: version| revision)?",
    "data recovery": r"data(?: recovery| loss)?|backups?",
    "point of no return": r"point of no return|irreversible",
    "partial failure": r"partial failure(?: procedure)?",
    "tested": r"tested|rehearsed",
    "communication": r"communications?|comms|notify",
    "note": r"notes?",
}
"""What a plan can name (PCI DSS 6.5.1 and DORA RTS 17 ask for most of it), and other words for it.

All of them are read, so that one that the policy does not ask for ends the one before it.
"""

_NEEDS_COLON = r"(?:\s*\([^()]*\))?(?:\s*[:：]\s*|\s+[–—-]\s+|\s*\??$)"
_OPENS_SENTENCE = r"(?<=\s(?:if|by))\s+|(?<=\swhen)\s+"
"""After "roll back if" or "decided by" the text may follow without a colon."""

PREAMBLE, ELSEWHERE = "", "-"


def key_of(part: str) -> str:
    """A part's name as it is compared: `target_version` and `Target version` are one."""
    return " ".join(re.split(r"[\s_-]+", part.casefold().strip()))


@dataclass(frozen=True, slots=True)
class Labels:
    """Recognises the line that begins a part."""

    parts: tuple[str, ...]
    pattern: re.Pattern[str]

    def begins(self, line: Line) -> tuple[str, str] | None:
        """The part that the line begins and what it says on the same line, if it begins one."""
        hit = None if line.kind is LineKind.CODE else self.pattern.match(line.text)
        if hit is None:
            return None
        index = next(index for index in range(len(self.parts)) if hit[f"p{index}"] is not None)
        return self.parts[index], hit["rest"].strip()


def labels_for(wanted: Sequence[str]) -> Labels:
    """Labels of all known parts and of those that only this policy knows."""
    names = {**{key_of(part): re.escape(key_of(part)) for part in wanted}, **_PARTS}
    choices = "|".join(f"(?P<p{index}>{name})" for index, name in enumerate(names.values()))
    pattern = re.compile(
        r"^[^\w:]*(?:(?:post[\s-])?(?:roll[\s-]?back|back[\s-]?out)\s+)?"
        rf"(?:{choices})(?:{_NEEDS_COLON}|{_OPENS_SENTENCE})(?P<rest>.*)$",
        re.IGNORECASE,
    )
    return Labels(tuple(names), pattern)


class PartReader:
    """Reads a plan line by line and puts each line to the part that it belongs to."""

    def __init__(self, labels: Labels, *, prose_is_steps: bool) -> None:
        self._labels = labels
        self._prose_is_steps = prose_is_steps
        self._texts: dict[str, list[str]] = {}
        self._loose: list[str] = []
        self._part = PREAMBLE
        self._inline = False
        self._gap = False

    def read(self, lines: Sequence[Line]) -> Mapping[str, str]:
        """The parts by name. A list or code that stands directly under the plan is among its steps."""
        for line in lines:
            if line.kind is not LineKind.BLANK:
                self._take(line)
            self._gap = line.kind is LineKind.BLANK
        found = {part: "\n".join(texts).strip() for part, texts in self._texts.items()}
        if self._loose:
            found["steps"] = "\n".join([found.get("steps", ""), *self._loose]).strip()
        return found

    def _take(self, line: Line) -> None:
        if begun := self._labels.begins(line):
            self._part, text = begun
            self._inline = bool(text)
            self._texts.setdefault(self._part, []).append(text)
            return
        self._part = self._part_of(line)
        if self._part == PREAMBLE:
            is_step = line.kind in {LineKind.ITEM, LineKind.CODE} or self._prose_is_steps
            self._loose += [line.text] if is_step else []
        elif self._part != ELSEWHERE:
            self._texts[self._part].append(line.text)

    def _part_of(self, line: Line) -> str:
        if line.kind is LineKind.HEADING or (line.kind is LineKind.LABEL and self._has_text()):
            return ELSEWHERE
        if self._inline and self._gap and self._is_step_after(line):
            # "Owner: alice", a gap, then "1. …": the list is not alice's, it is the plan's.
            self._inline = False
            return PREAMBLE
        return self._part

    def _is_step_after(self, line: Line) -> bool:
        # Bullets may well list several triggers or checks, but never several names after one.
        bullets = line.kind is LineKind.ITEM and self._part == "owner"
        return bullets or line.numbered or line.kind is LineKind.CODE

    def _has_text(self) -> bool:
        return any(self._texts.get(self._part, [""]))
