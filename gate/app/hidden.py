"""Whether what was masked would have changed the decision: then nobody can decide on what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gate.app.gather import Gathered
from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.domain.decision import Decision
from gate.domain.gathered import GATHERED
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.evidence.stored_facts import file_name, read_facts, write_facts

_HIDDEN = Missing(
    source="the evidence",
    reason_code="masked",
    detail="something in it looks like a credential, which no evidence keeps, and without it the decision would be "
    "another one: a rule of the policy looks at the very name or text that holds it",
    remedy="whoever owns the change takes the credential out of the name or text and revokes it, then the deploy is "
    "started again",
)


class Noticing:
    """A mask that notices whether it masked anything, which is rare."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self._mask = mask
        self.masked = False

    def __call__(self, text: str) -> str:
        """The masked text."""
        found = self._mask(text)
        self.masked = self.masked or found != text
        return found


def without_hidden(
    gathered: Gathered,
    policy: Policy,
    stored: dict[str, bytes],
    decision: Decision,
    mask: Callable[[str], str],
) -> tuple[dict[str, bytes], Decision]:
    """The facts to keep, and the decision that follows from them.

    They are those that are given, unless whoever knew what was masked would decide otherwise: a path that looks like a
    credential must not hide from the rule about paths. Then the facts that hold something like it are missing.
    """
    whole = write_facts(gathered)
    if _said(decide(read_facts(whole), policy, CONTROLS)) == _said(decision):
        return stored, decision
    doubtful: Gathered = {
        kind: _HIDDEN for kind in GATHERED if _differs(whole, stored, file_name(kind))
    }
    stored = write_facts({**gathered, **doubtful}, mask)
    return stored, decide(read_facts(stored), policy, CONTROLS)


def _differs(one: Mapping[str, bytes], other: Mapping[str, bytes], name: str) -> bool:
    return one[name] != other[name]


def _said(decision: Decision) -> object:
    """What counts of a decision, without the words."""
    results = [(one.control, type(one.outcome), one.excused) for one in decision.results]
    return decision.verdict, decision.reason_codes, decision.release_class, results
