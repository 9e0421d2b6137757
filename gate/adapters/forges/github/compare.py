"""Two revisions compared: how they stand to each other, the commits between them, and the files that differ."""

from __future__ import annotations

from dataclasses import dataclass

from gate.adapters.forges.github.client import Client, keys, segment
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.shape import SHA, Shape
from gate.domain.facts import Reach
from gate.domain.ports import FactMissing

MOST_FILES = 300
"""GitHub lists no more of them, and does not say that it left any out."""

_KEEP = keys(
    "status ahead_by behind_by total_commits base_commit merge_base_commit commits sha "
    "files filename previous_filename additions deletions"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """One file of a comparison. `patch` is None for a binary or very long difference; `sha` names its content."""

    path: str
    previous_path: str
    status: str
    added: int
    removed: int
    sha: str
    patch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How `head` stands to `base`, and what it has that their merge base has not."""

    reach: Reach
    base: str
    merge_base: str
    commits: tuple[str, ...] = ()
    """SHAs, oldest first; empty when they were not asked for."""
    files: tuple[FileDiff, ...] = ()

    @property
    def files_whole(self) -> bool:
        """Whether these are all files that differ."""
        return len(self.files) < MOST_FILES


def compare(client: Client, base: str, head: str, *, commits: bool = False) -> Comparison | None:
    """Compare `base` (a SHA or a branch) with `head` (a SHA); None when they have no history in common."""
    question = Question(
        what=f"the comparison {_shown(base)}...{head[:12]}", permission="contents: read"
    )
    path = f"{client.home}/compare/{segment(base)}...{head}"
    try:
        if commits:
            first, listed = client.pages(
                question, path, _KEEP, items="commits", total="total_commits"
            )
        else:
            first, listed = client.get(question, path, _KEEP, {"per_page": 1}), ()
    except FactMissing as gap:
        if (
            gap.missing.reason_code == "not-found"
            and "no common ancestor" in gap.missing.detail.lower()
        ):
            return None
        raise
    found = Comparison(
        reach=_reach(first),
        base=first.member("base_commit").sha("sha"),
        merge_base=first.member("merge_base_commit").sha("sha"),
        commits=tuple(dict.fromkeys(commit.sha("sha") for commit in listed)),
        files=tuple(read_file(one) for one in first.items("files")),
    )
    _verify(question, first, found, base, head)
    if commits and len(found.commits) != first.number("ahead_by"):
        raise missing(question, "unreadable", "GitHub did not list every commit")
    if found.commits and found.commits[-1] != head:
        raise missing(question, "wrong-object", f"the last commit listed is not {head[:12]}")
    return found


def _verify(question: Question, answer: Shape, found: Comparison, base: str, head: str) -> None:
    """The parts of the answer have to agree with each other and with what was asked."""
    ahead, behind = answer.number("ahead_by") > 0, answer.number("behind_by") > 0
    told = {
        (False, False): Reach.IDENTICAL,
        (True, False): Reach.AHEAD,
        (False, True): Reach.BEHIND,
        (True, True): Reach.DIVERGED,
    }[ahead, behind]
    agrees = (
        told is found.reach
        and (not SHA.fullmatch(base) or found.base == base)
        and (found.merge_base == head) == (found.reach in {Reach.IDENTICAL, Reach.BEHIND})
        and (found.merge_base == found.base) == (found.reach in {Reach.IDENTICAL, Reach.AHEAD})
    )
    if not agrees:
        raise missing(
            question, "wrong-object", "the answer contradicts itself, or is about other revisions"
        )


def _reach(answer: Shape) -> Reach:
    told = answer.name("status")
    if told not in {"identical", "behind", "ahead", "diverged"}:
        raise answer.unreadable("a way for two revisions to stand to each other", "status")
    return Reach(told)


def read_file(one: Shape) -> FileDiff:
    """One entry of a list of changed files; comparisons, commits and pull requests describe them alike."""
    # Only a renamed file has the first of these, only a text of moderate size the second.
    previous = one.text("previous_filename") if one.has("previous_filename") else ""
    patch = one.text("patch") if one.has("patch") else None
    if one.name("status") == "renamed" and not previous:
        raise one.unreadable("there", "previous_filename")
    return FileDiff(
        path=one.name("filename"),
        previous_path=previous,
        status=one.name("status"),
        added=one.number("additions"),
        removed=one.number("deletions"),
        sha=one.text_or_empty("sha"),
        patch=patch,
    )


def _shown(base: str) -> str:
    return base[:12] if SHA.fullmatch(base) else base
