"""Every fact made Missing in turn, in every scenario, and pairs of them: no deploy is allowed on what nobody knows."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from gate.controls import CONTROLS
from gate.domain.decide import decide, without_policy
from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident, OnCall
from gate.domain.facts import Change, ChangeKind, Fact, PolicySource, PriorDecision, Teams
from gate.domain.gathered import GATHERED
from gate.domain.grant import Proof
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Policy
from gate.domain.policy.emergency import PagerRules, Unreachable
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


def pager_of(stored: Stored) -> PagerRules | None:
    emergency = stored.policy.emergency if stored.policy else None
    return emergency.pager if emergency else None


def asked(stored: Stored) -> bool:
    said = lookup(stored.facts, BreakGlass)
    return isinstance(said, BreakGlass) and said.asked


def no_pager_has_to_confirm_it(stored: Stored) -> str:
    if not asked(stored) or pager_of(stored) is None:
        return "no pager is asked"
    return the_forge_stands_in(stored)


def the_forge_stands_in(stored: Stored) -> str:
    """Only where the policy says so is an emergency granted although the pager does not answer. Its evidence says that
    nobody confirmed the incident, and the word of the second person comes from the forge.
    """
    pager, grant = pager_of(stored), stored.without(Incident).emergency
    if pager is None or pager.if_unreachable is not Unreachable.FORGE or grant is None:
        return ""
    by_forge = grant.consent.proof in {Proof.DEPLOYMENT, Proof.REVIEW}
    return "the policy lets the forge stand in" if grant.unverified and by_forge else ""


def nobody_acts_while_on_call(stored: Stored) -> str:
    if not asked(stored) or pager_of(stored) is None:
        return "no pager is asked"
    grant = stored.without().emergency
    if grant is None or grant.consent.proof is Proof.ACKNOWLEDGEMENT:
        return ""
    return "the second person, where there is one, holds a role that is no duty"


def no_review_can_be_owed(stored: Stored) -> str:
    owes = stored.policy is not None and stored.policy.owes_reviews
    return "" if owes else "no release owes a review under this policy"


NOT_NEEDED: Mapping[type[Fact], Callable[[Stored], str]] = {
    Teams: no_role_uses_a_team,
    PriorDecision: no_lane_is_needed,
    Incident: no_pager_has_to_confirm_it,
    OnCall: nobody_acts_while_on_call,
    FollowUps: no_review_can_be_owed,
}
"""Facts on which a decision need not rest, and the argument why it does not: empty where it does.

All others always count.
"""


def argument(stored: Stored, before: Decision, kind: type[Fact]) -> str:
    """Why this decision need not rest on the fact; empty when it has to."""
    if kind is Incident and (why := the_forge_stands_in(stored)):
        return why
    pairs = zip(before.results, stored.without(kind).results, strict=True)
    changed = [after for then, after in pairs if then.outcome != after.outcome]
    if not changed:
        return NOT_NEEDED[kind](stored) if kind in NOT_NEEDED else ""
    set_aside = all(one.excused or one.enforcement is not Enforcement.BLOCK for one in changed)
    return "only controls that are set aside, or only warn, ask for it" if set_aside else ""


def may_open(stored: Stored, before: Decision, lost: Sequence[type[Fact]]) -> bool:
    """Whether the policy says that a fact is not waited for, though it would have closed this decision.

    There are two, both in an emergency with a second person: an incident that the pager does not tell of, where the
    forge stands in, and follow-ups that the tracker does not tell of. An outage stops no emergency.
    """
    if stored.without(*lost).emergency is None:
        return False
    against = {one.control for one in before.results if one.weight is not Verdict.ALLOW}
    unheard = {"retroactive_review"} if FollowUps in lost else set()
    if Incident in lost and the_forge_stands_in(stored):
        waived = stored.policy.emergency.waives if stored.policy and stored.policy.emergency else ()
        unheard |= {"emergency", *waived}
    return against <= unheard


def assert_closed(stored: Stored, before: Decision, *lost: type[Fact]) -> None:
    """What was not allowed stays so; what was allowed is so without these facts only where each can be argued away."""
    shown = " and ".join(kind.__name__ for kind in lost)
    if stored.without(*lost).verdict is Verdict.ALLOW:
        opened = before.verdict is not Verdict.ALLOW
        assert not opened or may_open(stored, before, lost), (
            f"losing {shown} opened what was closed"
        )
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


OPENED_BY = {
    "emergency-debt-overdue": FollowUps,
    "emergency-incident-resolved-although-alice-approved": Incident,
}


@pytest.mark.parametrize("name", OPENED_BY)
def test_what_the_policy_does_not_wait_for_opens_an_emergency_and_no_other_deploy(
    name: str, played: Plays
) -> None:
    """Both exceptions happen, and what was let through by one of them is owed and says so."""
    stored, kind = Stored.of(played(name).evidence), OPENED_BY[name]
    after = stored.without(kind)
    assert (stored.without().verdict, after.verdict) == (Verdict.BLOCK, Verdict.ALLOW)
    assert after.obligations
    normal = replace(stored, facts={**stored.facts, BreakGlass: BreakGlass()})
    assert normal.without(kind).verdict is not Verdict.ALLOW


@pytest.mark.parametrize("kind", GATHERED)
def test_every_fact_decides_something_in_some_scenario(kind: type[Fact], played: Plays) -> None:
    """A fact that never matters would make the tests above say nothing about it."""
    for name in DECIDED:
        stored = Stored.of(played(name).evidence)
        allowed = stored.without().verdict is Verdict.ALLOW
        if allowed and stored.without(kind).verdict is not Verdict.ALLOW:
            return
    pytest.fail(f"no scenario rests on {kind.__name__}")
