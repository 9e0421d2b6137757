"""Path patterns, as people write them for repositories."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern over slash-separated paths, anchored at both ends and sensitive to case.

    `*` and `?` stay within one segment, `**` crosses segments (`infra/**` holds everything below infra, `**/x` also a
    top-level x), `[abc]` and `[!abc]` are sets. Nothing else is special.
    """

    pattern: str

    def matches(self, text: str) -> bool:
        """Tell whether the whole of `text` fits the pattern."""
        return _compiled(self.pattern).fullmatch(text) is not None

    def __str__(self) -> str:
        return self.pattern


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_translate(token) for token in _TOKEN.findall(pattern)), re.DOTALL)


def _translate(token: str) -> str:
    match token:
        case "**/":
            return "(?:[^/]+/)*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if len(token) > 1:
            negated, body = token[1] == "!", token[1:-1].removeprefix("!")
            inner = body.replace("\\", r"\\").replace("[", r"\[").replace("^", r"\^")
            return f"[{'^/' if negated else ''}{inner}]"
        case _:
            return re.escape(token)
