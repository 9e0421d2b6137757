"""Pull requests with their reviews, commits, events and files, ten to a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github import accounts, commits, connections, graph, queries, reviews
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.fragments import PULL_PARTS
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part
from gate.adapters.side_by_side import chunks, side_by_side
from gate.domain.facts import ChangedFile, Commit, MergeRequest

BATCH = 10
_PERMISSION = "pull-requests: read"
_KEEP = (
    accounts.KEYS
    | commits.KEEP
    | keys(
        "number url title merged mergedAt baseRefName headRefName author mergedBy mergeCommit pullRequest "
        "reviews state submittedAt lastEditedAt authorCanPushToRepository commits timelineItems actor beforeCommit "
        "afterCommit review files path additions deletions changeType labels closingIssuesReferences"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request and its files."""

    request: MergeRequest
    files: tuple[ChangedFile, ...]
    renamed: tuple[str, ...] = ()
    """Files whose old names GraphQL did not tell."""

    def with_files(self, files: tuple[ChangedFile, ...]) -> Pull:
        """The same with all names of its files known."""
        paths = [path for file in files for path in (file.path, file.previous_path) if path]
        return Pull(request=replace(self.request, paths=tuple(dict.fromkeys(paths))), files=files)


def ask(client: Client, numbers: Sequence[int], branch: str) -> list[Pull]:
    """Ask about these pull requests, which commits were said to come by; in the order given."""
    batches = chunks(numbers, BATCH)
    answers = side_by_side([partial(_batch, client, batch, branch) for batch in batches])
    return [pull for answer in answers for pull in answer]


def _batch(client: Client, numbers: Sequence[int], branch: str) -> list[Pull]:
    shown = ", ".join(f"#{number}" for number in numbers)
    question = Question(what=f"pull requests {shown}", permission=_PERMISSION)
    aliases = [f"p{number}" for number in numbers]
    document = queries.merge_requests(numbers)
    answered = graph.ask(
        client, question, "MergeRequests", document, {"page": 100}, _KEEP.union(aliases)
    )
    found = answered.part(*aliases)
    readers = [
        _Reader(client, question, found.member(f"p{number}"), number, branch) for number in numbers
    ]
    return side_by_side([reader.pull for reader in readers])


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one pull request, all pages of it."""

    client: Client
    question: Question
    found: Part
    number: int
    branch: str

    def pull(self) -> Pull:
        """The pull request as a fact, with its files."""
        found = self.found
        told = (found.number("number"), found.flag("merged"), found.name("baseRefName"))
        if told != (self.number, True, self.branch):
            raise missing(
                self.question,
                "wrong-object",
                f"#{self.number} is not a pull request that was merged into {self.branch}",
            )
        read = side_by_side([partial(self.all, part) for part in PULL_PARTS])
        lists = dict(zip(PULL_PARTS, read, strict=True))
        events, files = lists["timelineItems"], lists["files"]
        own = self.commits(lists["commits"])
        merge_commit = found.maybe("mergeCommit")
        request = MergeRequest(
            number=self.number,
            reference=f"#{self.number}",
            url=found.name("url"),
            title=found.text("title"),
            body=found.text("body"),
            branch=found.name("headRefName"),
            author=accounts.actor(found.maybe("author")),
            merged_by=reviews.merger(accounts.actor(found.maybe("mergedBy")), events),
            merged_at=found.moment("mergedAt"),
            merge_commit=merge_commit.sha("oid") if merge_commit else "",
            # Not headRefOid: the branch may have moved on since the merge.
            head=own[-1].sha,
            commits=own,
            reviews=reviews.read(lists["reviews"], events),
            force_pushes=tuple(reviews.forced_pushes(events)),
            labels=tuple(label.name("name") for label in lists["labels"]),
            paths=tuple(dict.fromkeys(file.name("path") for file in files)),
            linked_issues=tuple(issues(lists["closingIssuesReferences"])),
        )
        return Pull(
            request=request,
            files=tuple(
                ChangedFile(
                    path=f.name("path"), added=f.number("additions"), removed=f.number("deletions")
                )
                for f in files
            ),
            renamed=tuple(f.name("path") for f in files if f.name("changeType") == "RENAMED"),
        )

    def all(self, part: str) -> list[Part]:
        """The elements of one of its connections."""
        if self.found.maybe(part) is None and part == "labels":
            # GitHub has null where there is no label at all.
            return []
        return follow(self.client, self.number, self.found, part)

    def commits(self, nodes: Sequence[Part]) -> tuple[Commit, ...]:
        """Its own commits, oldest first, with the time at which GitHub first saw each."""
        read = tuple(self.commit(node.member("commit")) for node in nodes)
        if not read:
            raise self.found.wrong("a list with a commit", "commits")
        return read

    def commit(self, found: Part) -> Commit:
        """A commit, whose arrival is when its first check suite was made: dates of commits are their authors' own."""
        suites = found.maybe("checkSuites")
        seen = [suite.moment("createdAt") for suite in suites.items("nodes")] if suites else []
        return replace(
            commits.read(self.client, found),
            arrived_at=min(seen, default=None),
            brought_by=(self.number,),
        )


def follow(client: Client, number: int, pull: Part, part: str) -> list[Part]:
    """The elements of a connection of a pull request, from all its pages."""

    def page(operation: str, document: str, **variables: object) -> Part:
        question = Question(what=f"{part} of #{number}", permission=_PERMISSION)
        asked = {"number": number, "page": 100, **variables}
        answered = graph.ask(client, question, operation, document, asked, _KEEP)
        return answered.part("pullRequest").member("pullRequest").member(part)

    return connections.follow(
        pull.member(part),
        lambda cursor: page("MergeRequestPage", queries.merge_request_page(part), after=cursor),
        lambda count: page("MergeRequestEnd", queries.merge_request_end(part), page=count),
    )


def issues(found: list[Part]) -> Iterator[str]:
    """Issues as `owner/name#12`."""
    for issue in found:
        yield f"{issue.member('repository').name('nameWithOwner')}#{issue.number('number')}"
