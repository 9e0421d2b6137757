"""Two revisions compared: how they stand to each other, the commits between them, and the files that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github.client import PAGE, Client, keys, segment
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import SHA, Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.facts import Reach
from gate.domain.ports import FactMissing

MOST_COMMITS = 5000
MOST_FILES = 300
"""GitHub lists no more of them, and does not say that it left any out."""

_KEEP = keys(
    "status ahead_by behind_by base_commit merge_base_commit commits sha "
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A comparison of which only the first page of commits is there yet."""

    client: Client
    question: Question
    path: str
    head: str
    comparison: Comparison
    ahead_by: int
    """How many commits there are on all pages."""

    @property
    def further(self) -> list[Callable[[], tuple[str, ...]]]:
        """The questions for the other pages, which can be asked in any order."""
        return [partial(self._page, number) for number in range(2, -(-self.ahead_by // PAGE) + 1)]

    def whole(self, pages: Iterable[Sequence[str]]) -> Comparison:
        """The comparison with the commits of these pages. FactMissing when they are not all, or end elsewhere."""
        listed = [*self.comparison.commits, *(sha for page in pages for sha in page)]
        if not len(listed) == len(set(listed)) == self.ahead_by:
            raise missing(self.question, "unreadable", "GitHub did not list every commit once")
        if listed and listed[-1] != self.head:
            raise missing(
                self.question, "wrong-object", f"the last commit listed is not {self.head[:12]}"
            )
        return replace(self.comparison, commits=tuple(listed))

    def _page(self, number: int) -> tuple[str, ...]:
        asked = {"per_page": PAGE, "page": number}
        return _commits(self.client.get(self.question, self.path, _KEEP, asked))


def compare(client: Client, base: str, head: str, *, commits: bool = False) -> Comparison | None:
    """Compare `base` (a SHA or a branch) with `head` (a SHA); None when they have no history in common."""
    beginning = begin(client, base, head, commits=commits)
    if beginning is None or not commits:
        return beginning.comparison if beginning else None
    return beginning.whole(side_by_side(beginning.further))


def begin(client: Client, base: str, head: str, *, commits: bool = True) -> Beginning | None:
    """The same, as far as one question tells; without `commits` none of them is asked for."""
    question = Question(
        what=f"the comparison {_shown(base)}...{head[:12]}", permission="contents: read"
    )
    path = f"{client.home}/compare/{segment(base)}...{head}"
    asked = {"per_page": PAGE, "page": 1} if commits else {"per_page": 1}
    try:
        first = client.get(question, path, _KEEP, asked)
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
        commits=_commits(first) if commits else (),
        files=tuple(read_file(one) for one in first.items("files")),
    )
    _verify(question, first, found, base, head)
    ahead_by = first.number("ahead_by")
    if commits and ahead_by > MOST_COMMITS:
        detail = f"there are {ahead_by} commits between the two, more than {MOST_COMMITS}"
        raise missing(question, "too-large", detail)
    return Beginning(
        client=client,
        question=question,
        path=path,
        head=head,
        comparison=found,
        ahead_by=ahead_by,
    )


def _commits(page: Part) -> tuple[str, ...]:
    return tuple(commit.sha("sha") for commit in page.items("commits"))


def _verify(question: Question, answer: Part, found: Comparison, base: str, head: str) -> None:
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


def _reach(answer: Part) -> Reach:
    told = answer.name("status")
    if told not in {"identical", "behind", "ahead", "diverged"}:
        raise answer.wrong("a way for two revisions to stand to each other", "status")
    return Reach(told)


def read_file(one: Part) -> FileDiff:
    """One entry of a list of changed files; comparisons, commits and pull requests describe them alike."""
    # Only a renamed file has the first of these, only a text of moderate size the second.
    previous = one.text("previous_filename") if one.has("previous_filename") else ""
    patch = one.text("patch") if one.has("patch") else None
    if one.name("status") == "renamed" and not previous:
        raise one.wrong("there", "previous_filename")
    return FileDiff(
        path=one.name("filename"),
        previous_path=previous,
        status=one.name("status"),
        added=one.number("additions"),
        removed=one.number("deletions"),
        sha=one.text_or_null("sha"),
        patch=patch,
    )


def _shown(base: str) -> str:
    return base[:12] if SHA.fullmatch(base) else base
