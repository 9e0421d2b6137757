"""What the answer to a write means: done, refused, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Self

from gate.adapters.answer import Answer, refusal
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

_REQUEST_TIMEOUT = 408


class WriteUnknown(FactMissing):
    """It may have been done, or not. Whoever writes looks first, before writing it again."""

    @classmethod
    def of(cls, missing: Missing) -> Self:
        """From the reason for which no answer could be believed."""
        return cls(
            replace(
                missing,
                detail=f"{missing.detail}; whether it was written all the same is not known",
                retriable=True,
            )
        )


class Refused(FactMissing):
    """It was not done: the system does not accept what was to be written. `answer` may say what is wrong with it."""

    def __init__(self, missing: Missing, answer: Answer) -> None:
        super().__init__(missing)
        self.answer = answer


def done(answer: Answer, watch: Callable[[Answer], None] = lambda _: None) -> Answer:
    """The answer to a write that was done. `watch` may say that the system did not know us.

    WriteUnknown where it may have been done; any other FactMissing where it was not.
    """
    may_be_done = not 400 <= answer.status < 500 or answer.status == _REQUEST_TIMEOUT
    try:
        watch(answer)
        if not 200 <= answer.status < 300:
            raise refusal(answer) if may_be_done else _refused(answer)
        if answer.content and answer.flaw:
            raise answer.no_json()
    except FactMissing as gap:
        if may_be_done:
            raise WriteUnknown.of(gap.missing) from None
        raise
    return answer


def _refused(answer: Answer) -> FactMissing:
    asked, status = answer.asked, answer.status
    said = f"HTTP {status}" + (f": {answer.said}" if answer.said else "")
    if answer.flaw and answer.content and status != 401:
        # A proxy that forbids, or a host that is another one, is not the system that was to be written to.
        return answer.no_json()
    match status:
        case 401:
            return refusal(answer)
        case 403:
            return asked.missing(
                "not-permitted",
                f"the token may not write {asked.what} ({said})",
                f"whoever administers {asked.system} lets the account of the token write this",
            )
        case 404 | 410:
            return asked.missing(
                "not-found",
                f"{asked.system} does not know where {asked.what} should be written, or hides it ({said})",
            )
        case 413:
            return asked.missing(
                "too-large", f"{asked.what} is too large for {asked.system} ({said})"
            )
        case _:
            gap = asked.missing("refused", f"{asked.system} does not accept {asked.what} ({said})")
            return Refused(gap.missing, answer)
