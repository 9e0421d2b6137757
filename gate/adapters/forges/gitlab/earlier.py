"""Tickets that merge requests named before this change."""

from __future__ import annotations

from collections.abc import Sequence

from gate.adapters.forges.gitlab.commits import Merged
from gate.adapters.forges.gitlab.merged import merge_commit
from gate.adapters.forges.naming import use_of
from gate.adapters.part import Part
from gate.domain.facts import Change, EarlierUses, MergeRequest
from gate.domain.identity import Identity
from gate.domain.policy.workflow import TrackerName

_NOT_ASKED = Identity(system="gitlab", login="")


def read(known: Merged, change: Change, keys: Sequence[str], repository: str) -> EarlierUses:
    """Merge requests outside the change, merged before its newest, that name one of `keys`."""
    own = {request.number for request in change.merge_requests}
    newest = max(
        (request.merged_at for request in change.merge_requests if request.merged_at), default=None
    )
    requests = [
        _request(one)
        for one in known.found
        if one.number("iid") not in own and (newest is None or one.moment("merged_at") <= newest)
    ]
    found = [use_of(request, keys, repository, TrackerName.GITLAB) for request in requests]
    last = known.found[-1] if known.found else None
    return EarlierUses(
        uses=tuple(use for use in found if use),
        # They come by their last update, which is never before their merge: from here on none was left out.
        since=None if known.whole or last is None else last.moment("updated_at"),
    )


def _request(found: Part) -> MergeRequest:
    """Only what is needed to tell which tickets it names."""
    number = found.number("iid")
    return MergeRequest(
        number=number,
        reference=f"!{number}",
        url=found.name("web_url"),
        title=found.text("title"),
        body=found.text_or_null("description"),
        branch=found.name("source_branch"),
        author=_NOT_ASKED,
        merged_by=None,
        merged_at=found.moment("merged_at"),
        merge_commit=merge_commit(found),
        head="",
    )
