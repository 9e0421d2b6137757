"""Merged merge requests as lists show them: where each landed, and who merged it."""

from __future__ import annotations

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.reading import keys, sha_or_empty
from gate.adapters.part import Part
from gate.domain.identity import Identity

KEEP = accounts.KEYS | keys(
    "iid project_id target_project_id source_project_id title description state created_at updated_at merged_at "
    "merged_by merge_user target_branch source_branch labels sha merge_commit_sha squash_commit_sha web_url references "
    "full diff_refs base_sha head_sha start_sha"
)


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
    named = (sha_or_empty(found, name) for name in ("sha", "merge_commit_sha", "squash_commit_sha"))
    return frozenset(named) - {""}


def merger(found: Part) -> Identity:
    """Whoever merged it. `merged_by` is the name that older versions know."""
    return accounts.user(found.maybe("merge_user" if found.has("merge_user") else "merged_by"))


def merge_commit(found: Part) -> str:
    """The commit that the branch got: of a fast-forward its own head."""
    return (
        sha_or_empty(found, "merge_commit_sha")
        or sha_or_empty(found, "squash_commit_sha")
        or found.sha("sha")
    )
