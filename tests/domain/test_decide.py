from datetime import UTC, date, datetime, timedelta

import pytest

from gate.domain.control import Failed, Outcome, Passed, Unknown
from gate.domain.decide import BOUND_TO, decide, without_policy
from gate.domain.decision import Decision, Verdict
from gate.domain.derived import Waivers
from gate.domain.facts import (
    Baseline,
    Change,
    ChangeKind,
    Checks,
    Clock,
    Fact,
    Files,
    PolicySource,
    PriorDecision,
    Run,
    Tickets,
)
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Observe, Policy, RollbackRules
from gate.domain.policy.people import ChangeTypeRule, Template
from gate.domain.policy.windows import Windows
from gate.domain.short_lane import ShortLane
from tests import builders as b
from tests.domain.toys import Toy, control, failed, idle, passed, saying

YES, NO = saying(passed(), id="yes"), saying(failed(), id="no")


def facts(**changes: Fact | Missing) -> dict[type[Fact], Fact | Missing]:
    """The facts that these tests need; a keyword replaces the one of that type."""
    base: dict[str, Fact | Missing] = {
        "Clock": b.clock(),
        "Run": b.run(),
        "PolicySource": b.policy_source(),
        "Change": b.change(),
        "Files": b.files(),
        "Baseline": b.baseline(),
        "Tickets": Tickets(tickets=(b.ticket(),)),
    }
    kinds: dict[str, type[Fact]] = {
        kind.__name__: kind
        for kind in (Clock, Run, PolicySource, Change, Files, Baseline, Tickets, PriorDecision)
    }
    return {kinds[name]: fact for name, fact in (base | changes).items()}


def decided(
    *controls: Toy, known: dict[type[Fact], Fact | Missing] | None = None, **policy: object
) -> Decision:
    return decide(facts() if known is None else known, b.policy(**policy), controls)


def test_a_control_gets_the_facts_and_settings_that_it_names() -> None:
    seen = []

    def evaluate(clock: Clock, waivers: Waivers, settings: Windows) -> Outcome:
        seen.append((clock, waivers, settings))
        return passed()

    decided(control(evaluate, settings="windows"))
    assert seen == [(b.clock(), Waivers(), b.policy().windows)]


def test_a_control_whose_fact_is_missing_is_unknown_and_not_asked() -> None:
    def evaluate(checks: Checks, run: Run, settings: None) -> Outcome:
        raise AssertionError

    gap = b.missing(reason_code="not-permitted")
    known = facts() | {Checks: gap, Run: gap}
    found = decided(YES, control(evaluate), known=known)
    assert found.results[1].outcome == Unknown(missing=(gap,))
    assert found.verdict is Verdict.UNDECIDED


def test_every_control_is_evaluated_whatever_the_others_say() -> None:
    found = decided(NO, YES, saying(idle(), id="idle"))
    assert [one.control for one in found.results] == ["no", "yes", "idle"]
    assert found.verdict is Verdict.BLOCK
    assert found.reason_codes == ("no.sad",)
    assert found.valid_until is None


def test_the_same_facts_and_policy_give_the_same_decision() -> None:
    assert decided(YES, NO) == decided(YES, NO)


def test_an_allowed_decision_holds_for_the_time_of_the_policy() -> None:
    found = decided(YES)
    assert found.verdict is Verdict.ALLOW
    assert found.decided_at == b.NOW
    assert found.valid_until == b.NOW + timedelta(hours=1)


def test_the_end_of_any_pass_that_counts_cuts_it_short() -> None:
    soon = b.NOW + timedelta(minutes=5)
    short = saying(Passed(observations=(), until=soon), id="short")
    assert decided(YES, short).valid_until == soon
    found = decided(YES, short, controls={"short": Enforcement.WARN})
    assert found.valid_until == b.NOW + timedelta(hours=1)


def test_the_policy_says_how_a_control_is_enforced() -> None:
    found = decided(YES, NO, controls={"no": Enforcement.WARN})
    assert found.results[1].enforcement is Enforcement.WARN
    assert found.verdict is Verdict.ALLOW


