"""One escaper for each place that shows text from outside. Whatever a ticket or a login says, it
stays text.

The attacks and their tests are numbered in docs/security-model.md.
"""

from __future__ import annotations

import html
import re
import unicodedata

_LONGEST = 2_000


def visible(text: str, *, longest: int = _LONGEST) -> str:
    """One line in which nothing hides: controls, line breaks, bidirectional and invisible
    characters become escapes.
    """
    shown = "".join(_show(char) for char in text[:longest])
    return shown if len(text) <= longest else f"{shown} … ({len(text) - longest} characters more)"


def log(text: str) -> str:
    """Text inside a line of a job's log.

    The runner obeys `##[command]` anywhere in a line, and `::command::` at the start of one.
    """
    return visible(text).replace("##[", "##\\[").replace("::", ":\\:")


def command_data(text: str) -> str:
    """The message of a workflow command."""
    return log(text)[:4_000].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A property of a workflow command, such as its title."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """Text inside a paragraph, list item or table cell of GitHub's or GitLab's Markdown.

    Every character that could mean something becomes a numeric entity; mentions, references and
    addresses are broken up by an invisible space, so that nobody is notified and nothing is linked.
    """
    return "".join(_markdown_entity(char) for char in visible(text))


def element(text: str) -> str:
    """Text inside an HTML element or a quoted attribute, isolated from the direction of what
    surrounds it.
    """
    return html.escape(visible(text), quote=True)


def address(url: str) -> str:
    """A link target that only leads to a web page; empty for anything else, which is then not
    linked.
    """
    if len(url) > _LONGEST or not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?", url):
        return ""
    return html.escape(url, quote=True)


def _show(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\t":
        return " "
    if category in {"Cc", "Cf", "Zl", "Zp", "Co", "Cs", "Cn"}:
        return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
    return char


def _markdown_entity(char: str) -> str:
    if char in "@#:":
        return f"&#{ord(char)};&#8203;"
    if char.isascii() and not char.isalnum() and char not in " ,'":
        return f"&#{ord(char)};"
    return char
