"""Notes on merge requests of GitLab, where the people of a merge request read them."""

from __future__ import annotations

import time
from collections.abc import Callable

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.writer import Writer, plain, with_mark
from gate.adapters.marks import signed
from gate.adapters.writing import WriteUnknown


class GitLabNotes:
    """`Notices` on merge requests of one project. Safe to use from several threads."""

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        project: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """FactMissing (`not-configured`) when the address or the token cannot be used."""
        self._writer = Writer(
            api_url=api_url,
            token=token,
            project=project,
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )

    def close(self) -> None:
        """Close all connections."""
        self._writer.close()

    def tell(self, number: int, text: str, marker: str) -> None:
        """Write a note on a merge request; an earlier one of our own with `marker` is rewritten instead."""
        body = signed(plain(text), marker)
        try:
            self._tell(number, body, marker)
        except WriteUnknown:
            # It looks again before it writes again.
            self._tell(number, body, marker)

    def _tell(self, number: int, body: str, marker: str) -> None:
        path = f"{self._writer.home}/merge_requests/{number}/notes"
        mine = with_mark(self._writer.own_notes(path, f"notes on !{number}"), marker)
        if not mine:
            self._writer.write("POST", path, f"a note on !{number}", {"body": body})
        elif mine[-1].text("body") != body:
            note = mine[-1].number("id")
            self._writer.write("PUT", f"{path}/{note}", f"a note on !{number}", {"body": body})
