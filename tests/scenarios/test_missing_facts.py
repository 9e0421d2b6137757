"""Every fact made Missing in turn, in every scenario, and pairs of them: no deploy is allowed on what nobody knows."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from gate.controls import CONTROLS
from gate.domain.decide import decide, without_policy
from gate.domain.decision import Decision, Verdict
from gate.domain.facts import GATHERED, Change, ChangeKind, Fact, PolicySource, PriorDecision, Teams
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Policy
from gate.evidence.bundle import POLICY
from gate.evidence.stored_facts import FOLDER, read_facts
from gate.policy.load import parse
from tests.scenarios.conftest import Plays
from tests.scenarios.play import expectation, names

PAIRS = 12
DECIDED = [name for name in names() if "verdict" in expectation(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the evidence of a scenario holds: enough to decide again."""

    facts: Facts
    policy: Policy | None

    @classmethod
    def of(cls, evidence: Mapping[str, bytes]) -> Stored:
        """Read it as `gate replay` does."""
        kept = {name: content for name, content in evidence.items() if name.startswith(FOLDER)}
        text = evidence.get(POLICY)
        return cls(
            facts=read_facts(kept),
            policy=None if text is None else parse(text, name=POLICY).policy,
        )

    def without(self, *kinds: type[Fact]) -> Decision:
        """The decision when these facts could not be had."""
        facts = {**self.facts, **{kind: gap(kind) for kind in kinds}}
        # Where the policy came from is known exactly when the policy is: the gate reads both in one answer.
        if self.policy is None or PolicySource in kinds:
            return without_policy(facts)
        return decide(facts, self.policy, CONTROLS)


def gap(kind: type[Fact]) -> Missing:
    return Missing(
        source=f"test: {kind.__name__}", reason_code="unavailable", detail="no answer came"
    )


def no_role_uses_a_team(stored: Stored) -> str:
    roles = stored.policy.roles.values() if stored.policy else ()
    return "" if any(role.github_team for role in roles) else "no role of the policy uses a team"


def no_lane_is_needed(stored: Stored) -> str:
    change = lookup(stored.facts, Change)
    if isinstance(change, Change) and change.kind is not ChangeKind.ROLLBACK:
        return "only a rollback asks for an earlier decision"
    lane = stored.policy.rollback.short_lane if stored.policy else ()
    return "" if lane else "the policy lets no rollback pass on an earlier decision"


NOT_NEEDED: Mapping[type[Fact], Callable[[Stored], str]] = {
    Teams: no_role_uses_a_team,
    PriorDecision: no_lane_is_needed,
}
"""Facts on which a decision need not rest, and the argument why it does not: empty where it does.

All others always count.
"""


def argument(stored: Stored, before: Decision, kind: type[Fact]) -> str:
    """Why this decision need not rest on the fact; empty when it has to."""
    pairs = zip(before.results, stored.without(kind).results, strict=True)
    changed = [after for then, after in pairs if then.outcome != after.outcome]
    if not changed:
        return NOT_NEEDED[kind](stored) if kind in NOT_NEEDED else ""
    set_aside = all(one.excused or one.enforcement is not Enforcement.BLOCK for one in changed)
    return "only controls that are set aside, or only warn, ask for it" if set_aside else ""


def assert_closed(stored: Stored, before: Decision, *lost: type[Fact]) -> None:
    """What was not allowed stays so; what was allowed is so without these facts only where each can be argued away."""
    shown = " and ".join(kind.__name__ for kind in lost)
    if stored.without(*lost).verdict is Verdict.ALLOW:
        assert before.verdict is Verdict.ALLOW, f"losing {shown} opened what was closed"
        assert all(argument(stored, before, kind) for kind in lost), f"allowed without {shown}"


@pytest.mark.parametrize("name", DECIDED)
def test_a_missing_fact_never_allows(name: str, played: Plays) -> None:
    stored = Stored.of(played(name).evidence)
    before = stored.without()
    for kind in GATHERED:
        assert_closed(stored, before, kind)


@pytest.mark.parametrize("name", DECIDED)
def test_two_missing_facts_never_allow(name: str, played: Plays) -> None:
    stored = Stored.of(played(name).evidence)
    before, chance = stored.without(), random.Random(name)  # noqa: S311 - the same pairs every time
    for _ in range(PAIRS):
        assert_closed(stored, before, *chance.sample(GATHERED, 2))


@pytest.mark.parametrize("kind", GATHERED)
def test_every_fact_decides_something_in_some_scenario(kind: type[Fact], played: Plays) -> None:
    """A fact that never matters would make the tests above say nothing about it."""
    for name in DECIDED:
        stored = Stored.of(played(name).evidence)
        allowed = stored.without().verdict is Verdict.ALLOW
        if allowed and stored.without(kind).verdict is not Verdict.ALLOW:
            return
    pytest.fail(f"no scenario rests on {kind.__name__}")
