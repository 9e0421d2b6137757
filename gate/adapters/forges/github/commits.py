"""Commits: who wrote them, who committed them, and which merged pull requests brought them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gate.adapters.forges.github import accounts, connections, graph, queries
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.part import Part
from gate.domain.facts import Commit, MergeKind
from gate.domain.identity import Identity

KEEP = accounts.KEYS | keys(
    "oid messageHeadline committedViaWeb parents committer signature isValid wasSignedByGitHub authors "
    "associatedPullRequests number merged baseRefName checkSuites createdAt commit object"
)
KEEP_MERGED = keys(
    "merged number url title headRefName mergedAt updatedAt mergeCommit oid closingIssuesReferences"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Commits in the order asked."""

    commits: tuple[Commit, ...]
    answer: Part
    """The repository as it came, with the newest merged pull requests of the branch where these were asked for."""


def ask(client: Client, shas: Sequence[str], branch: str, *, merged: bool = True) -> Found:
    """Ask about these commits, a hundred at the most, and with `merged` about what was merged of late."""
    question = Question(what=f"{len(shas)} commits", permission="contents: read")
    aliases = [f"c{index}" for index, _ in enumerate(shas)]
    document = queries.commits(shas, merged=merged)
    variables = {"branch": branch, "page": 100} if merged else {}
    kept = (KEEP | KEEP_MERGED).union(aliases)
    answered = graph.ask(client, question, "Commits", document, variables, kept)
    found = answered.part(*aliases, *(["merged"] if merged else []))
    commits = []
    for alias, sha in zip(aliases, shas, strict=True):
        one = found.member(alias)
        if one.name("__typename") != "Commit" or one.sha("oid") != sha:
            raise missing(
                question, "wrong-object", f"{sha[:12]} is not the commit that GitHub answered about"
            )
        commits.append(replace(read(client, one), brought_by=_brought_by(client, one, branch)))
    return Found(commits=tuple(commits), answer=found)


def read(client: Client, one: Part) -> Commit:
    """A commit asked for with the fragment CommitFacts. A merge is UNKNOWN until somebody compares it."""
    sha, parents = one.sha("oid"), one.member("parents")
    listed = tuple(parent.sha("oid") for parent in parents.items("nodes"))
    if len(listed) != parents.number("totalCount"):
        raise parents.wrong("the list of all parents", "nodes")
    authors = tuple(accounts.person(author) for author in _all(client, one, sha, "authors"))
    if not authors:
        raise one.wrong("a list with the git author", "authors")
    return Commit(
        sha=sha,
        headline=one.text("messageHeadline"),
        authors=authors,
        committer=_committer(one),
        parents=listed,
        merge=MergeKind.UNKNOWN if len(listed) > 1 else MergeKind.NONE,
    )


def _committer(one: Part) -> Identity | None:
    """None when GitHub itself committed. Anybody can write that name, so its signature has to prove it."""
    signature = one.maybe("signature")
    signed = (
        signature is not None and signature.flag("isValid") and signature.flag("wasSignedByGitHub")
    )
    if one.flag("committedViaWeb") and signed:
        return None
    committer = one.maybe("committer")
    return accounts.NOBODY if committer is None else accounts.person(committer)


def _brought_by(client: Client, one: Part, branch: str) -> tuple[int, ...]:
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


def _all(client: Client, one: Part, sha: str, part: str) -> list[Part]:
    """The elements of a connection of a commit, from all its pages."""

    def further(cursor: str) -> Part:
        question = Question(what=f"{part} of {sha[:12]}", permission="contents: read")
        variables = {"oid": sha, "page": 100, "after": cursor}
        answered = graph.ask(
            client, question, "CommitPage", queries.commit_page(part), variables, KEEP
        )
        return answered.part("object").member("object").member(part)

    return connections.follow(one.member(part), further)
