"""Whoever broke the glass owes a review, and while one is overdue nothing else goes out (guide §6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.debts import Debt, Debts
from gate.domain.despite_overdue import DespiteOverdue
from gate.domain.emergency_facts import BreakGlass
from gate.domain.facts import Run
from gate.domain.follow_up import LABEL, Marker
from gate.domain.follow_up_review import JudgedComment
from gate.domain.phrases import counted, listed, moment, safe, short
from gate.domain.policy.emergency import Emergency

ID = "retroactive_review"
TITLE = "No review of an earlier release is overdue"
GUIDE = "§6"
SETTINGS = "emergency"
REASONS = {
    "overdue": "an earlier release still owes its review, and the deadline has passed",
    "unreadable-debt": "a follow-up ticket does not say which release it is about, and nobody settled it in time",
}
Settings = Emergency | None

_FEW = 5


def evaluate(
    debts: Debts,
    said: BreakGlass,
    run: Run,
    despite: DespiteOverdue,
    settings: Emergency | None,
) -> Outcome:
    """Look for reviews that this repository owes and that are overdue; for an emergency a role may go on regardless.

    What the settings say about terms and roles is in the facts already.
    """
    if not debts.kept:
        return NotApplicable(reason="under this policy no release owes a review afterwards")
    ours = [debt for debt in debts.debts if _is_ours(debt, run)]
    overdue = [debt for debt in ours if debt.overdue]
    owed = [debt for debt in ours if not (debt.overdue or debt.void) and debt.review is None]
    seen = (*_settled(ours), *(_owed(debt) for debt in owed), *debts.notes)
    if not overdue:
        nothing = () if ours else (Observation("no earlier release owes a review"),)
        return Passed(
            observations=(*nothing, *seen), until=min((d.due_at for d in owed), default=None)
        )
    if said.asked and despite.granted_to:
        return Passed(observations=(*(_set_aside(debt, despite) for debt in overdue), *seen))
    return Failed(
        reasons=tuple(_overdue(debt, said, despite) for debt in overdue), observations=seen
    )


def _is_ours(debt: Debt, run: Run) -> bool:
    # What cannot be read may be ours. Nobody may pay a debt by making it unreadable.
    return debt.marker is None or debt.marker.repository_id == run.repository_id


def _overdue(debt: Debt, said: BreakGlass, despite: DespiteOverdue) -> Reason:
    marker = debt.marker
    anyway = _stopped(despite) if said.asked else ""
    if marker is None:
        return Reason(
            code="unreadable-debt",
            text=f"{safe(debt.key)} is a follow-up ticket, opened on {moment(debt.opened_at)}, but its marker is not "
            "what the gate wrote, so nobody can tell which release it is about or whether that was reviewed. It "
            f"has been overdue since {moment(debt.due_at)}.{anyway}",
            remedy=f"Whoever looks after the tracker finds out who changed {safe(debt.key)} and puts its text back as "
            f"the gate wrote it, or takes the labels {LABEL} and gate-… off: `gate follow-up` then opens the ticket "
            "again, from the evidence of the release.",
            url=debt.url,
        )
    return Reason(
        code="overdue",
        text=f"{_release(marker)} owes its review in {safe(debt.key)}, overdue since {moment(debt.due_at)}."
        f"{_refused(debt.refused)}{anyway}",
        remedy=f"{_some(debt.could, 'or')} reviews that revision and writes the result as a comment in "
        f"{safe(debt.key)}: the line `Reviewed: {short(marker.revision)}`, then `Outcome:` and `Findings:` as its text "
        f"shows.{_excluded(marker)} Then the check is started again.",
        who=debt.could,
        url=debt.url,
    )


def _stopped(despite: DespiteOverdue) -> str:
    could = f"; {_some(despite.holders, 'or')} could start it" if despite.holders else ""
    return f" This emergency cannot go on in spite of it: {despite.why_not}{could}."


def _release(marker: Marker) -> str:
    what = f"The release of {short(marker.revision)} to {safe(marker.environment)}"
    if marker.is_notice:
        return f"{what}, announced on {moment(marker.issued_at)},"
    return f"{what} on {moment(marker.issued_at)} (run {safe(marker.run_id)})"


def _what(debt: Debt) -> str:
    return _release(debt.marker) if debt.marker else f"What {safe(debt.key)} is about"


def _excluded(marker: Marker) -> str:
    names = [safe(name) for name in marker.not_by]
    return f" Not {_some(names, 'or')}, who had a part in the release." if names else ""


def _refused(attempts: Sequence[JudgedComment]) -> str:
    return "".join(
        f" The comment of {one.person or one.shown} on {moment(one.at)} does not count: {one.why}."
        for one in attempts[-_FEW:]
    )


def _some(people: Sequence[str], word: str) -> str:
    rest = len(people) - _FEW
    names = [*people[:_FEW], *([f"{rest} more"] if rest > 0 else [])]
    return listed(names, word) if names else "Somebody who had no part in it"


def _set_aside(debt: Debt, despite: DespiteOverdue) -> Observation:
    return Observation(
        f"{_what(debt)} owes its review, overdue since {moment(debt.due_at)}; this emergency goes on in spite of it, "
        f"because {listed(despite.granted_to)} holds {despite.role}",
        debt.url,
    )


def _owed(debt: Debt) -> Observation:
    could = f" by {_some(debt.could, 'or')}" if debt.marker else ""
    refused = f".{_refused(debt.refused)}" if debt.refused else ""
    until = moment(debt.due_at)
    return Observation(f"{_what(debt)} owes its review{could} until {until}{refused}", debt.url)


def _settled(ours: Sequence[Debt]) -> Iterator[Observation]:
    paid = [debt for debt in ours if debt.review is not None]
    if paid:
        late = sum(debt.late for debt in paid)
        after = f", {late} of them after the deadline" if late else ""
        done = "was" if len(paid) == 1 else "were"
        yield Observation(f"{counted(len(paid), 'review')} of earlier releases {done} done{after}")
    for debt in ours:
        if debt.void:
            yield Observation(f"{_what(debt)} owes nothing: it was never let through", debt.url)
