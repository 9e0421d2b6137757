"""The parts of which the GraphQL documents are made."""

from __future__ import annotations

REPOSITORY = "$owner: String!, $name: String!"
OURS = "repository(owner: $owner, name: $name)"
RATE = "rateLimit { cost remaining resetAt }"
PAGE = "pageInfo { hasNextPage endCursor }"

ACCOUNT = """
fragment Account on Actor {
  __typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
}"""

PERSON = """
fragment Person on GitActor { name email user { login databaseId } }"""

BRANCH_FACTS = """
fragment BranchFacts on Ref {
  name
  target { oid }
  refUpdateRule { requiredApprovingReviewCount }
  rules(first: 1) { totalCount }
}"""

POLICY = """
fragment PolicyFile on GitObject {
  __typename oid
  ... on Blob { byteSize isBinary isTruncated text }
}"""

DEPLOYMENT_PAGE = f"""
fragment DeploymentPage on DeploymentConnection {{
  {PAGE}
  nodes {{
    databaseId commitOid environment originalEnvironment task createdAt
    creator {{ ...Account }}
    statuses(first: 10) {{ {PAGE} nodes {{ state createdAt logUrl }} }}
  }}
}}"""

COMMIT_PARTS: dict[str, str] = {
    "authors": "{ totalCount " + PAGE + " nodes { ...Person } }",
    "associatedPullRequests": "{ totalCount "
    + PAGE
    + " nodes { number merged baseRefName repository { nameWithOwner } } }",
}

COMMIT = f"""
fragment CommitFacts on Commit {{
  oid messageHeadline committedViaWeb
  parents(first: 10) {{ totalCount nodes {{ oid }} }}
  committer {{ ...Person }}
  signature {{ isValid wasSignedByGitHub }}
  authors(first: 20) {COMMIT_PARTS["authors"]}
}}"""

EVENTS = "HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_DISMISSED_EVENT, ADDED_TO_MERGE_QUEUE_EVENT"

PULL_PARTS: dict[str, tuple[str, str]] = {
    "reviews": (
        "",
        "{ totalCount " + PAGE + " nodes { id url state submittedAt lastEditedAt body "
        "authorCanPushToRepository author { ...Account } commit { oid } } }",
    ),
    "commits": (
        "",
        "{ totalCount " + PAGE + " nodes { commit { ...CommitFacts "
        "checkSuites(first: 1) { nodes { createdAt } } } } }",
    ),
    "timelineItems": (
        f", itemTypes: [{EVENTS}]",
        "{ " + PAGE + " nodes { __typename "
        "... on HeadRefForcePushedEvent { createdAt actor { ...Account } "
        "beforeCommit { oid } afterCommit { oid } } "
        "... on ReviewDismissedEvent { createdAt actor { ...Account } review { id } } "
        "... on AddedToMergeQueueEvent { createdAt actor { ...Account } } } }",
    ),
    "files": ("", "{ totalCount " + PAGE + " nodes { path additions deletions changeType } }"),
    "labels": ("", "{ totalCount " + PAGE + " nodes { name } }"),
    "closingIssuesReferences": (
        "",
        "{ totalCount " + PAGE + " nodes { number repository { nameWithOwner } } }",
    ),
}

PULL = (
    """
fragment PullFacts on PullRequest {
  number url title body merged mergedAt baseRefName headRefName
  author { ...Account }
  mergedBy { ...Account }
  mergeCommit { oid }
"""
    + "\n".join(
        f"  {part}(first: $page{extra}) {selection}"
        for part, (extra, selection) in PULL_PARTS.items()
    )
    + "\n}"
)