LATE = datetime(2026, 11, 26, 4, 50, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def test_a_waiver_sets_a_failure_aside_until_the_end_of_its_last_day() -> None:
    waiver = b.waiver("no", expires=TODAY)
    found = decided(YES, NO, known=facts(Clock=b.clock(LATE)), waivers=(waiver,))
    assert found.results[1].waiver == waiver
    assert isinstance(found.results[1].outcome, Failed)
    assert found.verdict is Verdict.ALLOW
    assert found.valid_until == MIDNIGHT


def test_a_waiver_of_what_is_met_is_not_used_and_ends_nothing() -> None:
    found = decided(
        YES, known=facts(Clock=b.clock(LATE)), waivers=(b.waiver("yes", expires=TODAY),)
    )
    assert found.results[0].waiver is None
    assert found.valid_until == LATE + timedelta(hours=1)


def test_a_waiver_of_a_part_ends_the_decision_as_well() -> None:
    waiver = b.waiver("tests", check="e2e", expires=TODAY)
    found = decided(YES, known=facts(Clock=b.clock(LATE)), waivers=(waiver,))
    assert found.valid_until == MIDNIGHT


def test_an_expired_waiver_is_void_and_shown() -> None:
    waiver = b.waiver("no", expires=date(2026, 11, 24))
    found = decided(YES, NO, waivers=(waiver,))
    assert found.verdict is Verdict.BLOCK
    assert found.waivers == Waivers(expired=(waiver,))


def test_the_template_of_a_standard_change_ends_the_decision_with_its_last_day() -> None:
    rule = ChangeTypeRule(
        when=b.condition(paths=("**",)),
        template=Template(id="STD-1", approved_by="alice", expires=TODAY),
    )
    found = decided(YES, known=facts(Clock=b.clock(LATE)), change_types={"standard": rule})
    assert found.valid_until == MIDNIGHT


def rollback(**changes: Fact | Missing) -> dict[type[Fact], Fact | Missing]:
    prior = PriorDecision(
        verdict="allow", revision=b.sha("m1"), environment="production", run_id="5000"
    )
    base: dict[str, Fact | Missing] = {
        "Change": b.change(kind=ChangeKind.ROLLBACK, commits=(), merge_requests=()),
        "Baseline": b.baseline(b.deployment("m2"), b.deployment("m1")),
        "PriorDecision": prior,
    }
    return facts(**(base | changes))


LANE: Policy = b.policy(rollback=RollbackRules(short_lane=("no",)))


def test_the_short_lane_sets_aside_what_the_policy_lists_for_it() -> None:
    found = decide(rollback(), LANE, [YES, NO, saying(failed(), id="other")])
    assert found.results[1].lane.startswith(f"rollback to {b.sha('m1')[:12]}")
    assert found.results[0].lane == found.results[2].lane == ""
    assert found.reason_codes == ("other.sad",)


@pytest.mark.parametrize(
    "changes",
    [
        {"PriorDecision": b.missing()},
        {"PriorDecision": PriorDecision()},
        {"Baseline": b.missing()},
        {"Change": b.missing()},
        {"Change": b.change()},
    ],
)
def test_the_short_lane_is_closed_to_anything_less(changes: dict[str, Fact | Missing]) -> None:
    found = decide(rollback(**changes), LANE, [YES, NO])
    assert found.results[1].lane == ""
    assert found.verdict is Verdict.BLOCK


def test_observe_mode_leaves_the_verdict_alone() -> None:
    observe = Observe(until=date(2026, 12, 31))
    found = decided(NO, observe=observe)
    assert found.observe == observe
    assert found.verdict is Verdict.BLOCK


@pytest.mark.parametrize("kind", BOUND_TO)
def test_a_yes_that_is_bound_to_nothing_is_no_yes(kind: type[Fact]) -> None:
    def evaluate(change: Change, settings: None) -> Outcome:
        return passed()

    known = facts() | {kind: b.missing()}
    found = decided(control(evaluate), known=known)
    assert found.verdict is Verdict.UNDECIDED
    assert found.valid_until is None
    assert all(code.startswith("gate.") for code in found.reason_codes)


def test_what_was_never_gathered_allows_nothing() -> None:
    found = decided(YES, known={})
    assert found.verdict is Verdict.UNDECIDED
    assert found.decided_at is None
    assert found.reason_codes == ("yes.not-gathered",)


def test_without_a_policy_it_is_undecided_whatever_the_facts_are() -> None:
    gap = b.missing(reason_code="not-found")
    found = without_policy(facts(PolicySource=gap))
    assert found.verdict is Verdict.UNDECIDED
    assert found.results == ()
    assert found.decided_at == b.NOW
    assert found.reason_codes == ("gate.policy-not-found",)
    assert without_policy({}).decided_at is None


def test_the_decision_carries_what_it_was_about() -> None:
    found = decided(YES, frameworks={"soc2": ("CC8.1",)})
    assert found.run == b.run()
    assert found.policy_source == b.policy_source()
    assert found.change == b.change()
    assert found.frameworks == {"soc2": ("CC8.1",)}
    for fact in (found.scope, found.change_type, found.risk):
        assert not isinstance(fact, Missing)
    assert not isinstance(found.waivers, Missing | ShortLane)
