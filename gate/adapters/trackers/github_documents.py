"""The GraphQL documents that ask about issues. Each is named, reads only, and fits GitHub's published schema."""

from __future__ import annotations

from gate.adapters.forges.github.fragments import ACCOUNT, PAGE

_TYPES = "LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT, REOPENED_EVENT, TRANSFERRED_EVENT, RENAMED_TITLE_EVENT"
_ACTED = "createdAt actor { ...Account }"

CONNECTIONS = {
    "timelineItems": (
        f", itemTypes: [{_TYPES}]",
        f"{{ {PAGE} nodes {{ __typename "
        f"... on LabeledEvent {{ {_ACTED} label {{ name }} }} "
        f"... on UnlabeledEvent {{ {_ACTED} label {{ name }} }} "
        f"... on ClosedEvent {{ {_ACTED} }} "
        f"... on ReopenedEvent {{ {_ACTED} }} "
        f"... on TransferredEvent {{ {_ACTED} fromRepository {{ nameWithOwner }} }} "
        f"... on RenamedTitleEvent {{ {_ACTED} previousTitle currentTitle }} }} }}",
    ),
    "userContentEdits": ("", f"{{ {PAGE} nodes {{ editedAt editor {{ ...Account }} }} }}"),
}
"""Lists of an issue that may go on over several pages: further arguments, and what is asked of them."""

_FACTS = (
    """
fragment IssueFacts on Issue {
  number title body state stateReason url createdAt lastEditedAt
  repository { nameWithOwner }
  author { ...Account }
  labels(first: 100) { pageInfo { hasNextPage } nodes { name } }
"""
    + "\n".join(
        f"  {name}(first: 100{more}) {asked}" for name, (more, asked) in CONNECTIONS.items()
    )
    + "\n}"
)


def issues(count: int) -> str:
    """That many issues, as `i0` … Variables: `o0` and `n0` (the repository's owner and name), `i0` (the number) …"""
    each = range(count)
    declared = ", ".join(f"$o{n}: String!, $n{n}: String!, $i{n}: Int!" for n in each)
    asked = "\n".join(
        f"  i{n}: repository(owner: $o{n}, name: $n{n}) {{ issue(number: $i{n}) {{ ...IssueFacts }} }}"
        for n in each
    )
    return f"query Issues({declared}) {{\n{asked}\n}}{_FACTS}{ACCOUNT}"


def issue_page(connection: str) -> str:
    """One more page of a list of an issue. Variables: owner, name, number, after."""
    more, asked = CONNECTIONS[connection]
    return f"""query IssuePage($owner: String!, $name: String!, $number: Int!, $after: String!) {{
  repository(owner: $owner, name: $name) {{
    issue(number: $number) {{
      number
      repository {{ nameWithOwner }}
      {connection}(first: 100, after: $after{more}) {asked}
    }}
  }}
}}{ACCOUNT}"""
