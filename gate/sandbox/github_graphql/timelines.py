"""What happened to an issue or pull request, by kind and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from gate.sandbox.github_graphql.nodes import Arguments, Node, connection

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def timeline(kind: str, events: Sequence[tuple[datetime, Node]], arguments: Arguments) -> Node:
    """A page of the events, oldest first, of the kinds asked for."""
    wanted = arguments.get("itemTypes")
    ordered = [node for _, node in sorted(events, key=lambda event: event[0])]
    kept = [node for node in ordered if not wanted or _item_type(node) in wanted]
    latest = max((at for at, _ in events), default=None)
    extra = {
        "totalCount!": len(ordered),
        "filteredCount!": len(kept),
        "pageCount!": min(len(kept), arguments.get("first") or len(kept)),
        "updatedAt!": latest or "1970-01-01T00:00:00Z",
    }
    return connection(kind, kept, lambda node: node, arguments, also=["itemTypes"], extra=extra)


def _item_type(node: Node) -> str:
    """`ReviewDismissedEvent` is `REVIEW_DISMISSED_EVENT` in the list of types."""
    return _CAPITAL.sub("_", node.type).upper()
