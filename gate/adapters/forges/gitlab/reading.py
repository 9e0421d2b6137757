"""What GitLab's answers are made of, beyond what every tracker's and forge's are."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from gate.adapters.part import Part


def sha_or_empty(part: Part, name: str) -> str:
    """A full object id; empty for null: a merge request that was fast-forwarded has no merge commit."""
    return "" if part.maybe(name) is None else part.sha(name)


def texts(part: Part, name: str) -> tuple[str, ...]:
    """A list of texts."""
    found = [item.value for item in part.items(name)]
    if not all(isinstance(text, str) for text in found):
        raise part.wrong("a list of texts", name)
    return tuple(str(text) for text in found)


def web_path(part: Part, name: str) -> str:
    """The path of an address for people."""
    try:
        return urlsplit(part.name(name)).path
    except ValueError:
        raise part.wrong("an address", name) from None


def keys(names: str) -> frozenset[str]:
    """Keys of an answer that the evidence keeps, given as words."""
    return frozenset(names.split())


def segment(text: str) -> str:
    """One segment of a path: a branch `a/b` or a hostile `../x` stays one segment."""
    return quote(text, safe="")
