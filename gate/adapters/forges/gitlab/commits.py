"""Which merge request brought which commit of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from gate.adapters.forges.gitlab import requests
from gate.adapters.forges.gitlab.client import Client, has_more
from gate.adapters.forges.gitlab.history import History, RawCommit, as_fact
from gate.adapters.forges.gitlab.merged import KEEP, is_merged_into, landings
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.requests import Brought, by_forge, kinds_of
from gate.adapters.forges.gitlab.rules import ProjectRules
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.facts import Commit, MergeKind

MOST_PAGES = 10
MOST_LOOKUPS = 100
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The newest merged merge requests of the branch, by their last update."""

    found: tuple[Part, ...]
    whole: bool
    """Whether these are all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """The commits of the change, and the merge requests that brought them."""

    commits: tuple[Commit, ...]
    brought: tuple[Brought, ...]


def merged(client: Client, branch: str, since: datetime | None) -> Merged:
    """List them, the newest first: one page, or as many as it takes to reach back to `since`."""
    question = Question(what=f"merge requests that were merged into {branch}")
    path = f"{client.home}/merge_requests"
    asked: dict[str, str | int] = {
        "state": "merged",
        "target_branch": branch,
        "order_by": "updated_at",
        "sort": "desc",
    }
    found: list[Part] = []
    for number in range(1, MOST_PAGES + 1):
        answer, page = client.page(question, path, KEEP, {**asked, "page": number})
        found += page
        if not has_more(question, answer, page):
            return Merged(found=_distinct(found, branch, client.project_id), whole=True)
        # Whatever was merged since then was updated since then.
        if since is None or (page and page[-1].moment("updated_at") < since - _MARGIN):
            break
    return Merged(found=_distinct(found, branch, client.project_id), whole=False)


def attribute(
    client: Client, history: History, range_: Sequence[RawCommit], known: Merged, branch: str
) -> Attributed:
    """Ask about every merge request that landed among these commits, then about each commit that is left over.

    What a commit's message says proves nothing.
    """
    shas = {commit.sha for commit in range_}
    likely = [one for one in known.found if not shas.isdisjoint(landings(one))]
    project = ProjectRules(client, branch)
    brought = _read(client, history, likely, project)
    by_sha = _by_sha(brought)
    left = [commit.sha for commit in range_ if commit.sha not in by_sha]
    named = _named(client, left, branch)
    numbers = {one.request.number for one in brought}
    more = {
        one.number("iid"): one
        for found in named.values()
        for one in found
        if one.number("iid") not in numbers
    }
    brought = [*brought, *_read(client, history, list(more.values()), project)]
    by_sha = _by_sha(brought)
    for sha, found in named.items():
        # GitLab also knows the commits of a fast-forward merge train, which no field of a merge request names.
        by_sha[sha] = by_sha.get(sha, frozenset()) | {one.number("iid") for one in found}
    return Attributed(
        commits=_commits(client, history, range_, brought, by_sha), brought=tuple(brought)
    )


def _read(
    client: Client, history: History, found: Sequence[Part], project: ProjectRules
) -> list[Brought]:
    return side_by_side([partial(requests.read, client, history, one, project) for one in found])


def _by_sha(brought: Sequence[Brought]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for one in brought:
        for sha in one.shas:
            found[sha] = found.get(sha, frozenset()) | {one.request.number}
    return found


def _named(client: Client, left: Sequence[str], branch: str) -> dict[str, list[Part]]:
    """What GitLab itself says about commits that no merge request in the list explains."""
    if len(left) > MOST_LOOKUPS:
        raise missing(
            Question(what=f"merge requests of {len(left)} commits"),
            "too-large",
            f"no merge request explains {len(left)} commits, and more than {MOST_LOOKUPS} are not looked up one by one",
            "deploy in smaller steps",
        )
    found = side_by_side([partial(_requests_of, client, sha) for sha in left])
    return {
        sha: [one for one in listed if is_merged_into(one, branch, client.project_id)]
        for sha, listed in zip(left, found, strict=True)
    }


def _requests_of(client: Client, sha: str) -> tuple[Part, ...]:
    question = Question(what=f"merge requests of {sha[:12]}")
    path = f"{client.home}/repository/commits/{sha}/merge_requests"
    return client.pages(question, path, KEEP, {"state": "merged"})


def _commits(
    client: Client,
    history: History,
    range_: Sequence[RawCommit],
    brought: Sequence[Brought],
    by_sha: Mapping[str, frozenset[int]],
) -> tuple[Commit, ...]:
    known = {commit.sha: commit for one in brought for commit in one.request.commits}
    unknown = [raw for raw in range_ if raw.sha not in known and not by_sha.get(raw.sha)]
    kinds, signed = both(
        partial(_kinds, history, range_, brought, by_sha), partial(by_forge, history, unknown)
    )
    facts = []
    for raw in range_:
        numbers = tuple(sorted(by_sha.get(raw.sha, ())))
        fact = known.get(raw.sha) or as_fact(raw, host=client.host, by_forge=raw.sha in signed)
        facts.append(replace(fact, brought_by=numbers, merge=kinds.get(raw.sha, fact.merge)))
    return tuple(facts)


def _kinds(
    history: History,
    range_: Sequence[RawCommit],
    brought: Sequence[Brought],
    by_sha: Mapping[str, frozenset[int]],
) -> dict[str, MergeKind]:
    """What the merges on the branch itself brought: one made on a desk may hold more than its merge request."""
    questions = []
    for one in brought:
        own = frozenset(commit.sha for commit in one.request.commits)
        merges = [
            raw
            for raw in range_
            if len(raw.parents) > 1
            and raw.sha not in own
            and one.request.number in by_sha.get(raw.sha, ())
        ]
        # The side of a squashed merge request is its squash, which is none of its own commits.
        questions.append(partial(kinds_of, history, merges, own | one.landed))
    return {sha: kind for found in side_by_side(questions) for sha, kind in found.items()}


def _distinct(found: Sequence[Part], branch: str, project_id: str) -> tuple[Part, ...]:
    """A page that shifted while it was read repeats an element; what was not asked for is left out."""
    distinct = {one.number("iid"): one for one in found if is_merged_into(one, branch, project_id)}
    return tuple(distinct.values())
