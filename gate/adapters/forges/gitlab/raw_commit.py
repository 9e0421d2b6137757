"""A commit as git stores it: headers, an empty line, the message."""

from __future__ import annotations

import re

from gate.adapters.forges.gitlab.git_process import gap
from gate.adapters.forges.gitlab.history import RawCommit, Signed

_PERSON = re.compile(rb"(?P<name>[^<>]*)<(?P<email>[^<>]*)> -?[0-9]+ [+-][0-9]{4}")


def read(sha: str, content: bytes) -> RawCommit:
    """All of it."""
    (author, *_), (committer, *_) = (
        _header(sha, content, name) for name in (b"author", b"committer")
    )
    return RawCommit(
        sha=sha,
        parents=parents(sha, content),
        author=_person(sha, author),
        committer=_person(sha, committer),
        message=as_text(content.partition(b"\n\n")[2]),
    )


def parents(sha: str, content: bytes) -> tuple[str, ...]:
    """Its parents' SHAs."""
    found = _header(sha, content, b"parent", needed=False)
    return tuple(parent.decode("ascii", "replace") for parent in found)


def tree(sha: str, content: bytes) -> str:
    """The name of its tree."""
    return _header(sha, content, b"tree")[0].decode("ascii", "replace")


def as_text(content: bytes) -> str:
    """A name in another encoding must stay distinct from every other; it need not be pretty."""
    return content.decode("utf-8", "backslashreplace")


def _header(sha: str, content: bytes, name: bytes, *, needed: bool = True) -> list[bytes]:
    lines = content.partition(b"\n\n")[0].split(b"\n")
    found = [line[len(name) + 1 :] for line in lines if line.startswith(name + b" ")]
    if needed and not found:
        raise gap("the commits", "unreadable", f"{sha[:12]} has no {name.decode()}")
    return found


def _person(sha: str, line: bytes) -> Signed:
    found = _PERSON.fullmatch(line)
    if found is None:
        raise gap("the commits", "unreadable", f"an author of {sha[:12]} cannot be read")
    return Signed(name=as_text(found["name"]).strip(), email=as_text(found["email"]).strip())
