"""The words and signs of a GraphQL document, one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'(?P<skip>[\s,\ufeff]+|\#[^\n\r]*)|(?P<block>"""(?:[^"\\]|\\.|"(?!""))*""")'
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<spread>\.\.\.)|(?P<name>[A-Za-z_]\w*)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<sign>[!$()\[\]{}:=@|&])"
)


class DocumentInvalid(Exception):
    """The document cannot be read."""


@dataclass(frozen=True, slots=True)
class Token:
    """One of them. The last has the kind `end` and no text."""

    kind: str
    text: str
    at: int


class Tokens:
    """A place in the document, moving forward."""

    def __init__(self, text: str) -> None:
        """DocumentInvalid when the text holds something that is no token."""
        self._text = text
        self._tokens: list[Token] = []
        self._next = 0
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._unexpected(Token("", text[at], at))
            if match.lastgroup and match.lastgroup != "skip":
                self._tokens.append(Token(match.lastgroup, match[0], at))
            at = match.end()
        self._tokens.append(Token("end", "", at))

    @property
    def current(self) -> Token:
        """The token at this place."""
        return self._tokens[self._next]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = self._text.count("\n", 0, at) + 1
        return line, at - (self._text.rfind("\n", 0, at) + 1) + 1

    def peek(self, text: str) -> bool:
        """Whether this very text stands here."""
        return self.current.text == text

    def skip(self, text: str) -> bool:
        """Go over this very text, if it stands here."""
        found = self.peek(text)
        self._next += found
        return found

    def take(self, wanted: str) -> Token:
        """Go over a token of this kind or text; DocumentInvalid when something else stands here."""
        return self.take_one_of(wanted)

    def take_one_of(self, *wanted: str) -> Token:
        """Go over a token of one of these kinds or texts."""
        token = self.current
        if token.kind not in wanted and token.text not in wanted:
            raise self._unexpected(token)
        self._next += 1
        return token

    def _unexpected(self, token: Token) -> DocumentInvalid:
        line, column = self.place(token.at)
        shown = repr(token.text) if token.text else "end of document"
        return DocumentInvalid(f"Unexpected {shown} at [{line}, {column}]")
