"""Where the revision stands: against the protected branch, and against the ref that the run was started for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from gate.adapters.forges.github import graph, queries
from gate.adapters.forges.github.client import Client, keys
from gate.adapters.forges.github.compare import compare
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.side_by_side import both
from gate.domain.facts import Reach, Revision

_PERMISSION = "contents: read"
_KEEP_REF = keys("ref object type sha tag")
_KEEP_BRANCH = keys("ref name target oid refUpdateRule requiredApprovingReviewCount rules")
_DEEPEST_TAG = 5
"""A tag may point to a tag, which may point to a tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    head: str
    protected: bool | None


def read(client: Client, opening: Callable[[], Graph], asked: Reference, branch: str) -> Revision:
    """Only IDENTICAL and BEHIND prove that the branch holds the revision: commits of forks are found here as well."""
    own_ref = asked.ref == f"refs/heads/{branch}"
    comparison, (told, ref_sha) = both(
        lambda: compare(client, branch, asked.revision),
        lambda: both(
            lambda: _branch(client, opening(), branch),
            lambda: None if own_ref else _ref(client, asked.ref),
        ),
    )
    head = comparison.base if comparison else told.head
    return Revision(
        sha=asked.revision,
        branch=branch,
        branch_head=head,
        branch_protected=told.protected,
        reach=comparison.reach if comparison else Reach.UNRELATED,
        ref=asked.ref,
        ref_sha=head if own_ref else ref_sha,
    )


def _branch(client: Client, opening: Graph, branch: str) -> _Branch:
    """Its tip and whether it is protected; for the default branch that is known already."""
    found, name = opening, "defaultBranchRef"
    default = opening.part("defaultBranchRef.name").maybe("defaultBranchRef")
    question = Question(what=f"the branch {branch}", permission=_PERMISSION)
    if default is None or default.name("name") != branch:
        variables = {"branch": f"refs/heads/{branch}"}
        found, name = (
            graph.ask(client, question, "Branch", queries.BRANCH, variables, _KEEP_BRANCH),
            "ref",
        )
    ref = found.part(f"{name}.name", f"{name}.target").maybe(name)
    if ref is None:
        raise missing(
            question,
            "not-found",
            f"there is no branch {branch}",
            "whoever owns the policy corrects it",
        )
    protected: bool | None = None
    if not (found.failed(f"{name}.refUpdateRule") or found.failed(f"{name}.rules")):
        rules = ref.maybe("rules")
        protected = ref.maybe("refUpdateRule") is not None or (
            rules is not None and rules.number("totalCount") > 0
        )
    return _Branch(head=ref.member("target").sha("oid"), protected=protected)


def _ref(client: Client, ref: str) -> str | None:
    """The commit that a ref points to; None when there is no such ref any more."""
    question = Question(what=f"the ref {ref}", permission=_PERMISSION)
    path = ref.removeprefix("refs/")
    if ".." in path or path.startswith(("/", ".")):
        # No ref is called so, and on the way such a path would become another one.
        return None
    answered = client.ask(question, f"{client.home}/git/ref/{quote(path, safe='/')}", _KEEP_REF)
    if answered.reply.status == 404 and not answered.problem:
        # The comparison next to this proves that the token may read refs here, so it is truly gone.
        return None
    found = answered.part()
    if found.name("ref") != ref:
        raise missing(question, "wrong-object", f"GitHub answered about {found.name('ref')}")
    for _ in range(_DEEPEST_TAG):
        target = found.member("object")
        if target.name("type") != "tag":
            return target.sha("sha")
        found = client.get(question, f"{client.home}/git/tags/{target.sha('sha')}", _KEEP_REF)
    raise missing(question, "unreadable", f"it is a tag of a tag, more than {_DEEPEST_TAG} deep")
