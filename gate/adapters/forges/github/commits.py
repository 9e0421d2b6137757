"""Commits: who wrote them, who committed them, and which merged pull requests brought them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github import accounts, connections, graph, queries
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.shape import Shape
from gate.adapters.forges.github.side_by_side import side_by_side
from gate.domain.facts import Commit, MergeKind
from gate.domain.identity import Identity

CHUNK = 100
MOST_COMMITS = 5000

KEEP = accounts.KEYS | keys(
    "oid messageHeadline committedViaWeb parents committer signature isValid wasSignedByGitHub authors "
    "associatedPullRequests number merged baseRefName checkSuites createdAt commit object"
)
KEEP_MERGED = keys(
    "merged number url title headRefName mergedAt updatedAt mergeCommit oid closingIssuesReferences"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Commits in the order asked, and the newest merged pull requests of the branch as they came."""

    commits: tuple[Commit, ...]
    merged: Shape


def ask(client: Client, shas: Sequence[str], branch: str) -> Found:
    """Ask about all commits, as many as fit into one question at a time, side by side."""
    if len(shas) > MOST_COMMITS:
        question = Question(
            what=f"the {len(shas)} commits of the change", permission="contents: read"
        )
        raise missing(
            question, "too-large", f"the change has {len(shas)} commits, more than {MOST_COMMITS}"
        )
    chunks = [tuple(shas[at : at + CHUNK]) for at in range(0, len(shas), CHUNK)] or [()]
    answers = side_by_side(
        [
            partial(_chunk, client, chunk, branch, first=index == 0)
            for index, chunk in enumerate(chunks)
        ]
    )
    merged = answers[0][1]
    return Found(
        commits=tuple(commit for commits, _ in answers for commit in commits), merged=merged
    )


def _chunk(
    client: Client, shas: Sequence[str], branch: str, *, first: bool
) -> tuple[list[Commit], Shape]:
    question = Question(what=f"{len(shas)} commits", permission="contents: read")
    aliases = [f"c{index}" for index, _ in enumerate(shas)]
    document = queries.commits(shas, merged=first)
    variables = {"branch": branch, "page": 100} if first else {}
    kept = (KEEP | KEEP_MERGED).union(aliases)
    answered = graph.ask(client, question, "Commits", document, variables, kept)
    found = answered.part(*aliases, *(["merged"] if first else []))
    commits = []
    for alias, sha in zip(aliases, shas, strict=True):
        one = found.member(alias)
        if one.name("__typename") != "Commit" or one.sha("oid") != sha:
            raise missing(
                question, "wrong-object", f"{sha[:12]} is not the commit that GitHub answered about"
            )
        commits.append(replace(read(client, one), brought_by=_brought_by(client, one, branch)))
    return commits, found


def read(client: Client, one: Shape) -> Commit:
    """A commit asked for with the fragment CommitFacts. A merge is UNKNOWN until somebody compares it."""
    sha, parents = one.sha("oid"), one.member("parents")
    listed = tuple(parent.sha("oid") for parent in parents.items("nodes"))
    if len(listed) != parents.number("totalCount"):
        raise parents.unreadable("the list of all parents", "nodes")
    authors = tuple(accounts.person(author) for author in _all(client, one, sha, "authors"))
    if not authors:
        raise one.unreadable("a list with the git author", "authors")
    return Commit(
        sha=sha,
        headline=one.text("messageHeadline"),
        authors=authors,
        committer=_committer(one),
        parents=listed,
        merge=MergeKind.UNKNOWN if len(listed) > 1 else MergeKind.NONE,
    )


def _committer(one: Shape) -> Identity | None:
    """None when GitHub itself committed. Anybody can write that name, so its signature has to prove it."""
    signature = one.maybe("signature")
    signed = (
        signature is not None and signature.flag("isValid") and signature.flag("wasSignedByGitHub")
    )
    if one.flag("committedViaWeb") and signed:
        return None
    committer = one.maybe("committer")
    return accounts.NOBODY if committer is None else accounts.person(committer)


def _brought_by(client: Client, one: Shape, branch: str) -> tuple[int, ...]:
    """Merged pull requests of this repository into the branch. An open one proves nothing, nor does any message."""
    found = _all(client, one, one.sha("oid"), "associatedPullRequests")
    return tuple(
        sorted(
            {
                pull.number("number")
                for pull in found
                if pull.flag("merged")
                and pull.name("baseRefName") == branch
                and pull.member("repository").name("nameWithOwner").casefold()
                == client.repository.casefold()
            }
        )
    )


def _all(client: Client, one: Shape, sha: str, part: str) -> list[Shape]:
    """The elements of a connection of a commit, from all its pages."""

    def further(cursor: str) -> Shape:
        question = Question(what=f"{part} of {sha[:12]}", permission="contents: read")
        variables = {"oid": sha, "page": 100, "after": cursor}
        answered = graph.ask(
            client, question, "CommitPage", queries.commit_page(part), variables, KEEP
        )
        return answered.part("object").member("object").member(part)

    return connections.follow(one.member(part), further)
