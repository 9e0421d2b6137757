"""Tell text that says something from text that only fills the space."""

from __future__ import annotations

import re

from gate.domain.reading import comparable, visible

_UNFINISHED = re.compile(
    r"(?:(?:tb[acd]|fix ?me|wip|lorem ipsum|fill (?:me|this) in)\b|todo(?![\w-])|to do(?=$|:)"
    r"|(?:to|will) be (?:added|announced|confirmed|defined|determined|filled in|written)\b"
    r"|to be decided\b)"
)
"""How a line begins that promises text for later; one such line makes the whole text unfinished."""

_FILLERS = frozenset(
    filler.strip()
    for filler in """
    na; h/a; none; nil; null; no; nope; nothing; no need; no plan; no rollback; unknown; pending
    not needed; not required; not necessary; later; same; ditto; idem; as usual; as above; as below
    as before; as discussed; standard; yes; ok; who; when; what; how; where; text; example; your text
    placeholder; fill in; describe; describe here; your text here; no rollback plan; not available
    """.replace("\n", ";").split(";")
)

_FILLER_OPENING = re.compile(
    r"(?:[nh]/a|not applicable|same as (?:above|below|before)|(?:see|refer to) (?:above|below))(?!\w)"
)

_GENERIC_WORDS = """
    a again all and any anybody anyone are as back backup backups be by can change changes code commit
    commits data database databases db deploy deployed deployment deployments do done everybody
    everyone first from full git go goes good had happens has have i if image in is issue issues it
    just know known last latest me merge merged mr necessary need needed nightly of old older on once
    or our please pr previous previously prior problem problems production pull redeploy release
    request required restore restored restoring revert reverted reverting roll rollback rolled rolling
    should simply snapshot snapshots somebody someone something stable state step steps system team
    that the then this to undo undone up us use version via was we will with working wrong you
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that go with any change. A line of these alone ("restore from backup", "revert the PR and
redeploy") restates the word rollback: it names no revision, place, command or person."""

_MARKUP = re.compile(r"^[\s>#|*_`~+•–—-]*(?:\d{1,3}[.)]\s+)?(?:\[[ xX]?\]\s*)?")
_AROUND = " \t.,;:!?()|*_`~=…\"'«»“”‘’-–—"
_TEMPLATE = re.compile(r"[\[{][^\[\]{}]*[\]}](?!\()")
_INITIALS = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
"""The dots of `T.B.D` and `n.a`."""
_WORD = re.compile(r"\w+")


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
    return _INITIALS.sub("", comparable(_MARKUP.sub("", line)).strip(_AROUND))


def _says_nothing(line: str) -> bool:
    if line in _FILLERS or _FILLER_OPENING.match(line):
        return True
    words = _WORD.findall(_TEMPLATE.sub(" ", line).replace("_", " "))
    if all(word in _GENERIC for word in words):
        return True
    # "x", "xxx", "111": one sign, however often.
    return line.isascii() and len(set("".join(words))) == 1
