"""Every file that differs, or nothing: a list that was cut hides what matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.compare import Comparison, FileDiff, read_file
from gate.adapters.forges.github.pulls import Pull
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.facts import ChangedFile, Commit, MergeKind

MOST_FILES = 3000
"""GitHub lists no more files of a pull request or a commit, and does not say that it left any out."""

_KEEP = keys("sha files filename previous_filename status additions deletions")


def of_comparisons(comparisons: Iterable[Comparison]) -> tuple[ChangedFile, ...] | None:
    """The files of these comparisons together; None when the list of one of them may have been cut."""
    listed = list(comparisons)
    if not all(comparison.files_whole for comparison in listed):
        return None
    return together(_changed(file) for comparison in listed for file in comparison.files)


def of_pulls(pulls: Iterable[Pull], commits: Iterable[Commit]) -> tuple[ChangedFile, ...] | None:
    """The files of the pull requests together; None when a commit, or a part of one, came without any of them."""
    if not all(commit.brought_by and not _may_hold_more(commit) for commit in commits):
        return None
    return together(file for pull in pulls for file in pull.files)


def of_commit(client: Client, sha: str) -> tuple[ChangedFile, ...]:
    """The files of one commit against its first parent."""
    question = Question(what=f"files of {sha[:12]}", permission="contents: read")
    first, found = client.pages(question, f"{client.home}/commits/{sha}", _KEEP, items="files")
    if first.sha("sha") != sha:
        raise missing(question, "wrong-object", f"GitHub answered about {first.sha('sha')[:12]}")
    return together(_listed(question, found))


def with_old_names(
    client: Client, pulls: Sequence[Pull], comparison: Comparison | None
) -> list[Pull]:
    """The same pull requests; where they renamed files, the old names count as touched as well."""
    # With one pull request the comparison tells. With several, one may have renamed what another had renamed before.
    known = (
        {file.path: file.previous_path for file in comparison.files}
        if comparison and len(pulls) == 1
        else {}
    )
    return side_by_side([partial(_with_old_names, client, pull, known) for pull in pulls])


def together(files: Iterable[ChangedFile]) -> tuple[ChangedFile, ...]:
    """One entry for each path, counts added up."""
    found: dict[str, ChangedFile] = {}
    for file in files:
        known = found.get(file.path, ChangedFile(path=file.path))
        found[file.path] = ChangedFile(
            path=file.path,
            added=known.added + file.added,
            removed=known.removed + file.removed,
            previous_path=file.previous_path or known.previous_path,
        )
    return tuple(found.values())


def _with_old_names(client: Client, pull: Pull, known: dict[str, str]) -> Pull:
    if not pull.renamed:
        return pull
    if all(known.get(path) for path in pull.renamed):
        renamed = {path: known[path] for path in pull.renamed}
        return pull.with_files(
            tuple(
                ChangedFile(
                    path=file.path,
                    added=file.added,
                    removed=file.removed,
                    previous_path=renamed.get(file.path, ""),
                )
                for file in pull.files
            )
        )
    number = pull.request.number
    question = Question(what=f"files of #{number}", permission="pull-requests: read")
    _, found = client.pages(question, f"{client.home}/pulls/{number}/files", _KEEP)
    return pull.with_files(tuple(_listed(question, found)))


def _listed(question: Question, found: Sequence[Part]) -> list[ChangedFile]:
    if len(found) >= MOST_FILES:
        raise missing(question, "too-large", f"GitHub lists no more than {MOST_FILES} of them")
    return [_changed(read_file(one)) for one in found]


def _changed(file: FileDiff) -> ChangedFile:
    return ChangedFile(
        path=file.path, added=file.added, removed=file.removed, previous_path=file.previous_path
    )


def _may_hold_more(commit: Commit) -> bool:
    """A merge from a desk may hold what is in none of the pull requests."""
    return commit.committer is not None and commit.merge in {MergeKind.CONTENT, MergeKind.UNKNOWN}
