"""A link as plain Markdown, which every tracker understands."""

from __future__ import annotations

import html

from gate.render.escape import address

_MEANING = {char: f"%{ord(char):02X}" for char in "()<>[]|`\\*_~'\""}
"""Characters that could end the link, or the cell of a table in which it stands. `_` and `*` could begin emphasis."""


def link(text: str, url: str) -> str:
    """The text, which is Markdown already, as a link; the text alone when the address leads to no web page."""
    safe = html.unescape(address(url))
    if not safe or not text:
        return text
    scheme, _, rest = safe.partition("://")
    host, slash, path = rest.partition("/")
    target = "".join(_MEANING.get(char, char) for char in path)
    return f"[{text}]({scheme}://{host}{slash}{target})"
