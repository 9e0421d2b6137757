"""Text with its marks, from Markdown to the Atlassian Document Format."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from gate.adapters.trackers.adf_nodes import Node

_TOKEN = re.compile(
    r"(?P<tick>`+)(?P<code>.+?)(?P=tick)(?!`)"
    r"|\[(?P<label>[^\[\]]*)\]\(<?(?P<href>https?://[^\s<>()]+)>?\)"
    r"|<(?P<auto>https?://[^\s<>]+)>"
    r"|(?P<break><br\s*/?>)"
    r"|</?[A-Za-z][^<>]*>"
    r"|\*\*(?P<strong>.+?)\*\*"
    r"|~~(?P<strike>.+?)~~"
    r"|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|(?<![\w])_(?P<under>[^_\s](?:[^_]*[^_\s])?)_(?![\w])"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<bare>https?://[^\s<>()\[\]|*`\"']+[^\s<>()\[\]|*`\"'.,;:!?])"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = "&#8203;"
"""What keeps a mention from being one in Markdown. Text of a document mentions nobody."""


def inline(lines: Sequence[str]) -> list[Node]:
    """The nodes of a paragraph of these lines."""
    nodes: list[Node] = []
    for index, line in enumerate(lines):
        nodes += [{"type": "hardBreak"}] if index else []
        nodes += _parts(line, {})
    return nodes


def plain(text: str) -> list[Node]:
    """The text as it stands; no node for none, since an empty text is refused."""
    shown = _UNSEEN.sub("", text)
    return [{"type": "text", "text": shown}] if shown else []


def _parts(text: str, marks: dict[str, Node]) -> Iterator[Node]:
    end = 0
    for match in _TOKEN.finditer(text):
        yield from _marked(_unescaped(text[end : match.start()]), marks)
        yield from _part(match, marks)
        end = match.end()
    yield from _marked(_unescaped(text[end:]), marks)


def _part(match: re.Match[str], marks: dict[str, Node]) -> Iterator[Node]:
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    match found:
        case {"code": code}:
            # Code may be a link, and nothing else besides.
            kept = {name: mark for name, mark in marks.items() if name == "link"}
            yield from _marked(code, {**kept, "code": {"type": "code"}})
        case {"label": label, "href": href}:
            inner = {**marks, **_link(href)}
            yield from _parts(label, inner) if label.strip() else _marked(href, inner)
        case {"auto": href} | {"bare": href}:
            yield from _marked(html.unescape(href), {**marks, **_link(href)})
        case {"break": _}:
            yield {"type": "hardBreak"}
        case {"strong": inner_text}:
            yield from _parts(inner_text, {**marks, "strong": {"type": "strong"}})
        case {"strike": inner_text}:
            yield from _parts(inner_text, {**marks, "strike": {"type": "strike"}})
        case {"em": inner_text} | {"under": inner_text}:
            yield from _parts(inner_text, {**marks, "em": {"type": "em"}})
        case {"escaped": char}:
            yield from _marked(char, marks)


def _link(href: str) -> dict[str, Node]:
    return {"link": {"type": "link", "attrs": {"href": html.unescape(href)}}}


def _marked(text: str, marks: dict[str, Node]) -> Iterator[Node]:
    for node in plain(text):
        yield {**node, "marks": list(marks.values())} if marks else node


def _unescaped(text: str) -> str:
    return html.unescape(text.replace(_INVISIBLE, ""))
