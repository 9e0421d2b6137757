"""The repository and its branches, references and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.github.branches import protection
from gate.sandbox.github.forge import GitHub, quoted
from gate.sandbox.github_rest.commits import commit_shape
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.repository_shape import full_repository
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number


def repository(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /repos/{owner}/{repo}`."""
    return answer(full_repository(github))


def branch(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/branches/{branch}`."""
    name = named["branch"]
    target = github.world.branches.get(name)
    if target is None:
        return not_found()
    protected, contexts = protection(github, name)
    checks = {
        "enforcement_level": "non_admins" if contexts else "off",
        "contexts": contexts,
        "checks": [{"context": context, "app_id": None} for context in contexts],
    }
    address = github.repo_api(f"/branches/{quoted(name)}")
    return answer(
        {
            "name": name,
            "commit": commit_shape(github, github.world.commits[target]),
            "_links": {"self": address, "html": github.repo_web(f"/tree/{name}")},
            "protected": protected,
            "protection": {"enabled": protected, "required_status_checks": checks},
            "protection_url": f"{address}/protection",
        }
    )


def reference(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/git/ref/{ref}`: exactly that reference."""
    found = [shape for shape in _references(github) if shape["ref"] == f"refs/{named['ref']}"]
    return answer(found[0]) if found else not_found()


def matching_references(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/git/matching-refs/{ref}`: references that begin like this."""
    start = f"refs/{named['ref']}"
    return answer([shape for shape in _references(github) if shape["ref"].startswith(start)])


def rules(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/rules/branches/{branch}`: what rulesets demand of a branch."""
    protected, contexts = protection(github, named["branch"])
    source = {
        "ruleset_source_type": "Repository",
        "ruleset_source": github.world.repository.name,
        "ruleset_id": number("ruleset", named["branch"]),
    }
    review = {
        "required_approving_review_count": github.world.repository.required_approvals,
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": ["merge", "squash", "rebase"],
    }
    found: list[dict[str, Any]] = []
    if protected:
        found = [
            {"type": "deletion", **source},
            {"type": "non_fast_forward", **source},
            {"type": "pull_request", "parameters": review, **source},
        ]
    if contexts:
        checks = {
            "required_status_checks": [{"context": context} for context in contexts],
            "strict_required_status_checks_policy": False,
        }
        found.append({"type": "required_status_checks", "parameters": checks, **source})
    items, headers = page_of(github, request, found)
    return answer(items, headers=headers)


def _references(github: GitHub) -> list[dict[str, Any]]:
    world = github.world
    places = [("heads", world.branches), ("tags", world.tags)]
    return [
        {
            "ref": f"refs/{kind}/{name}",
            "node_id": f"REF_{number('ref', f'{kind}/{name}')}",
            "url": github.repo_api(f"/git/refs/{kind}/{name}"),
            "object": {
                "type": "commit",
                "sha": world.commits[target].sha,
                "url": github.repo_api(f"/git/commits/{world.commits[target].sha}"),
            },
        }
        for kind, names in places
        for name, target in names.items()
    ]


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}", answer=repository, needs="metadata"),
    Route(path="/repos/{owner}/{repo}/branches/{branch*}", answer=branch, needs="contents"),
    Route(path="/repos/{owner}/{repo}/git/ref/{ref*}", answer=reference, needs="contents"),
    Route(
        path="/repos/{owner}/{repo}/git/matching-refs/{ref*}",
        answer=matching_references,
        needs="contents",
    ),
    Route(path="/repos/{owner}/{repo}/rules/branches/{branch*}", answer=rules, needs="metadata"),
)
