"""The policy's bytes as they lie on the default branch, proved by their own hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part
from gate.domain.ports import PolicyFile

_PERMISSION = "contents: read"


def read(client: Client, opening: Graph, places: Sequence[str]) -> PolicyFile:
    """The first place that holds a file; the others that do are named. FactMissing (`no-policy`) when none does."""
    aliases = [f"policy{index}" for index, _ in enumerate(places)]
    found = opening.part(*aliases, "head", "defaultBranchRef.name", "defaultBranchRef.target")
    branch, revision = _default_branch(found)
    held = [
        (place, file)
        for place, name in zip(places, aliases, strict=True)
        if (file := found.maybe(name))
    ]
    if not held:
        raise missing(
            Question(what="the policy file", permission=_PERMISSION),
            "no-policy",
            f"none of {', '.join(places)} is on {branch} at {revision[:12]}",
            f"whoever owns the policy merges one to {branch}",
        )
    (path, file), *others = held
    return PolicyFile(
        path=path,
        branch=branch,
        revision=revision,
        content=_content(client, path, file),
        others=tuple(other for other, _ in others),
    )


def _default_branch(found: Part) -> tuple[str, str]:
    ref, head = found.maybe("defaultBranchRef"), found.maybe("head")
    question = Question(what="the default branch", permission=_PERMISSION)
    if ref is None or head is None:
        raise missing(
            question,
            "not-found",
            f"the repository has no default branch, or hides it from this token, which needs `{_PERMISSION}`",
            question.remedy,
        )
    revision = ref.member("target").sha("oid")
    if head.sha("oid") != revision:
        # The files were asked for as HEAD:<path>, and a branch may be called HEAD.
        raise missing(question, "wrong-object", "HEAD is not the tip of the default branch")
    return ref.name("name"), revision


def _content(client: Client, path: str, file: Part) -> bytes:
    question = Question(what=f"the policy file {path}", permission=_PERMISSION)
    oid = file.sha("oid")
    if file.name("__typename") != "Blob":
        raise missing(
            question, "unreadable", f"{path} is not a file", "whoever owns the policy makes it one"
        )
    if not file.flag("isTruncated") and (text := file.maybe("text")) is not None:
        content = str(text.value).encode()
        if _hash(content, oid) == oid:
            return content
    # A long file, or one that is no clean UTF-8: GraphQL gives neither as it lies there.
    blob = client.get(question, f"{client.home}/git/blobs/{oid}", ("sha", "size", "encoding"))
    try:
        content = (
            base64.b64decode(blob.text("content")) if blob.name("encoding") == "base64" else b""
        )
    except (binascii.Error, ValueError):
        raise blob.wrong("base64", "content") from None
    if _hash(content, oid) != oid:
        raise missing(
            question,
            "wrong-object",
            f"the content of {path} is not what its hash {oid[:12]} promises",
        )
    return content


def _hash(content: bytes, oid: str) -> str:
    """Git's name for this content, in the hash function that `oid` is of."""
    algorithm = hashlib.sha1 if len(oid) == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
