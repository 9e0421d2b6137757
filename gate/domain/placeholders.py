"""Tell text that says something from text that only fills the space."""

from __future__ import annotations

import re

from gate.domain.reading import comparable, visible

_UNFINISHED = re.compile(
    r"(?:tb[acd]|to ?do|fix ?me|wip|fill (?:me |this )?in|placeholder|lorem ipsum"
    r"|(?:to|will) be (?:added|announced|confirmed|decided|defined|determined|done|filled in|written)"
    r")\b"
)
"""How a line begins that promises text for later; one such line makes the whole text unfinished."""

_FILLERS = frozenset(
    """
    n/a; h/a; na; n.a; n.a.; not applicable; not needed; not required; not necessary; no need
    none; nil; null; no; nope; nothing; no plan; no rollback; no rollback plan; unknown; pending
    later; same; ditto; idem; as usual; as above; as below; as discussed; as before; standard
    yes; ok; ok.; done; who; when; what; how; where; text; example; describe here; your text here
    """.replace("\n", ";").split(";")
).union()

_FILLER_OPENINGS = re.compile(
    r"(?:n/a|h/a|n\.a\.?|not applicable|same as|see (?:above|below)|refer to (?:above|below))(?![\w/])"
)

_GENERIC = frozenset(
    """
    a all and any are as back backup backups be by can change changes code commit commits data database
    databases db deploy deployed deployment do done first from full git go good had happens has have
    if image in is it just know known last latest merge mr necessary need needed nightly of old older
    on once or our please pr previous previously prior problem problems production pull redeploy
    release request required restore restored restoring revert reverted reverting roll rollback rolled
    rolling should simply snapshot snapshots something stable state step steps system that the then
    this to undo undone up use version via was we will with working wrong goes issue issues again
    """.split()
)
"""Words that go with any change. A line of these alone ("restore from backup", "revert the PR and
redeploy") restates the word rollback: it names no revision, place, command or person."""

_MARKUP = re.compile(r"^[\s>#|*_`~+•-]*(?:\d{1,3}[.)]\s+)?(?:\[[ x]?\]\s*)?|[\s*_`~|]+$", re.IGNORECASE)
_TEMPLATE = re.compile(r"[\[{(]+[^\[\]{}()]*[\]})]+(?!\()")
_WORD = re.compile(r"\w+(?:[./:@-]\w+)*")


def is_placeholder(text: str) -> bool:
    """Tell whether `text` (Markdown) says nothing about this change.

    It is a placeholder when no line of it says something, or when any line says that the text is
    yet to come (TBD, TODO).
    """
    lines = [line for line in map(_bare, visible(text).split("\n")) if line]
    if any(_UNFINISHED.match(line) for line in lines):
        return True
    return all(_says_nothing(line) for line in lines)


def _bare(line: str) -> str:
    return comparable(_MARKUP.sub("", line)).strip(" \t.,;:!?-–—=~…\"'")


def _says_nothing(line: str) -> bool:
    if line in _FILLERS or _FILLER_OPENINGS.match(line) or _TEMPLATE.fullmatch(line):
        return True
    words = _WORD.findall(line.replace("_", " "))
    if all(word in _GENERIC for word in words):
        return True
    letters = {character for character in line if character.isalnum()}
    return len(letters) == 1 and line.isascii()
