"""Read text as a person sees it on the page: without what is hidden, in letters that compare."""

from __future__ import annotations

import re
import unicodedata

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z](?![^<>\s]*[:@])[^<>]*>")
"""A tag or a template's `<who decides>`, but not `<https://acme.example>` or `<alice@acme.example>`."""
_HIDDEN_LINE = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$", re.MULTILINE)
"""A link reference definition: Markdown shows nothing for it, so people use it to leave notes."""

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of writing: what follows them is shown elsewhere."""

_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0501\u0442\u0432\u043a\u043c\u043d"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03bc\u03b7\u2215\u2044",
    "aeopcyxisdtbkmhabeiknoptyxmh//",
    "\u115f\u1160\u2800",
)
"""Cyrillic and Greek letters, in lower case, whose small or capital form looks Latin; other slashes;
letters that are shown as nothing."""


def without_invisible(text: str) -> str:
    """Drop characters that take no room (zero-width space, soft hyphen). Those that turn the
    direction of writing stay: dropping them would put text where nobody saw it.
    """
    return "".join(c for c in text if unicodedata.category(c) != "Cf" or c in _TURNING)


def visible(markdown: str) -> str:
    """Drop what a page does not show: HTML comments, tags, link definitions, invisible characters.

    What stands inside tags stays, such as collapsed details. A template's `<who decides>` goes like
    any other tag.
    """
    text = _COMMENT.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return without_invisible(_HIDDEN_LINE.sub("", text))


def comparable(text: str) -> str:
    """Fold `text` for comparing with a word list: wide and struck-through letters, accents, case,
    spaces, letters that look like Latin ones.

    Only for recognising known words; real text in another script becomes nonsense here.
    """
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in apart if unicodedata.category(c) not in {"Cf", "Mn"})
    return " ".join(plain.casefold().translate(_LOOK_ALIKES).split())


def is_turning(character: str) -> bool:
    """Tell whether the character changes the direction in which its neighbours are shown."""
    return character in _TURNING or unicodedata.bidirectional(character) in {"R", "AL", "AN"}
