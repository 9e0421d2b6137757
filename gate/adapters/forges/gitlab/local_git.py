"""The clone that the runner made, asked fixed questions about full SHAs and nothing else.

It is believed in what a SHA proves, and in nothing else: not in its branches, its settings, nor in git's own walk
through it. docs/gitlab.md says what that holds, and what it does not.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from gate.adapters.forges.gitlab import lineage, raw_commit
from gate.adapters.forges.gitlab.git_process import DEEPER, GitProcess, gap
from gate.adapters.forges.gitlab.keyed import OnceEach
from gate.adapters.forges.gitlab.lineage import Lineage
from gate.adapters.forges.gitlab.object_store import FRESH, ObjectStore
from gate.adapters.forges.gitlab.trees import Trees, checked
from gate.adapters.side_by_side import Once

MOST_WALKED = 50_000
_MOST_CROSSINGS = 4


class Git:
    """One clone. Safe to use from several threads. Every method raises FactMissing when git does not answer."""

    def __init__(self, process: GitProcess) -> None:
        self._ask = process.ask
        self._store = Once(lambda: _open(process))
        self._trees = Once(lambda: Trees(self._store()))
        self._lineage = OnceEach(self._prove)
        self._known: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def fetch(self, *shas: str) -> None:
        """Fetch what the clone does not hold. FactMissing when it is shallow, or when GitLab does not give it."""
        for sha in dict.fromkeys(shas):
            if not self._has(sha):
                self._ask(
                    f"{sha[:12]}, which had to be fetched",
                    *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules"),
                    *("--no-write-fetch-head", "origin", sha),
                )

    def contents(self, shas: Sequence[str]) -> dict[str, bytes]:
        """The raw commits, each proved by its own name."""
        with self._lock:
            known = {sha: self._known[sha] for sha in shas if sha in self._known}
        wanted = [checked(sha) for sha in dict.fromkeys(shas) if sha not in known]
        found = self._store().commits(wanted)
        with self._lock:
            self._known |= found
        return known | found

    def lineage(self, base: str, head: str) -> Lineage:
        """How the second stands to the first."""
        return self._lineage((checked(base), checked(head)))

    def numbers(self, base: str, head: str) -> bytes:
        """Every file that differs, with its added and removed lines, as `git diff --numstat -z` writes it."""
        return self._trees().numbers(self.tree(base), self.tree(head))

    def merged_tree(self, one: str, other: str) -> str | None:
        """The tree that merging the two gives; empty when there is a conflict, None when this git cannot tell."""
        bases = self.lineage(one, other).bases
        if bases in {(one,), (other,)}:
            return self.tree(other if bases == (one,) else one)
        pair = self._retold(one, other)
        return self._trees().merged(*pair) if pair else None

    def tree(self, sha: str) -> str:
        """The tree of a commit."""
        return checked(raw_commit.tree(sha, self.contents([sha])[sha]))

    def remote(self) -> str:
        """Where the clone came from; empty when it does not say."""
        told = self._ask("its remote", "remote", "get-url", "origin", fine=(0, 1, 2, 128))
        return told.decode("utf-8", "replace").strip()

    def hint(self, what: str, *arguments: str, fine: Sequence[int] = (0,)) -> Sequence[str]:
        """The lines that git says, without a proof."""
        told = self._store().hint(what, *arguments, fine=fine)
        return told.decode("ascii", "replace").split()

    def _prove(self, ends: tuple[str, str]) -> Lineage:
        return lineage.between(_Walk(self), *ends)

    def _has(self, sha: str) -> bool:
        asked = f"{checked(sha)}\n".encode()
        told = self._store().hint("the commits", "cat-file", "--batch-check", given=asked)
        return told.split()[1:2] == [b"commit"]

    def _retold(self, one: str, other: str, left: int = _MOST_CROSSINGS) -> tuple[str, str] | None:
        """Two commits of our own with the trees of these and the same bases, which is all that a merge looks at.

        None where so many branches were merged into each other that it is not worth the while.
        """
        store, bases = self._store(), self.lineage(one, other).bases
        for base in bases:
            self._trees().prepare(self.tree(base), self.tree(one), self.tree(other))
        roots: Sequence[str] | None
        if len(bases) < 2:
            roots = [store.tie(self.tree(base), (), 0) for base in bases]
        else:
            # Git merges several bases first.
            roots = self._retold(*bases, left - 1) if len(bases) == 2 and left else None
        if roots is None:
            return None
        # Of two bases git takes the younger one first.
        return (
            store.tie(self.tree(one), roots, 2 * left + 2),
            store.tie(self.tree(other), roots, 2 * left + 1),
        )


class _Walk:
    """The clone as what a lineage is proved from."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def walk(self, *arguments: str) -> Sequence[str]:
        found = self._git.hint(
            "the commits", "rev-list", f"--max-count={MOST_WALKED + 1}", *arguments
        )
        if len(found) > MOST_WALKED:
            detail = f"there are more than {MOST_WALKED} of them"
            raise gap("the commits", "too-large", detail, "deploy in smaller steps")
        return found

    def best(self, *shas: str) -> Sequence[str]:
        return self._git.hint("the merge base", "merge-base", "--all", *shas, fine=(0, 1))

    def parents(self, shas: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        contents = self._git.contents(shas)
        return {sha: raw_commit.parents(sha, contents[sha]) for sha in shas}


def _open(process: GitProcess) -> ObjectStore:
    """Objects of the clone. FactMissing when it does not hold the whole history by itself."""
    told = process.ask(
        "whether the clone is whole",
        *("rev-parse", "--is-shallow-repository", "--show-object-format", "--git-path", "objects"),
    )
    shallow, algorithm, place = os.fsdecode(told).removesuffix("\n").split("\n", 2)
    if shallow != "false":
        raise gap(
            "the history",
            "not-permitted",
            "the clone is shallow, so what lies between two revisions cannot be told from it, and the job token "
            "may not ask GitLab to compare them",
            DEEPER,
        )
    if (Path(place) / "info" / "alternates").exists():
        detail = "the clone borrows its objects from another folder, which may be anybody's"
        raise gap("the history", "wrong-object", detail, FRESH)
    # A git that does not know the question repeats it, and knows no other digest either.
    return ObjectStore(process, Path(place), "sha256" if algorithm == "sha256" else "sha1")
