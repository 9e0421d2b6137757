"""The clone that the runner made, asked fixed questions about full SHAs and nothing else.

Every commit that is believed is checked against its own name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from gate.adapters.forges.gitlab.git_process import DEEPER, GitProcess, gap
from gate.adapters.part import SHA

MOST_COMMITS = 5000


class Git:
    """One clone. Safe to use from several threads. Every method raises FactMissing when git does not answer."""

    def __init__(self, process: GitProcess) -> None:
        self._ask = process.ask

    def is_whole(self) -> bool:
        """Whether the clone holds the history to its beginning."""
        told = self._ask("whether the clone is whole", "rev-parse", "--is-shallow-repository")
        return told.strip() == b"false"

    def ensure(self, *shas: str) -> None:
        """Fetch what the clone does not hold. FactMissing when it is shallow, or when GitLab does not give it."""
        if not self.is_whole():
            raise gap(
                "the history",
                "not-permitted",
                "the clone is shallow, so what lies between two revisions cannot be told from it, and the job token "
                "may not ask GitLab to compare them",
                DEEPER,
            )
        for sha in dict.fromkeys(shas):
            if not self._has(sha):
                self._ask(
                    f"{sha[:12]}, which had to be fetched",
                    *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules"),
                    *("--no-write-fetch-head", "origin", _checked(sha)),
                )

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None when the two have no history in common."""
        shas = (_checked(one), _checked(other))
        told = self._ask("the merge base", "merge-base", *shas, fine=(0, 1))
        return told.decode("ascii", "replace").strip() or None

    def between(self, base: str, head: str) -> tuple[str, ...]:
        """Commits that `head` has and `base` has not; none stands before one of its parents."""
        limit = f"--max-count={MOST_COMMITS + 1}"
        shas = (_checked(head), f"^{_checked(base)}")
        told = self._ask("the commits", "rev-list", "--topo-order", limit, *shas)
        found = told.decode("ascii", "replace").split()
        if len(found) > MOST_COMMITS:
            detail = f"there are more than {MOST_COMMITS} of them"
            raise gap("the commits", "too-large", detail, "deploy in smaller steps")
        return tuple(reversed(found))

    def contents(self, shas: Sequence[str]) -> dict[str, bytes]:
        """The raw commits, each proved by its own name."""
        asked = "".join(f"{_checked(sha)}\n" for sha in shas).encode()
        told = self._ask("the commits", "cat-file", "--batch", given=asked) if shas else b""
        found: dict[str, bytes] = {}
        for sha in shas:
            head, _, told = told.partition(b"\n")
            words = head.decode("ascii", "replace").split()
            if words[:2] != [sha, "commit"] or not words[-1].isdecimal():
                raise gap("the commits", "not-found", f"the clone does not hold {sha[:12]}", DEEPER)
            size = int(words[-1])
            found[sha], told = told[:size], told[size + 1 :]
            if _name_of(found[sha], sha) != sha:
                raise gap(
                    "the commits",
                    "wrong-object",
                    f"what the clone holds as {sha[:12]} is something else: somebody changed the clone",
                    "whoever owns the pipeline sets `GIT_STRATEGY: clone` in the job of the gate",
                )
        return found

    def numbers(self, base: str, head: str) -> bytes:
        """Every file that differs, with its added and removed lines, as `git diff --numstat -z` writes it."""
        options = (
            "--numstat",
            "-z",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
        )
        return self._ask("the files", "diff", *options, _checked(base), _checked(head))

    def merged_tree(self, one: str, other: str) -> str:
        """The tree that merging the two gives; empty when there is a conflict, or when this git is older than 2.38."""
        shas = (_checked(one), _checked(other))
        told = self._ask(
            *("a merge", "merge-tree", "--write-tree", "--no-messages", *shas),
            fine=(0, 1, 128, 129),
        )
        tree = told.decode("ascii", "replace").strip()
        return tree if SHA.fullmatch(tree) else ""

    def remote(self) -> str:
        """Where the clone came from; empty when it does not say."""
        told = self._ask("its remote", "remote", "get-url", "origin", fine=(0, 1, 2, 128))
        return told.decode("utf-8", "replace").strip()

    def _has(self, sha: str) -> bool:
        asked = f"{_checked(sha)}\n".encode()
        told = self._ask("the commits", "cat-file", "--batch-check", given=asked)
        return told.split()[1:2] == [b"commit"]


def _checked(sha: str) -> str:
    """Only a full SHA is ever an argument: a branch could be called `--upload-pack=…`."""
    if not SHA.fullmatch(sha):
        raise gap("a revision", "wrong-object", "it is no full SHA")
    return sha


def _name_of(content: bytes, sha: str) -> str:
    algorithm = hashlib.sha1 if len(sha) == 40 else hashlib.sha256
    return algorithm(b"commit %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
