"""Merged merge requests with their commits, reviews and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.gitlab import accounts, pushes, reviews, rules, timeline, versions
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.git_process import DEEPER
from gate.adapters.forges.gitlab.history import History, RawCommit, as_fact
from gate.adapters.forges.gitlab.merged import KEEP, landings, merge_commit, merger
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import texts
from gate.adapters.forges.gitlab.timeline import Event
from gate.adapters.forges.gitlab.versions import Version
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.facts import ChangedFile, Commit, MergeKind, MergeRequest
from gate.domain.identity import Identity, Kind

MOST_MERGES = 40
"""More merges than this stay unknown, which counts as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A merge request, its files, and the SHAs under which it landed."""

    request: MergeRequest
    files: tuple[ChangedFile, ...]
    landed: frozenset[str]

    @property
    def shas(self) -> frozenset[str]:
        """Every commit that it brought."""
        return self.landed | {commit.sha for commit in self.request.commits}


def read(client: Client, history: History, found: Part, project: rules.ProjectRules) -> Brought:
    """Everything about a merged merge request; `found` is the answer that lists it."""
    return _Reader(client, history, found, found.number("iid"), project).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    client: Client
    history: History
    found: Part
    number: int
    project: rules.ProjectRules

    def read(self) -> Brought:
        """Two rounds of questions: what happened to it, then its commits, between the two ends that this told."""
        head = self.found.sha("sha")
        events, (known, standing) = both(
            partial(timeline.read, self.client, self.number), partial(self._approved, head)
        )
        shown = known or self._from_notes(head, events)
        compared, kept = both(
            partial(self.history.compare, shown[-1].start, head), partial(self._rules, standing)
        )
        if not compared.commits:
            raise missing(
                self._question(), "unreadable", f"GitLab names no commit of !{self.number}"
            )
        if compared.files is None:
            raise missing(
                self._question(),
                "too-large",
                f"GitLab does not list every file of !{self.number}, and no whole clone is here",
                f"deploy in smaller steps; or {DEEPER}",
            )
        story = reviews.Story(
            url=self.found.name("web_url"),
            versions=shown,
            own=frozenset(commit.sha for commit in compared.commits),
            events=events,
            standing=standing.approvers if standing else None,
        )
        return self._brought(story, compared.commits, compared.files, kept)

    def _rules(self, standing: reviews.Standing | None) -> rules.Kept | None:
        if standing is None:
            return rules.unseen(self.number)
        if not standing.has_rules:
            return None
        # After the merge nearly every one has rules of its own, so nobody waits to learn whether this one has.
        kept, _ = both(partial(rules.kept, self.client, self.number), self.project)
        return kept

    def _approved(self, head: str) -> tuple[tuple[Version, ...], reviews.Standing | None]:
        if not self.client.reads_all:
            return (), None
        return both(
            partial(versions.read, self.client, self.number, head),
            partial(reviews.standing, self.client, self.number),
        )

    def _from_notes(self, head: str, events: tuple[Event, ...]) -> tuple[Version, ...]:
        path = f"{self.client.home}/merge_requests/{self.number}"
        detail = self.client.get(self._question(), path, KEEP)
        refs = detail.member("diff_refs")
        if (detail.number("iid"), refs.sha("head_sha")) != (self.number, head):
            raise missing(self._question(), "wrong-object", "GitLab answered about another head")
        return versions.from_notes(detail, self.number, head, events)

    def _brought(
        self,
        story: reviews.Story,
        own: tuple[RawCommit, ...],
        files: tuple[ChangedFile, ...],
        kept: rules.Kept | None,
    ) -> Brought:
        found = self.found
        author = accounts.user(found.maybe("author"))
        merged_at = found.moment("merged_at")
        request = MergeRequest(
            number=self.number,
            reference=f"!{self.number}",
            url=story.url,
            title=found.text("title"),
            body=found.text_or_null("description"),
            branch=found.name("source_branch"),
            author=author,
            merged_by=merger(found),
            merged_at=merged_at,
            merge_commit=merge_commit(found),
            head=found.sha("sha"),
            commits=self._commits(story, own, author),
            reviews=reviews.read(story, self._question()),
            force_pushes=tuple(pushes.rewrites(story.versions, own, story.events, merged_at)),
            labels=texts(found, "labels"),
            paths=_paths(files),
            forge_rules=rules.as_fact(kept, self.project) if kept else None,
        )
        return Brought(request=request, files=files, landed=landings(found))

    def _commits(
        self, story: reviews.Story, own: tuple[RawCommit, ...], author: Identity
    ) -> tuple[Commit, ...]:
        seen = pushes.arrivals(story.versions, own)
        # Compared whether or not it was approved: whoever merged the base branch cleanly wrote nothing.
        merges = [commit for commit in own if len(commit.parents) > 1]
        kinds, signed = both(
            partial(kinds_of, self.history, merges, story.own), partial(by_forge, self.history, own)
        )
        machines = [author] if author.kind is Kind.BOT else []
        facts = (
            as_fact(
                raw,
                host=self.client.host,
                machines=machines,
                brought_by=(self.number,),
                by_forge=raw.sha in signed,
            )
            for raw in own
        )
        return tuple(
            replace(fact, arrived_at=seen.get(fact.sha), merge=kinds.get(fact.sha, fact.merge))
            for fact in facts
        )

    def _question(self) -> Question:
        return Question(what=f"!{self.number}")


def by_forge(history: History, commits: Sequence[RawCommit]) -> frozenset[str]:
    """Those that the forge itself committed."""
    found = side_by_side([partial(history.is_by_forge, commit) for commit in commits])
    return frozenset(commit.sha for commit, is_own in zip(commits, found, strict=True) if is_own)


def kinds_of(
    history: History, merges: list[RawCommit], own: frozenset[str]
) -> Mapping[str, MergeKind]:
    """What each merge brought, by SHA."""
    chosen = merges[:MOST_MERGES]
    found = side_by_side([partial(history.kind, merge, own) for merge in chosen])
    return {merge.sha: kind for merge, kind in zip(chosen, found, strict=True)}


def _paths(files: tuple[ChangedFile, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for f in files for p in (f.path, f.previous_path) if p))
