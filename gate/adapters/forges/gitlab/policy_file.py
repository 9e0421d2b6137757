"""The policy's bytes as they lie on the default branch, proved by their own hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from gate.adapters.answer import Answer
from gate.adapters.forges.gitlab.branches import Branch
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import segment
from gate.adapters.part import SHA
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.ports import FactMissing, PolicyFile


def read(client: Client, branch: Callable[[], Branch], places: Sequence[str]) -> PolicyFile:
    """The first place that holds a file; the others that do are named. FactMissing (`no-policy`) when none does.

    `branch` asks for the branch that the runner calls the default one.
    """
    default, found = both(partial(_default, branch), partial(_ask_all, client, places, "HEAD"))
    if _revisions(found) - {default.head}:
        # A branch may be called HEAD, and the true one may have moved on meanwhile.
        found = _ask_all(client, places, default.head)
    if not found:
        raise missing(
            Question(what="the policy file"),
            "no-policy",
            f"none of {', '.join(places)} is on {default.name} at {default.head[:12]}",
            f"whoever owns the policy merges one to {default.name}",
        )
    if _revisions(found) != {default.head}:
        question = Question(what="the policy file")
        raise missing(question, "wrong-object", "GitLab gave it from another commit")
    path, *others = found
    return PolicyFile(
        path=path,
        branch=default.name,
        revision=default.head,
        content=_proved(found[path], path),
        others=tuple(others),
    )


def _default(branch: Callable[[], Branch]) -> Branch:
    found = branch()
    if not found.default:
        raise missing(
            Question(what="the default branch"),
            "wrong-object",
            f"the runner says that {found.name} is the default branch, and GitLab says that it is not",
            "whoever owns the pipeline looks for a job whose dotenv report changes CI_DEFAULT_BRANCH, and sets "
            "`dependencies: []` in the job of the gate",
        )
    return found


def _ask_all(client: Client, places: Sequence[str], ref: str) -> dict[str, Answer]:
    """The places that hold a file, in their order."""
    found = side_by_side([partial(_ask, client, place, ref) for place in places])
    return {place: answer for place, answer in zip(places, found, strict=True) if answer}


def _ask(client: Client, place: str, ref: str) -> Answer | None:
    path = f"{client.home}/repository/files/{segment(place)}/raw"
    return client.ask(_question(place), path, parameters={"ref": ref})


def _revisions(found: Mapping[str, Answer]) -> set[str]:
    return {_header(answer, place, "x-gitlab-commit-id") for place, answer in found.items()}


def _proved(answer: Answer, path: str) -> bytes:
    """Git's name for this content, in the hash function that the name is of."""
    name = _header(answer, path, "x-gitlab-blob-id")
    algorithm = hashlib.sha1 if len(name) == 40 else hashlib.sha256
    content = answer.content
    told = algorithm(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    if told != name:
        raise missing(
            _question(path),
            "wrong-object",
            f"the content of {path} is not what its hash {name[:12]} promises",
        )
    return content


def _header(answer: Answer, path: str, name: str) -> str:
    told = answer.headers.get(name, "")
    if not SHA.fullmatch(told):
        raise _unreadable(path, name)
    return told


def _unreadable(path: str, name: str) -> FactMissing:
    return missing(
        _question(path),
        "unreadable",
        f"GitLab gave {path}, but not its header {name}, which says what it is",
    )


def _question(place: str) -> Question:
    return Question(what=f"the policy file {place}")
