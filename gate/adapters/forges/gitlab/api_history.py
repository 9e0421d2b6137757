"""History as GitLab compares it, for a token with the scope `read_api`."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.differences import Difference, changed, read_differences, same
from gate.adapters.forges.gitlab.history import Compared, RawCommit, Signed, ordered
from gate.adapters.forges.gitlab.keyed import OnceEach
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys, texts
from gate.adapters.part import Part
from gate.adapters.side_by_side import both
from gate.domain.facts import MergeKind
from gate.domain.ports import FactMissing

KEEP_COMMIT = keys(
    "id parent_ids title author_name author_email committer_name committer_email commit commits"
)
_KEEP = KEEP_COMMIT | keys(
    "diffs compare_timeout old_path new_path new_file renamed_file deleted_file too_large collapsed"
)
_KEEP_SIGNATURE = keys("signature_type verification_status")
_FORGES_OWN = "GitLab"
"""The committer that GitLab writes when it signs what it commits in the web interface."""


class ApiHistory:
    """GitLab as a History."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._compared = OnceEach(self._ask_comparison)
        self._base = OnceEach(self._ask_base)

    def commit(self, sha: str) -> RawCommit:
        """One commit. The job token may read this as well."""
        question = Question(what=f"commit {sha[:12]}")
        path = f"{self._client.home}/repository/commits/{sha}"
        found = read(self._client.get(question, path, KEEP_COMMIT))
        if found.sha != sha:
            raise missing(question, "wrong-object", f"GitLab answered about {found.sha[:12]}")
        return found

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        return self._base((one, other))

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not; the parts of the answer have to agree with each other."""
        question = _comparison(base, head)
        answer, common = both(
            partial(self._compared, (base, head)), partial(self.merge_base, base, head)
        )
        if common is None:
            raise missing(question, "not-found", "the two have no history in common")
        commits = ordered(read(one) for one in answer.items("commits"))
        _verify(question, commits, head, common)
        found = read_differences(answer)
        return Compared(commits=commits, files=None if found is None else changed(found))

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """Compare the merge request's own difference to the base branch before and after the merge."""
        inside = [parent for parent in merge.parents if parent in own]
        if len(merge.parents) != 2 or len(inside) > 1:
            return MergeKind.UNKNOWN
        # At the very start of a branch even its own side is not a commit of the merge request yet.
        ours = inside[0] if inside else merge.parents[0]
        base = merge.parents[1] if ours == merge.parents[0] else merge.parents[0]
        before, after = both(
            partial(self._differences, base, ours), partial(self._differences, base, merge.sha)
        )
        return MergeKind.UNKNOWN if before is None or after is None else same(before, after)

    def is_by_forge(self, commit: RawCommit) -> bool:
        """Anybody can write that name as the committer's, so GitLab's own signature has to prove it."""
        if commit.committer.name != _FORGES_OWN:
            return False
        question = Question(what=f"the signature of {commit.sha[:12]}", needs=Needs.READ)
        path = f"{self._client.home}/repository/commits/{commit.sha}/signature"
        answer = self._client.ask(question, path, _KEEP_SIGNATURE)
        if answer is None:
            return False
        found = Part(answer.value(), answer.asked)
        return found.text("verification_status") == "verified_system"

    def _ask_base(self, pair: tuple[str, str]) -> str | None:
        one, other = pair
        question = Question(what=f"the merge base of {one[:12]} and {other[:12]}", needs=Needs.READ)
        path = f"{self._client.home}/repository/merge_base?refs[]={one}&refs[]={other}"
        try:
            return self._client.get(question, path, KEEP_COMMIT).sha("id")
        except FactMissing as gap:
            # An unknown revision is HTTP 400, a project that may not be seen says so.
            if "404 merge base" in gap.missing.detail.lower():
                return None
            raise

    def _ask_comparison(self, pair: tuple[str, str]) -> Part:
        base, head = pair
        path = f"{self._client.home}/repository/compare"
        ends = {"from": base, "to": head, "straight": "false"}
        return self._client.get(_comparison(base, head), path, _KEEP, ends)

    def _differences(self, base: str, head: str) -> tuple[Difference, ...] | None:
        return read_differences(self._compared((base, head)))


def _comparison(base: str, head: str) -> Question:
    return Question(what=f"the comparison {base[:12]}...{head[:12]}", needs=Needs.READ)


def read(found: Part) -> RawCommit:
    """A commit as any answer of GitLab holds it."""
    return RawCommit(
        sha=found.sha("id"),
        parents=texts(found, "parent_ids"),
        author=Signed(name=found.text("author_name"), email=found.text("author_email")),
        committer=Signed(name=found.text("committer_name"), email=found.text("committer_email")),
        message=found.text("message"),
    )


def _verify(question: Question, commits: tuple[RawCommit, ...], head: str, common: str) -> None:
    """Commits between two revisions hang together: from the head down to their merge base none is left out."""
    listed = {commit.sha for commit in commits}
    reached = {parent for commit in commits for parent in commit.parents}
    tips = listed - reached
    whole = tips == {head} and common in reached and common not in listed
    if (listed or common != head) and not whole:
        raise missing(
            question, "wrong-object", "the answer contradicts itself, or is about other revisions"
        )
