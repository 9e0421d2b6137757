"""Merged merge requests with their commits, reviews and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github.side_by_side import both, side_by_side
from gate.adapters.forges.gitlab import accounts, pushes, reviews, timeline, versions
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.history import Compared, History, RawCommit, as_fact
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys, sha, sha_or_empty, text_or_null, texts
from gate.adapters.forges.gitlab.timeline import Event
from gate.adapters.forges.gitlab.versions import Version
from gate.adapters.trackers.part import Part
from gate.domain.facts import ChangedFile, Commit, MergeKind, MergeRequest, ReviewState
from gate.domain.identity import Identity, Kind

KEEP = accounts.KEYS | keys(
    "iid project_id target_project_id source_project_id title description state created_at updated_at merged_at "
    "merged_by merge_user target_branch source_branch labels sha merge_commit_sha squash_commit_sha web_url references "
    "full diff_refs base_sha head_sha start_sha"
)
MOST_MERGES = 40
"""More merges than this stay unknown, which counts as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A merge request, its files, and the SHAs under which it landed."""

    request: MergeRequest
    files: tuple[ChangedFile, ...] | None
    """None when they cannot be listed in full."""
    landed: frozenset[str]

    @property
    def shas(self) -> frozenset[str]:
        """Every commit that it brought."""
        return self.landed | {commit.sha for commit in self.request.commits}


def is_merged_into(found: Part, branch: str, project_id: str) -> bool:
    """Whether it is a merged one of this very project and branch: others prove nothing."""
    told = (
        found.name("state"),
        found.name("target_branch"),
        str(found.number("target_project_id")),
    )
    return told == ("merged", branch, project_id)


def landings(found: Part) -> frozenset[str]:
    """The SHAs that may stand on the target branch for it: merge, squash, or the head itself (fast-forward)."""
    named = (sha_or_empty(found, name) for name in ("merge_commit_sha", "squash_commit_sha"))
    return frozenset({sha(found, "sha"), *named} - {""})


def read(client: Client, history: History, found: Part) -> Brought:
    """Everything about a merged merge request; `found` is the answer that lists it."""
    return _Reader(client, history, found, found.number("iid")).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    client: Client
    history: History
    found: Part
    number: int

    def read(self) -> Brought:
        """Two rounds of questions: what happened to it, then its commits, between the two ends that this told."""
        head = sha(self.found, "sha")
        events, (known, standing) = both(
            partial(timeline.read, self.client, self.number), partial(self._approved, head)
        )
        shown = known or self._from_notes(head, events)
        compared = self.history.compare(shown[-1].start, head)
        if not compared.commits:
            raise missing(
                self._question(), "unreadable", f"GitLab names no commit of !{self.number}"
            )
        story = reviews.Story(
            url=self.found.name("web_url"),
            versions=shown,
            own=frozenset(commit.sha for commit in compared.commits),
            events=events,
            standing=standing,
        )
        return self._brought(story, compared)

    def _approved(
        self, head: str
    ) -> tuple[tuple[Version, ...], tuple[reviews.Approver, ...] | None]:
        if not self.client.reads_all:
            return (), None
        return both(
            partial(versions.read, self.client, self.number, head),
            partial(reviews.approvers, self.client, self.number),
        )

    def _from_notes(self, head: str, events: tuple[Event, ...]) -> tuple[Version, ...]:
        path = f"{self.client.home}/merge_requests/{self.number}"
        detail = self.client.get(self._question(), path, KEEP)
        refs = detail.member("diff_refs")
        if (detail.number("iid"), sha(refs, "head_sha")) != (self.number, head):
            raise missing(self._question(), "wrong-object", "GitLab answered about another head")
        return versions.from_notes(detail, self.number, head, events)

    def _brought(self, story: reviews.Story, compared: Compared) -> Brought:
        found, files = self.found, compared.files
        given = reviews.read(story, self._question())
        author = accounts.user(found.maybe("author"))
        merged_at = found.moment("merged_at")
        request = MergeRequest(
            number=self.number,
            reference=f"!{self.number}",
            url=story.url,
            title=found.text("title"),
            body=text_or_null(found, "description"),
            branch=found.name("source_branch"),
            author=author,
            merged_by=merger(found),
            merged_at=merged_at,
            merge_commit=_merge_commit(found),
            head=sha(found, "sha"),
            commits=self._commits(story, compared.commits, author, approved=_approved(given)),
            reviews=given,
            force_pushes=tuple(
                pushes.rewrites(story.versions, compared.commits, story.events, merged_at)
            ),
            labels=texts(found, "labels"),
            paths=_paths(files or ()),
        )
        return Brought(request=request, files=files, landed=landings(found))

    def _commits(
        self,
        story: reviews.Story,
        own: tuple[RawCommit, ...],
        author: Identity,
        *,
        approved: bool,
    ) -> tuple[Commit, ...]:
        seen = pushes.arrivals(story.versions, own)
        # Without an approval there is nothing that a merge could void.
        merges = [commit for commit in own if len(commit.parents) > 1] if approved else []
        kinds = kinds_of(self.history, merges, story.own)
        machines = [author] if author.kind is Kind.BOT else []
        return tuple(
            replace(
                as_fact(
                    raw,
                    host=self.client.host,
                    machines=machines,
                    brought_by=(self.number,),
                    by_forge=self.history.is_by_forge(raw),
                ),
                arrived_at=seen.get(raw.sha),
                merge=kinds.get(
                    raw.sha, MergeKind.UNKNOWN if len(raw.parents) > 1 else MergeKind.NONE
                ),
            )
            for raw in own
        )

    def _question(self) -> Question:
        return Question(what=f"!{self.number}")


def kinds_of(
    history: History, merges: list[RawCommit], own: frozenset[str]
) -> Mapping[str, MergeKind]:
    """What each merge brought, by SHA."""
    chosen = merges[:MOST_MERGES]
    found = side_by_side([partial(history.kind, merge, own) for merge in chosen])
    return {merge.sha: kind for merge, kind in zip(chosen, found, strict=True)}


def merger(found: Part) -> Identity:
    """Whoever merged it. `merged_by` is the name that older versions know."""
    return accounts.user(found.maybe("merge_user" if found.has("merge_user") else "merged_by"))


def _merge_commit(found: Part) -> str:
    """The commit that the branch got: of a fast-forward its own head."""
    return (
        sha_or_empty(found, "merge_commit_sha")
        or sha_or_empty(found, "squash_commit_sha")
        or sha(found, "sha")
    )


def _approved(given: tuple[reviews.Review, ...]) -> bool:
    return any(review.state is ReviewState.APPROVED for review in given)


def _paths(files: tuple[ChangedFile, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for f in files for p in (f.path, f.previous_path) if p))
