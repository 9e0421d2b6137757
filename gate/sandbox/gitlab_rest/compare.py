"""Comparisons and merge bases: nothing that a job token may ask for."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.commit_shape import commit_shape
from gate.sandbox.gitlab_rest.diffs import listed
from gate.sandbox.gitlab_rest.errors import invalid, not_found, refused
from gate.sandbox.gitlab_rest.forge import GitLab, quoted
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import Commit


def compare(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/compare`: from the merge base, or `straight` from the other commit itself."""
    names = {name: request.query.get(name, "") for name in ("from", "to")}
    if missing := [name for name, text in names.items() if not text]:
        raise invalid(", ".join(f"{name} is missing" for name in missing))
    base, head = (gitlab.graph.resolve(text) for text in names.values())
    if base is None or head is None:
        raise not_found("Ref")
    compared = gitlab.graph.compare(base, head)
    straight = request.query.get("straight") == "true"
    start = base if straight else compared and compared.merge_base
    commits = compared.ahead if compared else _history(gitlab, head)
    differences, cut = listed(gitlab.trees.diff(start, head) if start else ())
    shapes = [commit_shape(gitlab, commit) for commit in commits]
    dots = ".." if straight else "..."
    return answer(
        {
            "commit": shapes[-1] if shapes else None,
            "commits": shapes,
            "diffs": differences,
            "compare_timeout": cut,
            "compare_same_ref": base == head,
            "web_url": gitlab.web(f"/-/compare/{quoted(names['from'])}{dots}{quoted(names['to'])}"),
        }
    )


def merge_base(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/repository/merge_base?refs[]=…&refs[]=…`."""
    names = (request.query.get("refs[]") or request.query.get("refs", "")).split(",")
    if len(names) < 2:
        raise refused(400, "Provide at least 2 refs")
    found = {name: gitlab.graph.resolve(name) for name in names}
    if unknown := [name for name, commit in found.items() if commit is None]:
        noun = "ref" if len(unknown) == 1 else "refs"
        raise refused(400, f"Could not find {noun}: {', '.join(unknown)}")
    base, *others = (commit for commit in found.values() if commit)
    for other in others:
        compared = gitlab.graph.compare(base, other)
        if compared is None:
            raise not_found("Merge Base")
        base = compared.merge_base
    return answer(commit_shape(gitlab, base))


def _history(gitlab: GitLab, head: Commit) -> list[Commit]:
    return [commit for commit in gitlab.graph.order if gitlab.graph.contains(head, commit)]


_REPOSITORY = "/projects/{id}/repository"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=f"{_REPOSITORY}/compare", answer=compare, needs=access.READ),
    Route(path=f"{_REPOSITORY}/merge_base", answer=merge_base, needs=access.READ),
)
