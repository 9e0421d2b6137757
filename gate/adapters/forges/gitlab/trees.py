"""What differs between two trees of the clone, and what merging two gives: worked out from proved objects alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.adapters.forges.gitlab.git_process import gap
from gate.adapters.forges.gitlab.keyed import OnceEach
from gate.adapters.forges.gitlab.object_store import ObjectStore, changed
from gate.adapters.part import SHA

_COMPARE = ("diff-tree", "-r", "-t", "-z", "--no-renames")
_SUBMODULE = b"160000"


class Trees:
    """Comparisons and merges in one store. Safe to use from several threads. Its methods raise FactMissing."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._brought = OnceEach(self._bring)
        self._proved = OnceEach(self._prove)

    def numbers(self, one: str, other: str) -> bytes:
        """Every file that differs, with its added and removed lines, as `git diff --numstat -z` writes it.

        Files are taken to be renamed where GitLab's own comparison takes them to be, at 30 %.
        """
        self._brought((one, other))
        options = ("--numstat", "-z", "-M30%", "--no-ext-diff", "--no-textconv", "--no-color")
        return self._store.ask("the files", "diff", *options, one, other)

    def prepare(self, base: str, *sides: str) -> None:
        """Bring over, for a merge, what differs between a base and each of the sides."""
        for side in sides:
            self._proved((base, side))

    def merged(self, one: str, other: str) -> str | None:
        """The tree of merging two commits of the store; empty for a conflict, None when this git cannot tell."""
        told = self._store.ask(
            *("a merge", "merge-tree", "--write-tree", "--no-messages", one, other),
            # Older than 2.38 it does not know how.
            fine=(0, 1, 128, 129),
        )
        said = told.decode("ascii", "replace").strip()
        if not said:
            return None
        return said if SHA.fullmatch(said) else ""

    def _bring(self, trees: tuple[str, str]) -> bytes:
        """Bring both trees over, with every tree and file that stands in one of them alone."""
        told = self._store.hint("the files", *_COMPARE, *trees)
        self._store.bring([*trees, *_objects(told)])
        return told

    def _prove(self, trees: tuple[str, str]) -> None:
        """See that nothing was left out. A comparison would fail, but before 2.44 git merges as if it were empty."""
        told = self._brought(trees)
        if self._store.ask("the files", *_COMPARE, *trees) != told:
            raise changed(trees[0])


def _objects(told: bytes) -> Iterator[str]:
    """Names in what `git diff-tree -z` writes: modes and names before and after, how it differs, and the path."""
    fields: Sequence[bytes] = told.split(b"\0")
    for field in fields[0:-1:2]:
        words = field.removeprefix(b":").split()
        for mode, name in zip(words[:2], words[2:4], strict=True):
            if mode != _SUBMODULE and name.strip(b"0"):
                yield checked(name.decode("ascii", "replace"))


def checked(sha: str) -> str:
    """Only a full SHA is ever an argument: a branch could be called `--upload-pack=…`."""
    if not SHA.fullmatch(sha):
        raise gap("a revision", "wrong-object", "it is no full SHA")
    return sha
