"""The GraphQL documents. Every one is named, read-only, and valid against GitHub's published schema.

`first` is at most 100 on GitHub; what a connection holds beyond one page is asked for with the documents at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate.adapters.forges.github.fragments import (
    ACCOUNT,
    BRANCH_FACTS,
    COMMIT,
    COMMIT_PARTS,
    DEPLOYMENT_PAGE,
    OURS,
    PAGE,
    PERSON,
    POLICY,
    PULL,
    PULL_PARTS,
    RATE,
    REPOSITORY,
)


def opening(places: Sequence[str]) -> str:
    """Everything that needs no other answer first.

    Variables: owner, name, revision, environments, and place0 … placeN (as HEAD:<path>).
    """
    declared = "".join(f", $place{index}: String!" for index, _ in enumerate(places))
    asked = "\n".join(
        f"    policy{index}: object(expression: $place{index}) {{ ...PolicyFile }}"
        for index, _ in enumerate(places)
    )
    return f"""query Opening({REPOSITORY}, $revision: GitObjectID!, $environments: [String!]{declared}) {{
  {RATE}
  {OURS} {{
    nameWithOwner databaseId visibility
    defaultBranchRef {{ ...BranchFacts }}
    head: object(expression: "HEAD") {{ oid }}
{asked}
    deployments(
      first: 30, environments: $environments, orderBy: {{field: CREATED_AT, direction: DESC}}
    ) {{ ...DeploymentPage }}
    revision: object(oid: $revision) {{
      __typename oid
      ... on Commit {{
        status {{ contexts {{ id context state createdAt targetUrl creator {{ ...Account }} }} }}
      }}
    }}
  }}
}}{BRANCH_FACTS}{POLICY if places else ""}{DEPLOYMENT_PAGE}{ACCOUNT}"""


def commits(oids: Sequence[str], *, merged: bool) -> str:
    """Commits by SHA as `c0` … `cN`. With `merged` also the newest merged pull requests of a branch.

    Variables: owner, name, and with `merged` also branch and page. The SHAs stand in the document itself, since aliases
    cannot be variables: give nothing but checked hexadecimal ones.
    """
    declared = ", $branch: String!, $page: Int!" if merged else ""
    pulls = f"""
    merged: pullRequests(
      first: $page, states: [MERGED], baseRefName: $branch,
      orderBy: {{field: UPDATED_AT, direction: DESC}}
    ) {{
      {PAGE}
      nodes {{
        number url title body headRefName mergedAt updatedAt mergeCommit {{ oid }}
        closingIssuesReferences(first: 20) {{
          {PAGE} nodes {{ number repository {{ nameWithOwner }} }}
        }}
      }}
    }}"""
    asked = "\n".join(
        f'    c{index}: object(oid: "{oid}") {{ __typename ...CommitFacts ...BroughtBy }}'
        for index, oid in enumerate(oids)
    )
    brought_by = f"""
fragment BroughtBy on Commit {{
  associatedPullRequests(first: 10) {COMMIT_PARTS["associatedPullRequests"]}
}}"""
    return f"""query Commits({REPOSITORY}{declared}) {{
  {RATE}
  {OURS} {{
    nameWithOwner{pulls if merged else ""}
{asked}
  }}
}}{COMMIT + brought_by + PERSON if oids else ""}"""


def merge_requests(numbers: Sequence[int]) -> str:
    """Pull requests by number as `p<number>`. Variables: owner, name, page."""
    asked = "\n".join(
        f"    p{number}: pullRequest(number: {number}) {{ ...PullFacts }}" for number in numbers
    )
    return f"""query MergeRequests({REPOSITORY}, $page: Int!) {{
  {RATE}
  {OURS} {{
    nameWithOwner
{asked}
  }}
}}{PULL}{COMMIT}{PERSON}{ACCOUNT}"""


# --- what lies beyond the first page, or is asked for only now and then -----------------------


def merge_request_page(part: str) -> str:
    """One more page of a connection of a pull request. Variables: owner, name, number, page, after."""
    return _merge_request("Page", part, ", $after: String!", "first: $page, after: $after")


def merge_request_end(part: str) -> str:
    """The last elements of such a connection. Variables: owner, name, number, page."""
    return _merge_request("End", part, "", "last: $page")


def _merge_request(name: str, part: str, declared: str, cut: str) -> str:
    extra, selection = PULL_PARTS[part]
    fragments = {"reviews": ACCOUNT, "timelineItems": ACCOUNT, "commits": COMMIT + PERSON}
    return f"""query MergeRequest{name}(
  {REPOSITORY}, $number: Int!, $page: Int!{declared}
) {{
  {OURS} {{
    nameWithOwner
    pullRequest(number: $number) {{
      {part}({cut}{extra}) {selection}
    }}
  }}
}}{fragments.get(part, "")}"""


def commit_page(part: str) -> str:
    """One more page of a connection of a commit. Variables: owner, name, oid, page, after."""
    return f"""query CommitPage(
  {REPOSITORY}, $oid: GitObjectID!, $page: Int!, $after: String!
) {{
  {OURS} {{
    nameWithOwner
    object(oid: $oid) {{
      ... on Commit {{ {part}(first: $page, after: $after) {COMMIT_PARTS[part]} }}
    }}
  }}
}}{PERSON if part == "authors" else ""}"""


DEPLOYMENTS = f"""query Deployments({REPOSITORY}, $environments: [String!], $page: Int!, $after: String!) {{
  {RATE}
  {OURS} {{
    nameWithOwner
    deployments(
      first: $page, after: $after, environments: $environments,
      orderBy: {{field: CREATED_AT, direction: DESC}}
    ) {{ ...DeploymentPage }}
  }}
}}{DEPLOYMENT_PAGE}{ACCOUNT}"""
"""Older deployments. Variables: owner, name, environments, page, after."""

BRANCH = f"""query Branch({REPOSITORY}, $branch: String!) {{
  {OURS} {{
    nameWithOwner
    ref(qualifiedName: $branch) {{ ...BranchFacts }}
  }}
}}{BRANCH_FACTS}"""
"""A branch that is not the default one. Variables: owner, name, branch (as refs/heads/…)."""


def documents() -> Mapping[str, str]:
    """Every document that the adapter can send, for the contract tests; built ones with typical arguments."""
    oid, other = "0" * 40, "1" * 40
    pages = {f"MergeRequestPage.{part}": merge_request_page(part) for part in PULL_PARTS}
    ends = {f"MergeRequestEnd.{part}": merge_request_end(part) for part in PULL_PARTS}
    commit_pages = {f"CommitPage.{part}": commit_page(part) for part in COMMIT_PARTS}
    return {
        "Opening": opening(["HEAD:.github/change-policy.yml", "HEAD:change-policy.yml"]),
        "Opening.bare": opening([]),
        "Commits": commits([oid, other], merged=True),
        "Commits.further": commits([oid], merged=False),
        "Commits.merged": commits([], merged=True),
        "MergeRequests": merge_requests([12, 13]),
        "Deployments": DEPLOYMENTS,
        "Branch": BRANCH,
        **pages,
        **ends,
        **commit_pages,
    }
